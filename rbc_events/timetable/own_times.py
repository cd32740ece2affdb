"""Meetings at times of their own, outside an event's slots: a season's, by telephone, on a visit. Functions flush."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from rbc_events.database import Bilingual, conflict_as, db, require_version
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.i18n import hours, language, plain
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Booking, Interpreter, Meeting, MeetingState
from rbc_events.meetings.queries import organisations_in
from rbc_events.meetings.recording import take_off
from rbc_events.timetable.elsewhere import most_at_once
from rbc_events.timetable.operations import Taken, require_movable, take_hold


class Engaged(Conflict):
    """Somebody is in another meeting then; the message says who, and where."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.message = " ".join(sentences)
        super().__init__()


def set_own_time(
    meeting: Meeting,
    *,
    starts_at: datetime,
    ends_at: datetime,
    own_place: str,
    own_link: str = "",
    interpreter: Interpreter | None = None,
    now: datetime,
    seen_version: int | None = None,
) -> None:
    """Put a meeting at a time of its own, at a place in words; it may have a link of its own to join it by.

    What is over already is written down as it was: it takes nobody's time any more.

    Raises:
        Conflict: somebody else has changed the meeting since.
        NotMovable: it was held or called off.
        Engaged: one of its parties, or the interpreter, has another meeting then, at whatever event.
        Taken, Overbooked: likewise, and somebody else was faster.
    """
    take_hold(meeting)
    require_version(meeting, seen_version)
    require_movable(meeting)
    bookings.hold_parties([meeting], [interpreter] if interpreter else ())
    take_off(meeting)
    db.session.flush()
    to_come = ends_at > now
    if to_come and (sentences := in_the_way(meeting, interpreter, starts_at, ends_at)):
        raise Engaged(sentences)
    meeting.own_place, meeting.own_link, meeting.interpreter = own_place, own_link, interpreter
    meeting.starts_at, meeting.ends_at, meeting.state = starts_at, ends_at, MeetingState.SCHEDULED
    with conflict_as(Taken, "bookings"):
        if to_come:
            sides = [party.registration.organisation_id for party in meeting.parties if party.registration is not None]
            bookings.book(meeting, table=0, lanes=bookings.lanes_in_use(sides, starts_at, ends_at))


def in_the_way(meeting: Meeting, interpreter: Interpreter | None, starts_at: datetime, ends_at: datetime) -> list[str]:
    """Who of those that the meeting needs has another one then, a sentence for each."""
    people: dict[int | None, str] = {
        party.user_id: party.user.name_in(language()) for party in meeting.parties if party.user is not None
    }
    if interpreter is not None and interpreter.user_id is not None:
        people[interpreter.user_id] = interpreter.name_in(language())
    sides = {party.registration.organisation_id: party.registration for party in meeting.parties if party.registration}
    found = _booked_then([*sides], [number for number in people if number is not None], starts_at, ends_at)
    sentences = []
    for number, side in sides.items():
        of_side = [row for row in found if row.organisation_id == number]
        if most_at_once(of_side, starts_at) >= side.capacity:
            sentences.append(_sentence(plain(side.organisation.name), of_side[0], meeting.event))
    for person, name in people.items():
        sentences += [_sentence(name, row, meeting.event) for row in found if row.user_id == person][:1]
    return sentences


def _booked_then(organisations: list[int], people: list[int], starts_at: datetime, ends_at: datetime) -> list[Booking]:
    statement = (
        select(Booking)
        .join(Booking.meeting)
        .join(Meeting.event)
        .where(bookings.overlapping(starts_at, ends_at))
        .where(or_(Booking.organisation_id.in_(organisations), Booking.user_id.in_(people)))
        .options(contains_eager(Booking.meeting).contains_eager(Meeting.event))
        .order_by(Booking.starts_at, Booking.id)
    )
    return list(db.session.scalars(statement))


def _sentence(name: str, row: Booking, event: Event) -> str:
    time = hours(row.starts_at, row.ends_at, event.time_zone)
    other: Bilingual = row.meeting.event.name
    if row.meeting.event_id == event.id:
        return _("%(party)s has another meeting then (%(time)s).", party=name, time=time)
    if not row.meeting.event.visible:
        return _("%(party)s is at another event then (%(time)s).", party=name, time=time)
    return _("%(party)s is at another event then: %(event)s (%(time)s).", party=name, event=plain(other), time=time)


class OwnTime(NamedTuple):
    """A meeting, and the organisations in it."""

    meeting: Meeting
    organisations: list[Bilingual]


def at_own_times(event: Event) -> list[OwnTime]:
    """An event's meetings at times of their own that are on, in order of time. Two statements."""
    statement = select(Meeting).where(
        Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED, Meeting.slot_id.is_(None)
    )
    rows = list(db.session.scalars(statement.order_by(Meeting.starts_at, Meeting.id)))
    names = organisations_in(Meeting.id.in_([row.id for row in rows])) if rows else {}
    return [OwnTime(row, names.get(row.id, [])) for row in rows]
