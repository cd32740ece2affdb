"""What a meeting takes, booked from when to when, so that across all events nobody and nothing is taken twice."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select, text

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.meetings.models import Booking, Interpreter, Meeting
from rbc_events.registration.models import Registration

LOCKS = 1_380_139_859  # PostgreSQL's locks of this kind have a number: this one is nobody else's
SHARED_BY = 512
"""So many locks there are for organisations, and as many for people. Some share one, and then wait for one another."""


class Overbooked(Conflict):
    """An organisation has no lane left at a time."""

    def __init__(self, side: Registration) -> None:
        name = side.organisation.name_native
        self.message = _l(
            "%(organisation)s holds as many meetings at that time as it can, those at other events included.",
            organisation=name,
        )
        super().__init__()


def hold(organisations: Iterable[int], people: Iterable[int]) -> None:
    """Keep everybody else from booking these organisations and people until the transaction ends.

    What is read from now on of their bookings stays true. Always in the same order, so that two never wait for each
    other. On SQLite the transaction has locked everything already.
    """
    if db.session.get_bind().dialect.name != "postgresql":
        return
    keys = {number % SHARED_BY for number in organisations} | {SHARED_BY + number % SHARED_BY for number in people}
    locks = text("SELECT pg_advisory_xact_lock(:locks, key) FROM unnest(CAST(:keys AS integer[])) AS key")
    db.session.execute(locks, {"locks": LOCKS, "keys": sorted(keys)})


def hold_parties(
    meetings: Iterable[Meeting], interpreters: Iterable[Interpreter] = (), *, sides: Iterable[Registration] = ()
) -> None:
    """Likewise whoever is party to these meetings or interprets, and these `sides`. All in one call: a second one in
    the same transaction would hold them in another order than others do."""
    parties = [party for meeting in meetings for party in meeting.parties]
    people = {party.user_id for party in parties} | {person.user_id for person in interpreters}
    hold(
        {party.registration.organisation_id for party in parties if party.registration is not None}
        | {side.organisation_id for side in sides},
        {number for number in people if number is not None},
    )


def overlapping(starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    """The bookings that take some of the time between two instants."""
    return (Booking.starts_at < ends_at) & (Booking.ends_at > starts_at)


def book(meeting: Meeting, *, table: int, lanes: "Lanes") -> None:
    """Book what a meeting takes for its time. No rule is checked here; the database refuses what is taken.

    `table`: the place's, from 0.

    Raises:
        Overbooked
    """
    assert meeting.starts_at is not None  # noqa: S101 - what is booked has a time
    assert meeting.ends_at is not None  # noqa: S101 - likewise
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    sides = [party.registration for party in meeting.parties if party.registration is not None]
    people = {party.user_id for party in meeting.parties if party.user_id is not None}
    person = meeting.interpreter
    if person is not None and person.user_id is not None:
        people.add(person.user_id)
    elif person is not None:
        meeting.bookings.append(Booking(interpreter_id=person.id, **times))
    if meeting.place is not None:
        meeting.bookings.append(Booking(place_id=meeting.place.id, lane=table, **times))
    for side in sides:
        lane = lanes.take(side, meeting.starts_at, meeting.ends_at)
        meeting.bookings.append(Booking(organisation_id=side.organisation_id, lane=lane, **times))
    meeting.bookings += [Booking(user_id=number, **times) for number in sorted(people)]


Taken = tuple[datetime, datetime, int]
"""From when to when, and which lane."""


class Lanes:
    """Which lanes of organisations are booked when: each has as many as it can hold meetings at once."""

    def __init__(self, booked: Iterable[tuple[int, datetime, datetime, int]] = ()) -> None:
        self._booked: dict[int, list[Taken]] = defaultdict(list)
        for organisation, starts_at, ends_at, lane in booked:
            self._booked[organisation].append((starts_at, ends_at, lane))

    def take(self, side: Registration, starts_at: datetime, ends_at: datetime) -> int:
        """The first free lane, booked from now on.

        Raises:
            Overbooked
        """
        booked = self._booked[side.organisation_id]
        busy = {lane for begins, ends, lane in booked if begins < ends_at and ends > starts_at}
        lane = next(number for number in count() if number not in busy)
        if lane >= side.capacity:
            lane = make_room(side, starts_at, ends_at)
            booked[:] = _of_organisation(side.organisation_id)
        booked.append((starts_at, ends_at, lane))
        return lane


def lanes_in_use(organisations: Collection[int] | Select[Any], starts_at: datetime, ends_at: datetime) -> Lanes:
    """As they are booked between two instants, by meetings of any event."""
    columns = select(Booking.organisation_id, Booking.starts_at, Booking.ends_at, Booking.lane)
    rows = db.session.execute(
        columns.where(Booking.organisation_id.in_(organisations), overlapping(starts_at, ends_at))
    )
    return Lanes((number, begins, ends, lane) for number, begins, ends, lane in rows if number is not None)


def _of_organisation(organisation: int) -> list[Taken]:
    rows = select(Booking.starts_at, Booking.ends_at, Booking.lane).where(Booking.organisation_id == organisation)
    return [(begins, ends, lane) for begins, ends, lane in db.session.execute(rows)]


def make_room(side: Registration, starts_at: datetime, ends_at: datetime) -> int:
    """Give an organisation's bookings around a time other lanes, so that one is free: of meetings with lengths of their
    own there may be few enough at any time and yet one in each lane.

    Raises:
        Overbooked: there are too many.
    """
    rows = db.session.scalars(
        select(Booking).where(Booking.organisation_id == side.organisation_id).order_by(Booking.starts_at, Booking.id)
    ).all()
    around = _around(rows, starts_at, ends_at)
    new = Booking(starts_at=starts_at, ends_at=ends_at)
    lanes = _in_order_of_time([*around, new])
    if max(lanes.values()) >= side.capacity:
        raise Overbooked(side)
    moved = [row for row in around if lanes[row] != row.lane]
    copies = [(row.meeting, row.starts_at, row.ends_at, lanes[row]) for row in moved]
    for row in moved:
        row.meeting.bookings.remove(row)
    db.session.flush()
    for meeting, begins, ends, lane in copies:
        meeting.bookings.append(
            Booking(organisation_id=side.organisation_id, starts_at=begins, ends_at=ends, lane=lane)
        )
    db.session.flush()
    return lanes[new]


def _around(rows: Sequence[Booking], starts_at: datetime, ends_at: datetime) -> list[Booking]:
    """The bookings that overlap a time, those that overlap them, and so on."""
    found: set[Booking] = set()
    while True:
        more = {row for row in rows if row.starts_at < ends_at and row.ends_at > starts_at}
        if more == found:
            return [row for row in rows if row in found]
        found = more
        starts_at = min([starts_at, *(row.starts_at for row in found)])
        ends_at = max([ends_at, *(row.ends_at for row in found)])


def _in_order_of_time(rows: Iterable[Booking]) -> dict[Booking, int]:
    """Each booking's lane if whoever begins first takes the first that is free: there is no way with fewer lanes."""
    ends: list[datetime] = []
    lanes = {}
    for row in sorted(rows, key=lambda row: row.starts_at):
        lane = next((number for number, end in enumerate(ends) if end <= row.starts_at), len(ends))
        ends[lane : lane + 1] = [row.ends_at]
        lanes[row] = lane
    return lanes
