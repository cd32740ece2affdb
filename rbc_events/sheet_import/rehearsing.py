"""Writing much to SQLite without holding up others: the work is done on a private copy, and what it wrote there is
written to the database itself in one short transaction.

Rows added on the copy have provisional numbers (see `private_copy`), which become real ones at the end. What the work
has changed must be as it was when the copy was made: a version that has moved on, a row that is gone or a constraint
says when it is not.
"""

import io
import pickle
import sqlite3
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import event, func, select

from rbc_events.database import db
from rbc_events.directory.indexing import CHANGED, index_later
from rbc_events.jobs import TO_WAKE, wake_after_commit
from rbc_events.private_copy import PROVISIONAL, private_copy

T = TypeVar("T")


class Overtaken(Exception):
    """Others have changed meanwhile what the rehearsed work changes."""


class _Statement(NamedTuple):
    text: str
    parameters: tuple[Any, ...] | list[tuple[Any, ...]]  # of one row, or of many
    rows: int | None  # how many it changed; None for what adds rows


class Statements:
    """What was written to the copy, in its order. It is kept in a file without a name, for a large sheet's is too much
    for memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the object
        weakref.finalize(self, self._file.close)

    def add(self, text: str, parameters: Any, rows: int | None) -> None:
        pickle.dump((text, parameters, rows), self._file)

    def end(self) -> int:
        """Where the next one comes to stand."""
        return self._file.tell()

    def take_back(self, end: int) -> None:
        """Forget what came after there."""
        self._file.seek(end)
        self._file.truncate()

    def __iter__(self) -> Iterator[_Statement]:
        end = self._file.seek(0, io.SEEK_END)
        self._file.seek(0)
        while self._file.tell() < end:
            yield _Statement(*pickle.load(self._file))  # noqa: S301 - our own, of a moment ago


@dataclass
class Rehearsal:
    """What was written to the copy, and the columns that its provisional numbers belong to, in their order."""

    statements: Statements = field(default_factory=Statements)
    numbered: list[Any] = field(default_factory=list)
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
            rehearsal.statements.add(text, parameters, None if context.isinsert else cursor.rowcount)

    def begin(_connection: Any, _name: Any) -> None:
        open_savepoints.append(rehearsal.statements.end())

    def release(_connection: Any, _name: Any, _context: Any) -> None:
        open_savepoints.pop()

    def take_back(_connection: Any, _name: Any, _context: Any) -> None:
        rehearsal.statements.take_back(open_savepoints.pop())

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
    index_later([real(number) for number in rehearsal.changed])
    for topic, item in rehearsal.to_wake:
        wake_after_commit(topic, real(item))


def _real_numbers(rehearsal: Rehearsal) -> Callable[[Any], Any]:
    """What gives for a provisional number the one that it becomes, the next of its table, and any other value as it
    is."""
    last: dict[Any, int] = {}
    numbers = array("q")
    for column in rehearsal.numbered:
        if column not in last:
            last[column] = db.session.scalar(select(func.max(column))) or 0
        last[column] += 1
        numbers.append(last[column])

    def real(value: Any) -> Any:
        provisional = type(value) is int and 0 <= value - PROVISIONAL < len(numbers)
        return numbers[value - PROVISIONAL] if provisional else value

    return real


def _execute(cursor: Any, statement: _Statement, real: Callable[[Any], Any]) -> None:
    many = isinstance(statement.parameters, list)
    rows = statement.parameters if many else [statement.parameters]
    values = [tuple(map(real, row)) for row in rows]
    if many:
        cursor.executemany(statement.text, values)
    else:
        cursor.execute(statement.text, values[0])
        cursor.fetchall()  # of RETURNING
    if statement.rows is not None and cursor.rowcount != statement.rows:
        raise Overtaken
