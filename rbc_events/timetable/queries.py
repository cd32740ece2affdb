"""Reading the working timetable: a fixed number of statements, and plain columns instead of objects for the grid."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from rbc_events.accounts.models import User
from rbc_events.database import Bilingual, db
from rbc_events.durable import GOING
from rbc_events.events.access import managers_of
from rbc_events.events.models import Event
from rbc_events.i18n import language
from rbc_events.meetings.models import OPEN, Interpreter, Meeting, MeetingParty, MeetingState
from rbc_events.meetings.troubles import has_trouble
from rbc_events.registration.models import Organisation, Registration
from rbc_events.timetable.models import ScheduleRun
from rbc_events.timetable.publishing import differs


class Cell(NamedTuple):
    """One meeting of the grid."""

    id: int
    registrations: Sequence[int]
    version: int
    state: MeetingState
    length: int
    slot_id: int | None
    place_id: int | None
    interpreter_id: int | None
    needs_interpreter: bool
    online: bool
    must: bool
    pinned: bool
    own_time: bool  # outside the event's slots
    told: bool  # participants know of it
    changed: bool  # since participants were told
    troubled: bool  # somebody can't come, or not then

    @property
    def movable(self) -> bool:
        return self.state in OPEN


def names_of_organisations(event: Event) -> dict[int, Bilingual]:
    """Every registration's organisation."""
    statement = (
        select(Registration.id, Organisation.name_native, Organisation.name_latin)
        .join(Registration.organisation)
        .where(Registration.event_id == event.id)
    )
    return {number: Bilingual(native, latin or native) for number, native, latin in db.session.execute(statement)}


def names_of_staff(event: Event) -> dict[int, str]:
    """The coordinators who sit in meetings."""
    statement = (
        select(User)
        .join(MeetingParty, MeetingParty.user_id == User.id)
        .join(MeetingParty.meeting)
        .where(Meeting.event_id == event.id)
        .distinct()
    )
    return {user.id: user.name_in(language()) for user in db.session.scalars(statement)}


def staff_of(event: Event) -> Sequence[User]:
    """Who manages an event: its coordinators, those of its host regions, and headquarters."""
    return db.session.scalars(select(User).where(User.active, managers_of(event)).order_by(User.email)).all()


def names_of_meetings(event: Event) -> dict[int, list[Bilingual]]:
    """The organisations of every meeting."""
    names = names_of_organisations(event)
    found: dict[int, list[Bilingual]] = {}
    for meeting_id, registration_id in _parties(event):
        found.setdefault(meeting_id, []).append(names[registration_id])
    return found


def _parties(event: Event) -> Sequence[tuple[int, int]]:
    statement = (
        select(MeetingParty.meeting_id, MeetingParty.registration_id)
        .join(MeetingParty.meeting)
        .where(Meeting.event_id == event.id, MeetingParty.registration_id.is_not(None))
        .order_by(MeetingParty.id)
    )
    return [(meeting, registration) for meeting, registration in db.session.execute(statement) if registration]


def cells(event: Event) -> list[Cell]:
    """Every meeting of an event but those called off: three statements of columns, however many there are."""
    told = Meeting.published_starts_at.is_not(None)
    where = Meeting.slot_id, Meeting.place_id, Meeting.interpreter_id
    own_time = and_(Meeting.starts_at.is_not(None), Meeting.slot_id.is_(None))
    marks = Meeting.needs_interpreter, Meeting.online, Meeting.must, Meeting.pinned, own_time
    statement = (
        select(
            Meeting.id, Meeting.version, Meeting.state, Meeting.length, *where, *marks, told, differs(), has_trouble()
        )
        .where(Meeting.event_id == event.id, Meeting.state != MeetingState.CANCELLED)
        .order_by(Meeting.id)
    )
    sides: dict[int, list[int]] = {}
    for meeting, registration in _parties(event):
        sides.setdefault(meeting, []).append(registration)
    rows: Any = db.session.execute(statement)
    return [Cell(number, sides.get(number, ()), *columns) for number, *columns in rows]


def names_of_interpreters(event: Event) -> dict[int, str]:
    people = db.session.scalars(select(Interpreter).where(Interpreter.event_id == event.id))
    return {person.id: person.name_in(language()) for person in people}


def latest_run(event: Event) -> ScheduleRun | None:
    return db.session.scalar(
        select(ScheduleRun).where(ScheduleRun.event_id == event.id).order_by(ScheduleRun.id.desc()).limit(1)
    )


def active_run(event: Event) -> ScheduleRun | None:
    """The run that waits or is under way."""
    active = ScheduleRun.state.in_(GOING)
    return db.session.scalar(select(ScheduleRun).where(ScheduleRun.event_id == event.id, active).limit(1))
