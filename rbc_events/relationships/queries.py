"""Reads of relationships that are used twice or need care."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from rbc_events.database import db
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.relationships.models import RelationshipMeeting


def held_without_relationship(most: int = 500) -> Sequence[Meeting]:
    """The meetings that were held and hang on no relationship yet, the oldest first."""
    taken_up = exists().where(RelationshipMeeting.meeting_id == Meeting.id)
    held = select(Meeting).where(Meeting.state == MeetingState.HELD, ~taken_up)
    return db.session.scalars(held.order_by(Meeting.id).limit(most)).all()
