"""What may be done on the day is for those who manage the event."""

from flask import abort

from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.meetings.models import MeetingParty
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
