"""The database: its session, column types and the rules that both SQLite and PostgreSQL keep."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, Text, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from rbc_events.errors import Conflict

T = TypeVar("T")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes and gives aware datetimes in UTC, also on SQLite, which forgets the zone.

    Raises:
        ValueError: when a naive datetime is written.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum], name: str | None = None) -> Enum:
    """A column type for a StrEnum: its value as text, with a check in the database.

    `name` of the check, by default the enum's, must be given where a table has two columns of one enum.
    """
    return Enum(
        kind,
        values_callable=lambda k: [m.value for m in k],
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
    )


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UTCDateTime(), str: Text()},
    )


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})

# mypy can't follow `db.Model`, which is made at run time.
Model: Any = db.Model


class Identified:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Versioned:
    """A row that two people may edit: a stale write raises StaleDataError, which the web shows as 409."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.version}


@dataclass(frozen=True)
class Bilingual:
    """One text in Japanese and English. Either may be empty; the reader then gets the other one."""

    ja: str = ""
    en: str = ""

    def in_language(self, language: str) -> tuple[str, str]:
        """The text for a reader of `language` ("ja" or "en"), and the language that it is really in."""
        first, second = (("ja", self.ja), ("en", self.en)) if language == "ja" else (("en", self.en), ("ja", self.ja))
        return (first[1], first[0]) if first[1] else (second[1], second[0])

    def __bool__(self) -> bool:
        return bool(self.ja or self.en)


class BothLanguages:
    """`name = BothLanguages()` reads the columns `name_ja` and `name_en` as one Bilingual."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        return Bilingual(getattr(row, f"{self.name}_ja") or "", getattr(row, f"{self.name}_en") or "")


@contextmanager
def conflict_as(error: type[Exception], *names: str) -> Iterator[None]:
    """Turn the database's refusal of a flush into an error in the domain's words.

    The flush happens at the end of the block. A refused transaction can't go on, so it is rolled back here; a savepoint
    is rolled back by whoever made it, who goes on.
    `names`: the constraints or columns meant; any other IntegrityError passes through.
    """
    try:
        yield
        db.session.flush()
    except IntegrityError as refused:
        text = str(refused.orig)
        if not db.session().in_nested_transaction():
            db.session.rollback()
        if names and not any(name in text for name in names):
            raise
        raise error() from refused


def in_batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values for `IN (…)`, 500 at a time: databases limit how many one statement takes."""
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def lock(*rows: Any) -> None:
    """Keep others from changing these rows of one table until the transaction ends, and read them again.

    Always in the same order, and so (FOR NO KEY UPDATE) that rows which refer to them can be added meanwhile: two
    transactions never wait for each other. On SQLite the transaction has locked everything already.
    """
    db.session.flush()  # reading again drops what was changed and not written yet, also in rows that belong to these
    for row in sorted(rows, key=lambda row: inspect(row).identity or ()):
        db.session.refresh(row, with_for_update={"key_share": True})


def require_version(row: Any, seen: int | None) -> None:
    """Refuse a change made on an old view of a row. `seen` is the version that the form was made from.

    Raises:
        Conflict: somebody changed the row meanwhile.
    """
    if seen is not None and row.version != seen:
        raise Conflict


# Safe HTTP methods read, and so does every request after it has committed or was refused: pages are made while others
# write. Everything else may write. On SQLite a transaction that may write takes the write lock at once (BEGIN
# IMMEDIATE): with SQLite's default, two writers that read first both believe that a slot is free.
reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """For background work: transactions begun inside read alone, and on SQLite hold up nobody who writes."""
    token = reading_only.set(True)
    try:
        yield
    finally:
        reading_only.reset(token)


@contextmanager
def ahead_of_writing() -> Iterator[None]:
    """For a request that will write: the block reads, in a transaction of its own that is over when the block is.

    So what takes long can be done with what was read, before the transaction that writes begins.
    """
    db.session.rollback()
    with reading():
        try:
            yield
        finally:
            db.session.rollback()


def give_up() -> None:
    """Undo what this request has begun to write; what follows in it reads."""
    db.session.rollback()
    reading_only.set(True)


def write_anew() -> None:
    """Let a request that only reads, as after its commit, write again: in a transaction that begins as a writing one,
    since one that has begun to read can't become one on SQLite."""
    db.session.rollback()
    reading_only.set(False)


def follows(occasion: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Have a function of the session called at the `before_commit`, `after_commit` or `after_rollback` of every whole
    transaction. SQLAlchemy calls its listeners for each savepoint too, of which nothing is sure yet."""

    def register(listener: Callable[[Any], None]) -> Callable[[Any], None]:
        @event.listens_for(db.session, occasion)
        def listen(session: Any) -> None:
            if not session.in_nested_transaction():
                listener(session)

        return listener

    return register


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA busy_timeout = 30000")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    if reading_only.get():
        connection.exec_driver_sql("BEGIN")
    else:
        _take_the_write_lock(connection)


def refresh_statistics() -> None:
    """Tell SQLite how its rows are spread, by which it chooses the order in which tables are read: half of the time of
    reports hangs on it. PostgreSQL does so by itself."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit = 400")  # rows of each index: milliseconds, however many
            connection.exec_driver_sql("ANALYZE")


ASK_AGAIN = 10
"""Milliseconds. Left to itself SQLite soon asks for a lock ten times a second only, and whoever comes last asks most
often: some then wait for seconds while others pass them."""


def _take_the_write_lock(connection: Any) -> None:
    """BEGIN IMMEDIATE, waiting as long as `busy_timeout` allows."""
    sqlite = connection.connection.driver_connection
    (patience,) = sqlite.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    sqlite.execute(f"PRAGMA busy_timeout = {ASK_AGAIN}")
    try:
        while True:
            try:
                sqlite.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as refused:
                if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")  # its error is SQLAlchemy's
                    return
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {patience}")


def fill(row: Any, fields: Mapping[str, Any]) -> bool:
    """Set the fields that differ; tells whether any did."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return bool(changed)
