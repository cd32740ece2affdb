"""The process in which a timetable is made: a problem on standard input, progress and the plan on standard output.

One JSON object a line: {"progress": {...}} as the run goes on, then {"plan": {...}} or {"fault": {...}}. The process
ends by itself when the one that started it is gone.
"""

import json
import os
import sys
import time
from typing import Any

from rbc_events.scheduling import InputError, solve
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.formats.strict_json import load
from rbc_events.scheduling.plan import Progress

PROGRESS_SECONDS = 0.5


class _Reporter:
    """Writes progress at most twice a second, and at once when another level begins."""

    def __init__(self) -> None:
        self._last, self._level = 0.0, ""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.level == self._level and now - self._last < PROGRESS_SECONDS:
            return
        self._last, self._level = now, progress.level
        found = {"level": progress.level, "value": progress.value, "bound": progress.bound, "gap": progress.gap}
        write({"progress": {**found, "used": round(progress.used, 3)}})


def write(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(time_limit: float, seed: int) -> None:
    """Solve what comes in. The first line of input is the whole problem."""
    parent = os.getppid()
    try:
        problem = read_problem(load(sys.stdin.buffer.readline()))
        plan = solve(
            problem,
            seed=seed,
            time_limit=time_limit,
            on_progress=_Reporter(),
            should_stop=lambda: os.getppid() != parent,
        )
    except InputError as error:
        write({"fault": {"code": error.code, "arguments": error.arguments}})
    else:
        write({"plan": json.loads(plan_to_json(plan))})


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
