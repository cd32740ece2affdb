"""What becomes of follow-ups where organisations, and so their relationships, are merged: no answer is lost."""

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.follow_ups.models import FollowUp, FollowUpState
from rbc_events.registration.duplicates import hands_over
from rbc_events.registration.models import Organisation
from rbc_events.relationships.merging import carries_over
from rbc_events.relationships.models import Relationship


@carries_over
def carry_over(left: Relationship, kept: Relationship) -> None:
    """The questions about a relationship go over to the one that it is joined to."""
    for row in _rows(FollowUp.relationship_id == left.id):
        _place(row, relationship_id=kept.id, organisation_id=row.organisation_id)


@hands_over
def hand_over(double: Organisation, into: Organisation) -> None:
    """The questions to the double are those of the organisation that stays."""
    for row in _rows(FollowUp.organisation_id == double.id):
        _place(row, relationship_id=row.relationship_id, organisation_id=into.id)


def _rows(condition: object) -> list[FollowUp]:
    return list(db.session.scalars(select(FollowUp).where(condition).order_by(FollowUp.id)))  # type: ignore[arg-type]


def _place(row: FollowUp, *, relationship_id: int, organisation_id: int) -> None:
    """Move a question; where the other one of that month is there already, the one that was answered stays."""
    there = (
        FollowUp.relationship_id == relationship_id,
        FollowUp.organisation_id == organisation_id,
        FollowUp.month == row.month,
        FollowUp.id != row.id,
    )
    other = db.session.scalar(select(FollowUp).where(*there))
    if other is not None:
        dropped = row if other.state == FollowUpState.ANSWERED else other
        db.session.delete(dropped)
        db.session.flush()
        if dropped is row:
            return
    row.relationship_id, row.organisation_id = relationship_id, organisation_id
    db.session.flush()
