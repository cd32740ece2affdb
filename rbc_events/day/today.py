"""What staff see of an event's day: its times, and at one of them, or at one place, who meets and who has come.

A page's number of queries doesn't grow with its rows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from rbc_events.database import db
from rbc_events.day.models import Delay
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.marking import EARLY, Came, came_of
from rbc_events.meetings.models import Attendance, Meeting, MeetingParty, MeetingState
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.registration.models import Delegate

SHOWN = (MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW)


@dataclass(frozen=True)
class Person:
    delegate: Delegate
    came: Came


@dataclass(frozen=True)
class Side:
    """An organisation at a meeting: what is marked of it and its people, and what it says of coming late."""

    party: MeetingParty
    came: Came
    people: list[Person]
    delay: Delay | None


@dataclass(frozen=True)
class Row:
    """A meeting at its table. `begun`: its time has come; `opened`: who comes early can be marked."""

    meeting: Meeting
    sides: list[Side]
    opened: bool
    begun: bool

    @property
    def missing(self) -> list[Side]:
        """The sides that should be there and aren't, or say that they won't be."""
        waited = [side for side in self.sides if side.came == Came.UNKNOWN] if self.begun else []
        return waited or [side for side in self.sides if side.delay is not None and side.came == Came.UNKNOWN]

    @property
    def one_waits(self) -> bool:
        """One side is there, or the other one has said that it is late: somebody should decide."""
        told = any(side.delay is not None for side in self.missing)
        return told or (bool(self.missing) and len(self.missing) < len(self.sides))


@dataclass(frozen=True)
class Time:
    """When meetings begin, and of how many of their sides nobody has said whether they came."""

    starts_at: datetime
    sides: int
    unmarked: int


@dataclass(frozen=True)
class Day:
    days: list[date]
    day: date | None
    times: list[Time]
    at: datetime | None
    places: list[Place]

    @property
    def following(self) -> datetime | None:
        """The time after the one that is shown."""
        later = [each.starts_at for each in self.times if self.at is not None and each.starts_at > self.at]
        return later[0] if later else None


def day_of(event: Event, *, wanted: date | None, at: datetime | None, now: datetime) -> Day:
    """The day that is asked for, else today, else the event's next one; `at`: the time, else the one that is on."""
    begins = _beginnings(event)
    days = sorted({instant.astimezone(event.zone).date() for instant in begins})
    today = now.astimezone(event.zone).date()
    day = wanted if wanted in days else next((each for each in days if each >= today), days[-1] if days else None)
    if day is None:
        return Day([], None, [], None, [])
    times = _times(event, day, [each for each in begins if each.astimezone(event.zone).date() == day])
    known = {each.starts_at for each in times}
    return Day(days, day, times, at if at in known else _time_that_is_on(times, now), list(event.places))


def _beginnings(event: Event) -> list[datetime]:
    """When slots or meetings at times of their own begin."""
    slots = db.session.scalars(select(Slot.starts_at).where(Slot.event_id == event.id))
    own = select(Meeting.starts_at).where(
        Meeting.event_id == event.id, Meeting.slot_id.is_(None), Meeting.state.in_(SHOWN)
    )
    return sorted({*slots, *(each for each in db.session.scalars(own) if each is not None)})


def _times(event: Event, day: date, begins: Iterable[datetime]) -> list[Time]:
    first, last = bounds(event, day)
    statement = (
        select(Meeting.starts_at, MeetingParty.attendance)
        .join(MeetingParty.meeting)
        .where(Meeting.event_id == event.id, Meeting.state.in_(SHOWN), MeetingParty.registration_id.is_not(None))
        .where(Meeting.starts_at >= first, Meeting.starts_at < last)
    )
    sides, unmarked = Counter[datetime](), Counter[datetime]()
    for starts_at, attendance in db.session.execute(statement):
        if starts_at is not None:
            sides[starts_at] += 1
            unmarked[starts_at] += attendance == Attendance.UNKNOWN
    return [Time(each, sides[each], unmarked[each]) for each in begins]


def bounds(event: Event, day: date) -> tuple[datetime, datetime]:
    """From when to when a day lasts at the event's place."""
    midnight = datetime.combine(day, time(), event.zone)
    return midnight, datetime.combine(day + timedelta(days=1), time(), event.zone)


def _time_that_is_on(times: Sequence[Time], now: datetime) -> datetime | None:
    """The last that has begun or is about to; before the first one, that."""
    begun = [each.starts_at for each in times if each.starts_at <= now + EARLY]
    return begun[-1] if begun else (times[0].starts_at if times else None)


def rows_at(event: Event, at: datetime, *, now: datetime) -> list[Row]:
    """The meetings that are on at a time, by place."""
    found = rows(Meeting.event_id == event.id, Meeting.starts_at <= at, Meeting.ends_at > at, now=now)
    return sorted(found, key=_by_place)


def rows_of_place(event: Event, place: int, day: date, *, now: datetime) -> list[Row]:
    """A day at one place."""
    first, last = bounds(event, day)
    on_day = (Meeting.event_id == event.id, Meeting.starts_at >= first, Meeting.starts_at < last)
    found = rows(*on_day, Meeting.place_id == place, now=now)
    return sorted(found, key=lambda row: row.meeting.starts_at or now)


def _by_place(row: Row) -> tuple[bool, int, int]:
    place = row.meeting.place
    return place is None, place.position if place else 0, place.id if place else 0


def rows(*conditions: ColumnElement[bool], now: datetime) -> list[Row]:
    meetings = meeting_with_all(*conditions, Meeting.state.in_(SHOWN))
    parties = [party.id for meeting in meetings for party in meeting.parties]
    with_people = select(MeetingParty).where(MeetingParty.id.in_(parties)).options(joinedload(MeetingParty.seen))
    db.session.scalars(with_people).unique().all()
    delays = delays_of(parties)
    return [_row(meeting, delays, now) for meeting in meetings]


def delays_of(parties: Collection[int]) -> dict[int, Delay]:
    """What these parties to meetings, by number, say of coming late."""
    return {each.party_id: each for each in db.session.scalars(select(Delay).where(Delay.party_id.in_(parties)))}


def _row(meeting: Meeting, delays: dict[int, Delay], now: datetime) -> Row:
    sides = [
        Side(party, came_of(party), _people(party), delays.get(party.id))
        for party in meeting.parties
        if party.registration is not None
    ]
    starts_at = meeting.starts_at or now
    return Row(meeting, sides, opened=starts_at - EARLY <= now, begun=starts_at <= now)


def _people(party: MeetingParty) -> list[Person]:
    seen = {row.delegate_id: row for row in party.seen}
    return [Person(each, came_of(seen.get(each.id))) for each in party.goes]
