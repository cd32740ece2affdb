"""`rbc-events import`: large sheets, which nobody waits for and whose faults leave nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from rbc_events.database import db
from rbc_events.events.models import Event, Place
from rbc_events.registration.models import Organisation
from rbc_events.sheet_import import command, writing
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Report
from rbc_events.sheets import write_csv
from tests.factories import NOW, make_event
from tests.sheet_import.test_routes import COLUMNS, count

ROWS = 12
PLACES = ["event_key", "name_ja", "name_en", "kind"]


@pytest.fixture
def free(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each time that all rows are written: whether somebody else could write just then, without any patience."""
    monkeypatch.setattr(writing, "LARGE", ROWS - 1)
    make_event("fair")
    db.session.commit()
    path, found = db.engine.url.database, []

    def imported(*args: Any, **options: Any) -> Report:
        report = import_sheet(*args, **options)
        with closing(sqlite3.connect(str(path), timeout=0)) as connection:
            try:
                connection.execute("UPDATE events SET venue_en = 'Changed meanwhile'")
                connection.commit()
                found.append(True)
            except sqlite3.OperationalError:
                found.append(False)
        return report

    monkeypatch.setattr(command, "import_sheet", imported)
    return found


def run(app: Flask, tmp_path: Path, kind: str, columns: list[str], rows: list[list[str]]) -> int:
    path = tmp_path / "sheet.csv"
    path.write_bytes(write_csv(columns, rows))
    db.session.rollback()
    return command.import_file(app, kind, path, trial=False, now=NOW)


def organisations(rows: int) -> list[list[str]]:
    return [["fair", f"k{n}", "university", f"見本大学{n}", "JP", f"a@u{n}.example"] for n in range(rows)]


def places(rows: int) -> list[list[str]]:
    return [["fair", f"見本卓{n}", f"Sample table {n}", "table"] for n in range(rows)]


def sample_places() -> int:
    return db.session.scalar(sa.select(sa.func.count(Place.id)).where(Place.name_ja.startswith("見本"))) or 0


def test_nobody_waits_while_many_rows_are_written(app, tmp_path, free):
    assert run(app, tmp_path, "organisations", ["event_key", *COLUMNS], organisations(ROWS)) == 0
    assert free == [True]
    assert count() == ROWS
    assert db.session.scalar(sa.select(Event.venue_en)) == "Changed meanwhile"
    assert db.session.scalar(sa.select(sa.func.max(Organisation.id))) == ROWS


def test_other_kinds_are_checked_first_while_others_write(app, tmp_path, free):
    assert run(app, tmp_path, "places", PLACES, places(ROWS)) == 0
    assert free == [True, False]
    assert sample_places() == ROWS


@pytest.mark.parametrize(("kind", "columns"), [("organisations", ["event_key", *COLUMNS]), ("places", PLACES)])
def test_a_large_sheet_with_a_fault_locks_nothing_and_leaves_nothing(app, tmp_path, free, capsys, kind, columns):
    rows = organisations(ROWS) if kind == "organisations" else places(ROWS)
    assert run(app, tmp_path, kind, columns, [*rows, ["elsewhere", *rows[0][1:]]]) == 1
    assert free == [True]
    assert "row 14, column A (event_key)" in capsys.readouterr().err
    assert (count(), sample_places()) == (0, 0)
