from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import User
from rbc_events.database import Identified, Model
from rbc_events.events.models import Event


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
    """A search that a person wants to hear about. `parameters` is what stands in the address bar.

    `seen`: the registrations that it has found so far, so that a mail tells of each of them once.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("user_id", "event_id", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seen: Mapped[list[int]] = mapped_column(JSON, default=list)
    notified_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    event: Mapped[Event] = relationship()


class SearchedWords(Model):
    """What was searched for, as the vectors that the worker made of it: read as a need and as an offer.

    The words themselves aren't kept. A row goes within two days.
    """

    __tablename__ = "searched_words"

    digest: Mapped[str] = mapped_column(primary_key=True)  # of the words and of the model
    as_need: Mapped[bytes] = mapped_column(LargeBinary)  # little-endian float16
    as_offer: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)


class StatementVector(Model):
    """What a statement is about: its weights over the taxonomy's concepts, and its sentence vector where there is one.

    Both are little-endian float16. `taxonomy` and `encoder` say what made them; `revision` grows with every change to
    the table, so that a process knows when the copy that it ranks with is old.
    """

    __tablename__ = "statement_vectors"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True)
    text_hash: Mapped[str]
    taxonomy: Mapped[str]
    concepts: Mapped[bytes] = mapped_column(LargeBinary)
    encoder: Mapped[str] = mapped_column(default="")
    sentence: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(index=True)
