"""Long lists, shown a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from rbc_events.database import db


@dataclass(frozen=True)
class Part:
    """One page of a list, for the macro `pager`. `total` and `pages` are known where all rows were counted."""

    rows: Sequence[Any]
    page: int
    more: bool  # whether another page follows
    pages: int | None = None
    total: int | None = None


def part_of_list(rows: Sequence[Any], page: int, size: int) -> Part:
    return counted_part(rows[(page - 1) * size : page * size], page, size, len(rows))


def counted_part(rows: Sequence[Any], page: int, size: int, total: int) -> Part:
    """The page whose rows these are, of a list of `total` rows, `size` a page."""
    pages = -(-total // size)
    return Part(rows, page, page < pages, pages, total)


def read_part(statement: Any, page: int, size: int, read: Callable[..., Any] = db.session.scalars) -> Part:
    """A page of what a statement finds. One row more than is shown is asked for: it tells whether another page follows,
    without counting them all. `read`: the session's `execute` for rows of several things."""
    rows = read(statement.limit(size + 1).offset(size * (page - 1))).all()
    return Part(rows[:size], page, len(rows) > size)


def read_counted_part(statement: Any, page: int, size: int) -> Part:
    """A page of what a statement finds, all of which is counted: two queries."""
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.scalars(statement.limit(size).offset(size * (page - 1))).all()
    return counted_part(rows, page, size, total)
