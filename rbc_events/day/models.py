"""What is said on the day itself."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import BothLanguages, Identified, Model
from rbc_events.events.models import Event
from rbc_events.meetings.models import MeetingParty
from rbc_events.registration.models import Delegate, Registration

_GOOD = text("revoked_at IS NULL")


class Delay(Identified, Model):
    """A side says that it comes late to a meeting, or can't come (`minutes` is empty). What it says last counts."""

    __tablename__ = "delays"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("meeting_parties.id", ondelete="CASCADE"), unique=True)
    minutes: Mapped[int | None]
    said_at: Mapped[datetime]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    party: Mapped[MeetingParty] = relationship()


class Badge(Identified, Model):
    """A badge that was printed for somebody. Its code is worked out from the secret key and kept nowhere; a person has
    one that is good, and one that was lost is revoked."""

    __tablename__ = "badges"
    __table_args__ = (Index("uq_badges_good", "delegate_id", unique=True, sqlite_where=_GOOD, postgresql_where=_GOOD),)

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegates.id", ondelete="CASCADE"), index=True)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    delegate: Mapped[Delegate] = relationship()


class CheckIn(Identified, Model):
    """Somebody has come to the event on a day of its time zone."""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("delegate_id", "day"),)

    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegates.id", ondelete="CASCADE"))
    day: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    delegate: Mapped[Delegate] = relationship()


class Board(Identified, Model):
    """An address at which a screen in the foyer shows what is on, without signing in, until it is revoked.

    `names`: whether organisations are named whose taking part may be known to the public. Two at one table can then be
    seen to meet, which is why staff decide it for each board.
    """

    __tablename__ = "boards"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    names: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()


class OwnNote(Identified, Model):
    """What one person keeps of a meeting: a note for themselves, and the next step, which the event's staff read."""

    __tablename__ = "own_notes"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Message(Identified, Model):
    """A message between the event's staff and an organisation that registers or takes part: each has one thread.

    What staff write stands in both languages, what an organisation writes in the one that it chose.
    """

    __tablename__ = "messages"
    __table_args__ = (CheckConstraint("text_ja <> '' OR text_en <> ''", name="not_empty"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    from_staff: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    subject_ja: Mapped[str] = mapped_column(default="")
    subject_en: Mapped[str] = mapped_column(default="")
    text_ja: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    subject = BothLanguages()
    text = BothLanguages()

    registration: Mapped[Registration] = relationship()
    by: Mapped[User | None] = relationship()
