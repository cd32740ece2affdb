from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related  # a column here is called relationship

from rbc_events.database import Identified, Model, choice
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship, StageKind


class FollowUpState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    NOBODY = "nobody"  # the organisation has no contact left to ask: staff are told
    CLOSED = "closed"  # the next one was asked, or the relationship has ended


class FollowUp(Identified, Model):
    """One organisation is asked, so many months after a meeting, what came of a relationship.

    It is the organisation that is asked, whoever its contact is by then: a person's leaving or erasure ends nothing.
    The link in the mail works until it was used for its one purpose; only a hash of its token is kept.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("relationship_id", "organisation_id", "month"),
        CheckConstraint("month BETWEEN 1 AND 120", name="month"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
    )

    relationship_id: Mapped[int] = mapped_column(ForeignKey("relationships.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    month: Mapped[int]  # since the first meeting
    due_on: Mapped[date]
    state: Mapped[FollowUpState] = mapped_column(choice(FollowUpState), default=FollowUpState.ASKED)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    relationship: Mapped[Relationship] = related()
    organisation: Mapped[Organisation] = related()
    answer: Mapped["FollowUpAnswer | None"] = related(back_populates="follow_up", cascade="all, delete-orphan")


class FollowUpAnswer(Model):
    """What one side says. It proposes stages and outcomes, which staff take over; the other side never sees it."""

    __tablename__ = "follow_up_answers"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_ups.id", ondelete="CASCADE"), primary_key=True)
    in_touch: Mapped[bool]
    stage: Mapped[StageKind | None] = mapped_column(choice(StageKind))
    signed: Mapped[list[str]] = mapped_column(JSON, default=list)  # OutcomeType values
    signed_on: Mapped[str] = mapped_column(default="")  # as precisely as known: 2027, 2027-09, 2027-09-15
    challenges: Mapped[list[str]] = mapped_column(JSON, default=list)  # what held them up: the questionnaire's options
    may_tell: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    taken_over_at: Mapped[datetime | None]
    taken_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    follow_up: Mapped[FollowUp] = related(back_populates="answer")
