"""Meetings to come of organisations that an event's rules keep apart by now: agreed before the rule was set.

Such a meeting stands until somebody calls it off, and no new timetable takes it in; coordinators are told of it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event, MeetingRule
from rbc_events.meetings.leaving import to_come
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.registration.models import Organisation, Registration
from rbc_events.registration.pairing import may_meet


def meetings_kept_apart(event_ids: Sequence[int], *, now: datetime) -> list[Meeting]:
    """Of these events, in order of their numbers: as many queries however many meetings."""
    ruled = select(MeetingRule.event_id).where(MeetingRule.event_id.in_(event_ids))
    side = selectinload(Meeting.parties).joinedload(MeetingParty.registration)
    statement = (
        select(Meeting)
        .where(Meeting.event_id.in_(ruled), *to_come(now))
        .options(
            side.joinedload(Registration.organisation).joinedload(Organisation.profile),
            joinedload(Meeting.event).selectinload(Event.meeting_rules),
            joinedload(Meeting.slot),
        )
        .order_by(Meeting.id)
    )
    return [meeting for meeting in db.session.scalars(statement) if not _by_rules(meeting)]


def _by_rules(meeting: Meeting) -> bool:
    sides = [party.registration for party in meeting.parties if party.registration is not None]
    return len(sides) < 2 or any(may_meet(*pair) for pair in combinations(sides, 2))


def count_kept_apart(event_ids: Sequence[int], now: datetime) -> dict[int, int]:
    counted: dict[int, int] = {}
    for meeting in meetings_kept_apart(event_ids, now=now):
        counted[meeting.event_id] = counted.get(meeting.event_id, 0) + 1
    return counted
