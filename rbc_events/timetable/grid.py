"""The working timetable as a page shows it: slots by places or somebody's day in each row, and what has no time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape
from sqlalchemy import Row, select

from rbc_events.database import db
from rbc_events.events.models import Event, Place, Slot
from rbc_events.events.queries import closed_slots
from rbc_events.i18n import language, local
from rbc_events.registration.models import Registration, Unavailability
from rbc_events.timetable.elsewhere import engagements, taken
from rbc_events.timetable.look import Look
from rbc_events.timetable.narrowing import matching
from rbc_events.timetable.queries import Cell, cells, names_of_interpreters, names_of_organisations
from rbc_events.timetable.rows import Day, Rows, rows_of
from rbc_events.timetable.wrong import Troubles, Wrong, troubles_of, what_is_wrong

MANY_PLACES = 8
"""With more places than these one line a meeting is shown where nobody says otherwise."""

SlotRow = Row[int, datetime, datetime, int]
"""A slot's number, beginning, end and block."""


@dataclass(frozen=True)
class Waiting:
    """A meeting without a time. `common`: the slots that are free for all its organisations."""

    cell: Cell
    common: int


@dataclass
class Grid:
    """One day of an event's working timetable, and the meetings that wait."""

    event: Event
    look: Look
    days: list[date]
    day: date | None
    slots: list[SlotRow]
    places: list[Place]
    meetings: dict[tuple[int, int], list[Cell]]  # by slot and place, a longer meeting in each of its slots
    closed: dict[int, set[int]]  # by place: the slots in which it can't be used
    booths: dict[int, int]  # by place: whose it is, a registration
    waiting: list[Waiting]
    free_times: dict[int, Markup]  # in words, by how many
    placed: int
    changed: int  # meetings that differ from what participants were told
    organisation_names: dict[int, Markup]  # in the page's language
    interpreters: dict[int, str]
    troubles: Troubles
    wrong: dict[int, Wrong]  # by meeting
    found: set[int]  # the meetings that the look is narrowed down to; all where it isn't
    covered: dict[int, list[int]]  # by meeting: the slots that it takes
    day_of: dict[int, date]  # by slot
    all_cells: list[Cell]

    @property
    def far(self) -> bool:
        return self.look.zoom == "far" or (not self.look.zoom and len(self.places) > MANY_PLACES)

    def names(self, cell: Cell) -> list[Markup]:
        """The organisations of a meeting, in the page's language."""
        return [self.organisation_names[number] for number in cell.registrations]

    def title(self, cell: Cell) -> str:
        """All that a meeting's line from afar has no room for: who meets, with whose help, and what is wrong."""
        who = " × ".join(name.striptags() for name in self.names(cell))
        person = self.interpreters.get(cell.interpreter_id or 0)
        wrong = self.wrong[cell.id].words if cell.id in self.wrong else ()
        return "\n".join([_("%(who)s, interpreted by %(name)s", who=who, name=person) if person else who, *wrong])

    def columns(self) -> list[tuple[int, set[int]]]:
        """Each place, and the slots in which it can't be used."""
        return [(place.id, self.closed.get(place.id, set())) for place in self.places]

    @cached_property
    def rows(self) -> Rows:
        """Whose day each row shows, by name; of a narrowed look those alone who have a meeting in it."""
        shown = {slot.id for slot in self.slots}
        cells = [cell for cell in self.all_cells if not shown.isdisjoint(self.covered.get(cell.id, ()))]
        found = self.found if self.look.narrowed else None
        day = Day(self.event, cells, self.covered, self.organisation_names, self.interpreters, found)
        return rows_of(day, self.look.view)

    @property
    def found_elsewhere(self) -> list[tuple[date, int]]:
        """Other days on which the look finds meetings, with how many."""
        placed = (cell.slot_id for cell in self.all_cells if cell.id in self.found)
        found = Counter(self.day_of[slot] for slot in placed if slot in self.day_of)
        return sorted((day, number) for day, number in found.items() if day != self.day)


def grid_of(event: Event, look: Look, *, now: datetime) -> Grid:
    """The timetable of one day (the first one, if the event has no such day): a fixed number of statements."""
    all_cells = cells(event)
    slots = _slots(event)
    zone = event.zone
    day_of = {slot.id: slot.starts_at.astimezone(zone).date() for slot in slots}
    days = sorted(set(day_of.values()))
    day = look.day if look.day in days else (days[0] if days else None)
    shown = [slot for slot in slots if day_of[slot.id] == day]
    covered = _covered(all_cells, slots)
    used = {cell.place_id for cell in all_cells}
    troubles = troubles_of(event, now=now)
    wrong = what_is_wrong(event, all_cells, troubles)
    found = matching(event, all_cells, look, wrong)
    waiting = list(_waiting(event, all_cells, slots, covered))
    grid = Grid(
        event=event,
        look=look,
        days=days,
        day=day,
        slots=shown,
        places=[place for place in event.places if place.open or place.id in used],
        meetings={},
        closed=closed_slots(event, shown),
        booths=_booths(event),
        waiting=waiting,
        free_times={number: _free_times(number) for number in {row.common for row in waiting}},
        placed=sum(cell.slot_id is not None for cell in all_cells),
        changed=sum(cell.changed and cell.movable for cell in all_cells),
        organisation_names=_shown_names(event),
        interpreters=names_of_interpreters(event),
        troubles=troubles,
        wrong=wrong,
        found=found,
        covered=covered,
        day_of=day_of,
        all_cells=all_cells,
    )
    _fill(grid, all_cells, covered)
    return grid


def _free_times(number: int) -> Markup:
    if number == 0:
        return Markup('<span class="chip-warning">{}</span>').format(_("No time is free for both sides."))
    words = ngettext("%(num)d time is free for both sides.", "%(num)d times are free for both sides.", number)
    return escape(words)


def _shown_names(event: Event) -> dict[int, Markup]:
    wanted = language()
    return {number: local(name, wanted) for number, name in names_of_organisations(event).items()}


def _slots(event: Event) -> Sequence[SlotRow]:
    """Columns alone: an event can have hundreds of slots, and a page shows those of one day."""
    columns = (Slot.id, Slot.starts_at, Slot.ends_at, Slot.block_id)
    return db.session.execute(select(*columns).where(Slot.event_id == event.id).order_by(Slot.starts_at)).all()


def _booths(event: Event) -> dict[int, int]:
    columns = select(Registration.booth_id, Registration.id).where(
        Registration.event_id == event.id, Registration.booth_id.is_not(None)
    )
    return {place: side for place, side in db.session.execute(columns) if place is not None}


def _fill(grid: Grid, all_cells: Iterable[Cell], covered: dict[int, list[int]]) -> None:
    on_show = {slot.id for slot in grid.slots}
    for cell in all_cells:
        for slot in covered.get(cell.id, ()):
            if slot in on_show and cell.place_id is not None:
                grid.meetings.setdefault((slot, cell.place_id), []).append(cell)


def _covered(all_cells: Iterable[Cell], slots: Sequence[SlotRow]) -> dict[int, list[int]]:
    """The slots that each meeting takes."""
    position = {slot.id: number for number, slot in enumerate(slots)}
    return {
        cell.id: [slot.id for slot in slots[position[cell.slot_id] :][: cell.length]]
        for cell in all_cells
        if cell.slot_id is not None
    }


def _waiting(
    event: Event, all_cells: Sequence[Cell], slots: Sequence[SlotRow], covered: dict[int, list[int]]
) -> Iterable[Waiting]:
    waiting = [cell for cell in all_cells if cell.slot_id is None and not cell.own_time]
    if not waiting:
        return
    busy: dict[int, Counter[int]] = {}
    for cell in all_cells:
        for registration in cell.registrations:
            busy.setdefault(registration, Counter()).update(covered.get(cell.id, ()))
    closed, capacity = _limits(event, slots)
    for registration, meetings in busy.items():
        most = capacity.get(registration, 1)
        closed.setdefault(registration, set()).update(slot for slot, number in meetings.items() if number >= most)
    for cell in waiting:
        yield Waiting(cell, len(slots) - len(set().union(*(closed.get(side, ()) for side in cell.registrations))))


def _limits(event: Event, slots: Sequence[SlotRow]) -> tuple[dict[int, set[int]], dict[int, int]]:
    of_event = Registration.event_id == event.id
    unavailable: dict[int, set[int]] = {}
    statement = select(Unavailability.registration_id, Unavailability.slot_id).join(Unavailability.registration)
    for registration, slot in db.session.execute(statement.where(of_event)):
        unavailable.setdefault(registration, set()).add(slot)
    capacities, engaged = {}, engagements(event)
    columns = select(Registration.id, Registration.capacity, Registration.organisation_id).where(of_event)
    for registration, capacity, organisation in db.session.execute(columns):
        capacities[registration] = capacity
        away = taken(engaged.of("organisations", organisation), slots, capacity=capacity)
        unavailable.setdefault(registration, set()).update(away)
    return unavailable, capacities
