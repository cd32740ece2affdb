"""A week's meetings put in at once: what waits for a time, and what stands in the week and nobody has been told of.

Read and decide without a transaction, then write in one; a change of the event in between refuses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l

from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.recording import take_off
from rbc_events.scheduling.clock_times import Placed, Thing, Wanted
from rbc_events.seasons.free_times import bookings_of, free_times_of_all, starts
from rbc_events.seasons.hours import DAY, together
from rbc_events.seasons.week import on_in_week, waiting
from rbc_events.timetable.elsewhere import most_at_once
from rbc_events.timetable.operations import take_hold
from rbc_events.timetable.own_times import set_own_time

STEP = timedelta(minutes=5)
MOST = 200
"""Meetings that are decided at once; what waits longest comes first."""
NUMBER = "{number}"
"""In a link, where a meeting's number comes."""


class ChangedSince(Conflict):
    message = _l("Somebody has changed the event's meetings meanwhile. Please try again.")


class NothingToPut(Conflict):
    message = _l("No meeting waits for a time.")


@dataclass(frozen=True)
class Batch:
    """A week to decide. `wanted` and `things` as the solver takes them, in steps from `origin`; at the event's
    `revision`."""

    revision: int
    origin: datetime
    wanted: Sequence[Wanted]
    things: Mapping[str, Thing]

    def instant(self, step: int) -> datetime:
        return self.origin + step * STEP


@dataclass(frozen=True)
class Where:
    """How meetings get together that say nothing of it: the link may hold `{number}`."""

    length: timedelta
    place: str
    link: str = ""

    def link_of(self, meeting: Meeting) -> str:
        return self.link.replace(NUMBER, str(meeting.id))


def read_batch(event: Event, monday: date, length: timedelta, *, now: datetime, most: int = MOST) -> Batch:
    """What is to be decided of a week, as it stands: `most` meetings, those that stand in it first.

    Raises:
        NothingToPut
    """
    first, last = max(monday, event.starts_on or monday), min(monday + 6 * DAY, event.ends_on or monday + 6 * DAY)
    movable = [row.meeting for row in on_in_week(event, monday) if _may_move(row.meeting, now)]
    meetings = [*movable, *(row.meeting for row in waiting(event))][:most]
    if not meetings:
        raise NothingToPut
    origin = datetime.combine(monday - DAY, time(0), UTC)
    numbers = {meeting.id for meeting in meetings}
    free = free_times_of_all(meetings, first, last, now=now) if first <= last else {}
    wanted = []
    for meeting in meetings:
        lasts = _length_of(meeting, length)
        begins = starts(together(free.get(meeting.id, {}).values()), lasts, STEP)
        stands = (meeting.starts_at - origin) // STEP if meeting.starts_at else None
        steps = tuple((each - origin) // STEP for each in begins)
        wanted.append(Wanted(meeting.id, -(-lasts // STEP), steps, tuple(sorted(_needs(meeting))), stands))
    return Batch(event.revision, origin, wanted, _things(meetings, origin, numbers))


def _may_move(meeting: Meeting, now: datetime) -> bool:
    """A time of its own to come that nobody has been told of."""
    untold = meeting.has_own_time and meeting.published_at is None and meeting.state == MeetingState.SCHEDULED
    return untold and meeting.starts_at is not None and meeting.starts_at > now


def _length_of(meeting: Meeting, usual: timedelta) -> timedelta:
    return meeting.ends_at - meeting.starts_at if meeting.starts_at and meeting.ends_at else usual


def _needs(meeting: Meeting) -> set[str]:
    sides = {f"o{party.registration.organisation_id}" for party in meeting.parties if party.registration is not None}
    return sides | {f"u{party.user_id}" for party in meeting.parties if party.user_id is not None}


def _things(meetings: Sequence[Meeting], origin: datetime, numbers: set[int]) -> dict[str, Thing]:
    """Who is needed. Of who holds one meeting at once the times say already when they are booked elsewhere."""
    sides = {party.registration for meeting in meetings for party in meeting.parties if party.registration is not None}
    found = {name: Thing() for meeting in meetings for name in _needs(meeting)}
    booked = bookings_of(meetings, origin, origin + 9 * DAY, beside=numbers)
    for side in sides:
        rows = [row for row in booked if row.organisation_id == side.organisation_id]
        if side.capacity > 1:
            spells = tuple(((row.starts_at - origin) // STEP, -(-(row.ends_at - origin) // STEP)) for row in rows)
            most = most_at_once(rows, origin)
            found[f"o{side.organisation_id}"] = Thing(max(side.capacity, most), spells)
    return found


def apply_batch(event: Event, batch: Batch, placed: Placed, where: Where, *, now: datetime) -> int:
    """Give the meetings their times, as decided; returns how many begin at another time than before. Nobody is told
    before the timetable is published.

    Raises:
        ChangedSince: the event isn't as it was read.
        Engaged, Taken, Overbooked: somebody has been booked at another event meanwhile; nothing is kept.
    """
    lock(event)
    if event.revision != batch.revision:
        raise ChangedSince
    moved = [each for each in batch.wanted if each.key in placed.starts and placed.starts[each.key] != each.stands]
    meetings = {each.key: db.session.get_one(Meeting, each.key) for each in moved}
    bookings.hold_parties(meetings.values())
    kept = {number: (meeting.own_place, meeting.own_link) for number, meeting in meetings.items()}
    lengths = {number: _length_of(meeting, where.length) for number, meeting in meetings.items()}
    _free(meeting for meeting in meetings.values() if meeting.starts_at is not None)
    for number, meeting in meetings.items():
        begins = batch.instant(placed.starts[number])
        own_place, own_link = kept[number] if kept[number][0] else (where.place, where.link_of(meeting))
        ends = begins + lengths[number]
        set_own_time(meeting, starts_at=begins, ends_at=ends, own_place=own_place, own_link=own_link, now=now)
    return len(moved)


def _free(meetings: Iterable[Meeting]) -> None:
    """Take those that move off first: one may go where another has been."""
    for meeting in meetings:
        take_hold(meeting)
        take_off(meeting)
    db.session.flush()
