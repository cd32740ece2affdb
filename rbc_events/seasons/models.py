"""Times that a coordinator offers to those who are to meet, who said which of them suit, and who works when."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model, Versioned, choice, db
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty, MeetingState

MOST_TIMES = 3


class OfferState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"  # a time suited all, and the meeting has it
    FAILED = "failed"  # none is left that suits all
    WITHDRAWN = "withdrawn"  # by a coordinator, or since others were offered instead


class TimeOffer(Identified, Model):
    """Up to three times for one meeting that has none yet. Its times are held: shown to staff, and block nobody.

    An offer lives only as long as its meeting waits for a time: whoever gives it one by hand, or calls it off, ends the
    offer too (`is_open`).
    """

    __tablename__ = "time_offers"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    offered_at: Mapped[datetime]
    own_place: Mapped[str]
    own_link: Mapped[str] = mapped_column(default="")
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(default="")

    meeting: Mapped[Meeting] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()
    times: Mapped[list["OfferedTime"]] = relationship(
        back_populates="offer", order_by="OfferedTime.starts_at", cascade="all, delete-orphan"
    )
    asked: Mapped[list["AskedParty"]] = relationship(
        back_populates="offer", order_by="AskedParty.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("own_place <> ''", name="place"),
        Index(
            "uq_time_offers_open",
            "meeting_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    @property
    def is_open(self) -> bool:
        return self.state == OfferState.OPEN and self.meeting.state == MeetingState.AGREED


class OfferedTime(Identified, Model):
    __tablename__ = "offered_times"
    __table_args__ = (
        UniqueConstraint("offer_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("time_offers.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    offer: Mapped[TimeOffer] = relationship(back_populates="times")


suiting_times = Table(
    "suiting_times",
    db.metadata,
    Column("asked_id", ForeignKey("asked_parties.id", ondelete="CASCADE"), primary_key=True),
    Column("time_id", ForeignKey("offered_times.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Which of the times suit a party that has answered."""


class AskedParty(Identified, Model):
    """One party of the meeting is asked which times suit; whoever of its people answers last is heard."""

    __tablename__ = "asked_parties"
    __table_args__ = (UniqueConstraint("offer_id", "party_id"),)

    offer_id: Mapped[int] = mapped_column(ForeignKey("time_offers.id", ondelete="CASCADE"))
    party_id: Mapped[int] = mapped_column(ForeignKey("meeting_parties.id", ondelete="CASCADE"), index=True)
    answered_at: Mapped[datetime | None]

    offer: Mapped[TimeOffer] = relationship(back_populates="asked")
    party: Mapped[MeetingParty] = relationship()
    suits: Mapped[list[OfferedTime]] = relationship(secondary=suiting_times, order_by="OfferedTime.starts_at")
    links: Mapped[list["OfferLink"]] = relationship(back_populates="asked", cascade="all, delete-orphan")


class OfferLink(Identified, Model):
    """What one mail's link stands for: answering for that party, and nothing else. Only a hash of its token is kept."""

    __tablename__ = "offer_links"

    asked_id: Mapped[int] = mapped_column(ForeignKey("asked_parties.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)

    asked: Mapped[AskedParty] = relationship(back_populates="links")


class WorkingHours(Identified, Versioned, Model):
    """When an organisation, or a coordinator at an event, can meet in a season: by their own zone's clock.

    Who has no row works as is usual where they are (`hours.usual`). All of it is read and written at once, so the week
    and the days are JSON.
    """

    __tablename__ = "working_hours"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint("(registration_id IS NULL) <> (user_id IS NULL)", name="organisation_or_person"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    time_zone: Mapped[str]
    country: Mapped[str] = mapped_column(default="")  # whose public holidays are off, ISO 3166-1; empty: none
    weekly: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)  # [weekday from 0, "09:00", "17:00"]
    days_off: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates
    worked_holidays: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates that aren't off after all
