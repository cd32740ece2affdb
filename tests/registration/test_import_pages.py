import io
import re

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.registration.models import Organisation, Registration, RegistrationState
from rbc_events.sheets import read_sheet, write_csv, write_xlsx
from tests.factories import make_event, make_organisation, make_registration, make_user
from tests.registration.pages import mails

COLUMNS = ["external_key", "kind", "name_native", "country", "contact_email"]
ROWS = [
    ["one", "foreign_company", "Sample One", "FR", "a@one.example"],
    ["two", "university", "見本大学", "JP", "b@two.example"],
]


@pytest.fixture
def event(app):
    return make_event("with-sheet")


@pytest.fixture
def staff(sign_in):
    return sign_in(make_user(Role.HEADQUARTERS))


def upload(client, event, content, name="sheet.csv", kind="organisations"):
    data = {"sheet": (io.BytesIO(content), name)}
    return client.post(f"/events/{event.key}/import/{kind}", data=data, content_type="multipart/form-data")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Organisation))


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_sheet_is_checked_first_and_then_imported(staff, event, write):
    checking = upload(staff, event, write(COLUMNS, ROWS)).headers["Location"]
    assert "2 rows without a fault" in staff.get(checking).text
    assert count() == 0
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    assert [row.state for row in db.session.scalars(select(Registration))] == [RegistrationState.APPROVED] * 2
    assert "unchanged: 2" in staff.get(checking).text


def test_a_file_that_only_calls_itself_a_workbook_is_told_so(staff, event):
    response = upload(staff, event, b"\x93\x00garbage\xff\xfe" * 30, name="list.xlsx")
    assert response.status_code == 422
    assert "This file can&#39;t be read as an Excel workbook" in response.text


def test_faults_are_told_with_row_and_column_and_nothing_is_imported(staff, event):
    faulty = [*ROWS, ["three", "guild", "Sample Three", "France", "nonsense"]]
    checking = upload(staff, event, write_csv(COLUMNS, faulty)).headers["Location"]
    response = staff.post(checking, data={"apply": "1"})
    assert response.status_code == 422
    assert count() == 0
    cells = re.findall(r"<tr><td>(\d+)</td><td>(\w+) <code>(\w+)</code>", response.text)
    assert cells == [("4", "B", "kind"), ("4", "D", "country"), ("4", "E", "contact_email")]


def test_columns_under_other_names_are_mapped_on_the_page(staff, event):
    other = ["Key", "種別", "Firma", "Land", "Mail", "Remarks"]
    content = write_csv(other, [[*row, "hello"] for row in ROWS])
    checking = upload(staff, event, content).headers["Location"]
    assert "This column is missing." in staff.get(checking).text
    data = {f"column-{position}": name for position, name in enumerate([*COLUMNS, ""])}
    assert "2 rows without a fault" in staff.post(checking, data=data).text
    staff.post(checking, data={**data, "apply": "1"})
    assert count() == 2


def test_one_column_given_twice_is_a_fault(staff, event):
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    response = staff.post(checking, data={"column-0": "kind", "apply": "1"})
    assert response.status_code == 422
    assert count() == 0


def test_titles_in_the_visitors_language_are_recognised(staff, event):
    with staff.session_transaction() as session:
        session["language"] = "ja"
    japanese = ["企業・団体のキー", "種別", "正式名称", "国・地域", "担当者のメールアドレス"]
    checking = upload(staff, event, write_csv(japanese, ROWS)).headers["Location"]
    assert "2行に誤りはありません" in staff.get(checking).text


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0", "old .xls format"),
        (b"", "no table"),
        (b"a,a\n", "there twice"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_reason(staff, event, content, fault):
    response = upload(staff, event, content)
    assert response.status_code == 422
    assert fault in response.text


def test_a_sheet_changes_no_profile_of_organisations_at_other_events(staff, event):
    elsewhere = make_organisation("Sample Elsewhere", key="one")
    make_registration(make_event(), elsewhere)
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    staff.post(checking, data={"apply": "1"})
    assert elsewhere.name_native == "Sample Elsewhere"
    assert {row.event_id for row in elsewhere.registrations} >= {event.id}


def test_a_sheet_for_another_event_is_refused(staff, event):
    make_event("another")
    content = write_csv(["event_key", *COLUMNS], [["another", *ROWS[0]]])
    checking = upload(staff, event, content).headers["Location"]
    assert "of the event “another” only" in staff.get(checking).text


def test_a_file_of_one_event_is_not_there_for_another(staff, event):
    other = make_event("another")
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    assert staff.get(checking.replace(event.key, other.key)).status_code == 404
    assert staff.get(f"/events/{event.key}/import/organisations/{'0' * 64}").status_code == 404
    assert staff.get(f"/events/{event.key}/import/organisations/..%2f..%2fsecret-key").status_code == 404


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_can_be_read_back(staff, event, ending):
    response = staff.get(f"/events/{event.key}/import/organisations/template.{ending}")
    assert set(COLUMNS) <= set(read_sheet(response.data).columns)
    assert "event_key" not in read_sheet(response.data).columns


def test_imported_delegates_are_invited_by_mail_once_chosen(staff, event):
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    staff.post(checking, data={"apply": "1"})
    assert mails() == []
    address = f"/events/{event.key}/invitations"
    page = staff.get(address).text
    numbers = re.findall(r'name="delegate" value="(\d+)"', page)
    assert len(numbers) == 2
    staff.post(address, data={"delegate": [numbers[0], "999", "x"]})
    assert [mail.recipient for mail in mails("invite")] == ["a@one.example"]
