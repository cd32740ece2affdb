"""Who may what on the day: staff what concerns everybody, each their own meetings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort
from flask_login import current_user

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.database import db
from rbc_events.day.models import OwnNote
from rbc_events.day.my_day import Item, Mine, item_of, next_steps, part_of
from rbc_events.events.access import load_event, load_managed_event, may_view
from rbc_events.events.models import Event
from rbc_events.i18n import read_at_venue
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.registration.access import own_registrations
from rbc_events.registration.models import Delegate
from rbc_events.timetable.access import load_meeting


def load_party(key: str, number: int) -> MeetingParty:
    """An organisation's side of a meeting of an event that the actor manages."""
    party = db.session.get(MeetingParty, number)
    if party is None or party.registration_id is None:
        abort(404)
    load_meeting(key, party.meeting_id)
    return party


def load_person(key: str, number: int, delegate: int) -> tuple[MeetingParty, Delegate]:
    """Likewise with one of those whom the organisation sends to the meeting."""
    party = load_party(key, number)
    person = next((each for each in party.goes if each.id == delegate), None)
    if person is None:
        abort(404)
    return party, person


def load_attendee(key: str, number: int) -> Delegate:
    """Somebody whom an organisation sends to an event that the actor manages."""
    event = load_managed_event(key)
    person = db.session.get(Delegate, number)
    if person is None or person.registration.event_id != event.id:
        abort(404)
    return person


def load_mine(key: str) -> tuple[Event, Mine]:
    """An event and the actor's part in it: 403 for who has none. Who comes in person reads the venue's times first."""
    event, actor = load_event(key), require_sign_in()
    mine = part_of(actor, event, own_registrations(actor, event))
    require(bool(mine.sides or mine.interpreting))
    if any(side.in_person for side in mine.sides) or not mine.sides:
        read_at_venue()
    return event, mine


def load_item(key: str, number: int, *, now: datetime) -> Item:
    """One of the actor's own meetings; 404 for others, so that nobody learns who meets whom."""
    event, mine = load_mine(key)
    meeting = db.session.get(Meeting, number)
    item = None
    if meeting is not None and meeting.event_id == event.id:
        item = item_of(meeting, mine, current_user, now=now)
    if item is None:
        abort(404)
    return item


def next_steps_for(actor: Any, meeting: Meeting) -> Sequence[OwnNote]:
    """What participants plan after a meeting, for the event's staff alone."""
    return next_steps(meeting) if may_view(actor, meeting.event) else []
