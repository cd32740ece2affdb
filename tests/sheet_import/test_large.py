"""Large sheets on SQLite: done on a copy, written in a moment, and indexed afterwards."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from rbc_events.database import db
from rbc_events.directory import indexing
from rbc_events.directory.tasks import index_what_was_missed
from rbc_events.events.models import Event
from rbc_events.jobs import huey, work_for
from rbc_events.private_copy import PROVISIONAL
from rbc_events.registration.models import Organisation, Registration
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Change, Importing, Report
from rbc_events.sheet_import.kinds.organisations import ORGANISATIONS
from rbc_events.sheet_import.rehearsing import Overtaken, Rehearsal, perform, rehearse
from rbc_events.sheet_import.writing import LARGE
from rbc_events.sheets import read_sheet, write_csv
from tests.factories import NOW, make_event, make_organisation, make_registration
from tests.sheet_import.test_routes import COLUMNS, ROWS, count, event, staff, upload  # noqa: F401 - fixtures
from tests.sheet_import.test_runs import run_of


@pytest.fixture
def fair(app: Flask) -> int:
    """The number of an event for which one organisation of the sheet is registered already."""
    fair = make_event("fair")
    make_registration(fair, make_organisation("Sample One", key="one"))
    db.session.commit()
    return int(fair.id)


def rehearsed(
    fair: int, rows: list[list[str]], meanwhile: Callable[[], Any] = lambda: None
) -> tuple[Report, Rehearsal]:
    sheet = read_sheet(write_csv([*COLUMNS, "offers_ja", "offers_en"], [[*row, "", "Radar\nSonar"] for row in rows]))

    def work() -> Report:
        importing = Importing(now=NOW, event=db.session.get_one(Event, fair))
        return import_sheet(ORGANISATIONS, sheet, importing, on_row=lambda _done: meanwhile())

    db.session.commit()
    return rehearse(work)


def others(engine: sa.Engine, statement: sa.Executable) -> Callable[[], None]:
    """What somebody else does meanwhile, without any patience."""

    def write() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            connection.execute(statement)

    return write


def test_others_write_meanwhile_and_numbers_dont_collide(fair: int) -> None:
    table = Organisation.__table__
    another = table.insert().values(key="other", kind="university", name_native="Other", country="JP", created_at=NOW)
    other = others(db.engine, another.values(version=1, name_latin="", name_kana="", website="", is_sample=False))
    report, rehearsal = rehearsed(fair, ROWS, other)
    assert count() == 2
    perform(rehearsal)
    db.session.commit()
    assert report.changes == {Change.ADDED: 1, Change.CHANGED: 1}
    assert db.session.scalars(sa.select(Organisation.key).order_by(Organisation.id)).all() == ["one", "other", "two"]
    two = db.session.scalars(sa.select(Registration).order_by(Registration.id.desc())).first()
    assert two is not None
    assert (two.organisation.key, two.event_id, two.delegates[0].email) == ("two", fair, "b@two.example")
    assert [each.text_en for each in two.organisation.statements] == ["Radar", "Sonar"]
    assert provisional_numbers() == []


def provisional_numbers() -> list[str]:
    """The columns in which any number was left provisional."""
    columns = [column for table in db.metadata.sorted_tables for column in table.columns]
    numbers = [column for column in columns if isinstance(column.type, sa.Integer)]
    return [str(each) for each in numbers if (db.session.scalar(sa.select(sa.func.max(each))) or 0) >= PROVISIONAL]


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        sa.update(Organisation).where(Organisation.key == "one").values(version=Organisation.version + 1),
        sa.update(Organisation).where(Organisation.key == "one").values(key="two"),
    ],
    ids=["a newer version", "a key that is taken"],
)
def test_what_others_changed_meanwhile_is_not_overwritten(fair: int, change: sa.Executable) -> None:
    renamed = [[*ROWS[0][:2], "Sample One SA", *ROWS[0][3:]], ROWS[1]]
    _report, rehearsal = rehearsed(fair, renamed, others(db.engine, change))
    with pytest.raises(Overtaken):
        perform(rehearsal)
    assert (count(), db.session.scalar(sa.select(Organisation.name_native))) == (1, "Sample One")


@pytest.mark.slow
def test_what_was_taken_back_on_the_copy_is_not_written(fair: int) -> None:
    """Two rows about one corporate number are refused together, and then written one after the other."""
    columns = [*COLUMNS, "corporate_number"]
    rows = [[key, "university", "見本大学", "JP", f"{key}@u.example", "7000012050002"] for key in ("first", "second")]
    sheet = read_sheet(write_csv(columns, rows))
    importing = lambda: Importing(now=NOW, event=db.session.get_one(Event, fair))  # noqa: E731
    report, rehearsal = rehearse(lambda: import_sheet(ORGANISATIONS, sheet, importing()))
    perform(rehearsal)
    db.session.commit()
    assert report.changes[Change.ADDED] == 1
    assert db.session.scalars(sa.select(Organisation.key).order_by(Organisation.id)).all() == ["one", "second"]


@pytest.mark.slow
def test_a_large_sheet_is_imported_from_its_page_while_others_write(staff, event):  # noqa: F811
    rows = [[f"k{n}", "university", f"見本大学{n}", "JP", f"a@u{n}.example"] for n in range(LARGE + 1)]
    checking = upload(staff, event, write_csv(COLUMNS, rows)).headers["Location"]
    ended, faults, engine = threading.Event(), [], db.engine

    def write() -> None:
        while not ended.wait(0.01):
            try:
                with engine.begin() as connection:
                    connection.execute(sa.update(Event).values(revision=Event.revision + 1))
            except sa.exc.OperationalError as refused:
                faults.append(refused)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        staff.post(checking, data={"apply": "1"})
    finally:
        ended.set()
        writer.join()
    assert faults == []
    assert (run_of(checking).imported, count()) == (True, LARGE + 1)


def indexed() -> int:
    return int(db.session.scalar(sa.text("SELECT count(*) FROM search_organisations")) or 0)


def test_many_changed_organisations_are_indexed_afterwards(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And are found where the queue has lost the word of it."""
    monkeypatch.setattr(indexing, "AT_ONCE", 1)
    waiting = huey.pending_count()
    fair = make_event("fair")
    for name in ("One", "Two"):
        make_registration(fair, make_organisation(name, key=name.lower()))
    db.session.commit()
    assert (indexed(), huey.pending_count()) == (0, waiting + 1)
    huey.flush()
    work_for(app)
    db.session.commit()
    index_what_was_missed.call_local()
    huey.execute(huey.dequeue())
    assert indexed() == 2
    assert indexing.without_index(10) == []
