"""Who may see and decide on requests and meetings."""

from typing import Any

from flask import abort, g, request
from flask_login import current_user

from rbc_events.accounts.access import is_headquarters, require, require_sign_in, require_staff
from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.access import load_event, load_managed_event, may_manage, may_view, require_staff_of
from rbc_events.events.models import Event
from rbc_events.i18n import read_at_venue
from rbc_events.meetings import agenda, queries
from rbc_events.meetings.agenda import Agenda
from rbc_events.meetings.models import CalendarEntry, IncomingMail, Meeting, MeetingParty, MeetingRequest
from rbc_events.registration.access import own_registrations
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import may_be_met, takes_part


def load_own_registration(key: str) -> Registration:
    """The organisation for which the signed-in person acts at an event: 403 for somebody who takes no part.

    Who acts for several names one by `?organisation=`.
    """
    sides = own_registrations(require_sign_in(), load_event(key))
    wanted = request.args.get("organisation", type=int)
    chosen = [side for side in sides if wanted is None or side.id == wanted]
    require(bool(chosen))
    return _reading(chosen[0])


def _reading(side: Registration) -> Registration:
    """The actor's side; whoever is at the event's place reads its times first."""
    if side.in_person:
        read_at_venue()
    return side


def load_agenda(event: Event, organisation: int | None) -> Agenda:
    """The agenda that the actor asks for: their own; for staff also any organisation's, by its registration.

    401 for a visitor, 403 for who has none, 404 for staff who name an organisation that doesn't take part.
    """
    actor = require_sign_in()
    if organisation is not None and may_view(actor, event):
        return agenda.of_sides([load_partner(event, organisation)])
    sides = [side for side in own_registrations(actor, event) if organisation in (None, side.id)]
    if sides:
        _reading(sides[0])
        return agenda.of_sides(sides)
    if queries.is_interpreter(actor, event):
        return agenda.of_interpreter(actor, event)
    require(may_view(actor, event))
    return agenda.of_coordinator(actor, event)


def load_partner(event: Event, number: int) -> Registration:
    """An organisation that takes part in the event and that participants may see; staff see the others too."""
    other = db.session.get(Registration, number)
    if other is None or other.event_id != event.id or not takes_part(other):
        abort(404)
    if not (may_be_met(other) or may_view(current_user, event)):
        abort(404)
    return other


def load_own_request(key: str, number: int) -> tuple[MeetingRequest, Registration]:
    """A request and the side for which the actor decides: 404 for other people's."""
    event = load_event(key)
    sides = own_registrations(require_sign_in(), event)
    found = db.session.get(MeetingRequest, number)
    if found is None or found.event_id != event.id:
        abort(404)
    parties = {party.registration_id for party in found.parties}
    own = [side for side in sides if side.id in parties]
    if not own:
        abort(404)
    return found, _reading(own[0])


def may_see(actor: Any, meeting: Meeting) -> bool:
    """Staff of the event, both sides, the interpreter, and a coordinator who sits in."""
    if not actor.is_authenticated:
        return False
    return may_view(actor, meeting.event) or side_of(actor, meeting) is not None or _serves(actor, meeting)


def may_cancel(actor: Any, meeting: Meeting) -> bool:
    return may_manage(actor, meeting.event) or side_of(actor, meeting) is not None


def side_of(actor: Any, meeting: Meeting) -> Registration | None:
    """The organisation of the meeting for which the actor acts."""
    parties = {party.registration_id for party in meeting.parties}
    return next((side for side in own_registrations(actor, meeting.event) if side.id in parties), None)


def own_party(actor: Any, meeting: Meeting) -> MeetingParty | None:
    side = side_of(actor, meeting)
    return next((party for party in meeting.parties if side is not None and party.registration_id == side.id), None)


def _serves(actor: User, meeting: Meeting) -> bool:
    interpreter = meeting.published_interpreter
    interprets = interpreter is not None and (interpreter.user_id == actor.id or interpreter.email == actor.email)
    return interprets or any(party.user_id == actor.id for party in meeting.parties)


def load_entry(key: str, number: int) -> CalendarEntry:
    """What somebody holds of a meeting, for those who manage its event."""
    event = load_managed_event(key)
    entry = db.session.get(CalendarEntry, number)
    if entry is None or entry.meeting.event_id != event.id:
        abort(404)
    return entry


def load_incoming(number: int) -> IncomingMail:
    """A mail that came in, for those who may see it; 404 for other staff."""
    actor = require_staff()
    mail = db.session.get(IncomingMail, number)
    if mail is None or (mail.event_id is None and not is_headquarters(actor)):
        abort(404)
    if mail.event is not None:
        if not may_view(actor, mail.event):
            abort(404)
        require_staff_of(mail.event)
        g.event, g.event_zone = mail.event, mail.event.time_zone
    return mail


def load_meeting(key: str, number: int) -> Meeting:
    """The meeting if the actor may see it; 404 otherwise, so that nobody learns who meets whom."""
    event = load_event(key)
    require_sign_in()
    found = queries.meeting_with_all(Meeting.id == number, Meeting.event_id == event.id)
    if not found or not may_see(current_user, found[0]):
        abort(404)
    if (side := side_of(current_user, found[0])) is not None:
        _reading(side)
    return found[0]
