"""Mails that came in and that a person has to look at, or that are kept because they tell something."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model, choice
from rbc_events.events.models import Event
from rbc_events.meetings.models.calendars import CalendarAnswer, CalendarEntry


class MailKind(StrEnum):
    """What a mail is, as far as a program can tell, and so why a person has to look at it."""

    WORDS = "words"
    ANSWER = "answer"  # of the invitee, but to nothing that stands
    OF_ANOTHER = "of_another"  # an answer of somebody who wasn't invited
    DELEGATED = "delegated"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    REPORT = "report"  # of a mail that didn't arrive, but of none that we know
    MEMBER = "member"  # of a list that the mail went to, or behind an address that forwards: one of several
    COMPLAINT = "complaint"
    ABSENCE = "absence"


NOTED = (MailKind.ABSENCE,)
"""Kinds that are kept to be looked up, and wait for nobody."""


class Settlement(StrEnum):
    """What was done with a mail."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    OTHER_TIME = "other_time"
    ANSWERED = "answered"
    FORWARDED = "forwarded"
    DONE = "done"


class IncomingMail(Identified, Model):
    """A mail as it came, what could be read of it, and what was done with it.

    `entry` is the invitation that it belongs to, if any. `said`, `said_by`, `note` and the times are what a calendar in
    it says; of a report `said_by` is the address that it is about, and `note` the server's words. Mails fetched from a
    mailbox know their place there (`uid_validity`, `uid`): they stay unread and flagged until they are settled, and
    `marked` says that the mailbox has been told.
    """

    __tablename__ = "incoming_mails"
    __table_args__ = (
        Index("ix_incoming_mails_open", "settled_at", "event_id"),
        Index("ix_incoming_mails_event_id", "event_id"),
        Index("ix_incoming_mails_entry_id", "entry_id"),
    )

    digest: Mapped[str] = mapped_column(unique=True)  # of the content: the same mail is kept once
    kind: Mapped[MailKind] = mapped_column(choice(MailKind))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_entries.id", ondelete="SET NULL"))
    received_at: Mapped[datetime]
    sender: Mapped[str]
    sender_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    message_id: Mapped[str] = mapped_column(default="")
    said: Mapped[CalendarAnswer] = mapped_column(choice(CalendarAnswer, "said"), default=CalendarAnswer.NONE)
    said_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    marked: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settlement: Mapped[Settlement | None] = mapped_column(choice(Settlement))

    event: Mapped[Event | None] = relationship()
    entry: Mapped[CalendarEntry | None] = relationship()


class MailboxPosition(Identified, Model):
    """How far a mailbox was read: each mail up to this place was fetched, or was there before the first time."""

    __tablename__ = "mailbox_positions"

    name: Mapped[str] = mapped_column(unique=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
