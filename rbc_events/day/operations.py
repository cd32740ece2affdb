"""What is changed on the day takes effect at once: the timetable, and what those affected are told. Functions flush;
the route commits."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.day.models import Delay
from rbc_events.day.proposing import INSTANT, openings
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Place, Slot
from rbc_events.i18n import LANGUAGES, in_language
from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.meetings.models import Meeting
from rbc_events.registration.models import Registration
from rbc_events.timetable import operations
from rbc_events.timetable.operations import (
    NotOnTimetable,
    place_meeting,
    remove_meeting,
    take_hold,
)
from rbc_events.timetable.publishing import publish_meetings


class NoTimeLeft(Conflict):
    message = _l("No time that is still to come suits both, or no table is free then. Nothing has been saved.")


def move_meeting(meeting: Meeting, *, slot: Slot, place: Place, now: datetime) -> None:
    """Put a meeting somewhere else, and tell those affected.

    Raises: as `timetable.operations.place_meeting`.
    """
    place_meeting(meeting, slot=slot, place=place, now=now)
    _tell([meeting], now)


def swap_meetings(one: Meeting, other: Meeting, *, now: datetime) -> None:
    """Let two meetings take each other's time and place, and tell those affected of both. `one` may have begun.

    Raises: as `timetable.operations.swap_meetings`.
    """
    take_hold(one)
    if one.slot is None or other.slot is None:
        raise NotOnTimetable
    before_both = min(one.slot.starts_at, other.slot.starts_at) - INSTANT
    operations.swap_meetings(one, other, now=min(now, before_both))
    _tell([one, other], now)


def free_table(meeting: Meeting, *, now: datetime) -> None:
    """Take a meeting off the timetable: it waits for another time, and those who hold it are told.

    Raises:
        NotMovable
    """
    remove_meeting(meeting)
    _tell([meeting], now, _gets_another_time())


def _tell(meetings: list[Meeting], now: datetime, reason: str = "") -> None:
    """Tell those affected; who had said that they would be late isn't late for the new time."""
    parties = [party.id for meeting in meetings for party in meeting.parties]
    db.session.execute(delete(Delay).where(Delay.party_id.in_(parties)))
    publish_meetings(meetings[0].event, [meeting.id for meeting in meetings], now=now, reason=reason)


def _gets_another_time() -> str:
    """In both languages: it goes to people of either."""
    said = []
    for language in LANGUAGES:
        with in_language(language):
            said.append(_("The table is needed now; the meeting gets another time."))
    return "\n".join(said)


def arrange_walk_in(
    event: Event, first: Registration, second: Registration, *, actor: User, now: datetime, consent: str
) -> Meeting:
    """A meeting that two have agreed to at the desk, at the first time that suits both; both are told.

    Raises: as `meetings.arranging.arrange_meeting`; NoTimeLeft.
    """
    meeting = arrange_meeting(event, first, second, actor=actor, now=now, consent=consent)
    found = openings(meeting, now=now, most=1)
    if not found:
        raise NoTimeLeft
    move_meeting(meeting, slot=found[0].slot, place=found[0].place, now=now)
    return meeting
