"""Long lists, shown a page at a time."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rbc_events.database import db


class Part(NamedTuple):
    """One page of a list."""

    rows: Sequence[Any]
    page: int
    more: bool  # whether another page follows
    pages: int | None = None  # how many there are, where the whole list was read


def part_of_list(rows: Sequence[Any], page: int, size: int) -> Part:
    pages = -(-len(rows) // size)
    return Part(rows[(page - 1) * size : page * size], page, page < pages, pages)


def read_part(statement: Any, page: int, size: int, read: Callable[..., Any] = db.session.scalars) -> Part:
    """A page of what a statement finds. One row more than is shown is asked for: it tells whether another page follows,
    without counting them all. `read`: the session's `execute` for rows of several things."""
    rows = read(statement.limit(size + 1).offset(size * (page - 1))).all()
    return Part(rows[:size], page, len(rows) > size)
