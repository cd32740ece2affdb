"""Meetings on the working timetable that no longer go with what is known of their interpreters, or of their rooms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event, Place, PlaceKind, Slot
from rbc_events.meetings.models import (
    Interpreter,
    InterpreterUnavailability,
    Meeting,
    MeetingParty,
    MeetingState,
)
from rbc_events.meetings.queries import organisations_in
from rbc_events.registration.models import Organisation, Profile, Registration
from rbc_events.scheduling import problem as core


@dataclass(frozen=True)
class Contradiction:
    """A meeting whose interpreter is off at its time (`by_hours`) or doesn't serve its languages."""

    meeting_id: int
    starts_at: datetime
    interpreter: Interpreter
    by_hours: bool
    organisations: Sequence[Bilingual]


def contradictions(event: Event) -> list[Contradiction]:
    """In order of time. Two statements, and one for the names where there is something to say."""
    found = {meeting: (starts_at, person, False) for meeting, starts_at, person in _not_served(event)}
    found |= {meeting: (starts_at, person, True) for meeting, starts_at, person in _off(event)}
    names = organisations_in(Meeting.id.in_(found)) if found else {}
    rows = [Contradiction(meeting, *said, names.get(meeting, ())) for meeting, said in found.items()]
    return sorted(rows, key=lambda row: (row.starts_at, row.meeting_id))


Found = Iterable[tuple[int, datetime, Interpreter]]


def _off(event: Event) -> Found:
    off = InterpreterUnavailability
    statement = (
        select(Meeting.id, Meeting.starts_at, Interpreter)
        .join(Meeting.interpreter)
        .join(off, off.interpreter_id == Interpreter.id)
        .join(Slot, Slot.id == off.slot_id)
        .where(Slot.starts_at < Meeting.ends_at, Slot.ends_at > Meeting.starts_at)
        .where(Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED)
    )
    return [(number, starts_at, person) for number, starts_at, person in db.session.execute(statement) if starts_at]


def _not_served(event: Event) -> Found:
    statement = (
        select(Meeting.id, Meeting.starts_at, Interpreter, Profile.languages)
        .join(Meeting.interpreter)
        .join(Meeting.parties)
        .join(MeetingParty.registration)
        .join(Registration.organisation)
        .join(Organisation.profile)
        .where(Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED, Meeting.needs_interpreter)
    )
    meetings: dict[int, tuple[datetime, Interpreter, list[frozenset[str]]]] = {}
    for number, starts_at, person, languages in db.session.execute(statement):
        if starts_at is None:
            continue
        spoken = meetings.setdefault(number, (starts_at, person, []))[2]
        if languages:
            spoken.append(frozenset(languages))
    for number, (starts_at, person, spoken) in meetings.items():
        if not core.Interpreter("", person.language_pairs).serves(spoken):
            yield number, starts_at, person


def rooms_without_link(event: Event) -> Sequence[Place]:
    """The virtual rooms in which meetings are placed and that nobody could join."""
    used = select(Meeting.place_id).where(Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED)
    lacking = Place.event_id == event.id, Place.kind == PlaceKind.VIRTUAL, Place.join_url == ""
    return db.session.scalars(select(Place).where(*lacking, Place.id.in_(used)).order_by(Place.position)).all()
