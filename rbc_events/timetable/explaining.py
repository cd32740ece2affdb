"""Why a run left a meeting out: what stands against it at each time, and the cheapest change that would let it in."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rbc_events.database import db, lock
from rbc_events.scheduling.explaining import blocking
from rbc_events.scheduling.formats.plan_json import read_change, read_plan
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.timetable.models import ScheduleRun
from rbc_events.timetable.results import change_in_words
from rbc_events.timetable.wording import Names

SECONDS = 10
"""How long the cheapest change is looked for."""
LONGEST = timedelta(seconds=SECONDS + 50)
"""After so long without an answer its process is ended, and it can be asked for again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CheapestChange:
    """What letting a meeting in would take, in words. `lost`: the weight of the meetings that others would lose."""

    possible: bool
    proved: bool
    lost: int
    losers: str
    changes: list[str]


def against(run: ScheduleRun, request: str) -> dict[str, tuple[Reason, ...]]:
    """For each slot the rules that a meeting left out would break there in the run's plan, () where none."""
    problem = read_problem(run.problem)
    table = Timetable(problem, read_plan(run.plan).meetings)
    return {slot: tuple(blocking(table, table.requests[request], slot)) for slot in table.slots}


def ask(run: ScheduleRun, request: str, *, now: datetime) -> None:
    """Note that the cheapest change is looked for; the route then tells the worker."""
    _keep(run, request, {"asked_at": now.isoformat()})


def is_looked_for(run: ScheduleRun, request: str, *, now: datetime) -> bool:
    asked_at = run.explanations.get(request, {}).get("asked_at")
    return asked_at is not None and now < datetime.fromisoformat(asked_at) + LONGEST


def cheapest_change(run: ScheduleRun, request: str, names: Names) -> CheapestChange | None:
    """What was found, None before."""
    found = run.explanations.get(request, {})
    if "possible" not in found:
        return None
    dropped_first = sorted(found["changes"], key=lambda change: change["kind"] != "dropped")
    changes = [change_in_words(read_change(change, ""), names) for change in dropped_first]
    return CheapestChange(found["possible"], found["proved"], found["lost"], names.list_of(found["losers"]), changes)


def work(run_id: int, request: str, *, find: Callable[[str, str], dict[str, Any]] | None = None) -> None:
    """Find the cheapest change in a process of its own, outside any transaction, and keep it with the run."""
    run = db.session.get(ScheduleRun, run_id)
    if run is None:
        return
    content = f"{json.dumps(run.problem)}\n{json.dumps(run.plan)}\n"
    db.session.rollback()
    found = (find or _find)(content, request)
    _keep(run, request, found)
    db.session.commit()


def _find(content: str, request: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "rbc_events.timetable.explainer", request, str(SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with a meeting's number
            command, input=content, capture_output=True, text=True, timeout=LONGEST.total_seconds(), check=True
        )
    except subprocess.SubprocessError as error:
        log.exception("the cheapest change for %s was not found: %s", request, getattr(error, "stderr", ""))
        return {}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _keep(run: ScheduleRun, request: str, found: dict[str, Any]) -> None:
    lock(run)
    run.explanations = {**run.explanations, request: found}
    db.session.flush()
