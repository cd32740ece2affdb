"""A backup: all rows at one moment, and the files that they name, while the site goes on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask import Flask

from rbc_events.config import Config
from rbc_events.database import db, reading
from rbc_events.kept_files import KeptFile
from rbc_events.operating import archive
from rbc_events.operating.rows import lines_of, tables_of

SHEETS = "sheets"  # lists that have been sent and wait for their second page


def folders() -> list[str]:
    """The folders of the instance that hold what people gave us."""
    return [*sorted(model.FOLDER for model in KeptFile.__subclasses__()), SHEETS]


def back_up(app: Flask, target: Path, *, public_key: str = "", now: datetime) -> dict[str, Any]:
    """Write a backup, read it again, and only then give it its name. Gives its manifest.

    Files are never changed once they are there, so most of them are copied before the moment whose rows are kept;
    what came meanwhile follows right after it.

    Raises:
        UnusableArchive: the key is none, or what was written can't be read again.
    """
    config: Config = app.config["RBC"]
    with app.app_context(), TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as place:
        plain = Path(place) / "backup.zip"
        writer = archive.Writer(plain)
        _add_files(writer, config.instance)
        with _one_moment() as connection:
            _add_files(writer, config.instance)
            manifest = {"made_at": now.isoformat(), **_add_rows(writer, connection)}
        writer.finish(manifest)
        archive.Reader(plain).close()
        if public_key:
            sealed = Path(place) / "backup.age"
            with sealed.open("wb") as file:
                archive.seal(plain, file, public_key)
            plain = sealed
        _flush(plain)
        plain.replace(target)
    return manifest


def _flush(path: Path) -> None:
    """Have it on the disk before it takes another backup's place."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _one_moment() -> Iterator[sa.Connection]:
    """A connection that sees the rows of one moment, and keeps nobody from writing."""
    with reading(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        _moment(connection)
        yield connection


def _moment(connection: sa.Connection) -> str:
    """The migration; with this first read the moment is fixed."""
    return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def _add_rows(writer: archive.Writer, connection: sa.Connection) -> dict[str, Any]:
    counts = {}
    for table in tables_of(connection):
        with writer.member(f"tables/{table.name}.jsonl") as member:
            counts[table.name] = sum(1 for line in lines_of(table, connection) if member.write(line))
    named = {model.FOLDER: _names(model, connection) for model in KeptFile.__subclasses__()}
    missing = [
        f"{folder}/{name}"
        for folder, names in named.items()
        for name in names
        if f"files/{folder}/{name[:2]}/{name}" not in writer.hashes
    ]
    return {
        "version": version("rbc-events"),
        "database": connection.dialect.name,
        "migration": _moment(connection),
        "rows": counts,
        "missing_files": missing,
    }


def _names(model: Any, connection: sa.Connection) -> set[str]:
    return set(connection.scalars(sa.select(model.stored_as)))


def _add_files(writer: archive.Writer, instance: Path) -> None:
    """Copy the files that aren't in the backup yet. One that is deleted meanwhile is no longer needed."""
    for folder in folders():
        for path in sorted((instance / folder).rglob("*")):
            name = f"files/{path.relative_to(instance).as_posix()}"
            if path.is_file() and name not in writer.hashes:
                try:
                    writer.add_file(name, path)
                except FileNotFoundError:
                    continue
