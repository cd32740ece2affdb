"""The meetings that a look at the board is narrowed down to."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Event, Region
from rbc_events.matching.text import fold
from rbc_events.registration.models import Organisation, Registration
from rbc_events.timetable.look import Look
from rbc_events.timetable.queries import Cell

OF_STATE: dict[str, Callable[[Cell], bool]] = {
    "new": lambda cell: cell.slot_id is not None and cell.movable and not cell.told,
    "changed": lambda cell: cell.slot_id is not None and cell.movable and cell.told and cell.changed,
    "told": lambda cell: cell.told and not cell.changed,
    "pinned": lambda cell: cell.pinned,
    "must": lambda cell: cell.must,
    "online": lambda cell: cell.online,
    "held": lambda cell: not cell.movable,
}


def matching(event: Event, cells: Sequence[Cell], look: Look, wrong: Collection[int]) -> set[int]:
    """Meetings by number. `wrong`: those in conflict. Two statements where words or a region are asked for."""
    found: Sequence[Cell] = cells
    if look.q or look.region:
        sides = _sides(event, look)
        found = [cell for cell in found if not sides.isdisjoint(cell.registrations)]
    if look.state:
        found = list(filter(OF_STATE[look.state], found))
    if look.interpreter is not None:
        found = [cell for cell in found if cell.interpreter_id == look.interpreter]
    if look.only == "waiting":
        found = [cell for cell in found if cell.slot_id is None and not cell.own_time]
    if look.only == "conflict":
        found = [cell for cell in found if cell.id in wrong]
    return {cell.id for cell in found}


def _sides(event: Event, look: Look) -> set[int]:
    """The registrations whose organisation is of the region, and in whose name all the words are."""
    names = Organisation.name_native, Organisation.name_latin
    statement = select(Registration.id, *names).join(Registration.organisation).where(Registration.event_id == event.id)
    if look.region:
        statement = statement.where(Organisation.region_code == look.region)
    words = fold(look.q).split()
    rows = [(number, fold(f"{native} {latin or ''}")) for number, native, latin in db.session.execute(statement)]
    return {number for number, name in rows if all(word in name for word in words)}


def regions_of(event: Event) -> Sequence[Region]:
    """Those of an event's organisations."""
    there = select(Organisation.region_code).join(Registration).where(Registration.event_id == event.id)
    return db.session.scalars(select(Region).where(Region.code.in_(there)).order_by(Region.code)).all()
