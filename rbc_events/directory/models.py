from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rbc_events.database import Identified, Model


class Bookmark(Model):
    """A person marked an organisation at an event."""

    __tablename__ = "bookmarks"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class Dismissal(Model):
    """An organisation said of a recommendation that it is not for them. It doesn't come back at this event."""

    __tablename__ = "dismissals"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    dismissed_id: Mapped[int] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class SavedSearch(Identified, Model):
    """A search that a person wants to hear about. `parameters` is what stands in the address bar."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("user_id", "event_id", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notified_at: Mapped[datetime]


class StatementVector(Model):
    """The sentence vector of one statement in one language, little-endian float16, with the model that made it."""

    __tablename__ = "statement_vectors"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    text_hash: Mapped[str]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
