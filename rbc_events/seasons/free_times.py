"""Who of a season can meet when: working hours, less what each is booked for. Setting flushes; the route commits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import or_, select

from rbc_events.accounts.models import User
from rbc_events.database import db, require_version
from rbc_events.events.models import Event
from rbc_events.meetings.bookings import overlapping
from rbc_events.meetings.models import Booking, Meeting, MeetingParty
from rbc_events.registration.models import Registration
from rbc_events.seasons.hours import DAY, USUAL_WEEK, Hours, Spell, together, without
from rbc_events.seasons.models import WorkingHours
from rbc_events.seasons.queries import zone_of_party
from rbc_events.timetable.elsewhere import most_at_once

JAPAN = "JP"


@dataclass(frozen=True)
class Times:
    """As much of a booking as its time."""

    starts_at: datetime
    ends_at: datetime


def read_hours(row: WorkingHours) -> Hours:
    return Hours(
        row.time_zone,
        row.country,
        tuple((weekday, time.fromisoformat(begins), time.fromisoformat(ends)) for weekday, begins, ends in row.weekly),
        frozenset(map(date.fromisoformat, row.days_off)),
        frozenset(map(date.fromisoformat, row.worked_holidays)),
    )


def hours_row(event: Event, *, side: Registration | None = None, person: User | None = None) -> WorkingHours | None:
    whose = WorkingHours.registration_id == side.id if side else WorkingHours.user_id == (person.id if person else None)
    return db.session.scalar(select(WorkingHours).where(WorkingHours.event_id == event.id, whose))


def usual_hours_of_side(side: Registration, zone: str) -> Hours:
    """Until an organisation says otherwise: working days of its country, from nine to five."""
    return Hours(zone, side.organisation.country)


def set_hours(
    row: WorkingHours | None,
    hours: Hours,
    *,
    event: Event,
    side: Registration | None = None,
    person: User | None = None,
    seen_version: int | None = None,
) -> WorkingHours:
    """Keep when an organisation, or a person of the staff, can meet at an event.

    Raises:
        Conflict: somebody else has changed it since.
    """
    if row is None:
        row = WorkingHours(event_id=event.id, registration_id=side.id if side else None)
        row.user_id = person.id if person else None
        db.session.add(row)
    else:
        require_version(row, seen_version)
    row.time_zone, row.country = hours.zone, hours.country
    row.weekly = [[day, f"{begins:%H:%M}", f"{ends:%H:%M}"] for day, begins, ends in hours.weekly]
    row.days_off = [day.isoformat() for day in sorted(hours.days_off)]
    row.worked_holidays = [day.isoformat() for day in sorted(hours.worked_holidays)]
    db.session.flush()
    return row


def hours_of_parties(parties: Iterable[MeetingParty]) -> dict[MeetingParty, Hours]:
    """One statement for all of them, and what their zones take."""
    parties = list(parties)
    sides = [party.registration_id for party in parties if party.registration_id is not None]
    people = [party.user_id for party in parties if party.user_id is not None]
    events = {party.meeting.event_id for party in parties}
    rows = db.session.scalars(
        select(WorkingHours).where(
            WorkingHours.event_id.in_(events),
            or_(WorkingHours.registration_id.in_(sides), WorkingHours.user_id.in_(people)),
        )
    )
    said = {(row.registration_id, row.user_id): read_hours(row) for row in rows}
    return {party: said.get((party.registration_id, party.user_id)) or _usual(party) for party in parties}


def _usual(party: MeetingParty) -> Hours:
    zone = zone_of_party(party)
    return usual_hours_of_side(party.registration, zone) if party.registration else Hours(zone, JAPAN, USUAL_WEEK)


def free_times(meeting: Meeting, first: date, last: date, *, now: datetime) -> Mapping[MeetingParty, Sequence[Spell]]:
    """When each party of a meeting can meet on these days of the event's calendar: works, and has no other meeting."""
    return free_times_of_all([meeting], first, last, now=now)[meeting.id]


def free_times_of_all(
    meetings: Sequence[Meeting], first: date, last: date, *, now: datetime
) -> dict[int, Mapping[MeetingParty, Sequence[Spell]]]:
    """The same of several meetings of one event, by number. They are to be decided together, so none of them takes
    anybody's time."""
    zone = meetings[0].event.zone
    begins = max(datetime.combine(first, time(0), zone), now)
    ends = datetime.combine(last + DAY, time(0), zone)
    bookings = bookings_of(meetings, begins, ends, beside={meeting.id for meeting in meetings})
    hours = hours_of_parties(party for meeting in meetings for party in meeting.parties)

    def free(party: MeetingParty) -> Sequence[Spell]:
        works = together([hours[party].spells(first - DAY, last + DAY), [(begins, ends)]])
        return without(works, _taken(party, bookings)) if begins < ends else []

    return {meeting.id: {party: free(party) for party in meeting.parties} for meeting in meetings}


def bookings_of(
    meetings: Iterable[Meeting], begins: datetime, ends: datetime, *, beside: Collection[int]
) -> Sequence[Booking]:
    """What the parties of meetings are booked for between two instants, but for meetings `beside`, by number."""
    parties = [party for meeting in meetings for party in meeting.parties]
    sides = [party.registration.organisation_id for party in parties if party.registration is not None]
    people = [party.user_id for party in parties if party.user_id is not None]
    theirs = or_(Booking.organisation_id.in_(sides), Booking.user_id.in_(people))
    others = Booking.meeting_id.not_in(beside)
    return db.session.scalars(select(Booking).where(overlapping(begins, ends), theirs, others)).all()


def _taken(party: MeetingParty, bookings: Sequence[Booking]) -> list[Spell]:
    """When a party has as many meetings as it can hold at once."""
    side = party.registration
    if side is None:
        return [(row.starts_at, row.ends_at) for row in bookings if row.user_id == party.user_id]
    rows = [Times(row.starts_at, row.ends_at) for row in bookings if row.organisation_id == side.organisation_id]
    instants = sorted({row.starts_at for row in rows} | {row.ends_at for row in rows})
    pieces = pairwise(instants)
    return [
        (begins, ends)
        for begins, ends in pieces
        if most_at_once([row for row in rows if row.starts_at < ends and row.ends_at > begins], begins) >= side.capacity
    ]


def starts(spells: Iterable[Spell], length: timedelta, step: timedelta) -> list[datetime]:
    """Where a meeting of a length can begin within these times, on the clock's multiples of a step."""
    found = []
    for begins, ends in spells:
        at = begins + (datetime.min.replace(tzinfo=begins.tzinfo) - begins) % step
        while at + length <= ends:
            found.append(at)
            at += step
    return found
