"""A backup becomes an installation again: of its own database or the other one, of its own version or a newer one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from flask_migrate import upgrade

from rbc_events.config import Config
from rbc_events.database import db
from rbc_events.directory import indexing
from rbc_events.migrating import migrate
from rbc_events.operating import archive
from rbc_events.operating.rows import put_lines, tables_of


class NotRestored(Exception):
    """Nothing was taken from the backup. The message says why, for whoever runs the command."""


def restore(app: Flask, source: Path, *, private_key: Path | None = None) -> dict[str, Any]:
    """Fill an empty installation from a backup, then bring it up to this version. Gives the backup's manifest.

    Files come first, and rows in one transaction: where it ends half-way, the database has no rows, and it can be
    done again.

    Raises:
        UnusableArchive: the file is damaged, or encrypted for somebody else.
        NotRestored: there are rows already, or a newer version made the backup.
    """
    config: Config = app.config["RBC"]
    config.instance.mkdir(parents=True, exist_ok=True)
    with archive.opened(source, private_key, config.instance) as backup, app.app_context():
        manifest = backup.manifest
        _require_known(manifest)
        _require_empty(db.engine)
        upgrade(revision=manifest["migration"])
        _require_migration(manifest["migration"], db.engine)
        _put_files(backup, config.instance)
        with _unguarded(db.engine) as connection:
            _put_rows(backup, manifest, connection)
        upgrade()
        indexing.reindex()
        db.session.commit()
    return manifest


def _require_known(manifest: dict[str, Any]) -> None:
    try:
        ScriptDirectory(migrate.directory).get_revision(manifest["migration"])
    except CommandError:
        raise NotRestored(
            f"Version {manifest['version']} made this backup, which is newer than this one. Install that version."
        ) from None


def _require_empty(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        tables = tables_of(connection)
        full = [table.name for table in tables if connection.scalar(sa.select(sa.exists().select_from(table)))]
        connection.rollback()
    if full:
        raise NotRestored(
            f"The database has rows already, in {len(full)} tables such as {full[0]}. A backup is restored into an"
            " empty database: set RBC_DATABASE_URL to one."
        )


def _require_migration(wanted: str, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        present = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if present != wanted:
        raise NotRestored(
            f"The database is empty, but a newer version has made its tables (migration {present}; the backup has"
            f" {wanted}). Restore into a database without tables: don't run `rbc-events init` before."
        )


def _put_files(backup: archive.Reader, instance: Path) -> None:
    for name in backup.names("files"):
        path = (instance / name.removeprefix("files/")).resolve()
        if not path.is_relative_to(instance.resolve()):
            raise NotRestored(f"The backup names a file outside of the installation: {name}.")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with backup.open(name) as member, path.open("wb") as target:
            while chunk := member.read(archive.CHUNK):
                target.write(chunk)


def _put_rows(backup: archive.Reader, manifest: dict[str, Any], connection: sa.Connection) -> None:
    tables = {table.name: table for table in tables_of(connection)}
    if set(tables) != set(manifest["rows"]):
        raise NotRestored(f"The backup has other tables than migration {manifest['migration']} makes.")
    for name, expected in manifest["rows"].items():
        with backup.open(f"tables/{name}.jsonl") as lines:
            count = put_lines(tables[name], lines, connection)
        if count != expected:
            raise NotRestored(f"The backup names {expected} rows of {name} and has {count}.")


@contextmanager
def _unguarded(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction in which rows may come in any order: tables refer to one another, and triggers look at rows
    that come later. What the database guards is looked at as a whole at the end, before the commit."""
    with engine.connect() as connection:
        lift = _lifted_on_postgres if connection.dialect.name == "postgresql" else _lifted_on_sqlite
        with lift(connection):
            yield connection
        connection.commit()


@contextmanager
def _lifted_on_sqlite(connection: sa.Connection) -> Iterator[None]:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _sql in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise NotRestored("Rows of the backup refer to rows that aren't in it.")


FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


@contextmanager
def _lifted_on_postgres(connection: sa.Connection) -> Iterator[None]:
    """The database's owner may do this; switching all triggers off would take a superuser."""
    tables = tables_of(connection)
    keys = connection.exec_driver_sql(FOREIGN_KEYS).all()
    for owner, name, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    yield
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        _continue_numbers(table, connection)
    for owner, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {owner} ADD CONSTRAINT {name} {definition}")


def _continue_numbers(table: sa.Table, connection: sa.Connection) -> None:
    """New rows get numbers after the restored ones'."""
    if "id" in table.c:
        numbers = sa.func.pg_get_serial_sequence(table.name, "id")
        last = sa.func.coalesce(sa.func.max(table.c.id), 1)
        connection.execute(sa.select(sa.func.setval(numbers, last, sa.func.count() > 0)).select_from(table))
