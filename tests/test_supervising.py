"""What a supervisor does with parts that misbehave, on real processes that do nothing else."""

import signal
import subprocess
import sys

import psutil
import pytest

BEGINNING = """
import sys
from rbc_events import supervising
from rbc_events.supervising import Ended, Stopped, Supervisor
supervising.GRACE = 1
supervisor = Supervisor({"PATH": "/usr/bin:/bin"})
try:
    with supervisor:
"""
END = """
except Stopped:
    print("stopped")
except Ended as ended:
    print(ended)
"""
STUBBORN = "trap '' TERM; (trap '' TERM; sleep 600) & echo ready; while :; do sleep 1; done"


def supervise(*lines: str) -> subprocess.Popen[str]:
    program = BEGINNING + "".join(f"        {line}\n" for line in lines) + END
    return subprocess.Popen(
        [sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def ended(processes: list[psutil.Process]) -> bool:
    return psutil.wait_procs(processes, timeout=120)[1] == []


@pytest.mark.slow
def test_a_part_that_keeps_ending_is_started_again_after_growing_pauses() -> None:
    running = supervise("supervisor.start('worker', ['false'], vital=False)", "supervisor.watch()")
    told = [running.stdout.readline() for _end in range(3)]
    assert told == [f"The worker ended (status 1). It starts again in {pause} s.\n" for pause in (0, 1, 3)]
    running.send_signal(signal.SIGTERM)
    assert running.communicate(timeout=120)[0].endswith("stopped\n")


def test_a_vital_part_that_ends_ends_the_others() -> None:
    running = supervise(
        "supervisor.start('worker', ['sleep', '600'], vital=False)",
        "supervisor.start('web server', ['sh', '-c', 'kill -9 $$'], vital=True)",
        "supervisor.watch()",
    )
    assert running.communicate(timeout=120)[0] == "The web server ended (signal 9), so everything was stopped.\n"


@pytest.mark.slow
def test_a_killed_supervisor_leaves_nothing_not_even_what_does_not_want_to_end() -> None:
    running = supervise(f"supervisor.start('worker', ['sh', '-c', {STUBBORN!r}], vital=False)", "supervisor.watch()")
    assert running.stdout.readline() == "ready\n"
    everything = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    assert ended(everything)
    running.communicate(timeout=120)


@pytest.mark.slow
def test_who_asks_twice_ends_what_does_not_want_to_end_and_its_children_too() -> None:
    running = supervise(
        "supervising.GRACE = 600",
        f"supervisor.start('worker', ['sh', '-c', {STUBBORN!r}], vital=False)",
        "supervisor.watch()",
    )
    assert running.stdout.readline() == "ready\n"
    everything = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    while not ended_soon(running):
        running.send_signal(signal.SIGINT)
    assert ended(everything)
    assert running.communicate(timeout=120)[0] == "stopped\n"


def ended_soon(running: subprocess.Popen[str]) -> bool:
    try:
        running.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def test_without_its_guard_nothing_goes_on() -> None:
    running = supervise("supervisor.guard.kill()", "supervisor.start('web', ['sleep', '9'], vital=True)")
    assert "Traceback" not in running.communicate(timeout=120)[0]


@pytest.mark.slow
def test_a_command_gives_its_status_and_can_be_stopped() -> None:
    running = supervise("print(supervisor.run(['sh', '-c', 'exit 7']))", "supervisor.run(['sleep', '600'])")
    assert running.stdout.readline() == "7\n"
    everything = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGHUP)
    assert running.communicate(timeout=120)[0] == "stopped\n"
    assert ended(everything)
