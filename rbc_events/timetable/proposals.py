"""Moving a meeting to the time that somebody asks for. Flushes; the route commits."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events.models import Place, Slot
from rbc_events.meetings.answers import settle
from rbc_events.meetings.models import CalendarEntry
from rbc_events.timetable.operations import DoesNotFit, place_meeting


class NoSlot(Conflict):
    message = _l("The event has no slot that begins at the time asked for.")


def move_to_proposal(entry: CalendarEntry, *, now: datetime) -> None:
    """Put the meeting at the time that the recipient asks for: at its place, else at the first where it fits.

    Raises:
        NoSlot, DoesNotFit, NotMovable, Taken
    """
    meeting = entry.meeting
    wanted = select(Slot).where(Slot.event_id == meeting.event_id, Slot.starts_at == entry.proposed_starts_at)
    slot = db.session.scalar(wanted)
    if slot is None:
        raise NoSlot
    open_places = select(Place).where(Place.event_id == meeting.event_id, Place.open)
    places = sorted(db.session.scalars(open_places), key=lambda place: (place.id != meeting.place_id, place.id))
    refusal: DoesNotFit | NoSlot = NoSlot()
    for place in places:
        try:
            place_meeting(meeting, slot=slot, place=place, now=now)
        except DoesNotFit as reasons:
            refusal = refusal if isinstance(refusal, DoesNotFit) else reasons
        else:
            settle(entry, now=now)
            return
    raise refusal
