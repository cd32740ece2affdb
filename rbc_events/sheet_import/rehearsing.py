"""Writing much to SQLite without holding up others: the work is done on a private copy, and what it wrote there is
written to the database itself in one short transaction.

Rows added on the copy have provisional numbers (see `private_copy`), which become real ones at the end. What the work
has changed must be as it was when the copy was made: a version that has moved on, a row that is gone or a constraint
says when it is not.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import event, func, select

from rbc_events.database import db
from rbc_events.directory.indexing import CHANGED, index_later
from rbc_events.jobs import TO_WAKE, wake_after_commit
from rbc_events.private_copy import private_copy

T = TypeVar("T")


class Overtaken(Exception):
    """Others have changed meanwhile what the rehearsed work changes."""


@dataclass(frozen=True)
class _Statement:
    text: str
    parameters: tuple[Any, ...] | list[tuple[Any, ...]]  # of one row, or of many
    rows: int | None  # how many it changed; None for what adds rows


@dataclass
class Rehearsal:
    """What was written to the copy, in its order, and the tables that provisional numbers belong to."""

    statements: list[_Statement] = field(default_factory=list)
    numbered: dict[int, Any] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    to_wake: list[tuple[str, Any]] = field(default_factory=list)


def rehearse(work: Callable[[], T]) -> tuple[T, Rehearsal]:
    """Do the work on a private copy of the SQLite database. What it takes back to a savepoint isn't written."""
    rehearsal = Rehearsal()
    with private_copy() as numbered, _recorded(rehearsal):
        found = work()
        db.session.flush()
        rehearsal.numbered = numbered
        rehearsal.changed = set(db.session.info.get(CHANGED, ()))
        rehearsal.to_wake = list(db.session.info.get(TO_WAKE, ()))
    return found, rehearsal


@contextmanager
def _recorded(rehearsal: Rehearsal) -> Iterator[None]:
    open_savepoints: list[int] = []

    def record(_connection: Any, cursor: Any, text: str, parameters: Any, context: Any, _many: bool) -> None:
        if context.isinsert or context.isupdate or context.isdelete:
            rows = None if context.isinsert else cursor.rowcount
            rehearsal.statements.append(_Statement(text, parameters, rows))

    def begin(_connection: Any, _name: Any) -> None:
        open_savepoints.append(len(rehearsal.statements))

    def release(_connection: Any, _name: Any, _context: Any) -> None:
        open_savepoints.pop()

    def take_back(_connection: Any, _name: Any, _context: Any) -> None:
        del rehearsal.statements[open_savepoints.pop() :]

    engine = db.engine  # the copy's, gone with the block
    event.listen(engine, "after_cursor_execute", record)
    event.listen(engine, "savepoint", begin)
    event.listen(engine, "release_savepoint", release)
    event.listen(engine, "rollback_savepoint", take_back)
    yield


def perform(rehearsal: Rehearsal) -> None:
    """Write what was rehearsed; the caller commits.

    Raises:
        Overtaken: the transaction is rolled back.
    """
    cursor = db.session.connection().connection.cursor()
    real = _real_numbers(rehearsal)
    try:
        for statement in rehearsal.statements:
            _execute(cursor, statement, real)
    except (sqlite3.IntegrityError, Overtaken):
        db.session.rollback()
        raise Overtaken from None
    index_later([real.get(number, number) for number in rehearsal.changed])
    for topic, item in rehearsal.to_wake:
        wake_after_commit(topic, real.get(item, item))


def _real_numbers(rehearsal: Rehearsal) -> dict[Any, int]:
    """The number that each provisional one becomes: the next of its table."""
    last: dict[Any, int] = {}
    real = {}
    for number, column in rehearsal.numbered.items():
        if column not in last:
            last[column] = db.session.scalar(select(func.max(column))) or 0
        last[column] += 1
        real[number] = last[column]
    return real


def _execute(cursor: Any, statement: _Statement, real: dict[Any, int]) -> None:
    many = isinstance(statement.parameters, list)
    rows = statement.parameters if many else [statement.parameters]
    values = [tuple(real.get(value, value) if type(value) is int else value for value in row) for row in rows]
    if many:
        cursor.executemany(statement.text, values)
    else:
        cursor.execute(statement.text, values[0])
        cursor.fetchall()  # of RETURNING
    if statement.rows is not None and cursor.rowcount != statement.rows:
        raise Overtaken
