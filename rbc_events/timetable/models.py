from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model, choice
from rbc_events.durable import Durable
from rbc_events.events.models import Event
from rbc_events.registration.models import Registration


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"  # a plan is there and can be applied
    APPLIED = "applied"
    STALE = "stale"  # the event changed meanwhile; the plan can't be applied
    CANCELLED = "cancelled"
    FAILED = "failed"


class ScheduleRun(Identified, Durable, Model):
    """One run of the scheduler in a process of its own: what it read, how far it is, what it found."""

    __tablename__ = "schedule_runs"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    state: Mapped[RunState] = mapped_column(choice(RunState), default=RunState.QUEUED)
    revision: Mapped[int]  # of the event when the input was read
    time_limit: Mapped[int]  # seconds
    seed: Mapped[int] = mapped_column(default=0)
    keep_published: Mapped[bool] = mapped_column(default=False)  # meetings that participants were told of stay
    aims: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what `aims.Aims` holds
    # By meeting left out: {"asked_at"} while the cheapest change is looked for, then what was found.
    explanations: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # {"level", "value", "bound", "gap"}
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)  # plan with certificate
    fault: Mapped[str] = mapped_column(default="")

    event: Mapped[Event] = relationship()
    asked_by: Mapped[User] = relationship()


class Rivals(Model):
    """Two organisations of an event that are kept apart: they never meet anybody in the same block and room."""

    __tablename__ = "rivals"
    __table_args__ = (CheckConstraint("first_id < second_id", name="each_pair_once"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    first: Mapped[Registration] = relationship(foreign_keys=[first_id])
    second: Mapped[Registration] = relationship(foreign_keys=[second_id])


class Move(Identified, Model):
    """What somebody did on the board in one go, kept so that it can be taken back and others see who did what.

    `steps`: {"meeting", "before", "after"}, where a meeting stood: {"slot", "place", "interpreter", "pinned"}, or null
    for one without a time. `revision`: the event's once it was done, taken back or done again.
    """

    __tablename__ = "timetable_moves"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    revision: Mapped[int]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    actor: Mapped[User] = relationship()

    __table_args__ = (Index(None, "event_id", "revision"),)
