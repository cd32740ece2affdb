"""Interpreters and their hours."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.accounts.models import PersonName
from rbc_events.database import Identified, Model
from rbc_events.events.models import Event


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
