"""Wishes to meet, and not to."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model, Versioned, choice
from rbc_events.events.models import Event
from rbc_events.registration.models import Registration
from rbc_events.seeds.models import SeedVersion

if TYPE_CHECKING:
    from rbc_events.meetings.models.meetings import Meeting


class RequestState(StrEnum):
    PENDING = "pending"
    MUTUAL = "mutual"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PartyAnswer(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class MeetingRequest(Identified, Versioned, Model):
    """A wish to meet. It is mutual once every organisation in it has accepted; only then is there a meeting.

    `pair` is "lower registration:higher registration" while the request is open or mutual, and empty afterwards: the
    database lets one such request exist per pair, whoever asks first and however often.
    """

    __tablename__ = "meeting_requests"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # a coordinator, to both sides
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.PENDING)
    pair: Mapped[str | None] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    seed_version_id: Mapped[int | None] = mapped_column(ForeignKey("seed_versions.id"), index=True)  # what it is about
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    seed_version: Mapped[SeedVersion | None] = relationship()
    asked_by: Mapped[Registration | None] = relationship()
    parties: Mapped[list["RequestParty"]] = relationship(
        back_populates="request", order_by="RequestParty.id", cascade="all, delete-orphan"
    )
    meeting: Mapped["Meeting | None"] = relationship(back_populates="request")

    __table_args__ = (
        CheckConstraint("(pair IS NOT NULL) = (state IN ('pending', 'mutual'))", name="pair_while_open"),
        CheckConstraint("(asked_by_id IS NULL) <> (proposed_by_id IS NULL)", name="one_origin"),
    )


class RequestParty(Identified, Model):
    """One organisation's side of a request: its answer, its priority (1 first) and its words."""

    __tablename__ = "request_parties"
    __table_args__ = (
        UniqueConstraint("request_id", "registration_id"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("meeting_requests.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    answer: Mapped[PartyAnswer] = mapped_column(choice(PartyAnswer), default=PartyAnswer.PENDING)
    priority: Mapped[int] = mapped_column(default=2)
    note: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    request: Mapped[MeetingRequest] = relationship(back_populates="parties")
    registration: Mapped[Registration] = relationship()


class Veto(Model):
    """An organisation does not want to meet another one at this event. The other one never learns of it."""

    __tablename__ = "vetoes"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    vetoed_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
