from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.database import Identified, Model


class MailText(Identified, Model):
    """An event's own wording of one kind of mail in one language; without a row the default wording is used."""

    __tablename__ = "mail_texts"
    __table_args__ = (UniqueConstraint("event_id", "kind", "language"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]


class Unsubscription(Identified, Model):
    """An address that no longer wants mails of a kind that isn't about its own meetings."""

    __tablename__ = "unsubscriptions"
    __table_args__ = (UniqueConstraint("address", "kind"),)

    address: Mapped[str]
    kind: Mapped[str]
    since: Mapped[datetime]
