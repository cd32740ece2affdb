from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.calendars.causes import Cause
from rbc_events.database import Identified, Model, choice


class Delivery(StrEnum):
    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    AWAITING_RETRY = "awaiting_retry"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"


class OutboxMessage(Identified, Model):
    """One mail to one recipient, written in the transaction that gives the reason for it.

    `content` is the finished message, fixed Message-ID included: a second try after a crash sends the same bytes.
    `occasion` says what the mail is about and to whom; the same occasion is never written twice.
    `secret`: the content holds a single-use link, and goes once the mail has been sent or given up.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_due", "state", "due_at"),)

    occasion: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    secret: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Delivery] = mapped_column(choice(Delivery), default=Delivery.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]  # as a delivery report says
    fault: Mapped[str] = mapped_column(default="")

    @property
    def can_be_sent_again(self) -> bool:
        waits = self.state == Delivery.AWAITING_RETRY
        return waits or (self.state in (Delivery.FAILED, Delivery.BOUNCED) and not self.secret)


class FailingAddress(Identified, Model):
    """An address from which a mail of ours came back. The row goes when a mail arrives there after all."""

    __tablename__ = "failing_addresses"

    address: Mapped[str] = mapped_column(unique=True)  # in small letters
    cause: Mapped[Cause] = mapped_column(choice(Cause))
    words: Mapped[str] = mapped_column(default="")  # the server's, with its code
    since: Mapped[datetime]
    last_at: Mapped[datetime]
