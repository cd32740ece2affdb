"""Checking and importing an uploaded sheet: asking for it, doing it, in the request or by the worker.

A run's row says everything: the queue only says that there is work. A run that has not been heard of is done again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from rbc_events import confined
from rbc_events.accounts.models import User
from rbc_events.application import settings
from rbc_events.database import db, lock, write_anew
from rbc_events.durable import Claim, Step, claim_run, dead_runs
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.jobs import wake_after_commit
from rbc_events.sheet_import.kept import KEPT
from rbc_events.sheet_import.models import Purpose, SheetRun
from rbc_events.sheet_import.performing import perform

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Rows that are checked and imported while the browser waits, a second or two; more go to the worker."""
STALE_AFTER = timedelta(minutes=3)
"""A run that has not been heard of for so long is taken to be dead, one not begun to be lost by the queue."""


class UnderWay(Conflict):
    message = _l("This sheet is being worked on already. Please wait until that is done.")


def keep_run(event: Event, kind: str, digest: str, *, actor: User, now: datetime, **table: Any) -> SheetRun:
    """A first check of a sheet that was just uploaded; what was found before about the same file is forgotten.

    `table`: the file's `rows` and `columns`, and the columns `chosen` for them.

    Raises:
        UnderWay
    """
    lock(event)
    old = find_run(event, kind, digest)
    if old is not None and old.going:
        raise UnderWay
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    run = SheetRun(
        event=event, kind=kind, digest=digest, purpose=Purpose.CHECK, asked_by_id=actor.id, created_at=now, **table
    )
    db.session.add(run)
    db.session.flush()
    _wake_for(run)
    return run


def ask_again(run: SheetRun, purpose: Purpose, chosen: Mapping[str, str], *, actor: User, now: datetime) -> None:
    """Have the sheet checked with other columns, or imported.

    Raises:
        UnderWay
    """
    lock(run)
    if run.going:
        raise UnderWay
    run.purpose, run.chosen, run.state, run.done, run.report = purpose, dict(chosen), Step.QUEUED, 0, {}
    run.asked_by_id, run.created_at, run.started_at, run.heartbeat_at, run.finished_at = actor.id, now, None, None, None
    db.session.flush()
    _wake_for(run)


def _wake_for(run: SheetRun) -> None:
    if run.rows > MOST_AT_ONCE:
        wake_after_commit("sheets", run.id)


def find_run(event: Event, kind: str, digest: str) -> SheetRun | None:
    return db.session.scalar(select(SheetRun).filter_by(event_id=event.id, kind=kind, digest=digest))


def budget(rows: int) -> confined.Budget:
    """Some ten times what it usually takes: see docs/import.md."""
    return confined.Budget(seconds=20 + rows / 50, megabytes=1024)


def work(run_id: int, *, clock: Callable[[], datetime]) -> None:
    """Do a run in a process of its own, outside any transaction. Does nothing where another worker is at it.

    Raises:
        confined.Busy: it stays in the queue.
    """
    write_anew()
    claim = claim_run(SheetRun, run_id, now=clock(), stale_after=STALE_AFTER, done=0)
    if claim is None:
        return
    rows = db.session.get_one(SheetRun, run_id).rows
    db.session.commit()

    def hear(done: int) -> None:
        _note(claim, done=done, heartbeat_at=clock())

    try:
        report = confined.run_told(hear, budget(rows), perform, settings(), run_id, claim.since)
    except confined.Busy:
        _note(claim, state=Step.QUEUED)
        raise
    except Exception:
        log.exception("the sheet of run %s could not be worked on", run_id)
        _note(claim, state=Step.FAILED, finished_at=clock())
    else:
        _note(claim, state=Step.DONE, report=report, finished_at=clock())


def _note(claim: Claim, **values: Any) -> None:
    """Write down how it stands with the run. A process that imported has written that down by itself already."""
    write_anew()
    claim.note(**values)
    db.session.commit()


def runs_to_revive(*, now: datetime) -> Sequence[int]:
    return dead_runs(SheetRun, now=now, lost_after=STALE_AFTER, stale_after=STALE_AFTER)


def forget_old(*, now: datetime) -> None:
    """What was found goes with the file. Commits."""
    db.session.execute(delete(SheetRun).where(SheetRun.created_at <= now - KEPT))
    db.session.commit()
