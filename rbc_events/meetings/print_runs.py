"""Printing everybody's agenda in the background, some seconds' work: into one ZIP, or to each delegate by mail.

A run's row says everything: the queue only says that there is work. A run whose heartbeat has stopped is done again;
a mail's occasion says when it was asked for, so that nobody gets it twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError

from rbc_events.accounts.models import User
from rbc_events.database import db, lock, reading
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
GOING = (PrintState.QUEUED, PrintState.RUNNING)
WANTED = "rbc_events.wanted_prints"


def ask_for_print(event: Event, purpose: PrintPurpose, *, actor: User, now: datetime) -> PrintRun:
    """Have the agendas printed; the run that is going on already where there is one, so that asking twice is harmless.

    An earlier run for the same purpose is forgotten, with its ZIP.
    """
    lock(event)
    last = last_run(event, purpose)
    if last is not None and last.state in GOING:
        return last
    db.session.execute(delete(PrintRun).where(PrintRun.event_id == event.id, PrintRun.purpose == purpose))
    run = PrintRun(event=event, purpose=purpose, asked_by_id=actor.id, created_at=now)
    db.session.add(run)
    db.session.flush()
    db.session.info.setdefault(WANTED, []).append(run.id)
    return run


def last_run(event: Event, purpose: PrintPurpose) -> PrintRun | None:
    runs = select(PrintRun).where(PrintRun.event_id == event.id, PrintRun.purpose == purpose)
    return db.session.scalars(runs.order_by(PrintRun.id.desc()).limit(1)).first()


def forget_old(*, now: datetime) -> None:
    """What was printed lies about no longer than it is of use. Commits."""
    db.session.execute(delete(PrintRun).where(PrintRun.finished_at <= now - KEPT_FOR))
    db.session.commit()


def dead_runs(*, now: datetime) -> list[int]:
    """The runs whose worker was killed, or that the queue lost. One that kept dying for an hour has failed. Commits."""
    given_up = (PrintRun.state.in_(GOING), PrintRun.created_at <= now - GIVEN_UP_AFTER)
    db.session.execute(update(PrintRun).where(*given_up).values(state=PrintState.FAILED, finished_at=now))
    db.session.commit()
    lost = (PrintRun.state == PrintState.QUEUED) & (PrintRun.created_at <= now - STALE_AFTER)
    dead = (PrintRun.state == PrintState.RUNNING) & (PrintRun.heartbeat_at <= now - STALE_AFTER)
    return list(db.session.scalars(select(PrintRun.id).where(or_(lost, dead))))


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it."""
    started = clock()
    free = or_(PrintRun.state == PrintState.QUEUED, PrintRun.heartbeat_at <= started - STALE_AFTER)
    claimed = update(PrintRun).where(PrintRun.id == run_id, PrintRun.state.in_(GOING), free)
    running = {"state": PrintState.RUNNING, "started_at": started, "heartbeat_at": started, "done": 0}
    run = db.session.scalars(claimed.values(running).returning(PrintRun)).one_or_none()
    claim = _Claim(run_id, run.event_id, run.purpose, run.created_at, started) if run is not None else None
    db.session.commit()
    if claim is None:
        return
    try:
        _print(claim, clock)
    except OperationalError:  # the database was locked for long: without a heartbeat the run is done again
        log.exception("printing the agendas of event %s begins anew", claim.event_id)
        db.session.rollback()
    except Exception:
        log.exception("the agendas of event %s could not be printed", claim.event_id)
        db.session.rollback()
        _note(claim, state=PrintState.FAILED, finished_at=clock())
        db.session.commit()


@dataclass(frozen=True)
class _Claim:
    """A run as one worker has taken it. `since` tells it from the same run in another worker's hands later on."""

    run_id: int
    event_id: int
    purpose: PrintPurpose
    asked_at: datetime
    since: datetime


def _print(claim: _Claim, clock: Callable[[], datetime]) -> None:
    """Print, note how far it is and, where they are to be mailed, write the mails, some sheets at a time."""
    sheets = _sheets(claim)
    _note(claim, total=len(sheets))
    db.session.commit()
    documents: list[Document] = []
    for start in range(0, len(sheets), AT_ONCE):
        printed = _printed(claim, sheets[start : start + AT_ONCE], clock())
        if not _note(claim, done=start + len(printed), heartbeat_at=clock()):
            return
        if claim.purpose == PrintPurpose.MAIL:
            _mail(claim, printed, clock())
        else:
            documents += printed
        db.session.commit()
    content = printing.archive(documents) if documents else None
    _note(claim, state=PrintState.DONE, content=content, finished_at=clock())
    db.session.commit()


def _mail(claim: _Claim, printed: list[Document], now: datetime) -> None:
    event = db.session.get_one(Event, claim.event_id)
    # Not the run's number: SQLite gives that of a run that was forgotten to the next.
    occasion = f"agenda:{event.key}:{claim.asked_at.isoformat()}"
    printing.mail_documents(event, printed, occasion=occasion, now=now)


def _sheets(claim: _Claim) -> list[Sheet]:
    """For the ZIP every sheet in both languages, for mail each delegate's in their own."""
    with reading():
        sheets = printing.sheets_of(db.session.get_one(Event, claim.event_id))
        db.session.rollback()
    if claim.purpose == PrintPurpose.MAIL:
        return [sheet for sheet in sheets if sheet.kind == Kind.DELEGATE]
    return [replace(sheet, language=code) for code in LANGUAGES for sheet in sheets]


def _printed(claim: _Claim, sheets: Sequence[Sheet], now: datetime) -> list[Document]:
    with reading():
        documents = printing.print_sheets(db.session.get_one(Event, claim.event_id), sheets, now=now)
        db.session.rollback()
    return documents


def _note(claim: _Claim, **values: Any) -> bool:
    """Write down how it stands with the run; False where it is in another worker's hands by now, or forgotten."""
    held = (PrintRun.id == claim.run_id, PrintRun.state == PrintState.RUNNING, PrintRun.started_at == claim.since)
    noted = db.session.execute(update(PrintRun).where(*held).values(values).returning(PrintRun.id)).first()
    if noted is None:
        db.session.rollback()
    return noted is not None
