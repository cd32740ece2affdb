"""What is said on the day itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import Identified, Model
from rbc_events.meetings.models import MeetingParty


class Delay(Identified, Model):
    """A side says that it comes late to a meeting, or can't come (`minutes` is empty). What it says last counts."""

    __tablename__ = "delays"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("meeting_parties.id", ondelete="CASCADE"), unique=True)
    minutes: Mapped[int | None]
    said_at: Mapped[datetime]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    party: Mapped[MeetingParty] = relationship()
