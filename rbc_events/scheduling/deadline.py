"""What a command's time limit leaves for its search: the limit is the whole process's, from its start to its end."""

import os
import time
from pathlib import Path

from rbc_events.scheduling.budget import slowness

LEAVING = 0.1
"""Seconds of a time limit that are kept for the end of the process."""
LATENESS, LATENESS_OF_ONE = 0.005, 0.08
"""What share of it is kept for solvers that end late; `explain` may spend all of it on one linear programme, which
HiGHS looks up from only between its steps."""


def started() -> float:
    """When this process was started, by `time.monotonic`."""
    return time.monotonic() - _age()


def left_of(time_limit: float, begin: float, ending: float, lateness: float) -> float:
    """What is left of a command's seconds for its search, a tenth at least.

    Some are kept for the end and for lateness, more where the processor has been shared so far: what takes a tenth of a
    second of its time takes a whole one where ten processes want it.
    """
    passed = time.monotonic() - begin
    kept = (ending + lateness * time_limit) * slowness(passed, time.process_time())
    return max(time_limit - passed - kept, time_limit / 10)


def _age() -> float:
    """Seconds since this process was started; where the system doesn't tell, the processor's time since then."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return max(time.clock_gettime(time.CLOCK_BOOTTIME) - ticks, 0.0)
    except (OSError, ValueError, AttributeError):
        return time.process_time()
