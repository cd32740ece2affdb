"""Checking and importing sheets: nobody waits for it, and what takes too much is ended."""

import threading

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text

from rbc_events import confined
from rbc_events.clock import now
from rbc_events.confined import Budget
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.jobs import huey
from rbc_events.private_copy import private_copy
from rbc_events.registration.models import Organisation
from rbc_events.sheet_import import runs
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Change, Importing
from rbc_events.sheet_import.kinds.organisations import ORGANISATIONS
from rbc_events.sheet_import.models import SheetRun
from rbc_events.sheets import read_sheet, write_csv
from tests.factories import NOW, make_event, make_organisation, make_registration
from tests.sheet_import.test_routes import COLUMNS, ROWS, count, event, staff, upload  # noqa: F401 - fixtures


def write_without_waiting(engine: Engine) -> None:
    """What somebody else does meanwhile with the very rows that the check writes."""
    with engine.connect() as connection:
        patience = "PRAGMA busy_timeout = 0" if engine.dialect.name == "sqlite" else "SET lock_timeout = 1000"
        connection.execute(text(patience))
        table = Organisation.__table__
        one = connection.execute(select(table).where(table.c.key == "one")).mappings().one()
        connection.execute(table.update().where(table.c.key == "one").values(name_latin="Changed meanwhile"))
        connection.execute(table.insert().values({**one, "id": one["id"] + 100, "key": "two"}))
        connection.commit()


@pytest.mark.slow
def test_nobody_waits_for_a_check_and_nothing_of_it_stays(shared: Flask) -> None:
    number = make_event("with-sheet").id
    make_registration(db.session.get_one(Event, number), make_organisation("Sample One", key="one"))
    db.session.commit()
    engine, wrote = db.engine, []

    def meanwhile(row: int) -> None:
        if row == 3:  # all are written
            write_without_waiting(engine)
            wrote.append(row)

    rows = [ROWS[0], ["two", "university", "Sample Two", "JP", "b@two.example"], ["three", *ROWS[0][1:]]]
    with private_copy():
        importing = Importing(now=NOW, event=db.session.get_one(Event, number))
        sheet = read_sheet(write_csv(COLUMNS, rows))
        report = import_sheet(ORGANISATIONS, sheet, importing, trial=True, on_row=meanwhile)
    assert wrote == [3]
    assert (report.faults, report.changes[Change.ADDED]) == ([], 2)
    found = db.session.execute(select(Organisation.key, Organisation.name_latin).order_by(Organisation.id)).all()
    assert [tuple(row) for row in found] == [("one", "Changed meanwhile"), ("two", "Sample One")]


def run_of(checking: str) -> SheetRun:
    return db.session.scalars(select(SheetRun).filter_by(digest=checking.rpartition("/")[2])).one()


def work_on(checking: str) -> None:
    number = run_of(checking).id
    db.session.commit()
    runs.work(number, clock=now)


@pytest.mark.slow
def test_a_large_sheet_is_checked_and_imported_by_the_worker(staff, event, monkeypatch):  # noqa: F811
    monkeypatch.setattr(runs, "MOST_AT_ONCE", 1)
    waiting = huey.pending_count()
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    assert "Checking: 0 of 2 rows" in staff.get(checking).text
    assert huey.pending_count() == waiting + 1
    assert staff.post(checking, data={"apply": "1"}).status_code == 409
    work_on(checking)
    assert staff.get(f"{checking}/progress").headers["HX-Refresh"] == "true"
    assert "2 rows without a fault" in staff.get(checking).text
    assert staff.post(checking, data={"apply": "1"}).headers["Location"] == checking
    assert "2 rows are being imported" in staff.get(checking).text
    work_on(checking)
    assert "2 rows have been imported." in staff.get(checking).text
    assert count() == 2
    work_on(checking)  # a second worker, or the queue's second try
    assert count() == 2


@pytest.mark.slow
@pytest.mark.parametrize("purpose", ["check", "apply"])
def test_a_sheet_that_takes_too_much_is_given_up_and_leaves_nothing(staff, event, monkeypatch, purpose):  # noqa: F811
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    monkeypatch.setattr(runs, "budget", lambda _rows: Budget(seconds=0.001))
    response = staff.post(checking, data={purpose: "1"})
    assert response.status_code == 422
    assert "Please send it in parts." in response.text
    assert count() == 0
    monkeypatch.undo()
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    assert count() == 2


@pytest.mark.slow
def test_what_finds_no_place_at_once_is_left_to_the_worker(staff, event, monkeypatch):  # noqa: F811
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    monkeypatch.setattr(confined, "_inside", threading.BoundedSemaphore(1))
    waiting = huey.pending_count()
    with confined._place():
        assert staff.post(checking, data={"apply": "1"}).headers["Location"] == checking
    assert (huey.pending_count(), count()) == (waiting + 1, 0)
    work_on(checking)
    assert count() == 2


def test_looking_at_what_was_found_writes_nothing(staff, event):  # noqa: F811
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    db.session.commit()
    with db.engine.begin() as writer:
        writer.execute(text("UPDATE events SET revision = revision + 1"))
        assert staff.get(checking).status_code == 200


@pytest.mark.slow
def test_runs_are_forgotten_with_their_files(staff, event):  # noqa: F811
    upload(staff, event, write_csv(COLUMNS, ROWS))
    runs.forget_old(now=now())
    assert db.session.scalar(select(func.count()).select_from(SheetRun)) == 1
    runs.forget_old(now=now() + runs.KEPT)
    assert db.session.scalar(select(func.count()).select_from(SheetRun)) == 0
