"""Rows of a table as lines of JSON, the same for SQLite and PostgreSQL, whatever today's models say of the table."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

AT_ONCE = 500  # rows read or written by one statement
LEFT_OUT = ("alembic_version", "search_organisations", "huey_")
"""What tables begin with that aren't kept: the migration, which is in the manifest; the search index, which is written
anew from the others; the job queue's, which may lie in the same PostgreSQL database."""


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables in the database whose rows are kept, those that others refer to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _: not name.startswith(LEFT_OUT))
    for column in (column for table in metadata.tables.values() for column in table.columns):
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = bool(column.nullable)  # where a column takes no NULL, None was JSON's
    with_circles = sa.schema.sort_tables_and_constraints(metadata.tables.values())
    return [table for table, _constraints in with_circles if table is not None]


def lines_of(table: sa.Table, connection: sa.Connection) -> Iterator[bytes]:
    rows = connection.execution_options(yield_per=AT_ONCE).execute(sa.select(table).order_by(*table.primary_key))
    for row in rows.mappings():
        yield (
            json.dumps(
                {key: _to_json(value) for key, value in row.items()}, ensure_ascii=False, sort_keys=True
            ).encode()
            + b"\n"
        )


def put_lines(table: sa.Table, lines: Iterable[bytes], connection: sa.Connection) -> int:
    """Insert what `lines_of` gave; tells how many rows that were."""
    count, waiting = 0, []
    for line in lines:
        row = json.loads(line)
        waiting.append({key: _from_json(value, table.c[key].type) for key, value in row.items()})
        if len(waiting) == AT_ONCE:
            connection.execute(table.insert(), waiting)
            count, waiting = count + len(waiting), []
    if waiting:
        connection.execute(table.insert(), waiting)
    return count + len(waiting)


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _from_json(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, sa.Boolean):
        return bool(value)
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return Decimal(str(value))
    return value
