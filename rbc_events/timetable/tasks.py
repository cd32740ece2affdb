"""Background work of the timetable."""

import logging
from typing import Any

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import follows
from rbc_events.jobs import huey, worker_app
from rbc_events.timetable import explaining, runs

log = logging.getLogger(__name__)


@huey.task()
def make_timetable(run_id: int) -> None:
    """Do one run of the scheduler."""
    with worker_app().app_context():
        runs.work(run_id, clock=now)


@huey.task()
def find_cheapest_change(run_id: int, request: str) -> None:
    """What it would take to let in a meeting that a run left out."""
    with worker_app().app_context():
        explaining.work(run_id, request)


@huey.task()
def revive_runs() -> None:
    """Put runs whose worker was killed into the queue again."""
    with worker_app().app_context():
        for run_id in runs.dead_runs(now()):
            make_timetable(run_id)


@huey.periodic_task(crontab(minute="*"))
def revive_runs_every_half_minute() -> None:
    revive_runs()
    revive_runs.schedule(delay=30)


@huey.on_startup()
def revive_runs_after_a_restart() -> None:
    """A worker that comes back looks after what it, or another one, left behind, once that counts as dead."""
    revive_runs.schedule(delay=runs.STALE_AFTER.total_seconds() + 1)


@follows("after_commit")
def _make_soon(session: Any) -> None:
    """Once a run that somebody asked for has been committed, and not before, tell the worker."""
    for run_id in session.info.pop(runs.WANTED, []):
        try:
            make_timetable(run_id)
        except Exception:  # the row is there, and the next half minute's look finds it
            log.exception("the job queue could not be reached")
