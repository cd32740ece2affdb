from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.events.models import Region, Sector
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.faults import SHEET_FAULTS
from rbc_events.sheet_import.kind import Change, Importing
from rbc_events.sheet_import.kinds.events import REGIONS, SECTORS
from rbc_events.sheets import Fault, read_sheet
from tests.factories import NOW

REGION_COLUMNS = "code,kind,parent_code,name_ja,name_en\n"
GOOD = "key,name_ja,name_en\nfood,フード,Food\nmove,移動,Mobility\n"


def run(text: str, **options):
    return import_sheet(SECTORS, read_sheet(text.encode()), Importing(now=NOW), **options)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Sector))


def test_a_sheet_is_written_and_the_same_sheet_again_changes_nothing(app):
    assert run(GOOD).changes == {Change.ADDED: 2}
    assert run(GOOD).changes == {Change.UNCHANGED: 2}
    assert run(GOOD.replace("Food", "Foods")).changes == {Change.CHANGED: 1, Change.UNCHANGED: 1}


def test_a_trial_writes_nothing_and_reports_the_same(app):
    assert run(GOOD, trial=True).changes == {Change.ADDED: 2}
    assert count() == 0


def test_a_fault_in_any_row_leaves_nothing_behind(app):
    lines = [f"key-{n},名前,Name" for n in range(10)]
    for broken in range(10):
        faulty = [line.replace("key-", "Key ") if n == broken else line for n, line in enumerate(lines)]
        report = run("key,name_ja,name_en\n" + "\n".join(faulty))
        (fault,) = report.faults
        assert (fault.row, fault.column, fault.letter) == (broken + 2, "key", "A")
        assert count() == 0


def test_what_was_in_the_transaction_before_survives_a_fault(app):
    db.session.add(Sector(key="before", name_ja="前", name_en="Before"))
    run("key,name_ja,name_en\n!,x,x\n")
    assert count() == 1


def test_every_fault_is_told_at_once(app):
    report = run("key,name_ja,name_en\n!,x,x\n,y,y\nok,z,z\nok,z,z\n")
    assert [(fault.row, fault.column) for fault in report.faults] == [(2, "key"), (3, "key"), (5, "key")]


def test_unknown_and_missing_columns_are_told(app):
    report = run("kee,name_ja,name_en\na,b,c\n")
    assert [(fault.row, fault.column, fault.letter) for fault in report.faults] == [(1, "key", ""), (1, "kee", "A")]


def test_faults_read_in_the_language_of_the_reader(app):
    from rbc_events.i18n import in_language

    (fault,) = run("key,name_ja,name_en\n!,x,x\n").faults
    assert str(fault.message) == "Only small letters, digits and hyphens."
    with in_language("ja"):
        assert str(fault.message) == "半角の英小文字、数字、ハイフンで記入してください。"


def test_every_reason_for_refusing_a_file_has_words():
    assert set(SHEET_FAULTS) == set(Fault)


def test_a_row_that_needs_the_one_before_it_is_written_after_it(app):
    regions = REGION_COLUMNS + "040002,prefecture,,宮城県,Miyagi\n041009,municipality,040002,仙台市,Sendai\n"
    report = import_sheet(REGIONS, read_sheet(regions.encode()), Importing(now=NOW))
    assert (report.faults, report.changes) == ([], {Change.ADDED: 2})


def test_rows_that_are_refused_together_are_told_one_by_one(app):
    regions = REGION_COLUMNS + "040002,prefecture,,宮城県,Miyagi\n"
    wrong = "".join(f"{code},municipality,460001,市,City\n" for code in ("041009", "042021"))
    report = import_sheet(REGIONS, read_sheet((regions + wrong).encode()), Importing(now=NOW))
    assert [(fault.row, fault.column) for fault in report.faults] == [(3, "parent_code"), (4, "parent_code")]
    assert db.session.scalar(select(func.count()).select_from(Region)) == 0
