"""Meetings to which somebody can't come, or not then, and nobody has dealt with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from rbc_events.database import db
from rbc_events.meetings.models import TROUBLE, CalendarEntry, Meeting, MeetingState


def is_troubled() -> ColumnElement[bool]:
    """The condition that `CalendarEntry.troubled` is, on rows."""
    return (CalendarEntry.method == "REQUEST") & CalendarEntry.answer.in_(TROUBLE) & CalendarEntry.settled_at.is_(None)


def has_trouble() -> ColumnElement[bool]:
    """Of a meeting: whether an answer to it waits for a coordinator."""
    return exists().where(CalendarEntry.meeting_id == Meeting.id, is_troubled()).correlate(Meeting)


def count_troubled(event_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Meetings to come with such an answer, by event."""
    to_come = (Meeting.published_ends_at > now, Meeting.state != MeetingState.CANCELLED)
    statement = (
        select(Meeting.event_id, func.count())
        .where(Meeting.event_id.in_(event_ids), *to_come, has_trouble())
        .group_by(Meeting.event_id)
    )
    return dict(db.session.execute(statement).all())
