"""Printing everybody's agenda in the background, some seconds' work: into one ZIP, or to each delegate by mail.

A run whose heartbeat has stopped is done again; a mail's occasion says when the run was asked for, so that nobody gets
it twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, reading
from rbc_events.durable import Claim, Printings
from rbc_events.events.models import Event
from rbc_events.i18n import LANGUAGES
from rbc_events.meetings import printing
from rbc_events.meetings.models import PrintPurpose, PrintRun
from rbc_events.meetings.printing import Document, Kind, Sheet

AT_ONCE = 10  # sheets between two heartbeats, a few seconds' work
AGENDAS = Printings(PrintRun, topic="printing", given_up_after=timedelta(hours=1))


def ask_for_print(event: Event, purpose: PrintPurpose, *, actor: User, now: datetime) -> PrintRun:
    """Have the agendas printed; the run that is going on already where there is one, so that asking twice is harmless.

    An earlier run for the same purpose is forgotten, with its ZIP.
    """
    lock(event)
    last = last_run(event, purpose)
    if last is not None and last.going:
        return last
    run = PrintRun(event=event, purpose=purpose, asked_by_id=actor.id, created_at=now)
    return AGENDAS.replace(run, *_of(event, purpose))


def last_run(event: Event, purpose: PrintPurpose) -> PrintRun | None:
    return AGENDAS.last(*_of(event, purpose))


def _of(event: Event, purpose: PrintPurpose) -> tuple[ColumnElement[bool], ...]:
    return PrintRun.event_id == event.id, PrintRun.purpose == purpose


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Print the agendas. Does nothing where another worker is at it. Commits."""
    AGENDAS.work(run_id, lambda claim: _print(_job(claim), clock), clock=clock)


@dataclass(frozen=True)
class _Job:
    """What a claimed run is to print."""

    claim: Claim
    event_id: int
    purpose: PrintPurpose
    asked_at: datetime


def _job(claim: Claim) -> _Job:
    run = db.session.get_one(PrintRun, claim.run_id, populate_existing=True)
    job = _Job(claim, run.event_id, run.purpose, run.created_at)
    db.session.commit()
    return job


def _print(job: _Job, clock: Callable[[], datetime]) -> bytes | None:
    """Print, note how far it is and, where they are to be mailed, write the mails, some sheets at a time."""
    sheets = _sheets(job)
    job.claim.proceed(total=len(sheets))
    db.session.commit()
    documents: list[Document] = []
    for start in range(0, len(sheets), AT_ONCE):
        printed = _printed(job, sheets[start : start + AT_ONCE], clock())
        job.claim.proceed(done=start + len(printed), heartbeat_at=clock())
        if job.purpose == PrintPurpose.MAIL:
            _mail(job, printed, clock())
        else:
            documents += printed
        db.session.commit()
    return printing.archive(documents) if documents else None


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
