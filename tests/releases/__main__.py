"""Write down what an installation of this version can hold: a small world with rows of every table."""

import json
import sys
import tempfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rbc_events.database import db
from rbc_events.migrating import migrate_database
from tests.conftest import NOW, make_config
from tests.factories import make_world
from tests.permissions.test_every_route import EXPECTED
from tests.releases import FOLDER, Rows, reflected, to_json

VALUES = {str: "sample", int: 1, float: 1.0, bool: False, bytes: b"sample", datetime: NOW, date: NOW.date()}


def write(version: str) -> None:
    folder = Path(tempfile.mkdtemp())
    app = migrate_database(make_config(folder, f"sqlite:///{folder / 'release.db'}"))
    with app.app_context():
        world = make_world()
        for name in sorted(EXPECTED):
            # What another route has added stands already.
            with app.test_request_context(), suppress(sa.exc.MultipleResultsFound):
                EXPECTED[name].values(world)
            db.session.commit()
        for table in db.metadata.sorted_tables:
            if not db.session.scalar(sa.select(sa.func.count()).select_from(table)):
                db.session.execute(table.insert().values(some_row(table)))
        db.session.commit()
        (FOLDER / f"{version}.json").write_text(
            json.dumps(everything(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


SPECIAL = {
    "bookings": {"lane": 0, "place_id": 1, "ends_at": NOW + timedelta(hours=1)},
    "reviews": {"score": 3},
    "regions": {"code": "040002"},
    "vetoes": {"vetoed_id": 2},
}
"""What a table's checks ask for beyond the kinds of its columns."""


def some_row(table: sa.Table) -> dict[str, Any]:
    """A row of a table that the world leaves empty."""
    own = {column.name: some_value(column) for column in table.columns if not column.nullable and column.name != "id"}
    return own | SPECIAL.get(table.name, {})


def some_value(column: sa.Column[Any]) -> Any:
    """Of the column's kind; the first row, where it refers to another table."""
    if column.foreign_keys:
        [key] = column.foreign_keys
        return db.session.scalar(sa.select(sa.func.min(key.column)))
    if isinstance(column.type, sa.Enum):
        return column.type.enums[0] if column.type.enum_class is None else next(iter(column.type.enum_class))
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    if isinstance(kind, sa.JSON):
        return {}
    return VALUES[kind.python_type]


def everything() -> Rows:
    rows = {}
    for name, table in sorted(reflected(db.session.connection()).items()):
        found = db.session.execute(sa.select(table)).mappings()
        rows[name] = [{key: to_json(value) for key, value in row.items()} for row in found]
    return rows


if __name__ == "__main__":
    write(sys.argv[1])
