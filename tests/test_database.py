"""SQLite: its write lock, waited for in turn and not for ever; and what it knows of its tables."""

import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from rbc_events.database import db, refresh_statistics
from tests.factories import make_event


@pytest.fixture
def holder(app: Flask) -> Iterator[sqlite3.Connection]:
    """Somebody else who has begun to write."""
    db.session.rollback()
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def patience(milliseconds: int) -> None:
    connection = db.session.connection().connection.driver_connection
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    db.session.rollback()


def test_who_waits_gets_the_lock_as_soon_as_it_is_free(holder: sqlite3.Connection) -> None:
    threading.Timer(0.3, lambda: holder.execute("ROLLBACK")).start()
    db.session.execute(text("UPDATE events SET revision = revision"))
    assert not holder.in_transaction
    timeout = db.session.connection().connection.driver_connection.execute("PRAGMA busy_timeout").fetchone()
    assert timeout == (30000,)  # for everything else that has to wait


def test_nobody_waits_longer_than_was_set(app: Flask, holder: sqlite3.Connection) -> None:
    holder.execute("ROLLBACK")
    patience(200)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        db.session.execute(text("SELECT 1"))
    assert time.monotonic() - began >= 0.2
    db.session.rollback()
    holder.execute("ROLLBACK")
    assert db.session.scalar(text("SELECT 1")) == 1


def test_the_database_learns_how_large_its_tables_are(app: Flask) -> None:
    """Of tables that it knows nothing of, SQLite takes each index for equally good."""
    make_event()
    db.session.commit()
    refresh_statistics()
    with db.engine.begin() as connection:
        known = connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE tbl = 'events'").scalars().all()
    assert {each.split()[0] for each in known} == {"1"}
