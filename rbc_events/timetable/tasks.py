"""Background work of the timetable."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.jobs import huey, in_application, periodic, wakes
from rbc_events.timetable import explaining, runs


@huey.task()
@in_application
def make_timetable(run_id: int) -> None:
    """Do one run of the scheduler."""
    runs.work(run_id, clock=now)


@huey.task()
@in_application
def find_cheapest_change(run_id: int, request: str) -> None:
    """What it would take to let in a meeting that a run left out."""
    explaining.work(run_id, request)


@huey.task()
@in_application
def revive_runs() -> None:
    """Put runs whose worker was killed into the queue again."""
    for run_id in runs.runs_to_revive(now=now()):
        make_timetable(run_id)


@periodic(crontab(minute="*"))
def revive_runs_every_half_minute() -> None:
    revive_runs()
    revive_runs.schedule(delay=30)


@huey.on_startup()
def revive_runs_after_a_restart() -> None:
    """A worker that comes back looks after what it, or another one, left behind, once that counts as dead."""
    revive_runs.schedule(delay=runs.STALE_AFTER.total_seconds() + 1)


@wakes("timetable")
def _make_soon(run_id: int) -> None:
    make_timetable(run_id)
