"""Processes that do things at the same moment: an application of their own each, one database together."""

import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from rbc_events import database
from rbc_events.accounts import sign_ins
from rbc_events.accounts.models import User
from rbc_events.app import create_app
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings import bookings
from rbc_events.timetable import operations

FORKED = multiprocessing.get_context("forkserver")  # whose server has loaded the application: see rbc_events.confined


def race(
    url: str, instance: Path, doers: Sequence[tuple[Callable[..., None], tuple[Any, ...]]], **options: Any
) -> Counter[str]:
    """Start one process for each doer(client_of, outcome, meet, *arguments) and count the outcomes that they report.

    `client_of(email)`: a browser in which this person is signed in. `outcome(word)`: report. `meet()`: wait for the
    other processes, so that the next step of all begins at the same moment. Any exception is an outcome.
    """
    barrier, outcomes = FORKED.Barrier(len(doers)), FORKED.SimpleQueue()
    processes = [
        FORKED.Process(target=_take_part, args=(url, instance, barrier, outcomes, doer, arguments, options))
        for doer, arguments in doers
    ]
    for process in processes:
        process.start()
    counted: Counter[str] = Counter()
    for _process in processes:
        counted.update(outcomes.get())
    for process in processes:
        process.join()
        counted[f"exit {process.exitcode}"] += process.exitcode != 0
    return +counted


def _take_part(
    url: str,
    instance: Path,
    barrier: Any,
    outcomes: Any,
    doer: Callable[..., None],
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> None:
    counted: list[str] = []
    try:
        from tests.conftest import make_config

        if options.get("unguarded"):
            _take_guards_off()
        if options.get("deferred"):
            database._take_the_write_lock = lambda connection: connection.exec_driver_sql("BEGIN")
        app = create_app(make_config(instance, url))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
        barrier.wait(120)
        with_sessions = lambda email: _client_of(app, email)  # noqa: E731 - short, and it is what it is
        doer(with_sessions, counted.append, lambda: barrier.wait(120), *arguments)
    except BaseException:
        counted.append(traceback.format_exc())
        barrier.abort()
    outcomes.put(counted)


def _client_of(app: Flask, email: str) -> FlaskClient:
    database.reading_only.set(False)  # the request before, which ran in this context too, may only read once it is done
    with app.app_context():
        session_id = sign_ins.begin(db.session.query(User).filter_by(email=email).one(), now=now())
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = session_id, True
    return client


def _take_guards_off() -> None:
    """As one would have it without thinking: SQLite's own transactions, no lock on the event or on who meets."""
    event.remove(Engine, "begin", database._begin_sqlite)
    event.listen(Engine, "connect", _with_legacy_transactions)
    operations.touch = lambda _event: None  # type: ignore[assignment]
    bookings.hold = lambda _organisations, _people: None  # type: ignore[assignment]
    write = operations.set_down

    def write_late(*arguments: Any, **options: Any) -> None:
        time.sleep(0.5)  # the others look meanwhile: few moves, so that later ones undo nothing
        write(*arguments, **options)

    operations.set_down = write_late


def _with_legacy_transactions(connection: Any, _record: Any) -> None:
    if hasattr(connection, "isolation_level") and type(connection).__module__ == "sqlite3":
        connection.isolation_level = ""


def drop_the_guards(app: Flask) -> None:
    """Bookings without any constraint, for showing that the race is real."""
    postgres = db.engine.dialect.name == "postgresql"
    serial, instant = ("SERIAL", "TIMESTAMPTZ") if postgres else ("INTEGER", "DATETIME")
    numbers = ", ".join(f"{name} INTEGER" for name in ("organisation_id", "user_id", "place_id", "interpreter_id"))
    db.session.execute(text("DROP TABLE bookings"))
    db.session.execute(
        text(
            f"CREATE TABLE bookings (id {serial} PRIMARY KEY, meeting_id INTEGER REFERENCES meetings (id),"
            f" starts_at {instant}, ends_at {instant}, lane INTEGER NOT NULL, {numbers})"
        )
    )
    db.session.commit()
