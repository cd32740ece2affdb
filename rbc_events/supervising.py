"""Keeping the parts of an installation running, and ending all of them whatever happens to whoever started them.

Every part is in one process group with a guard: a shell that reads from a pipe which we alone hold open. When we end,
in whatever way, its reading ends, and it ends the group.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType

GUARD = "trap '' HUP INT TERM; read -r _; kill -TERM 0; sleep \"$0\"; kill -KILL 0"
GRACE = 15  # seconds that parts have to finish what they are at
STEADY = 60.0  # a part that has run for so many seconds starts again at once, with a clean slate
LONGEST_PAUSE = 60.0
EVERY = 0.1  # seconds between two looks


class Ended(Exception):
    """A part ended that nothing goes on without. The message is a line for the person who started the program."""


class Stopped(Exception):
    """We were told to stop: Ctrl-C, a closed terminal, a signal of the machine's."""


@dataclass
class Part:
    name: str
    command: list[str]
    vital: bool  # its end is everybody's; another one is started again
    process: "subprocess.Popen[bytes]"
    started: float
    failures: int = 0
    starts_at: float | None = None


@dataclass
class Supervisor:
    """Use it as a context manager: leaving the block ends all parts."""

    environment: dict[str, str]
    shared: tuple[int, ...] = ()  # file descriptors that parts inherit
    parts: list[Part] = field(default_factory=list)
    told: list[int] = field(default_factory=list)  # signals that came
    running: "subprocess.Popen[bytes] | None" = None  # see run()

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants us to go on
                signal.signal(number, self._note)
        self.guard = subprocess.Popen(["/bin/sh", "-c", GUARD, str(GRACE)], stdin=subprocess.PIPE, process_group=0)  # noqa: S603
        return self

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.told.append(number)

    def __exit__(self, *_fault: object) -> None:
        processes = [part.process for part in self.parts] + ([self.running] if self.running else [])
        for process in processes:
            process.terminate()  # which does nothing to one that has ended
        told, until = len(self.told), time.monotonic() + GRACE
        while any(process.poll() is None for process in processes):
            if len(self.told) > told or time.monotonic() > until:  # whoever asks twice doesn't want to wait
                break
            time.sleep(EVERY)
        os.killpg(self.guard.pid, signal.SIGKILL)  # what is left of them, their own children and the guard
        for process in (self.guard, *processes):
            process.wait()
        if self.guard.stdin:
            self.guard.stdin.close()

    def run(self, command: list[str]) -> int:
        """Run something to its end, and return its exit status. Raises Stopped."""
        self.running = self._launch(command)
        while self.running.poll() is None:
            self.pause()
        return self.running.returncode

    def start(self, name: str, command: list[str], *, vital: bool) -> Part:
        part = Part(name, command, vital, self._launch(command), time.monotonic())
        self.parts.append(part)
        return part

    def watch(self) -> None:
        """Start again what ends, sooner or later, until a vital part ends or we are told to stop. Raises either."""
        while True:
            self.pause()

    def pause(self) -> None:
        """Wait a moment and look after the parts. Raises Stopped or Ended."""
        time.sleep(EVERY)
        if self.told:
            raise Stopped
        if self.guard.poll() is not None:
            raise Ended("The guard of the other processes ended, so they were stopped.")
        for part in self.parts:
            if part.starts_at is not None:
                self._start_again_when_due(part)
            elif part.process.poll() is not None:
                self._after_end(part)

    def _after_end(self, part: Part) -> None:
        status = part.process.returncode
        how = f"signal {-status}" if status < 0 else f"status {status}"
        if part.vital:
            raise Ended(f"The {part.name} ended ({how}), so everything was stopped.")
        now = time.monotonic()
        part.failures = 0 if now - part.started > STEADY else part.failures
        wait = min(2.0**part.failures - 1, LONGEST_PAUSE)
        part.failures += 1
        part.starts_at = now + wait
        print(f"The {part.name} ended ({how}). It starts again in {wait:.0f} s.", file=sys.stderr, flush=True)

    def _start_again_when_due(self, part: Part) -> None:
        now = time.monotonic()
        if part.starts_at is not None and now >= part.starts_at:
            part.process, part.started, part.starts_at = self._launch(part.command), now, None

    def _launch(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """In the guard's group, where Ctrl-C doesn't reach it: we tell each part once."""
        return subprocess.Popen(  # noqa: S603
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self.shared,
            process_group=self.guard.pid,
        )
