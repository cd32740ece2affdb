"""Printing everybody's agenda in the background, some seconds' work: into one ZIP, or to each delegate by mail.

A run's row says everything: the queue only says that there is work. A run whose heartbeat has stopped is done again;
a mail's occasion says when it was asked for, so that nobody gets it twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, reading
from rbc_events.durable import GOING, Claim, claim_run, dead_runs, queue_run
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES
from rbc_events.meetings import printing
from rbc_events.meetings.models import PrintPurpose, PrintRun, PrintState
from rbc_events.meetings.printing import Document, Kind, Sheet

log = logging.getLogger(__name__)

AT_ONCE = 10  # sheets between two heartbeats, a few seconds' work
STALE_AFTER = timedelta(minutes=1)
"""A run that has not been heard of, or not been begun, for so long is taken to be dead or lost."""
GIVEN_UP_AFTER = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)


def ask_for_print(event: Event, purpose: PrintPurpose, *, actor: User, now: datetime) -> PrintRun:
    """Have the agendas printed; the run that is going on already where there is one, so that asking twice is harmless.

    An earlier run for the same purpose is forgotten, with its ZIP.
    """
    lock(event)
    last = last_run(event, purpose)
    if last is not None and last.going:
        return last
    db.session.execute(delete(PrintRun).where(PrintRun.event_id == event.id, PrintRun.purpose == purpose))
    run = PrintRun(event=event, purpose=purpose, asked_by_id=actor.id, created_at=now)
    queue_run(run, topic="printing")
    return run


def last_run(event: Event, purpose: PrintPurpose) -> PrintRun | None:
    runs = select(PrintRun).where(PrintRun.event_id == event.id, PrintRun.purpose == purpose)
    return db.session.scalars(runs.order_by(PrintRun.id.desc()).limit(1)).first()


def forget_old(*, now: datetime) -> None:
    """Delete what was printed and is of no use any more. Commits."""
    db.session.execute(delete(PrintRun).where(PrintRun.finished_at <= now - KEPT_FOR))
    db.session.commit()


def runs_to_revive(*, now: datetime) -> Sequence[int]:
    """The runs whose worker was killed, or that the queue lost. One that kept dying for an hour has failed. Commits."""
    given_up = (PrintRun.state.in_(GOING), PrintRun.created_at <= now - GIVEN_UP_AFTER)
    db.session.execute(update(PrintRun).where(*given_up).values(state=PrintState.FAILED, finished_at=now))
    db.session.commit()
    return dead_runs(PrintRun, now=now, lost_after=STALE_AFTER, stale_after=STALE_AFTER)


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it."""
    claim = claim_run(PrintRun, run_id, now=clock(), stale_after=STALE_AFTER, done=0)
    if claim is None:
        return
    run = db.session.get_one(PrintRun, run_id, populate_existing=True)
    job = _Job(claim, run.event_id, run.purpose, run.created_at)
    db.session.commit()
    try:
        _print(job, clock)
    except OperationalError:  # the database was locked for long: without a heartbeat the run is done again
        log.exception("printing the agendas of event %s begins anew", job.event_id)
        db.session.rollback()
    except Exception:
        log.exception("the agendas of event %s could not be printed", job.event_id)
        db.session.rollback()
        claim.note(state=PrintState.FAILED, finished_at=clock())
        db.session.commit()


@dataclass(frozen=True)
class _Job:
    """What a claimed run is to print."""

    claim: Claim
    event_id: int
    purpose: PrintPurpose
    asked_at: datetime


def _print(job: _Job, clock: Callable[[], datetime]) -> None:
    """Print, note how far it is and, where they are to be mailed, write the mails, some sheets at a time."""
    sheets = _sheets(job)
    job.claim.note(total=len(sheets))
    db.session.commit()
    documents: list[Document] = []
    for start in range(0, len(sheets), AT_ONCE):
        printed = _printed(job, sheets[start : start + AT_ONCE], clock())
        if not job.claim.note(done=start + len(printed), heartbeat_at=clock()):
            return
        if job.purpose == PrintPurpose.MAIL:
            _mail(job, printed, clock())
        else:
            documents += printed
        db.session.commit()
    content = printing.archive(documents) if documents else None
    job.claim.note(state=PrintState.DONE, content=content, finished_at=clock())
    db.session.commit()


def _mail(job: _Job, printed: list[Document], now: datetime) -> None:
    event = db.session.get_one(Event, job.event_id)
    # Not the run's number: SQLite gives that of a run that was forgotten to the next.
    occasion = f"agenda:{event.key}:{job.asked_at.isoformat()}"
    printing.mail_documents(event, printed, occasion=occasion, now=now)


def _sheets(job: _Job) -> list[Sheet]:
    """For the ZIP every sheet in both languages, for mail each delegate's in their own."""
    with reading():
        sheets = printing.sheets_of(db.session.get_one(Event, job.event_id))
        db.session.rollback()
    if job.purpose == PrintPurpose.MAIL:
        return [sheet for sheet in sheets if sheet.kind == Kind.DELEGATE]
    return [replace(sheet, language=code) for code in LANGUAGES for sheet in sheets]


def _printed(job: _Job, sheets: Sequence[Sheet], now: datetime) -> list[Document]:
    with reading():
        documents = printing.print_sheets(db.session.get_one(Event, job.event_id), sheets, now=now)
        db.session.rollback()
    return documents
