"""Printing a report in the background: of a year with many events it takes some seconds."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, reading
from rbc_events.durable import GOING, Claim, Step, claim_run, dead_runs, queue_run
from rbc_events.events.models import Event
from rbc_events.i18n import in_language
from rbc_events.reports.models import ReportRun
from rbc_events.reports.printing import Report, prepare_report, print_report
from rbc_events.reports.selecting import select_for

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=1)
"""A run that has not been heard of, or not been begun, for so long is taken to be dead or lost."""
GIVEN_UP_AFTER = timedelta(minutes=30)
KEPT_FOR = timedelta(days=7)


class Stopped(Exception):
    """The run was given up, or another worker has it."""


def ask_for_report(
    actor: User, *, language: str, fiscal_year: int | None, event: Event | None, now: datetime
) -> ReportRun:
    """Have a report printed; the run that is going on already where it is of the same. An earlier one is forgotten."""
    lock(actor)
    last = last_run(actor)
    wanted = (language, fiscal_year, event.id if event else None)
    if last is not None and last.going and (last.language, last.fiscal_year, last.event_id) == wanted:
        return last
    db.session.execute(delete(ReportRun).where(ReportRun.asked_by_id == actor.id))
    run = ReportRun(asked_by_id=actor.id, language=language, fiscal_year=fiscal_year, event=event, created_at=now)
    queue_run(run, topic="reports")
    return run


def last_run(actor: User) -> ReportRun | None:
    """Each person sees their own report: others may view other events."""
    runs = select(ReportRun).where(ReportRun.asked_by_id == actor.id).order_by(ReportRun.id.desc())
    return db.session.scalars(runs.limit(1)).first()


def forget_old(*, now: datetime) -> None:
    """Commits."""
    db.session.execute(delete(ReportRun).where(ReportRun.finished_at <= now - KEPT_FOR))
    db.session.commit()


def runs_to_revive(*, now: datetime) -> Sequence[int]:
    """The runs whose worker was killed, or that the queue lost. One that kept dying has failed. Commits."""
    given_up = (ReportRun.state.in_(GOING), ReportRun.created_at <= now - GIVEN_UP_AFTER)
    db.session.execute(update(ReportRun).where(*given_up).values(state=Step.FAILED, finished_at=now))
    db.session.commit()
    return dead_runs(ReportRun, now=now, lost_after=STALE_AFTER, stale_after=STALE_AFTER)


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it."""
    claim = claim_run(ReportRun, run_id, now=clock(), stale_after=STALE_AFTER, done=0)
    if claim is None:
        return
    db.session.commit()
    try:
        _print(claim, clock)
    except Stopped:
        return
    except OperationalError:  # the database was locked for long: without a heartbeat the run is done again
        log.exception("printing report %s begins anew", run_id)
        db.session.rollback()
    except Exception:
        log.exception("report %s could not be printed", run_id)
        db.session.rollback()
        claim.note(state=Step.FAILED, finished_at=clock())
        db.session.commit()


def _print(claim: Claim, clock: Callable[[], datetime]) -> None:
    with reading():
        run = db.session.get_one(ReportRun, claim.run_id, populate_existing=True)
        with in_language(run.language):
            report = _prepared(run)
        code = run.language
        db.session.rollback()
    _note(claim, total=report.total, heartbeat_at=clock())
    with in_language(code):
        tell = lambda done: _note(claim, done=done, heartbeat_at=clock())  # noqa: E731
        content = print_report(report, now=clock(), tell=tell)
    _note(claim, state=Step.DONE, content=content, finished_at=clock())


def _prepared(run: ReportRun) -> Report:
    """With what the person may view by now."""
    key = run.event.key if run.event else ""
    return prepare_report(select_for(run.asked_by, year=run.fiscal_year, key=key))


def _note(claim: Claim, **values: object) -> None:
    if not claim.note(**values):
        raise Stopped
    db.session.commit()
