"""The questions of an event's registration form, and the answers."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rbc_events.database import BothLanguages, Identified, Model, choice
from rbc_events.registration.models.registrations import Registration


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    FILE = "file"
    CONSENT = "consent"


class Audience(StrEnum):
    PARTNERS = "partners"
    STAFF = "staff"


class Question(Identified, Model):
    """A question of an event's registration form.

    `options`: [{"key": "smes", "ja": "…", "en": "…"}]. `shown_if`: empty, or {"question": key, "answers":
    [option keys]}, one of which must be given; "y" is the tick of a consent.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("event_id", "key"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    label_ja: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    help_ja: Mapped[str] = mapped_column(default="")
    help_en: Mapped[str] = mapped_column(default="")
    options: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    shown_if: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    required: Mapped[bool] = mapped_column(default=False)
    visible_to: Mapped[Audience] = mapped_column(choice(Audience), default=Audience.STAFF)
    label = BothLanguages()
    help = BothLanguages()


class Answer(Identified, Model):
    """A registration's answer: text, a number, an option's key, a list of them, or an upload's number."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(JSON)

    registration: Mapped[Registration] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()
