"""Background work of reports."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.jobs import huey, in_application, periodic, wakes
from rbc_events.reports import report_runs


@huey.task()
@in_application
def print_report(run_id: int) -> None:
    report_runs.work(run_id, clock=now)


@periodic(crontab(minute="*"))
@in_application
def revive_reports() -> None:
    """Put reports into the queue again whose worker was killed, or that the queue lost; forget what is old."""
    report_runs.REPORTS.forget_old(now=now())
    for run_id in report_runs.REPORTS.to_revive(now=now()):
        print_report(run_id)


@wakes("reports")
def _print_soon(run_id: int) -> None:
    print_report(run_id)
