from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import PersonName, User
from rbc_events.database import BothLanguages, Identified, Model, Versioned, choice
from rbc_events.durable import Printed, Step
from rbc_events.events.models import Event, Place, Slot
from rbc_events.registration.models import Registration


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
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
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


class Interpreter(Identified, PersonName, Model):
    """An interpreter hired for an event. `pairs` such as "ja-en fr-ja"; `most_minutes` a day, default six hours."""

    __tablename__ = "interpreters"
    __table_args__ = (UniqueConstraint("event_id", "email"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="ja")
    pairs: Mapped[str]
    most_minutes: Mapped[int] = mapped_column(default=360)
    longest_run_minutes: Mapped[int] = mapped_column(default=90)
    rest_minutes: Mapped[int] = mapped_column(default=30)
    note: Mapped[str] = mapped_column(default="")

    event: Mapped[Event] = relationship()
    unavailable: Mapped[list["InterpreterUnavailability"]] = relationship(cascade="all, delete-orphan")

    @property
    def language_pairs(self) -> tuple[tuple[str, str], ...]:
        """("ja", "en"), ("fr", "ja") for "ja-en fr-ja"."""
        pairs = (pair.partition("-") for pair in self.pairs.split())
        return tuple((first, second) for first, _dash, second in pairs if first and second)


class InterpreterUnavailability(Model):
    __tablename__ = "interpreter_unavailabilities"

    interpreter_id: Mapped[int] = mapped_column(ForeignKey("interpreters.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"), primary_key=True, index=True)


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
    double bookings through Occupancy. `published_*` is what participants were told and hold in their calendars.
    Publishing copies the one to the other and raises `sequence` (RFC 5545) for meetings that changed.
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
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slots.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id"), index=True)
    pinned: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    published_starts_at: Mapped[datetime | None]
    published_ends_at: Mapped[datetime | None]
    published_place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
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
    occupancies: Mapped[list["Occupancy"]] = relationship(back_populates="meeting", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("length BETWEEN 1 AND 48", name="length"),
        CheckConstraint("(slot_id IS NULL) = (place_id IS NULL)", name="slot_and_place"),
        CheckConstraint("state NOT IN ('agreed', 'cancelled') OR slot_id IS NULL", name="off_the_timetable"),
        CheckConstraint("state <> 'scheduled' OR slot_id IS NOT NULL", name="on_the_timetable"),
        CheckConstraint("NOT pinned OR slot_id IS NOT NULL", name="pinned_somewhere"),
    )

    @property
    def open(self) -> bool:
        return self.state in OPEN


class Attendance(StrEnum):
    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"


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


class Occupancy(Identified, Model):
    """A meeting takes one lane of one thing in one slot. The unique keys are what makes double booking impossible.

    Things: an organisation (as many lanes as it can hold meetings at once), a coordinator, a place, an interpreter.
    A meeting of three slots has three rows for each. A trigger refuses lanes beyond the thing's capacity.
    """

    __tablename__ = "occupancies"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"))
    lane: Mapped[int] = mapped_column(default=0)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id"))

    meeting: Mapped[Meeting] = relationship(back_populates="occupancies")
    slot: Mapped[Slot] = relationship()

    __table_args__ = (
        UniqueConstraint("slot_id", "registration_id", "lane"),
        UniqueConstraint("slot_id", "user_id", "lane"),
        UniqueConstraint("slot_id", "place_id", "lane"),
        UniqueConstraint("slot_id", "interpreter_id", "lane"),
        CheckConstraint(
            "(CASE WHEN registration_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN interpreter_id IS NULL THEN 0 ELSE 1 END)"
            " = 1",
            name="one_thing",
        ),
        CheckConstraint("lane >= 0", name="lane"),
        CheckConstraint("lane = 0 OR (user_id IS NULL AND interpreter_id IS NULL)", name="one_person_one_lane"),
    )


class CalendarAnswer(StrEnum):
    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"


class CalendarEntry(Identified, Model):
    """The ledger: what one recipient holds of one meeting, as far as we know."""

    __tablename__ = "calendar_entries"
    __table_args__ = (
        UniqueConstraint("meeting_id", "recipient"),
        Index("ix_calendar_entries_token", "token_hash", unique=True),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    recipient: Mapped[str]
    language: Mapped[str]
    token_hash: Mapped[str]  # of the token in this recipient's reply address
    method: Mapped[str]  # REQUEST or CANCEL, the last one written
    sequence: Mapped[int]  # the last one written to the outbox
    message_id: Mapped[str]
    written_at: Mapped[datetime]
    # What the last REQUEST said.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"))
    place_ja: Mapped[str] = mapped_column(default="", server_default="")
    place_en: Mapped[str] = mapped_column(default="", server_default="")
    join_url: Mapped[str] = mapped_column(default="", server_default="")
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreters.id", ondelete="SET NULL"))
    answer: Mapped[CalendarAnswer] = mapped_column(choice(CalendarAnswer), default=CalendarAnswer.NONE)
    answer_sequence: Mapped[int | None]
    answer_text: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    place = BothLanguages()
    meeting: Mapped[Meeting] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()


class FeedScope(StrEnum):
    DELEGATE = "delegate"
    ORGANISATION = "organisation"
    INTERPRETER = "interpreter"
    COORDINATOR = "coordinator"
    ROOM = "room"


class Feed(Identified, Model):
    """A private calendar address. Its token is kept hashed; revoking it ends it within the second."""

    __tablename__ = "feeds"
    __table_args__ = (Index("ix_feeds_subject", "event_id", "scope", "subject_id"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    scope: Mapped[FeedScope] = mapped_column(choice(FeedScope))
    subject_id: Mapped[int]  # of a delegate, registration, interpreter, user or place, as the scope says
    token_hash: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    tag: Mapped[str] = mapped_column(default="", server_default="")  # of what it showed when it was read last
    changed_at: Mapped[datetime | None]  # when that was first seen


class PrintPurpose(StrEnum):
    ARCHIVE = "archive"
    MAIL = "mail"


class PrintRun(Identified, Printed, Model):
    """Everybody's agendas, printed in the background: into one ZIP, or each delegate's own to them by mail.

    `total` and `done` count agendas; `content` is the ZIP.
    """

    __tablename__ = "print_runs"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[PrintPurpose] = mapped_column(choice(PrintPurpose))
    state: Mapped[Step] = mapped_column(choice(Step, "printstate"), default=Step.QUEUED)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    event: Mapped[Event] = relationship()
