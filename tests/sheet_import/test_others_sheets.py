"""Others' sheets, each with what is right of it; and sheets of the same kinds that are made here."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.models import Block, Event, Programme, ProgrammeKind, Sector
from rbc_events.registration.models import Delegate, Quota
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Importing
from rbc_events.sheet_import.kinds.events import EVENTS
from rbc_events.sheets import read_sheet
from tests.factories import make_event
from tests.sheet_import.offices import CASES
from tests.sheet_import.test_offices import faults, organisations, people, send, take

# Of each case: the kind, the faults that are right, and the names that come in.
OF_OTHERS: dict[str, tuple[str, list[tuple[int, str]], int]] = {
    "c05-libreoffice-last-row.xlsx": ("organisations", [], 2),
    "c05b-borders-to-row-30000.xlsx": ("organisations", [], 2),
    "c06-hidden-rows.xlsx": ("organisations", [], 2),
    "c07-instructions-tab-first.xlsx": ("organisations", [], 2),
    "c07b-two-tabs-of-rows.xlsx": ("organisations", [], 1),
    "c08-title-above-header.xlsx": ("organisations", [], 2),
    "c08b-table-from-B2.xlsx": ("organisations", [], 2),
    "c08c-merged-title.xlsx": ("organisations", [], 2),
    "c09-duplicate-remarks.csv": ("organisations", [], 2),
    "c09b-unnamed-middle.csv": ("organisations", [], 2),
    "c09c-notes-below.csv": ("organisations", [], 2),
    "c10-cp932.csv": ("organisations", [], 2),
    "c10d-sep-line.csv": ("organisations", [], 2),
    "c10f-western-excel-cp1252-silent.csv": ("organisations", [], 1),
    "c10g-euc-jp.csv": ("organisations", [], 1),
    "c10h-big5.csv": ("organisations", [], 1),
    "c10i-iso-2022-jp.csv": ("organisations", [], 1),
    "c12b-no-key.csv": ("organisations", [], 1),
    "c12-words-for-codes.csv": ("organisations", [(4, "region_code")], 0),
    "c13-numbers.csv": (
        "organisations",
        [(3, "corporate_number"), (4, "corporate_number"), (5, "founded"), (5, "corporate_number")],
        0,
    ),
    "c19-header-words.csv": ("organisations", [], 1),
    "c03-date-wareki-text.csv": ("blocks", [], 3),
    "p1-prefecture-as-sent.xlsx": ("organisations", [], 5),
    "p2-prefecture-title-deleted.xlsx": ("organisations", [], 6),
    "p3-prefecture-header-flattened.xlsx": ("organisations", [], 6),
    "p4-prefecture-filled-down.xlsx": ("organisations", [], 6),
    "p5-prefecture-codes.xlsx": ("organisations", [], 6),
    "p6-prefecture-one-row-a-company.xlsx": ("organisations", [], 6),
}


def content(name: str) -> bytes:
    if CASES is None:
        pytest.skip("the collection of offices' sheets is not here")
    return Path(CASES / name).read_bytes()


def bring_in(staff: Any, event: Any, name: str, kind: str = "organisations") -> None:
    address, run = send(staff, event, content(name), name, kind)
    assert faults(run) == [], json.dumps(run.report["faults"], ensure_ascii=False)
    take(staff, address, header=str(run.layout["header"]))


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_others_sent(staff: Any, event: Any, name: str) -> None:
    kind, right, rows = OF_OTHERS[name]
    address, run = send(staff, event, content(name), name, kind)
    assert faults(run) == right, json.dumps(run.report["faults"], ensure_ascii=False, indent=1)
    if rows:
        take(staff, address, header=str(run.layout["header"]))
        found = organisations() if kind == "organisations" else list(db.session.scalars(select(Block)))
        assert len(found) == rows


DAYS_AND_HOURS = {
    "c02-date-builtin-31.xlsx": 2,
    "c02b-time-builtin-32.xlsx": 2,
    "c02c-date-builtin-27-28-58.xlsx": 3,
    "c02d-date-wareki-custom.xlsx": 2,
    "c02e-date-1904.xlsx": 1,
}


@pytest.mark.parametrize("name", DAYS_AND_HOURS)
def test_others_dates_are_those_that_excel_shows(staff: Any, event: Any, name: str) -> None:
    bring_in(staff, event, name, "blocks")
    starts = [each.starts_at.astimezone(event.zone) for each in db.session.scalars(select(Block))]
    assert {each.date() for each in starts} == {date(2027, 2, 9)}
    assert len(starts) == DAYS_AND_HOURS[name]
    assert min(starts).hour == 9


def test_others_days_and_hours_in_japanese(staff: Any, event: Any) -> None:
    _address, run = send(staff, event, content("c03b-date-japanese-text.csv"), "b.csv", "blocks")
    assert {column for _row, column in faults(run)} <= {"starts_at"}, "an hour that is open at its end may be refused"
    assert len(faults(run)) <= 1


@pytest.mark.parametrize(
    ("name", "opens", "closes"),
    [
        ("c04-moment-from-excel-csv.csv", "2026-12-01T09:00", "2027-01-29T17:00"),
        ("c04b-moment-from-excel-csv-two-digits.csv", "2026-12-10T09:00", "2027-10-29T17:00"),
        ("c04c-moment-with-seconds.csv", "2026-12-10T09:00", "2027-10-29T17:00"),
    ],
)
def test_others_moments(app: Any, name: str, opens: str, closes: str) -> None:
    if db.session.scalar(select(Sector).filter_by(key="healthcare")) is None:
        db.session.add(Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare"))
    kind = ProgrammeKind.RBC
    db.session.add(Programme(key="sample-programme", kind=kind, fiscal_year=2026, name_en="Sample"))
    db.session.flush()
    report = import_sheet(EVENTS, read_sheet(content(name)), Importing(now=now()))
    assert report.faults == []
    found = db.session.scalars(select(Event).filter_by(key="h-moment")).one()
    moments = found.registration_opens_at, found.registration_closes_at
    assert [each.astimezone(found.zone).strftime("%Y-%m-%dT%H:%M") for each in moments if each] == [opens, closes]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("c01-furigana.xlsx", {"見本電機株式会社"}),
        ("c10-cp932.csv", {"㈱髙﨑精機①", "ｶｸｳ～ﾌｰｽﾞ㈲"}),
        ("c10b-utf16-tab.csv", {"㈱髙﨑精機①", "ｶｸｳ～ﾌｰｽﾞ㈲"}),
        ("c10c-cr-newlines.csv", {"㈱髙﨑精機①", "ｶｸｳ～ﾌｰｽﾞ㈲"}),
        ("c10d-sep-line.csv", {"㈱髙﨑精機①", "ｶｸｳ～ﾌｰｽﾞ㈲"}),
        ("c10e-western-excel-cp1252.csv", {"Pêche Réunie Échantillon", "Muestra Energía Ibérica"}),
        ("c10f-western-excel-cp1252-silent.csv", {"Societe Beaute Echantillon Réuni"}),
    ],
)
def test_others_characters_come_in_as_they_were_written(staff: Any, event: Any, name: str, names: set[str]) -> None:
    bring_in(staff, event, name)
    assert names <= {each.name_native for each in organisations()}


def test_others_addresses_are_read_or_refused(staff: Any, event: Any) -> None:
    _address, run = send(staff, event, content("c11-addresses.csv"), "a.csv")
    assert not {3, 4, 9, 11} & {row for row, _column in faults(run)}


def test_a_second_sheet_of_others_leaves_what_it_lacks_and_replaces_the_contact(staff: Any, event: Any) -> None:
    bring_in(staff, event, "c14-first.csv")
    bring_in(staff, event, "c14b-second-required-columns-only.csv")
    (organisation,) = organisations()
    registration = organisation.registrations[0]
    contact = next(each for each in registration.delegates if each.contact)
    assert (organisation.employees, contact.family_kanji, contact.given_kanji, contact.title) == (
        40,
        "見本",
        "太郎",
        "部長",
    )
    bring_in(staff, event, "c14c-new-contact.csv")
    db.session.expire_all()
    contacts = [each.email for each in registration.delegates if each.contact]
    assert contacts == ["hanako@saitorikomi.example"]


def test_two_offices_number_from_one_in_two_events(staff: Any, event: Any) -> None:
    other = make_event("other-office")
    db.session.commit()
    bring_in(staff, event, "c15-office-A.csv")
    before = {(each.id, each.name_native) for each in organisations()}
    _address, run = send(staff, other, content("c15b-office-B.csv"), "b.csv")
    if not faults(run):
        take(staff, _address)
    assert before <= {(each.id, each.name_native) for each in organisations()}
    for each in organisations():
        mails = {person.email.split("@")[1] for side in each.registrations for person in side.delegates}
        assert len(mails) == 1, "nobody of the one office acts for an organisation of the other"


def test_two_offices_number_alike_in_one_event(staff: Any, event: Any) -> None:
    bring_in(staff, event, "c15c-office-A-same-event.csv")
    names = {each.name_native for each in organisations()}
    address, run = send(staff, event, content("c15d-office-B-same-event.csv"), "b.csv")
    if faults(run):
        assert {column for _row, column in faults(run)} == {"external_key"}
    else:
        take(staff, address)
    assert names <= {each.name_native for each in organisations()}
    assert len(organisations()) == (len(names) if faults(run) else 2 * len(names))


def test_others_rows_beyond_a_quota_are_faults(staff: Any, event: Any) -> None:
    db.session.add(Quota(event_id=event.id, kind="municipality", places=1))
    db.session.commit()
    _address, run = send(staff, event, content("c16-three-approved.csv"), "q.csv")
    assert [row for row, _column in faults(run)] == [3, 4]


def test_others_people_who_share_a_mailbox_and_a_merged_cell(staff: Any, event: Any) -> None:
    bring_in(staff, event, "c14-first.csv")
    address, run = send(staff, event, content("c17-delegates-shared-mailbox.csv"), "d.csv", "delegates")
    assert faults(run) == []
    take(staff, address)
    assert len(people()) == 4
    address, run = send(staff, event, content("c18-company-cell-merged-over-two-people.xlsx"), "m.xlsx", "delegates")
    assert faults(run) == []
    take(staff, address)
    sides = set(db.session.scalars(select(Delegate.registration_id)))
    assert len(sides) == 1


def test_every_sheet_of_others_is_tried() -> None:
    if CASES is None:
        pytest.skip("the collection of offices' sheets is not here")
    here = Path(__file__).read_text()
    assert [each.name for each in sorted(Path(CASES).iterdir()) if each.name not in here] == []


def blocks_of_excel(number_format: int | str, *, hours: int | str = "hh:mm", epoch_1904: bool = False) -> bytes:
    """A sheet of blocks whose day and hour are numbers that Excel shows as dates by these formats."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": epoch_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["date", "starts_at", "slot_minutes", "slots", "kind"])
        day, hour = book.add_format(), book.add_format()
        day.set_num_format(number_format)
        hour.set_num_format(hours)
        sheet.write_datetime(1, 0, datetime(2027, 2, 9, tzinfo=UTC).replace(tzinfo=None), day)
        sheet.write_number(1, 1, 9.5 / 24, hour)
        sheet.write_row(1, 2, [20, 2, "meetings"])
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        *(blocks_of_excel(each) for each in (14, 27, 28, 31, 36, 57, 58, "yyyy-mm-dd", '[$-411]ggge"年"m"月"d"日"')),
        blocks_of_excel(31, hours=32),
        blocks_of_excel(14, epoch_1904=True),
    ],
)
def test_a_date_is_known_by_its_format_whatever_excel_calls_it(staff: Any, event: Any, content: bytes) -> None:
    address, run = send(staff, event, content, "b.xlsx", "blocks")
    assert faults(run) == []
    take(staff, address)
    (block,) = db.session.scalars(select(Block))
    assert block.starts_at.astimezone(event.zone).strftime("%Y-%m-%d %H:%M") == "2027-02-09 09:30"


def test_readings_above_a_word_are_no_part_of_it(staff: Any, event: Any) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["kind", "name_native", "country", "contact_email"])
        sheet.write_row(1, 0, ["university", "架空工業大学", "JP", "a@kouka.example"])
    shown, read = "<t>架空工業大学</t>", '<t>架空工業大学</t><rPh sb="0" eb="6"><t>カクウコウギョウダイガク</t></rPh>'
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(shown, read, old.read(name).decode()))
    assert b"rPh" in zipfile.ZipFile(changed).read("xl/sharedStrings.xml")
    address, run = send(staff, event, changed.getvalue())
    assert faults(run) == []
    take(staff, address)
    assert [each.name_native for each in organisations()] == ["架空工業大学"]
