"""An installation of an earlier release, with rows in every table, becomes one of this version and loses nothing."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from rbc_events.accounts import sign_ins
from rbc_events.accounts.models import Grant, Role
from rbc_events.config import ConfigurationError
from rbc_events.database import db
from rbc_events.migrating import create_app, migrate_database
from tests import releases
from tests.conftest import NOW, create_postgres_database, make_config
from tests.test_migrations import differences

REPLACED = {"occupancies": "bookings"}
"""Tables whose rows are in another one since."""


def installed(version: str, instance: Path, url: str) -> Flask:
    """The application of today on what the release left."""
    app = create_app(make_config(instance, url))
    with app.app_context():
        upgrade(revision=releases.HEADS[version])
        with db.engine.begin() as connection:
            releases.put(releases.rows_of(version), connection)
        db.engine.dispose()
    return app


def assert_nothing_is_lost(version: str, app: Flask) -> None:
    rows = releases.rows_of(version)
    with app.app_context():
        upgrade()
        assert differences() == []
        tables = {name: REPLACED.get(name, name) for name in rows}
        kept = {name: db.session.scalar(text(f"SELECT count(*) FROM {table}")) for name, table in tables.items()}
        assert kept == {name: len(of_table) for name, of_table in rows.items()}
        db.session.remove()
        answers = pages_as_headquarters(app)
        db.session.remove()
        db.engine.dispose()
    assert answers == {}


def pages_as_headquarters(app: Flask) -> dict[str, int]:
    """The pages without anything to fill in their addresses that don't open."""
    user = db.session.query(Grant).filter_by(role=Role.HEADQUARTERS).first().user
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = sign_ins.begin(user, now=NOW)
        session["_fresh"] = True
    db.session.commit()
    addresses = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    answers = {address: client.get(address).status_code for address in addresses}
    return {address: status for address, status in answers.items() if status not in (200, 302, 303, 400, 404)}


@pytest.mark.slow
def test_each_release_has_rows_for_every_table_it_had(tmp_path: Path) -> None:
    for version in releases.VERSIONS:
        app = create_app(make_config(tmp_path, f"sqlite:///{tmp_path / version}.db"))
        with app.app_context():
            upgrade(revision=releases.HEADS[version])
            with db.engine.connect() as connection:
                tables = set(releases.reflected(connection))
            db.engine.dispose()
        assert {name for name, rows in releases.rows_of(version).items() if rows} == tables


def test_another_versions_database_is_left_alone_and_said_so(tmp_path: Path) -> None:
    config = make_config(tmp_path, f"sqlite:///{tmp_path / 'newer.db'}")
    with create_engine(config.database_url).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    with pytest.raises(ConfigurationError, match="migration 9999, which this version doesn't know"):
        migrate_database(config)


@pytest.mark.slow
@pytest.mark.parametrize("version", releases.VERSIONS)
def test_an_upgrade_keeps_every_row_and_pages_open(version: str, tmp_path: Path) -> None:
    app = installed(version, tmp_path, f"sqlite:///{tmp_path / 'installed.db'}")
    with app.app_context():
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
    assert_nothing_is_lost(version, app)


@pytest.fixture
def empty_postgres(postgres_template: str) -> str:
    create_postgres_database(postgres_template, "upgrading", "template0")
    return make_url(postgres_template).set(database="upgrading").render_as_string(hide_password=False)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("version", releases.VERSIONS)
def test_an_upgrade_on_postgres_keeps_every_row(version: str, tmp_path: Path, empty_postgres: str) -> None:
    assert_nothing_is_lost(version, installed(version, tmp_path, empty_postgres))
