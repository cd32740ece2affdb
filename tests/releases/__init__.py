"""What an installation of an earlier release holds: `<version>.json` has rows of every table, by the table's name.

Such a file is written once, when its release is made and by its own code, and is never changed afterwards:

    python -m tests.releases 0.1.0
"""

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FOLDER = Path(__file__).parent
HEADS = {"0.1.0": "0003"}
"""The migration that each release ends with."""
VERSIONS = tuple(HEADS)

Rows = dict[str, list[dict[str, Any]]]


def rows_of(version: str) -> Rows:
    rows: Rows = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    return rows


def reflected(connection: sa.Connection) -> dict[str, sa.Table]:
    """The tables as they are in the database, whatever today's models say: without Alembic's and the search index's."""
    tables = sa.MetaData()
    tables.reflect(connection, only=lambda name, _: name != "alembic_version" and not name.startswith("search_"))
    return dict(tables.tables)


def put(rows: Rows, connection: sa.Connection) -> None:
    """Write a release's rows into an empty database of that release."""
    tables = reflected(connection)
    postgres = connection.dialect.name == "postgresql"
    # Some tables refer to each other.
    connection.exec_driver_sql(
        "SET session_replication_role = replica" if postgres else "PRAGMA defer_foreign_keys = ON"
    )
    for name, of_table in rows.items():
        table = tables[name]
        for row in of_table:
            connection.execute(table.insert().values({key: from_json(row[key], table.c[key].type) for key in row}))
        if postgres and "id" in table.c:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            )
    if postgres:
        connection.exec_driver_sql("SET session_replication_role = origin")


def from_json(value: Any, kind: Any) -> Any:
    if value is None:
        return sa.null()
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, sa.Boolean):
        return bool(value)
    return value


def to_json(value: Any) -> Any:
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
