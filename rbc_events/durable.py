"""Work that outlives its worker: a row says what was asked for and how far it is.

The queue only says that there is work. One worker claims a run and notes a heartbeat while it works. A run whose
heartbeat has stopped may be claimed again; from then on the first worker's notes are refused.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, LargeBinary, delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.jobs import wake_after_commit

log = logging.getLogger(__name__)


class Step(StrEnum):
    """The states that every kind of run has. A kind may have more of its own, for what happens to its result."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


GOING = (Step.QUEUED, Step.RUNNING)


class Stopped(Exception):
    """The run was given up, or another worker has it."""


class Ended(Conflict):
    message = _l("This has ended already.")


class Durable:
    """The columns of a run. Its model adds `state`, what was asked for, and what was found."""

    state: Any
    id: Any

    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_asked: Mapped[bool] = mapped_column(default=False)

    @property
    def going(self) -> bool:
        return self.state in GOING


class Printed(Durable):
    """The columns of a run that makes a file, some parts at a time: `done` of `total`."""

    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


def queue_run(run: Any, *, topic: str) -> None:
    """Add a run, and tell the worker of it once the transaction is committed."""
    db.session.add(run)
    db.session.flush()
    wake_after_commit(topic, run.id)


def cancel_run(run: Any, *, now: datetime) -> None:
    """Give a run up. One that a worker is at ends at its next heartbeat.

    Raises:
        Ended: there is nothing to stop any more.
    """
    lock(run)
    if not run.going:
        raise Ended
    if run.state == Step.QUEUED:
        run.state, run.finished_at = Step.CANCELLED, now
    run.cancel_asked = True
    db.session.flush()


def dead_runs(model: Any, *, now: datetime, lost_after: timedelta, stale_after: timedelta) -> Sequence[int]:
    """The numbers of the runs that the queue lost, or whose worker was killed: to be put into the queue again."""
    lost = (model.state == Step.QUEUED) & (model.created_at <= now - lost_after)
    dead = (model.state == Step.RUNNING) & (model.heartbeat_at <= now - stale_after)
    return db.session.scalars(select(model.id).where(or_(lost, dead))).all()


@dataclass(frozen=True)
class Claim:
    """A run as one worker has taken it. `since` tells it from the same run in another worker's hands later on."""

    model: Any
    run_id: int
    since: datetime

    def note(self, **values: Any) -> bool:
        """Write down how it stands with the run; the caller commits.

        False, and the transaction rolled back, where the run is in another worker's hands by now, was forgotten, or
        is to be given up, which is then written down and committed.
        """
        changed = update(self.model).where(*self._held(), ~self.model.cancel_asked)
        if db.session.scalar(changed.values(values).returning(self.model.id)) is not None:
            return True
        db.session.rollback()
        ended = {"state": Step.CANCELLED, "finished_at": values.get("heartbeat_at") or self.since}
        db.session.execute(update(self.model).where(*self._held(), self.model.cancel_asked).values(ended))
        db.session.commit()
        return False

    def proceed(self, **values: Any) -> None:
        """The same; the caller commits.

        Raises:
            Stopped: the run isn't this worker's any more.
        """
        if not self.note(**values):
            raise Stopped

    def _held(self) -> tuple[ColumnElement[bool], ...]:
        model = self.model
        return model.id == self.run_id, model.state == Step.RUNNING, model.started_at == self.since


def claim_run(model: Any, run_id: int, *, now: datetime, stale_after: timedelta, **values: Any) -> Claim | None:
    """Take a run that waits, or whose heartbeat has stopped; None where another worker is at it. The caller commits.

    `values`: what else the run begins with, such as its progress.
    """
    free = or_(model.state == Step.QUEUED, model.heartbeat_at <= now - stale_after)
    begun = {"state": Step.RUNNING, "started_at": now, "heartbeat_at": now, **values}
    taken = update(model).where(model.id == run_id, model.state.in_(GOING), free).values(begun).returning(model.id)
    if db.session.scalar(taken) is None:
        db.session.rollback()
        return None
    return Claim(model, run_id, now)


R = TypeVar("R", bound=Printed)

HEARD_OF = timedelta(minutes=1)
"""A printing that has not been heard of, or not been begun, for so long is taken to be dead or lost."""
KEPT_FOR = timedelta(days=7)
"""What was printed is forgotten after so long."""


@dataclass(frozen=True)
class Printings(Generic[R]):
    """The runs of one model that make a file.

    topic           what the worker is told
    given_up_after  one that has not ended after so long, because its worker kept dying, has failed
    """

    model: type[R]
    topic: str
    given_up_after: timedelta

    def last(self, *those: ColumnElement[bool]) -> R | None:
        """The run that was asked for last among those that the conditions name."""
        model: Any = self.model
        return db.session.scalars(select(model).where(*those).order_by(model.id.desc()).limit(1)).first()

    def replace(self, run: R, *those: ColumnElement[bool]) -> R:
        """Queue a run; those that the conditions name are forgotten, with what they made."""
        db.session.execute(delete(self.model).where(*those))
        queue_run(run, topic=self.topic)
        return run

    def forget_old(self, *, now: datetime) -> None:
        """Delete what was made and is of no use any more. Commits."""
        db.session.execute(delete(self.model).where(self.model.finished_at <= now - KEPT_FOR))
        db.session.commit()

    def to_revive(self, *, now: datetime) -> Sequence[int]:
        """The numbers of runs to put into the queue again. One that kept dying has failed. Commits."""
        given_up = (self.model.state.in_(GOING), self.model.created_at <= now - self.given_up_after)
        db.session.execute(update(self.model).where(*given_up).values(state=Step.FAILED, finished_at=now))
        db.session.commit()
        return dead_runs(self.model, now=now, lost_after=HEARD_OF, stale_after=HEARD_OF)

    def work(self, run_id: int, make: Callable[[Claim], bytes | None], *, clock: Callable[[], datetime]) -> None:
        """Do a run from beginning to end, in short transactions. Does nothing where another worker is at it.

        `make` returns the file, if any, and notes with `Claim.proceed` how far it is.
        """
        claim = claim_run(self.model, run_id, now=clock(), stale_after=HEARD_OF, done=0)
        if claim is None:
            return
        db.session.commit()
        try:
            content = make(claim)
            self._end(claim, state=Step.DONE, content=content, finished_at=clock())
        except Stopped:
            return
        except OperationalError:  # the database was locked for long: without a heartbeat the run is done again
            log.exception("%s: run %s begins anew", self.topic, run_id)
            db.session.rollback()
        except Exception:
            log.exception("%s: run %s failed", self.topic, run_id)
            db.session.rollback()
            self._end(claim, state=Step.FAILED, finished_at=clock())

    def _end(self, claim: Claim, **values: Any) -> None:
        claim.note(**values)
        db.session.commit()
