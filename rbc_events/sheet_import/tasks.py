"""Work on uploaded sheets: small ones in the request, large ones in the background."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.confined import Busy
from rbc_events.jobs import huey, in_application, periodic, wakes
from rbc_events.sheet_import import runs
from rbc_events.sheet_import.models import SheetRun


@huey.task()
@in_application
def work_on_sheet(run_id: int) -> None:
    try:
        runs.work(run_id, clock=now)
    except Busy:  # it stands in the queue, where the next minutes' look finds it
        return


@wakes("sheets")
def _work_soon(run_id: int) -> None:
    work_on_sheet(run_id)


def begin(run: SheetRun) -> None:
    """Do what has just been committed, where it is small; the worker knows already of what is large."""
    if run.rows <= runs.MOST_AT_ONCE:
        try:
            runs.work(run.id, clock=now)
        except Busy:
            work_on_sheet(run.id)


@periodic(crontab(minute="*"))
@in_application
def revive_sheets() -> None:
    """Put sheets into the queue again whose process was killed, or that the queue lost; forget what is old."""
    runs.forget_old(now=now())
    for run_id in runs.runs_to_revive(now=now()):
        work_on_sheet(run_id)
