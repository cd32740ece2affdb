"""What people hold of meetings: entries in calendars, private calendar addresses, printed agendas."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import BothLanguages, Identified, Model, choice
from rbc_events.durable import Printed, Step
from rbc_events.events.models import Event
from rbc_events.meetings.models.interpreters import Interpreter
from rbc_events.meetings.models.meetings import Meeting


class CalendarAnswer(StrEnum):
    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"


TROUBLE = (CalendarAnswer.DECLINED, CalendarAnswer.COUNTER)
"""Answers after which a meeting can't be held as it stands."""


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
    answer_stamp: Mapped[datetime | None]  # when the answer was written (DTSTAMP): of two, the later counts
    answer_shared: Mapped[bool] = mapped_column(default=False, server_default=false())  # the other side may read why
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # when a coordinator had dealt with a decline or a proposal

    place = BothLanguages()

    @property
    def stays_away(self) -> bool:
        """Whether the recipient can't come, or not then, as their answer says; dealt with or not."""
        return self.method == "REQUEST" and self.answer in TROUBLE

    @property
    def troubled(self) -> bool:
        """Whether the recipient can't come, or not then, and nobody has dealt with it."""
        return self.stays_away and self.settled_at is None

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
