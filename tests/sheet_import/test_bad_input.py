"""Files and texts that nobody should send, through the pages that take them: refused with a clear line, or kept."""

import io
import re
import threading
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from rbc_events import confined
from rbc_events.accounts.models import Role
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration.models import Delegate, Organisation, Registration, Upload
from rbc_events.sheets import write_csv, write_xlsx
from tests.factories import make_event, make_organisation, make_registration, make_user
from tests.markup import one_line
from tests.registration.pages import START, begin
from tests.sheet_import.test_routes import COLUMNS, ROWS, upload
from tests.sheets.test_sheets import repacked, workbook

MEGABYTE = 1024 * 1024
GOOD = write_xlsx(COLUMNS, ROWS)


@pytest.fixture
def event(app):
    return make_event("with-sheet", registration_opens_at=the_time() - timedelta(days=1))


@pytest.fixture
def staff(sign_in):
    return sign_in(make_user(Role.HEADQUARTERS))


def count(model=Organisation) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def send(client, event, content):
    """As a browser sends it, without the files that Werkzeug's client opens and doesn't close."""
    head = b'--x\r\nContent-Disposition: form-data; name="sheet"; filename="sheet.csv"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    address = f"/events/{event.key}/import/organisations"
    return client.post(address, data=body, content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(lambda: b"a,b\n" + b"x" * 11 * MEGABYTE, "The file is larger than 10 MB.", marks=pytest.mark.slow),
        pytest.param(
            lambda: repacked(GOOD, {"xl/media/zeros.bin": b"\0" * 200 * MEGABYTE}),
            "unpacks to far more",
            marks=pytest.mark.slow,
        ),
        (lambda: repacked(GOOD, {"xl/vbaProject.bin": b"Sub"}), "The file contains macros."),
    ],
    ids=["11 MB", "zip bomb", "macros"],
)
def test_a_file_that_is_no_good_sheet_is_refused_with_one_clear_line(staff, event, content, line):
    response = send(staff, event, content())
    assert response.status_code == 422
    assert line in response.text
    assert count() == 0


def far(name: str, cell: bytes) -> bytes:
    """A good workbook whose sheet is another part, with one cell more."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good:
        sheet = good.read("xl/worksheets/sheet1.xml").replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")
        relations = good.read("xl/_rels/workbook.xml.rels").replace(b"worksheets/sheet1.xml", name.encode())
        types = good.read("[Content_Types].xml").replace(b"worksheets/sheet1.xml", name.encode())
    parts = {"xl/_rels/workbook.xml.rels": relations, "[Content_Types].xml": types, f"xl/{name}": sheet}
    return repacked(GOOD, parts)


FAR = {
    "capital letters": far("worksheets/sheet1.xml", b'<c r="XFD1048576"><v>1</v></c>'),
    "small letters": far("worksheets/sheet1.xml", b'<c r="xfd1048576"><v>1</v></c>'),
    "another part": far("sheets/list.xml", b'<c r="XFD1048576"><v>1</v></c>'),
    "row by its number": far("sheets/list.xml", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'),
}


@pytest.mark.slow
@pytest.mark.parametrize("content", FAR.values(), ids=FAR)
def test_a_cell_in_the_far_corner_takes_no_memory_of_the_web_server(staff, event, content):
    response = send(staff, event, content)
    assert response.status_code == 422
    assert "The sheet has more than" in response.text or "takes too much time or memory" in response.text
    assert count() == 0


@pytest.mark.slow
def test_who_comes_while_many_files_are_read_is_asked_to_try_again(staff, event, monkeypatch):
    monkeypatch.setattr(confined, "_inside", threading.BoundedSemaphore(1))
    with confined._place():
        response = send(staff, event, GOOD)
    assert response.status_code == 422
    assert "Please send yours once more in a few seconds." in response.text
    assert send(staff, event, GOOD).status_code == 302


def test_a_sheet_of_50_megabytes_is_refused_at_its_field(staff, event):
    response = send(staff, event, b"x" * 50 * MEGABYTE)
    assert response.status_code == 422
    assert re.search('id="sheet-fault">The file is larger than 10 MB', response.text)


@pytest.mark.slow
def test_a_formula_counts_as_its_value_and_text_that_looks_like_one_stays_text(staff, event):
    def fill(_book, sheet):
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_formula(1, 2, '="Sample "&"One"', None, "Sample One")
        sheet.write_row(2, 0, ROWS[1])
        sheet.write_string(2, 2, '=HYPERLINK("elsewhere.example","見本")')

    checking = upload(staff, event, workbook(fill), "sheet.xlsx").headers["Location"]
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    names = db.session.scalars(select(Organisation.name_native).order_by(Organisation.id)).all()
    assert names == ["Sample One", '=HYPERLINK("elsewhere.example","見本")']
    exported = staff.get(f"/events/{event.key}/import/keys.csv").data.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in exported, "a spreadsheet must not run it"


@pytest.mark.slow
def test_a_date_as_text_is_read_only_where_it_can_mean_one_day(staff, event):
    columns = ["date", "starts_at", "slot_minutes", "slots", "kind"]
    good, bad = ["2027年2月9日", "2027-02-09"], ["09/02/2027", "Feb 9, 2027", "2027-02-30"]
    rows = [[written, f"1{number + 4}:00", "30", "2", "meetings"] for number, written in enumerate([*good, *bad])]
    checking = upload(staff, event, write_csv(columns, rows), kind="blocks").headers["Location"]
    response = staff.post(checking, data={"apply": "1"})
    assert response.status_code == 422
    assert re.findall(r"<tr><td>(\d+)</td><td>\w+ <code>(\w+)</code>", one_line(response.text)) == [
        ("4", "date"),
        ("5", "date"),
        ("6", "date"),
    ]
    checking = upload(staff, event, write_csv(columns, rows[:2]), kind="blocks").headers["Location"]
    assert staff.post(checking, data={"apply": "1"}).status_code == 302


@pytest.mark.slow
def test_rows_that_overlap_are_told_with_their_place(staff, event):
    columns = ["date", "starts_at", "slot_minutes", "slots", "kind"]
    rows = [["2027-02-09", f"1{number}:00", "30", "4", "meetings"] for number in (4, 5, 7, 8)]
    checking = upload(staff, event, write_csv(columns, rows), kind="blocks").headers["Location"]
    response = staff.post(checking, data={"apply": "1"})
    assert response.status_code == 422
    assert re.findall(r"<tr><td>(\d+)</td>", one_line(response.text)) == ["3", "5"]
    assert response.text.count("These slots overlap") == 2


def test_a_real_date_of_excel_is_read(staff, event):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["date", "starts_at", "slot_minutes", "slots", "kind"])
        sheet.write_datetime(1, 0, date(2027, 2, 9), book.add_format({"num_format": "yyyy/m/d"}))
        sheet.write_row(1, 1, ["14:00", 30, 2, "meetings"])

    checking = upload(staff, event, workbook(fill), "sheet.xlsx", kind="blocks").headers["Location"]
    assert "1 row without a fault" in staff.get(checking).text


NAMES = [
    "Sample 🍵 Tea",
    "شركة نموذجية",
    "עסק לדוגמה \u200fבע״מ",
    "見本㈱髙橋𠮷野家",
    "Ｓａｍｐｌｅ",
    "Zalgo s̶a̷m̸p̶l̵e̷",
    "<b>Sample</b> & 'Co'",
]


@pytest.mark.slow
def test_emoji_and_every_script_are_kept_as_they_are_by_sheet_and_by_form(staff, client, event):
    rows = [[f"key-{n}", ROWS[0][1], name, "FR", f"a{n}@one.example"] for n, name in enumerate(NAMES)]
    checking = upload(staff, event, write_xlsx(COLUMNS, rows)).headers["Location"]
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    assert db.session.scalars(select(Organisation.name_native).order_by(Organisation.id)).all() == NAMES
    for name in NAMES:
        begun = begin(client, event, name_native=name, form_key=name)
        assert begun.organisation.name_native == name
        assert "<b>Sample" not in client.get(f"/registrations/{begun.id}").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("n" * 300, "Longer than 200 characters"),
        ("two\nlines", "line"),
        ("turned \u202e round", "character"),
        ("null \x00", "character"),
    ],
    ids=["300 characters", "two lines", "direction override", "null"],
)
def test_a_name_that_is_too_long_or_hides_something_is_refused_at_its_place(staff, client, event, name, line):
    content = write_csv(COLUMNS, [["one", ROWS[0][1], name, *ROWS[0][3:]]])
    response = upload(staff, event, content)
    if response.status_code == 302:
        response = staff.post(response.headers["Location"], data={"apply": "1"})
        assert "<code>name_native</code>" in response.text
    assert response.status_code == 422
    form = client.post(f"/events/{event.key}/register", data={**START, "name_native": name})
    assert form.status_code == 422
    assert 'id="name_native-fault"' in form.text
    assert line in form.text
    assert (count(), count(Registration)) == (0, 0)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.slow
@pytest.mark.parametrize("name", ["logo.svg", "logo.png", "logo.jpg"])
def test_an_svg_with_a_script_is_no_logo_whatever_it_is_called(sign_in, event, name):
    registration = make_registration(event)
    lead = sign_in(registration.delegates[0].user)
    data = {"kind": "logo", "file": (io.BytesIO(SVG), name)}
    address = f"/registrations/{registration.id}/files"
    response = lead.post(address, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "A logo is a PNG or JPEG picture" in response.text
    assert count(Upload) == 0


@pytest.mark.slow
def test_one_bad_row_among_many_good_ones_keeps_all_out(staff, event):
    make_registration(event, make_organisation("Sample Zero", key="zero"))
    rows = [["zero", f"d{number}@people.example", "Mihon"] for number in range(60)]
    rows[50][1] = "no address"
    before = count(Delegate)
    checking = upload(staff, event, write_csv(["external_key", "email", "family_latin"], rows), kind="delegates")
    response = staff.post(checking.headers["Location"], data={"apply": "1"})
    assert "<td>52</td><td>B <code>email</code>" in one_line(response.text)
    assert count(Delegate) == before
