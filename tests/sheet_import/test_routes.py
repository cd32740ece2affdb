import io
import re

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Place
from rbc_events.meetings.models import Interpreter, Meeting, Veto
from rbc_events.outcomes.models import Outcome
from rbc_events.registration.duplicates import merge
from rbc_events.registration.models import Delegate, Organisation, Registration, RegistrationState
from rbc_events.sheet_import.guessing import guess_columns
from rbc_events.sheet_import.kinds.organisations import ORGANISATIONS
from rbc_events.sheets import read_sheet, write_csv, write_xlsx
from tests.factories import NOW, make_event, make_organisation, make_outcome, make_registration, make_user
from tests.markup import one_line
from tests.registration.pages import begin, mails

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


@pytest.mark.slow
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_sheet_is_checked_first_and_then_imported(staff, event, write):
    checking = upload(staff, event, write(COLUMNS, ROWS)).headers["Location"]
    assert "2 rows without a fault" in staff.get(checking).text
    assert count() == 0
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    assert [row.state for row in db.session.scalars(select(Registration))] == [RegistrationState.APPROVED] * 2
    assert "2 rows have been imported." in staff.get(checking).text
    assert "unchanged: 2" in staff.post(checking, data={"check": "1"}).text


@pytest.mark.slow
def test_a_sheet_tells_where_its_texts_come_from(staff, event):
    columns = [*COLUMNS, "summary_ja", "summary_en", "offers_ja", "offers_en", "origin_ja", "origin_en"]
    row = [*ROWS[0], "要約", "Summary", "センサー", "Sensors", "machine", "human"]
    for origin, kept in (("machine", {"summary_ja": "machine"}), ("", {"summary_ja": "machine"}), ("human", {})):
        checking = upload(staff, event, write_csv(columns, [[*row[:-2], origin, "human"]])).headers["Location"]
        staff.post(checking, data={"apply": "1"})
        (organisation,) = db.session.scalars(select(Organisation))
        assert organisation.profile.origins == kept
        (offer,) = organisation.statements
        assert (offer.origin_ja, offer.origin_en) == ("machine" if kept else "human", "human")
    checking = upload(staff, event, write_csv(columns, [[*row[:-2], "robot", ""]])).headers["Location"]
    assert "Must be one of: human, machine, approved." in staff.get(checking).text


def test_a_file_that_only_calls_itself_a_workbook_is_told_so(staff, event):
    response = upload(staff, event, b"\x93\x00garbage\xff\xfe" * 30, name="list.xlsx")
    assert response.status_code == 422
    assert "This file can&#39;t be read as an Excel workbook" in response.text


@pytest.mark.slow
def test_faults_are_told_with_row_and_column_and_nothing_is_imported(staff, event):
    faulty = [*ROWS, ["three", "guild", "Sample Three", "Atlantis", "nonsense"]]
    checking = upload(staff, event, write_csv(COLUMNS, faulty)).headers["Location"]
    response = staff.post(checking, data={"apply": "1"})
    assert response.status_code == 422
    assert count() == 0
    cells = re.findall(r"<tr><td>(\d+)</td><td>(\w+) <code>(\w+)</code>", one_line(response.text))
    assert cells == [("4", "B", "kind"), ("4", "D", "country"), ("4", "E", "contact_email")]


@pytest.mark.slow
def test_columns_under_other_names_are_mapped_on_the_page(staff, event):
    other = ["Key", "種別", "Firma", "Land", "Mail", "Remarks"]
    content = write_csv(other, [[*row, "hello"] for row in ROWS])
    checking = upload(staff, event, content).headers["Location"]
    assert "This column is missing." in staff.get(checking).text
    data = {f"column-{position}": name for position, name in enumerate([*COLUMNS, ""])}
    assert "2 rows without a fault" in staff.post(checking, data=data).text
    staff.post(checking, data={**data, "apply": "1"})
    assert count() == 2


@pytest.mark.slow
def test_one_column_given_twice_is_a_fault(staff, event):
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    response = staff.post(checking, data={"column-0": "kind", "apply": "1"})
    assert response.status_code == 422
    assert count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("language", "told"), [("ja", "2行に誤りはありません"), ("en", "2 rows without a fault")])
def test_titles_in_either_language_are_recognised(staff, event, language, told):
    with staff.session_transaction() as session:
        session["language"] = language
    japanese = ["企業・団体のキー", "種別", "正式名称", "国・地域", "担当者のメールアドレス"]
    checking = upload(staff, event, write_csv(japanese, ROWS)).headers["Location"]
    assert told in staff.get(checking).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0", "old .xls format"),
        (b"", "no table"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_reason(staff, event, content, fault):
    response = upload(staff, event, content)
    assert response.status_code == 422
    assert fault in response.text


@pytest.mark.slow
def test_a_sheet_changes_no_profile_of_organisations_at_other_events(staff, event):
    elsewhere = make_organisation("SAMPLE ONE SA", key="one")
    make_registration(make_event(), elsewhere)
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    staff.post(checking, data={"apply": "1"})
    assert elsewhere.name_native == "SAMPLE ONE SA"
    assert {row.event_id for row in elsewhere.registrations} >= {event.id}


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_can_be_read_back(staff, event, ending):
    response = staff.get(f"/events/{event.key}/import/organisations/template.{ending}")
    columns = read_sheet(response.data).columns
    assert set(guess_columns(ORGANISATIONS, columns).values()) >= set(COLUMNS)
    assert "Event" not in columns


@pytest.mark.slow
def test_imported_delegates_are_invited_by_mail_once_chosen(staff, event):
    checking = upload(staff, event, write_csv(COLUMNS, ROWS)).headers["Location"]
    staff.post(checking, data={"apply": "1"})
    assert mails() == []
    address = f"/events/{event.key}/invitations"
    page = one_line(staff.get(address).text)
    numbers = re.findall(r'name="delegate" value="(\d+)"', page)
    assert len(numbers) == 2
    staff.post(address, data={"delegate": [numbers[0], "999", "x"]})
    assert [mail.recipient for mail in mails("invite")] == ["a@one.example"]
    page = staff.get(address).text
    assert "invited on" in page
    assert page.count("checked>") == 1, "who was invited already isn't chosen again by itself"


def participants(event, *names):
    found = [make_registration(event, make_organisation(name.title(), key=name)) for name in names]
    db.session.commit()
    return found


SHEETS = {
    "interpreters": (["languages", "email"], ["ja-en", "mihon@interpreters.example"], Interpreter),
    "requests": (["from_key", "to_key", "answer"], ["one", "two", "accepted"], Meeting),
    "outcomes": (
        ["key", "party_keys", "type", "state", "attribution", "visibility"],
        ["first", "one;two", "nda", "executed", "arranged", "staff"],
        Outcome,
    ),
    "places": (["name_en", "kind"], ["Table 99", "table"], Place),
    "delegates": (["external_key", "email", "family_latin"], ["one", "new@one.example", "Mihon"], Delegate),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SHEETS)
def test_every_kind_of_sheet_is_checked_imported_and_unchanged_the_second_time(staff, event, kind):
    participants(event, "one", "two")
    columns, row, model = SHEETS[kind]
    before = db.session.scalar(select(func.count()).select_from(model))
    checking = upload(staff, event, write_xlsx(columns, [row]), "sheet.xlsx", kind).headers["Location"]
    assert "1 row without a fault" in staff.get(checking).text
    assert db.session.scalar(select(func.count()).select_from(model)) == before
    after = staff.get(staff.post(checking, data={"apply": "1"}).headers["Location"])
    assert (after.status_code, "1 rows have been imported" in after.text) == (200, True)
    assert db.session.scalar(select(func.count()).select_from(model)) == before + 1
    assert "unchanged: 1" in staff.post(checking).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "change", "fault"),
    [
        ("requests", {"to_key": "nobody"}, "No organisation with this key takes part"),
        ("requests", {"to_key": "one"}, "ask to meet itself"),
        ("outcomes", {"party_keys": "one;elsewhere"}, "none with the key “elsewhere”"),
        ("outcomes", {"key": "theirs"}, "belong to this event"),
        ("outcomes", {"state": "hoped for"}, "Must be one of"),
        ("interpreters", {"languages": "ja–en"}, "Not pairs of languages"),
        ("delegates", {"external_key": "nobody"}, "No organisation with this key"),
    ],
)
def test_a_row_that_does_not_belong_to_the_event_is_refused_with_its_reason(staff, event, kind, change, fault):
    participants(event, "one", "two")
    participants(make_event("another"), "elsewhere")
    make_outcome(make_event("third"), key="theirs")
    columns, row, model = SHEETS[kind]
    before = db.session.scalar(select(func.count()).select_from(model))
    values = {**dict(zip(columns, row, strict=True)), **change}
    checking = upload(staff, event, write_csv(columns, [list(values.values())]), kind=kind).headers["Location"]
    response = staff.post(checking, data={"apply": "1"})
    assert response.status_code == 422
    assert fault in response.text
    assert db.session.scalar(select(func.count()).select_from(model)) == before


def test_a_sheet_asks_nobody_who_does_not_want_to_be_met_whichever_side_said_so(staff, event):
    participants(event, "one", "two")
    one, two = db.session.scalars(select(Registration).order_by(Registration.id))
    db.session.add(Veto(registration_id=two.id, vetoed_id=one.id, at=NOW))
    db.session.commit()
    columns = SHEETS["requests"][0]
    for row in (["one", "two", "accepted"], ["two", "one", "accepted"]):
        checking = upload(staff, event, write_csv(columns, [row]), kind="requests").headers["Location"]
        refused = staff.post(checking, data={"apply": "1"})
        assert (refused.status_code, "does not want to meet" in refused.text) == (422, True)
    assert db.session.scalar(select(func.count()).select_from(Meeting)) == 0


def test_other_sheets_name_organisations_by_keys_that_can_be_downloaded(staff, client):
    event = make_event("open", registration_opens_at=NOW)
    registration = begin(client, event)
    listed = read_sheet(staff.get("/events/open/import/keys.csv").data)
    assert [(row["external_key"], row["name_native"]) for row in listed.rows] == [
        (registration.organisation.key, "Sample Müller GmbH")
    ]


@pytest.mark.slow
def test_a_merged_organisations_key_leads_to_the_one_that_stayed(staff, event):
    stays, double = (make_organisation("Sample One", key=name) for name in ("stays", "double"))
    merge(double, stays)
    db.session.commit()
    rows = [["double", *ROWS[0][1:]]]
    checking = upload(staff, event, write_csv(COLUMNS, rows)).headers["Location"]
    assert staff.post(checking, data={"apply": "1"}).status_code == 302
    assert [row.organisation_id for row in db.session.scalars(select(Registration))] == [stays.id]


def test_a_kind_of_sheet_about_no_event_is_not_imported_here(staff, event):
    assert staff.get(f"/events/{event.key}/import/programmes").status_code == 404
