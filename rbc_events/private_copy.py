"""A copy of the database that one process has for itself: whatever is tried on it, nobody waits and nothing stays.

On SQLite it is a temporary database without a name, which goes with the process however that ends. On PostgreSQL each
table is hidden behind a temporary one with its rows, which goes with the transaction; what refers to rows by foreign
keys isn't checked there, and numbers are drawn from the real sequences.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import StaticPool, create_engine, event, inspect, text

from rbc_events.database import db

# Large, and looked at by no import. What is written to them all the same is taken back with the transaction.
LEFT_OUT = frozenset(
    {"incoming_mails", "outbox_messages", "print_runs", "schedule_runs", "sheet_runs", "statement_vectors"}
)


PROVISIONAL = 10**15
"""From here on numbers on SQLite are provisional: real ones never come near."""


@contextmanager
def private_copy() -> Iterator[list[Any]]:
    """Within the block the session of the application context works on a copy. It must not be committed.

    On SQLite, new rows are numbered here, from `PROVISIONAL` on: only rows that have their number already are written
    many at a time. The columns that hold these numbers are given, in the numbers' order.
    """
    engines: Any = db.engines
    real = engines[None]
    on_sqlite = real.dialect.name == "sqlite"
    if on_sqlite:
        engines[None] = _copied(real)
    else:
        _hide_tables()
    numbered: list[Any] = []

    def number(session: Any, _context: Any, _rows: Any) -> None:
        for row in session.new:
            key = inspect(type(row)).primary_key
            if len(key) == 1 and key[0].name == "id" and row.id is None:
                row.id = PROVISIONAL + len(numbered)
                numbered.append(key[0])

    if on_sqlite:
        event.listen(db.session, "before_flush", number)
    try:
        yield numbered
    finally:
        if on_sqlite:
            event.remove(db.session, "before_flush", number)
        db.session.rollback()
        db.session.remove()
        engines[None].dispose()
        engines[None] = real


def _copied(real: Any) -> Any:
    copy = sqlite3.connect("", check_same_thread=False)
    source = real.raw_connection()
    try:
        source.driver_connection.backup(copy)
    finally:
        source.close()
    return create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)


def _hide_tables() -> None:
    for table in db.metadata.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        real = f"public.{table.name}"
        columns = ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
        copy = f"INSERT INTO pg_temp.{table.name} ({columns}) SELECT {columns} FROM {real}"  # noqa: S608 - our own names
        db.session.execute(text(f"CREATE TEMP TABLE {table.name} (LIKE {real} INCLUDING ALL) ON COMMIT DROP"))
        db.session.execute(text(copy))
