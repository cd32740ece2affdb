"""Meetings, who meets, and what each takes from when to when."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model, Versioned, choice, db
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.models.interpreters import Interpreter
from rbc_events.meetings.models.requests import MeetingRequest
from rbc_events.registration.models import Delegate, Registration


class MeetingState(StrEnum):
    AGREED = "agreed"
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


OPEN = (MeetingState.AGREED, MeetingState.SCHEDULED)
"""A meeting is neither called off nor has it been recorded what became of it."""


class Meeting(Identified, Versioned, Model):
    """A one-to-one meeting that both sides agreed to (or that a coordinator put in with both sides' consent).

    `slot`, `place`, `interpreter` are the working timetable, which coordinators see; the database keeps it free of
    double bookings through Booking. `published_*` is what participants were told and hold in their calendars.
    Publishing copies the one to the other and raises `sequence` (RFC 5545) for meetings that changed.
    A meeting on the timetable has a time, `starts_at` to `ends_at`: that of the slots which it takes, from `slot` on,
    or one of its own, and then it is where `own_place` says, and joined by `own_link` if there is one.
    """

    __tablename__ = "meetings"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_requests.id"), unique=True)
    uid: Mapped[str] = mapped_column(unique=True)  # the calendar's UID, never changed
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState), default=MeetingState.AGREED)
    length: Mapped[int] = mapped_column(default=1)  # slots
    must: Mapped[bool] = mapped_column(default=False)
    online: Mapped[bool] = mapped_column(default=False)
    needs_interpreter: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id"), index=True)
    own_place: Mapped[str] = mapped_column(default="", server_default="")
    own_link: Mapped[str] = mapped_column(default="", server_default="")
    pinned: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    published_starts_at: Mapped[datetime | None]
    published_ends_at: Mapped[datetime | None]
    published_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    published_own_place: Mapped[str] = mapped_column(default="", server_default="")
    published_own_link: Mapped[str] = mapped_column(default="", server_default="")
    published_interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id"))
    published_at: Mapped[datetime | None]
    minutes: Mapped[str] = mapped_column(default="")  # staff's notes of what was said
    consent_note: Mapped[str] = mapped_column(default="")  # both sides' recorded consent, where there was no request
    cancelled_reason: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    event: Mapped[Event] = relationship()
    request: Mapped[MeetingRequest | None] = relationship(back_populates="meeting")
    slot: Mapped[Slot | None] = relationship()
    place: Mapped[Place | None] = relationship(foreign_keys=[place_id])
    interpreter: Mapped[Interpreter | None] = relationship(foreign_keys=[interpreter_id])
    published_place: Mapped[Place | None] = relationship(foreign_keys=[published_place_id])
    published_interpreter: Mapped[Interpreter | None] = relationship(foreign_keys=[published_interpreter_id])
    parties: Mapped[list["MeetingParty"]] = relationship(
        back_populates="meeting", order_by="MeetingParty.id", cascade="all, delete-orphan"
    )
    bookings: Mapped[list["Booking"]] = relationship(back_populates="meeting", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("length BETWEEN 1 AND 48", name="length"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="whole_time"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        CheckConstraint("(slot_id IS NULL) = (place_id IS NULL)", name="slot_and_place"),
        CheckConstraint("slot_id IS NULL OR starts_at IS NOT NULL", name="time_of_slot"),
        CheckConstraint(
            "(own_place <> '') = (starts_at IS NOT NULL AND slot_id IS NULL)", name="own_place_of_own_time"
        ),
        CheckConstraint("own_link = '' OR own_place <> ''", name="own_link_of_own_place"),
        CheckConstraint("state NOT IN ('agreed', 'cancelled') OR starts_at IS NULL", name="off_the_timetable"),
        CheckConstraint("state <> 'scheduled' OR starts_at IS NOT NULL", name="on_the_timetable"),
        CheckConstraint("NOT pinned OR slot_id IS NOT NULL", name="pinned_somewhere"),
    )

    @property
    def has_own_time(self) -> bool:
        """Whether it is at a time outside the event's slots, which its timetable doesn't decide."""
        return self.starts_at is not None and self.slot_id is None

    @property
    def open(self) -> bool:
        return self.state in OPEN


class Attendance(StrEnum):
    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"


absences = Table(
    "absences",
    db.metadata,
    Column("party_id", ForeignKey("meeting_parties.id", ondelete="CASCADE"), primary_key=True),
    Column("delegate_id", ForeignKey("delegates.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Which of an organisation's delegates don't go to a meeting. Without a row all do, those who join later, too."""


class MeetingParty(Identified, Model):
    """Who meets: organisations, and a coordinator as the third party where one sits in."""

    __tablename__ = "meeting_parties"
    __table_args__ = (
        UniqueConstraint("meeting_id", "registration_id"),
        UniqueConstraint("meeting_id", "user_id"),
        CheckConstraint("(registration_id IS NULL) <> (user_id IS NULL)", name="organisation_or_person"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("minutes_late BETWEEN 0 AND 1440", name="minutes_late"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    attendance: Mapped[Attendance] = mapped_column(choice(Attendance), default=Attendance.UNKNOWN)
    minutes_late: Mapped[int | None]
    rating: Mapped[int | None]  # 1 to 5, by the organisation itself, if it wants to

    meeting: Mapped[Meeting] = relationship(back_populates="parties")
    registration: Mapped[Registration | None] = relationship()
    user: Mapped[User | None] = relationship()
    absent: Mapped[list[Delegate]] = relationship(secondary=absences)
    seen: Mapped[list["PersonSeen"]] = relationship(back_populates="party", cascade="all, delete-orphan")

    @property
    def goes(self) -> list[Delegate]:
        """The delegates of the organisation who go to the meeting."""
        return [each for each in self.registration.delegates if each not in self.absent] if self.registration else []


class PersonSeen(Model):
    """Whether one of a side's people came to the meeting; without a row nobody has said."""

    __tablename__ = "people_seen"
    __table_args__ = (CheckConstraint("minutes_late BETWEEN 0 AND 1440", name="minutes_late"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("meeting_parties.id", ondelete="CASCADE"), primary_key=True)
    delegate_id: Mapped[int] = mapped_column(
        ForeignKey("delegates.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    attendance: Mapped[Attendance] = mapped_column(choice(Attendance))
    minutes_late: Mapped[int | None]

    party: Mapped[MeetingParty] = relationship(back_populates="seen")
    delegate: Mapped[Delegate] = relationship()


class Booking(Identified, Model):
    """From one instant to another a meeting takes one lane of one thing. The database refuses two bookings of a lane
    that overlap, whichever events they are of.

    Things: an organisation (as many lanes as it can hold meetings at once, at the meeting's event), a person (who sits
    in as coordinator, or interprets), a place, an interpreter who has no account any more. A trigger refuses lanes
    beyond the thing's capacity.
    """

    __tablename__ = "bookings"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    lane: Mapped[int] = mapped_column(default=0)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id"))

    meeting: Mapped[Meeting] = relationship(back_populates="bookings")

    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN interpreter_id IS NULL THEN 0 ELSE 1 END)"
            " = 1",
            name="one_thing",
        ),
        CheckConstraint("lane >= 0", name="lane"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index(None, "organisation_id", "starts_at"),
        Index(None, "user_id", "starts_at"),
        Index(None, "place_id", "starts_at"),
        Index(None, "interpreter_id", "starts_at"),
    )
