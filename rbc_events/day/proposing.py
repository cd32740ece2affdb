"""What could be done at once with a meeting whose other side isn't there, and with tables that stand empty."""

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from rbc_events.database import db
from rbc_events.events.models import Event, Place, Slot
from rbc_events.events.queries import closed_slots
from rbc_events.meetings.bookings import overlapping
from rbc_events.meetings.models import (
    Booking,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    RequestParty,
    RequestState,
)
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.registration.models import Registration
from rbc_events.timetable.board import Board

MOST = 3
"""So many proposals are enough for somebody who stands at a table."""
LOOKED_AT = 20
INSTANT = timedelta(microseconds=1)
LATEST = timedelta(hours=12)  # after a meeting, of those that are of the same day


@dataclass(frozen=True)
class Opening:
    slot: Slot
    place: Place


@dataclass(frozen=True)
class Gaps:
    """A slot's free places, the meetings that could be held there, and the requests that would need an answer only."""

    slot: Slot
    places: list[Place]
    fitting: list[tuple[Meeting, Place]]
    unanswered: Sequence[MeetingRequest]


def openings(meeting: Meeting, *, now: datetime, most: int = MOST) -> list[Opening]:
    """The next times and places at which a meeting fits."""
    event, request = meeting.event, f"m{meeting.id}"
    board = Board(event, now=now)
    blocked = board.blocked(request)
    found: list[Opening] = []
    for slot in event.slots:
        if slot.starts_at > now and not blocked.get(f"s{slot.id}", (request,)):
            place = _place_for(board, request, slot, _free_places(event, slot, meeting.place))
            found += [Opening(slot, place)] if place is not None else []
        if len(found) == most:
            break
    return found


def _place_for(board: Board, request: str, slot: Slot, places: Sequence[Place]) -> Place | None:
    fits = (place for place in places if not board.fit(request, f"s{slot.id}", f"p{place.id}", None)[1])
    return next(fits, None)


def _free_places(event: Event, slot: Slot, first: Place | None = None) -> list[Place]:
    """Those with room for another meeting in a slot; `first` before the others."""
    taken: dict[int | None, int] = {}
    booked = select(Booking.place_id).where(Booking.place_id.is_not(None), overlapping(slot.starts_at, slot.ends_at))
    for number in db.session.scalars(booked):
        taken[number] = taken.get(number, 0) + 1
    closed = closed_slots(event, [slot])
    free = [
        place
        for place in event.places
        if place.open and slot.id not in closed.get(place.id, ()) and taken.get(place.id, 0) < place.capacity
    ]
    return sorted(free, key=lambda place: place is not first)


def swaps(meeting: Meeting, *, now: datetime, most: int = MOST) -> list[Meeting]:
    """Later meetings of the day with one of its sides that could take its time and place, while it takes theirs."""
    if meeting.slot is None or meeting.place is None:
        return []
    board = Board(meeting.event, now=min(now, meeting.slot.starts_at - INSTANT))
    found = (
        other for other in _later_of_its_sides(meeting, meeting.slot.starts_at) if _can_swap(board, meeting, other)
    )
    return [other for other, _number in zip(found, range(most), strict=False)]


def _later_of_its_sides(meeting: Meeting, starts_at: datetime) -> Sequence[Meeting]:
    sides = [party.registration_id for party in meeting.parties if party.registration_id is not None]
    return meeting_with_all(
        Meeting.event_id == meeting.event_id,
        Meeting.state == MeetingState.SCHEDULED,
        Meeting.slot_id.is_not(None),
        Meeting.length == meeting.length,
        Meeting.starts_at.between(starts_at + INSTANT, starts_at + LATEST),
        Meeting.parties.any(MeetingParty.registration_id.in_(sides)),
    )


def _can_swap(board: Board, one: Meeting, other: Meeting) -> bool:
    alone = copy(board)
    gone = {f"m{one.id}", f"m{other.id}"}
    alone.problem = replace(board.problem, standing=tuple(m for m in board.problem.standing if m.request not in gone))
    return all(
        not alone.fit(f"m{moved.id}", f"s{there.slot_id}", f"p{there.place_id}", None)[1]
        for moved, there in ((one, other), (other, one))
    )


def gaps(event: Event, slot: Slot, *, now: datetime) -> Gaps:
    """What stands empty in a slot, and who could fill it."""
    places, busy = _free_places(event, slot), _busy(slot)
    if not places:
        return Gaps(slot, [], [], [])
    fitting = list(_fitting(event, slot, places, busy, now))
    statement = (
        select(MeetingRequest)
        .where(MeetingRequest.event_id == event.id, MeetingRequest.state == RequestState.PENDING)
        .options(
            selectinload(MeetingRequest.parties)
            .joinedload(RequestParty.registration)
            .joinedload(Registration.organisation)
        )
        .order_by(MeetingRequest.created_at)
    )
    both_free = (request for request in db.session.scalars(statement) if not _organisations(request.parties) & busy)
    return Gaps(slot, places, fitting, [request for request, _number in zip(both_free, range(MOST), strict=False)])


def _busy(slot: Slot) -> set[int]:
    """The organisations that are in a meeting then, at whatever event."""
    booked = select(Booking.organisation_id).where(overlapping(slot.starts_at, slot.ends_at))
    return {number for number in db.session.scalars(booked) if number is not None}


def _organisations(parties: Collection[MeetingParty] | Collection[RequestParty]) -> set[int]:
    return {party.registration.organisation_id for party in parties if party.registration is not None}


def _fitting(
    event: Event, slot: Slot, places: Sequence[Place], busy: set[int], now: datetime
) -> Iterator[tuple[Meeting, Place]]:
    waiting = meeting_with_all(Meeting.event_id == event.id, Meeting.state == MeetingState.AGREED)
    free = [meeting for meeting in waiting if not _organisations(meeting.parties) & busy][:LOOKED_AT]
    board = Board(event, now=now) if free else None
    for meeting in free:
        place = _place_for(board, f"m{meeting.id}", slot, places[:LOOKED_AT]) if board is not None else None
        if place is not None:
            yield meeting, place
