"""The board with somebody's day in each row: an organisation's, a person's, an interpreter's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import language
from rbc_events.meetings.models import Meeting, MeetingParty, absences
from rbc_events.registration.models import Delegate, Registration
from rbc_events.timetable.queries import Cell


@dataclass(frozen=True)
class Day:
    """What the rows are made of: the meetings of one day, the slots that each takes, and names.

    `found`: the meetings that the look is narrowed down to, None where it isn't.
    """

    event: Event
    cells: Sequence[Cell]
    covered: Mapping[int, Collection[int]]
    organisations: Mapping[int, Markup]
    interpreters: Mapping[int, str]
    found: Collection[int] | None = None


class Row(NamedTuple):
    """`of`: the organisation that a person comes for. `own`: a registration, whose name the row's cells leave out."""

    name: Markup
    cells: Mapping[int, list[Cell]]  # by slot
    of: Markup = Markup()
    own: int | None = None


Rows = Sequence[Row]


def rows_of(day: Day, view: str) -> Rows:
    """By name, of a narrowed look those alone with a meeting in it. Four statements for people, none for others."""
    rows = {"people": _people, "interpreters": _interpreters}.get(view, _organisations)(day)
    shown = [row for row in rows if day.found is None or any(c.id in day.found for s in row.cells.values() for c in s)]
    return sorted(shown, key=lambda row: (row.name.striptags().casefold(), row.of))


def _organisations(day: Day) -> Iterable[Row]:
    of: dict[int, list[Cell]] = defaultdict(list)
    for cell in day.cells:
        for number in cell.registrations:
            of[number].append(cell)
    return (Row(day.organisations[number], _by_slot(day, cells), own=number) for number, cells in of.items())


def _interpreters(day: Day) -> Iterable[Row]:
    """All of the event's, also those who have nothing to do this day."""
    for number, name in day.interpreters.items():
        yield Row(escape(name), _by_slot(day, [cell for cell in day.cells if cell.interpreter_id == number]))


def _people(day: Day) -> Iterable[Row]:
    """Delegates, each in the meetings to which they go, and the coordinators who sit in."""
    cells, wanted = {cell.id: cell for cell in day.cells}, language()
    sides, away = _delegates(day.event), _absences(day.event)
    delegates: dict[int, list[Cell]] = defaultdict(list)
    coordinators: dict[int, list[Cell]] = defaultdict(list)
    for party, meeting, side, person in _parties(day.event):
        if meeting in cells and person is not None:
            coordinators[person].append(cells[meeting])
        for delegate in sides.get(side or 0, ()) if meeting in cells else ():
            if delegate.id not in away[party]:
                delegates[delegate.id].append(cells[meeting])
    for each in (delegate for of_side in sides.values() for delegate in of_side):
        if each.id in delegates:
            name, side = escape(each.name_in(wanted) or each.email), each.registration_id
            yield Row(name, _by_slot(day, delegates[each.id]), day.organisations[side], side)
    for user in _users(coordinators):
        yield Row(escape(user.name_in(wanted) or user.email), _by_slot(day, coordinators[user.id]))


def _parties(event: Event) -> Iterable[tuple[int, int, int | None, int | None]]:
    columns = select(MeetingParty.id, MeetingParty.meeting_id, MeetingParty.registration_id, MeetingParty.user_id)
    statement = columns.join(MeetingParty.meeting).where(Meeting.event_id == event.id)
    return ((*row,) for row in db.session.execute(statement))


def _absences(event: Event) -> dict[int, set[int]]:
    """By party the delegates who don't go."""
    columns = select(absences.c.party_id, absences.c.delegate_id)
    joined = columns.join(MeetingParty, MeetingParty.id == absences.c.party_id).join(MeetingParty.meeting)
    found: dict[int, set[int]] = defaultdict(set)
    for party, delegate in db.session.execute(joined.where(Meeting.event_id == event.id)):
        found[party].add(delegate)
    return found


def _users(numbers: Iterable[int]) -> Sequence[User]:
    wanted = set(numbers)
    return db.session.scalars(select(User).where(User.id.in_(wanted))).all() if wanted else ()


def _delegates(event: Event) -> dict[int, list[Delegate]]:
    statement = select(Delegate).join(Delegate.registration).where(Registration.event_id == event.id)
    found: dict[int, list[Delegate]] = defaultdict(list)
    for delegate in db.session.scalars(statement.options(joinedload(Delegate.user))):
        found[delegate.registration_id].append(delegate)
    return found


def _by_slot(day: Day, cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        for slot in day.covered[cell.id]:
            found[slot].append(cell)
    return found
