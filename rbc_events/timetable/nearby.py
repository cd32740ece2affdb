"""Which meetings can be in the way of one that is put somewhere: with these alone it is checked in milliseconds,
however large the event."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true

from rbc_events.database import db
from rbc_events.events.models import Place, Slot
from rbc_events.meetings.bookings import overlapping
from rbc_events.meetings.changes import run_of
from rbc_events.meetings.models import Booking, Meeting, MeetingParty
from rbc_events.timetable.conditions import ordered_with
from rbc_events.timetable.rivals import rivals_of_registrations


@dataclass(frozen=True)
class Nearby:
    """Numbers of meetings, and whether interpreters have to be looked at."""

    meetings: frozenset[int]
    interpreted: bool


def nearby(meeting: Meeting, slot: Slot | None, place: Place | None, *, interpreted: bool) -> Nearby:
    """The meeting itself and those on the timetable that are in its way: that share a party with it, are of a rival or
    ordered with it, that are at the place at the same time or, where it is `interpreted`, that are interpreted on the
    same day. Without slot and place, wherever it is put: on any day, and whatever is there."""
    registrations = [party.registration_id for party in meeting.parties if party.registration_id is not None]
    people = [party.user_id for party in meeting.parties if party.user_id is not None]
    in_the_way = {*registrations, *rivals_of_registrations(registrations)}
    of_parties = or_(MeetingParty.registration_id.in_(in_the_way), MeetingParty.user_id.in_(people))
    near: list[ColumnElement[bool]] = [
        Meeting.id.in_(select(MeetingParty.meeting_id).where(of_parties)),
        Meeting.id.in_(ordered_with(meeting.id)),
    ]
    if slot is not None and place is not None:
        then = overlapping(slot.starts_at, slots_taken(meeting, slot)[-1].ends_at)
        near.append(Meeting.id.in_(select(Booking.meeting_id).where(then, Booking.place_id == place.id)))
    if interpreted:
        same_day = Meeting.slot_id.in_(_same_day(slot)) if slot is not None else true()
        near.append(Meeting.interpreter_id.is_not(None) & same_day)
    statement = select(Meeting.id).where(Meeting.event_id == meeting.event_id, Meeting.slot_id.is_not(None), or_(*near))
    return Nearby(frozenset({meeting.id, *db.session.scalars(statement)}), interpreted)


def slots_taken(meeting: Meeting, first: Slot) -> Sequence[Slot]:
    """What a meeting takes if it begins in a slot; fewer than its length where the block ends before."""
    return run_of(first, meeting.length, [slot for slot in first.event.slots if slot.block_id == first.block_id])


def _same_day(slot: Slot) -> list[int]:
    zone = slot.event.zone
    day = slot.starts_at.astimezone(zone).date()
    return [each.id for each in slot.event.slots if each.starts_at.astimezone(zone).date() == day]
