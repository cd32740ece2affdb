"""Who or what drops out for some hours: an organisation, an interpreter, who sits in, a place, or all places. Functions
flush; the route commits, or gives it up where it was only to be looked at.

It is marked as not there, and every meeting that it takes from others is planned again as near as possible, or called
off. Told are those affected alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import selectinload

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.events.models import Event, Place, PlaceClosure, Slot
from rbc_events.events.operations import touch
from rbc_events.meetings import bookings, recording
from rbc_events.meetings.models import (
    OPEN,
    Interpreter,
    InterpreterUnavailability,
    Meeting,
    MeetingParty,
)
from rbc_events.meetings.recipients import recipients_of
from rbc_events.registration.models import Registration, Unavailability
from rbc_events.timetable import moves, operations, publishing
from rbc_events.timetable.everywhere import fits_on
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.publishing import ChangedSince

ALL_PLACES = "all"


@dataclass(frozen=True)
class Absence:
    """What drops out: "o12" a registration, "i3" an interpreter, "u4" who sits in, "p5" a place, or ALL_PLACES; and
    the slots of the event in which it does."""

    what: str
    slots: Sequence[Slot]

    @property
    def number(self) -> int:
        return int(self.what[1:])


@dataclass(frozen=True)
class Outcome:
    """What becomes of one meeting. `after`: None without a time, or where it is `called_off`."""

    meeting: int
    before: moves.Stand
    after: moves.Stand
    called_off: bool


@dataclass(frozen=True)
class Result:
    """`people`: the addresses of all who are in these meetings, before or after."""

    outcomes: list[Outcome]
    people: frozenset[str]


def drop_out(
    event: Event, absence: Absence, *, again: bool, reason: str, actor: User, now: datetime, revision: int
) -> Result:
    """Mark something as not there, and plan the meetings that it affects `again`, or call them off.

    `revision`: the event as it was looked at.

    Raises:
        ChangedSince: somebody has changed the timetable since.
        operations.Taken, Overbooked
    """
    lock(event)
    if event.revision != revision:
        raise ChangedSince
    touch(event)
    meetings = affected(event, absence, now=now)
    bookings.hold_parties(meetings, interpreters_of(event))
    people = _addresses(meetings)
    before = {meeting.id: moves.stand_of(meeting) for meeting in meetings}
    if again:
        _plan_again(event, absence, meetings, actor=actor, now=now)
    else:
        for meeting in meetings:
            recording.cancel_meeting(meeting, actor=actor, now=now, reason=reason)
        _mark(event, absence)
    outcomes = [Outcome(m.id, before[m.id], moves.stand_of(m), called_off=not again) for m in meetings]
    return Result(outcomes, people | _addresses(meetings))


def tell(event: Event, result: Result, *, now: datetime, reason: str) -> None:
    """Publish what was planned again: of these meetings alone. Of those called off everybody has been told."""
    publishing.publish_meetings(event, [each.meeting for each in result.outcomes], now=now, reason=reason)


def affected(event: Event, absence: Absence, *, now: datetime) -> Sequence[Meeting]:
    """The meetings to come that are on the timetable's slots then and need what drops out, in order of time."""
    begins, ends = absence.slots[0].starts_at, absence.slots[-1].ends_at
    then = Meeting.slot_id.is_not(None), Meeting.starts_at < ends, Meeting.ends_at > begins, Meeting.starts_at > now
    statement = select(Meeting).where(Meeting.event_id == event.id, Meeting.state.in_(OPEN), *then, _needs(absence))
    return db.session.scalars(
        statement.options(selectinload(Meeting.parties)).order_by(Meeting.starts_at, Meeting.id)
    ).all()


def _needs(absence: Absence) -> ColumnElement[bool]:
    if absence.what == ALL_PLACES:
        return true()
    number = absence.number
    return {
        "o": Meeting.parties.any(MeetingParty.registration_id == number),
        "u": Meeting.parties.any(MeetingParty.user_id == number),
        "i": Meeting.interpreter_id == number,
        "p": Meeting.place_id == number,
    }[absence.what[0]]


def _mark(event: Event, absence: Absence) -> None:
    """Keep what drops out from being planned with then, but who sits in: that is settled meeting by meeting."""
    begins, ends = absence.slots[0].starts_at, absence.slots[-1].ends_at
    for place in event.places if absence.what == ALL_PLACES else ():
        _close(place, begins, ends)
    if absence.what.startswith("p"):
        _close(db.session.get_one(Place, absence.number), begins, ends)
    if absence.what.startswith("o"):
        side = db.session.get_one(Registration, absence.number)
        away = {row.slot_id for row in side.unavailable}
        side.unavailable += [Unavailability(slot_id=slot.id) for slot in absence.slots if slot.id not in away]
    if absence.what.startswith("i"):
        person = db.session.get_one(Interpreter, absence.number)
        off = {row.slot_id for row in person.unavailable}
        person.unavailable += [InterpreterUnavailability(slot_id=s.id) for s in absence.slots if s.id not in off]
    db.session.flush()


def _close(place: Place, begins: datetime, ends: datetime) -> None:
    if not any(row.starts_at <= begins and row.ends_at >= ends for row in place.closures):
        place.closures.append(PlaceClosure(starts_at=begins, ends_at=ends))


def _plan_again(event: Event, absence: Absence, meetings: Sequence[Meeting], *, actor: User, now: datetime) -> None:
    was = {meeting.id: (meeting.slot, meeting.place, meeting.interpreter) for meeting in meetings}
    with moves.recorded(meetings, actor=actor, now=now):
        for meeting in meetings:
            recording.take_off(meeting)
            if absence.what.startswith("u"):
                meeting.parties = [party for party in meeting.parties if party.user_id != absence.number]
        db.session.flush()
        _mark(event, absence)
        for meeting in meetings:
            slot, place, interpreter = was[meeting.id]
            if slot is not None and place is not None:
                _put_near(meeting, slot, place, interpreter, now=now)


def _put_near(meeting: Meeting, slot: Slot, place: Place, interpreter: Interpreter | None, *, now: datetime) -> None:
    """Put a meeting where it changes least: at its time, else on its day, else on another one; nowhere if it fits in no
    cell. A person who no longer interprets is replaced."""
    places = {f"p{each.id}": each for each in meeting.event.places}
    for slots in _nearest(slot):
        starting = {f"s{each.id}": each for each in slots}
        free = [
            (starting[at], places[where])
            for (at, where), fit in fits_on(meeting, slots, now=now).items()
            if not fit.reasons
        ]
        if free:
            best = min(free, key=lambda cell: _how_far(cell, slot, place))
            operations.put(meeting, *best, operations.ANYBODY, now=now, rather=interpreter)
            return


def _how_far(cell: tuple[Slot, Place], slot: Slot, place: Place) -> tuple[float, bool, bool, datetime, int]:
    """How much a meeting would change that was in this slot and place: less time first, then the same kind of place."""
    away = abs((cell[0].starts_at - slot.starts_at).total_seconds())
    return away, cell[1] is not place, cell[1].kind != place.kind, cell[0].starts_at, cell[1].position


def _nearest(slot: Slot) -> Iterable[list[Slot]]:
    zone, slots = slot.event.zone, list(slot.event.slots)
    day = slot.starts_at.astimezone(zone).date()
    same_day = [each for each in slots if each.starts_at.astimezone(zone).date() == day and each is not slot]
    return [slot], same_day, [each for each in slots if each is not slot and each not in same_day]


def _addresses(meetings: Iterable[Meeting]) -> frozenset[str]:
    return frozenset(address for each in meetings for address in recipients_of(each, each.interpreter))
