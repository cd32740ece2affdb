"""How long a run may take: seconds, or steps of work that are the same on every machine, or until told to stop."""

import time
from collections.abc import Callable

STEP = 0.01
"""Deterministic seconds of a solver that count as one step of work."""

SLOWEST = 6.0
"""How many times longer than on a machine of its own anything is taken to last, at most."""


def slowness(seconds: float, of_processor: float) -> float:
    """How many times longer than the processor's time something took: what comes will take as much longer."""
    return min(max(seconds / of_processor, 1.0), SLOWEST) if of_processor > 0 else 1.0


class Budget:
    """Seconds or steps to spend; a part of it is a budget whose spending counts for the whole.

    With `work` no decision depends on a clock, so that the same seed, input and work give the same plan.
    """

    def __init__(
        self,
        seconds: float | None = None,
        work: int | None = None,
        should_stop: Callable[[], bool] | None = None,
        whole: "Budget | None" = None,
    ) -> None:
        self.seconds = seconds
        self.work = work
        self.used = 0
        self._begin = time.monotonic()
        self._begin_of_processor = time.process_time()
        self._should_stop = should_stop
        self._whole = whole

    def part(self, share: float) -> "Budget":
        """A budget of a share (0 to 1) of what is left."""
        seconds = None if self.seconds is None else max(self.seconds_left * share, 0.0)
        work = None if self.work is None else max(int(self.work_left * share), 0)
        return Budget(seconds, work, self._should_stop, self)

    def spend(self, steps: int) -> None:
        """Count steps of work."""
        self.used += steps
        if self._whole is not None:
            self._whole.spend(steps)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begin

    @property
    def seconds_left(self) -> float:
        """Seconds that are left; a day where none are counted."""
        return 86_400.0 if self.seconds is None else self.seconds - self.elapsed

    @property
    def slowness(self) -> float:
        """How many times longer than alone on this machine the run has taken so far."""
        if self._whole is not None:
            return self._whole.slowness
        return slowness(self.elapsed, time.process_time() - self._begin_of_processor)

    def suffices(self, seconds: float) -> bool:
        """Whether there is time for what takes so many seconds alone on this machine; always where work is counted."""
        return self.work is not None or self.seconds_left > seconds * self.slowness

    @property
    def work_left(self) -> int:
        """Steps that are left; very many where none are counted."""
        return 10**12 if self.work is None else self.work - self.used

    @property
    def stoppable(self) -> bool:
        """Whether the caller may want the run to end."""
        return self._should_stop is not None

    @property
    def stopped(self) -> bool:
        """Whether the caller wants the run to end."""
        return self._should_stop is not None and self._should_stop()

    @property
    def over(self) -> bool:
        """Whether nothing is left, or the caller wants the run to end."""
        if self.stopped or (self._whole is not None and self._whole.over):
            return True
        return self.work_left <= 0 if self.work is not None else self.seconds_left <= 0

    @property
    def interrupted(self) -> bool:
        """Whether time has run out, or the caller wants the run to end: for what counts no work."""
        if self.stopped or (self._whole is not None and self._whole.interrupted):
            return True
        return self.work is None and self.seconds_left <= 0

    @property
    def share_used(self) -> float:
        """How much of it is used, 0 to 1."""
        if self.work is not None:
            return min(1.0, self.used / max(self.work, 1))
        return 0.0 if self.seconds is None else min(1.0, self.elapsed / max(self.seconds, 1e-9))
