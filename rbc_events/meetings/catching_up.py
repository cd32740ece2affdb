"""Telling those who hold something else than what is published though the timetable has not changed.

Somebody joined an organisation or left it, a table was renamed, a link replaced: the ledger knows who is concerned.
"""

from datetime import datetime

from rbc_events.events.models import Event
from rbc_events.meetings.changes import Change, ChangeKind, told
from rbc_events.meetings.invitations import announce_published, count_concerned
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.queries import meeting_with_all


def catch_up(event: Event, *, now: datetime) -> int:
    """Write to everybody concerned, and to them alone; returns how many mails."""
    return announce_published(event, _standing(event, now), now=now)


def concerned(event: Event, *, now: datetime) -> int:
    """How many mails catching up would write."""
    return count_concerned(event, _standing(event, now))


def _standing(event: Event, now: datetime) -> list[Change]:
    """Every published meeting to come as it is, and as off where it was called off."""
    states = (MeetingState.AGREED, MeetingState.SCHEDULED, MeetingState.CANCELLED)
    to_come = (Meeting.event_id == event.id, Meeting.published_ends_at > now, Meeting.state.in_(states))
    changes = []
    for meeting in meeting_with_all(*to_come):
        published = told(meeting)
        after = published if meeting.state != MeetingState.CANCELLED else None
        changes.append(Change(meeting, ChangeKind.PLACE, published, after))
    return changes
