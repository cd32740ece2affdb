"""A week of a season: what waits for a time, what is on, what is held, and when all of one meeting are free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingState
from rbc_events.meetings.queries import organisations_in
from rbc_events.registration.models import Delegate, Registration
from rbc_events.seasons.free_times import free_times, hours_of_parties, starts
from rbc_events.seasons.hours import DAY, Spell, clock_changes, days, holidays_between, together
from rbc_events.seasons.models import TimeOffer
from rbc_events.seasons.queries import offers_under_way, zone_of_party

STEP = timedelta(minutes=30)
"""Rows of the grid. By hand a meeting begins on any minute; the batch uses a finer grid."""


@dataclass(frozen=True)
class Row:
    """A meeting, and the organisations in it."""

    meeting: Meeting
    organisations: Sequence[Bilingual]


@dataclass(frozen=True)
class Cell:
    """Half an hour: how many of the parties are free, and whether the meeting could begin here."""

    starts_at: datetime
    free: int
    fits: bool


@dataclass(frozen=True)
class Grid:
    """`rows`: the event's clock time, and a cell for each of the week's days."""

    days: Sequence[date]
    rows: Sequence[tuple[time, Sequence[Cell]]]
    parties: Sequence[MeetingParty]
    zones: Sequence[str]
    first_fit: datetime | None


@dataclass(frozen=True)
class OffDay:
    """Why a party isn't there on a day: the name of the holiday; empty where it is a day off of its own."""

    party: MeetingParty
    on: date
    name: str


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_to_show(event: Event, wanted: date | None, today: date) -> date:
    """The Monday of the wanted day's week; else of today's, or of the end of the season that is nearer."""
    first, last = event.starts_on or today, event.ends_on or event.starts_on or today
    return monday_of(wanted or min(max(today, first), last))


def waiting(event: Event) -> list[Row]:
    """The agreed meetings without a time."""
    return _rows(event, Meeting.state == MeetingState.AGREED)


def on_in_week(event: Event, monday: date) -> list[Row]:
    """The meetings of a week, in order of time."""
    begins, ends = (datetime.combine(day, time(0), event.zone) for day in (monday, monday + 7 * DAY))
    there = Meeting.starts_at.is_not(None) & (Meeting.starts_at >= begins) & (Meeting.starts_at < ends)
    return _rows(event, there & (Meeting.state != MeetingState.CANCELLED))


def _rows(event: Event, condition: ColumnElement[bool]) -> list[Row]:
    statement = select(Meeting).where(Meeting.event_id == event.id, condition)
    statement = statement.order_by(Meeting.starts_at, Meeting.id).options(
        selectinload(Meeting.parties)
        .joinedload(MeetingParty.registration)
        .options(
            selectinload(Registration.delegates).joinedload(Delegate.user), selectinload(Registration.organisation)
        )
    )
    meetings = list(db.session.scalars(statement))
    names = organisations_in(Meeting.id.in_([row.id for row in meetings])) if meetings else {}
    return [Row(row, names.get(row.id, [])) for row in meetings]


def held_in_week(event: Event, monday: date) -> list[tuple[datetime, TimeOffer]]:
    """The times of a week that are offered and wait for answers."""
    begins, ends = (datetime.combine(day, time(0), event.zone) for day in (monday, monday + 7 * DAY))
    found = [(each.starts_at, offer) for offer in offers_under_way(event) for each in offer.times]
    return sorted(((at, offer) for at, offer in found if begins <= at < ends), key=lambda pair: (pair[0], pair[1].id))


def grid_of(meeting: Meeting, monday: date, length: timedelta, now: datetime, *, whole: bool) -> Grid:
    """When the parties of a meeting are free in a week, on the event's clock. Shown are the half hours in which all are
    on any day; those in which anybody is, where all never are, or of the `whole` day."""
    zone, sunday = meeting.event.zone, monday + 6 * DAY
    free = free_times(meeting, monday, sunday, now=now)
    spells, week = together(free.values()), list(days(monday, sunday))
    fitting = starts(spells, length, STEP)
    shown = _shown([spells] if spells and not whole else free.values(), zone)
    rows = [(at, [_cell(datetime.combine(day, at, zone), free, set(fitting)) for day in week]) for at in shown]
    zones = dict.fromkeys(zone_of_party(party) for party in meeting.parties)
    others = [each for each in zones if each != meeting.event.time_zone]
    return Grid(week, rows, list(free), others, fitting[0] if fitting else None)


def _shown(free: Iterable[Sequence[Spell]], zone: ZoneInfo) -> list[time]:
    """The half hours of the day that some of these times take."""
    at: set[int] = set()
    for begins, ends in (spell for spells in free for spell in spells):
        moment = begins
        while moment < ends:
            there = moment.astimezone(zone)
            at.add(there.hour * 2 + there.minute // 30)
            moment += STEP
    return [time(half // 2, half % 2 * 30) for half in sorted(at)]


def _cell(starts_at: datetime, free: Mapping[MeetingParty, Sequence[Spell]], fitting: set[datetime]) -> Cell:
    count = sum(any(a <= starts_at and b >= starts_at + STEP for a, b in spells) for spells in free.values())
    return Cell(starts_at, count, starts_at in fitting)


def off_days(meeting: Meeting, monday: date, language: str) -> list[OffDay]:
    """The holidays and days off of the parties in a week."""
    found = []
    for party, hours in hours_of_parties(meeting.parties).items():
        names = holidays_between(hours.country, monday, monday + 6 * DAY, language)
        weekdays = {weekday for weekday, _begins, _ends in hours.weekly}
        off = (each for each in days(monday, monday + 6 * DAY) if each.weekday() in weekdays)
        found += [OffDay(party, each, names.get(each, "")) for each in off if not hours.works_on(each)]
    return found


def changes_of_clocks(zones: Sequence[str], monday: date) -> list[tuple[str, date]]:
    """Which clocks are put forward or back in a week or the one after: what is agreed stands by the event's clock."""
    return [(zone, day) for zone in zones for day in clock_changes(zone, monday, monday + 13 * DAY)]
