"""Taking away what others build on: a day, a block, a place, a sector, a region, an event that nobody registered for.

What goes with a row is read from the database's own foreign keys, so that nothing is forgotten: rows that are deleted
along with it, rows that lose it, and rows that keep it from being removed. Functions flush; the route commits.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, or_, select
from sqlalchemy.exc import IntegrityError

from rbc_events.database import Model, db, in_batches
from rbc_events.errors import Conflict
from rbc_events.events.models import Block, Event
from rbc_events.events.operations import touch

Words = Callable[[int], str]
WORDS: dict[str, Words] = {}
"""By table what so many of its rows are called. Those of a table without words go, or are kept, unsaid: they belong to
rows of another that is named."""


KEEPS: dict[str, str] = {}
"""By table whose rows keep their event from being removed, though the database would take them along: their name in
`WORDS`."""


class StillUsed(Conflict):
    message = _l("This is still used, so it can't be removed.")


class SlotsInUse(StillUsed):
    message = _l("Meetings are placed in these slots. Move or cancel them first.")


@dataclass
class Consequences:
    """The numbers of rows by table."""

    gone: dict[str, int] = field(default_factory=dict)
    holding: dict[str, int] = field(default_factory=dict)

    def words_gone(self) -> list[str]:
        return _in_words(self.gone)

    def words_holding(self) -> list[str]:
        return _in_words(self.holding)


def _in_words(numbers: dict[str, int]) -> list[str]:
    return [WORDS[table](number) for table, number in numbers.items() if table in WORDS]


def consequences(rows: Sequence[Model]) -> Consequences:
    """What goes with these rows of one table, or keeps them."""
    found = Consequences()
    if rows:
        _follow(rows[0].__table__, {_key(row) for row in rows}, found)
    return found


def consequences_for_event(event: Event) -> Consequences:
    """What goes with an event, or keeps it: what others have entered never goes with it."""
    found = consequences([event])
    kept = found.gone.keys() & KEEPS.keys()
    found.holding |= {KEEPS[table]: found.gone.pop(table) for table in sorted(kept)}
    return found


def remove_event(event: Event) -> None:
    """Delete an event made by mistake, with all that staff have prepared for it. Who comes to register meanwhile waits,
    and then finds no event.

    Raises:
        StillUsed: somebody has registered, or something else hangs on it, such as an outcome.
    """
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    if consequences_for_event(event).holding:
        raise StillUsed
    remove([event])


def _key(row: Any) -> Any:
    (column,) = row.__table__.primary_key
    return getattr(row, column.name)


def _follow(table: Any, keys: Collection[Any], found: Consequences) -> None:
    for child, columns in _referring(table).items():
        for happens, among in _by_what_happens(columns).items():
            referring = _rows_with(child, among, keys)
            counted = found.holding if happens is None else found.gone
            if referring:
                counted[child.name] = counted.get(child.name, 0) + len(referring)
            if referring and happens == "CASCADE" and len(child.primary_key) == 1:
                _follow(child, referring, found)


def _referring(table: Any) -> dict[Table, list[Any]]:
    """The foreign keys to a table, by the tables that have them."""
    found: dict[Table, list[Any]] = defaultdict(list)
    for child in db.metadata.sorted_tables:
        for key in child.foreign_keys:
            if key.column.table is table:
                found[child].append(key)
    return found


def _by_what_happens(keys: Sequence[Any]) -> dict[str | None, list[Any]]:
    """The columns, by what happens to their rows: deleted along, emptied, or (None) in the way of deleting."""
    found: dict[str | None, list[Any]] = defaultdict(list)
    for key in keys:
        found[key.ondelete].append(key.parent)
    return found


def _rows_with(table: Table, columns: Sequence[Any], keys: Collection[Any]) -> set[Any]:
    """Keys of the rows that refer to these; of a table whose key has several columns, the rows themselves."""
    found: set[Any] = set()
    for some in in_batches(list(keys)):
        rows = db.session.execute(select(*table.primary_key).where(or_(*(each.in_(some) for each in columns))))
        found |= {row[0] if len(row) == 1 else tuple(row) for row in rows}
    return found


def remove(rows: Sequence[Model], event: Event | None = None) -> None:
    """Delete these rows and what goes with them; `event`: whose they are.

    Raises:
        StillUsed: something would lose what it can't be without, such as a meeting its slot.
    """
    try:
        with db.session.begin_nested():
            for row in rows:
                db.session.delete(row)
            db.session.flush()
    except IntegrityError:
        raise StillUsed from None
    if event is not None:
        touch(event)


def remove_block(block: Block) -> None:
    """Take a block and its slots away.

    Raises:
        SlotsInUse: meetings are placed in them; a slot never takes its meetings along.
    """
    try:
        remove([block], block.event)
    except StillUsed:
        raise SlotsInUse from None
