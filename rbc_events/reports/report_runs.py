"""Printing a report in the background: of a year with many events it takes some seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, reading
from rbc_events.durable import Claim, Printings
from rbc_events.events.models import Event
from rbc_events.i18n import in_language
from rbc_events.reports.models import ReportRun
from rbc_events.reports.printing import Report, prepare_report, print_report
from rbc_events.reports.selecting import select_for

REPORTS = Printings(ReportRun, topic="reports", given_up_after=timedelta(minutes=30))


def ask_for_report(
    actor: User, *, language: str, fiscal_year: int | None, event: Event | None, now: datetime
) -> ReportRun:
    """Have a report printed. A run of the same report that is going on is returned as it is; otherwise a new one is
    queued, and the person's earlier ones are deleted with their files."""
    lock(actor)
    last = last_run(actor)
    wanted = (language, fiscal_year, event.id if event else None)
    if last is not None and last.going and (last.language, last.fiscal_year, last.event_id) == wanted:
        return last
    run = ReportRun(asked_by_id=actor.id, language=language, fiscal_year=fiscal_year, event=event, created_at=now)
    return REPORTS.replace(run, ReportRun.asked_by_id == actor.id)


def last_run(actor: User) -> ReportRun | None:
    """Each person sees their own report: others may view other events."""
    return REPORTS.last(ReportRun.asked_by_id == actor.id)


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Print the report. Does nothing where another worker is at it. Commits."""
    REPORTS.work(run_id, lambda claim: _print(claim, clock), clock=clock)


def _print(claim: Claim, clock: Callable[[], datetime]) -> bytes:
    with reading():
        run = db.session.get_one(ReportRun, claim.run_id, populate_existing=True)
        with in_language(run.language):
            report = _prepared(run)
        code = run.language
        db.session.rollback()
    _note(claim, total=report.total, heartbeat_at=clock())
    with in_language(code):
        tell = lambda done: _note(claim, done=done, heartbeat_at=clock())  # noqa: E731
        return print_report(report, now=clock(), tell=tell)


def _prepared(run: ReportRun) -> Report:
    """The report with what the person may view now, which may be less than when it was asked for."""
    key = run.event.key if run.event else ""
    return prepare_report(select_for(run.asked_by, year=run.fiscal_year, key=key))


def _note(claim: Claim, **values: object) -> None:
    claim.proceed(**values)
    db.session.commit()
