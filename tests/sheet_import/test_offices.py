"""Offices' sheets as they come, through the pages, without a spreadsheet program in between."""

from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.registration.models import (
    Answer,
    Delegate,
    Organisation,
    OrganisationKind,
    Question,
    QuestionKind,
    Quota,
    Registration,
)
from rbc_events.sheet_import.models import SheetRun
from rbc_events.sheets import read_sheet, write_csv, write_xlsx
from tests.factories import make_event
from tests.sheet_import.offices import prefecture
from tests.sheet_import.test_routes import upload

COLUMNS = ["kind", "name_native", "country", "contact_email"]
ROW = ["university", "見本大学", "JP", "a@u.example"]


def send(
    staff: Any, event: Any, content: bytes, name: str = "list.xlsx", kind: str = "organisations"
) -> tuple[str, Any]:
    """Upload; the address of the check and the run."""
    response = upload(staff, event, content, name, kind)
    assert response.status_code == 302, response.text
    return response.headers["Location"], last_run()


def last_run() -> Any:
    db.session.expire_all()
    return db.session.scalars(select(SheetRun).order_by(SheetRun.id.desc())).first()


def faults(run: Any) -> list[tuple[int, str]]:
    return [(fault["row"], fault["column"]) for fault in run.report["faults"]]


def take(staff: Any, address: str, **fields: str) -> None:
    done = staff.post(address, data={"layout": "1", "country": "", "same-country": "JP", "apply": "1", **fields})
    assert (done.status_code, last_run().report.get("faults")) == (302, [])


def organisations() -> list[Any]:
    db.session.expire_all()
    return list(db.session.scalars(select(Organisation).order_by(Organisation.id)))


def people() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(Delegate).order_by(Delegate.id))
    return [(row.family_kanji or row.family_latin, row.given_kanji or row.given_latin, row.email) for row in rows]


@pytest.mark.slow
def test_a_prefectures_list_gets_in_on_the_pages_alone(staff: Any, event: Any) -> None:
    address, run = send(staff, event, prefecture())
    page = staff.get(address).text
    assert (run.layout["tab"], run.layout["header"], run.layout["header_rows"]) == ("名簿", 3, 2)
    assert run.found["counts"] == {"hidden": 1, "struck": 1, "sum": 1, "note": 1}
    assert "取消大学" in page, "what is left out is listed"
    assert run.same == {"country": "JP"}
    assert faults(run) == []
    take(staff, address, keep_rest="1", header="3")
    assert [(each.kind, each.name_native) for each in organisations()] == [
        (OrganisationKind.LOCAL_COMPANY, "㈱ｶｸｳ工機"),
        (OrganisationKind.UNIVERSITY, "国立大学法人試験大学"),
        (OrganisationKind.MUNICIPALITY, "試験市"),
    ]
    assert people() == [
        ("試験", "一郎", "ichiro@koki.example"),
        ("髙田", "花子", "hana@u.example"),
        ("濵田", "次郎", "hana@u.example"),
        ("", "", "shi@city.example"),
    ]
    rows = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.language for row in rows] == ["ja"] * 3
    assert rows[1].staff_note == "№: ②\n所在地: 青葉町1-2\n希望分野: AI\n備考: 2日目は午後"


@pytest.mark.slow
def test_the_same_list_again_changes_nothing_and_one_without_a_person_takes_none_away(staff: Any, event: Any) -> None:
    address, _run = send(staff, event, prefecture())
    take(staff, address)
    before = people()
    staff.post(address, data={"layout": "1", "same-country": "JP", "check": "1", "header": "3"})
    assert last_run().report["changes"] == {"unchanged": 4}
    assert people() == before


@pytest.mark.slow
def test_hidden_and_struck_rows_come_in_if_wished(staff: Any, event: Any) -> None:
    address, _run = send(staff, event, prefecture())
    staff.post(address, data={"layout": "1", "hidden": "1", "struck": "1", "header": "3", "check": "1"})
    assert last_run().found["counts"] == {"sum": 1, "note": 1}
    take(staff, address, hidden="1", struck="1", header="3")
    assert {each.name_native for each in organisations()} >= {"取消大学", "サンプル・ジャパン（株）"}
    assert ("DOE", "Jane", "jane@sample.example") in people()


def test_names_are_shown_as_they_are_split_before_anything_is_written(staff: Any, event: Any) -> None:
    address, run = send(staff, event, prefecture())
    page = staff.get(address).text
    assert "“試験　一郎”: family name 試験, given name 一郎" in page
    assert organisations() == []
    rows = [["local_company", "見本社", "JP", "a@x.example", "五十嵐・鈴木 課長"]]
    _address, run = send(staff, event, write_csv([*COLUMNS, "氏名"], rows), "x.csv")
    assert run.report["doubts"] == 1


@pytest.mark.slow
def test_another_row_and_tab_can_be_chosen(staff: Any, event: Any) -> None:
    address, _run = send(staff, event, prefecture())
    staff.post(address, data={"layout": "1", "tab": "記入要領", "header": "1", "check": "1"})
    run = last_run()
    assert (run.layout["tab"], [column["name"] for column in run.columns]) == ("記入要領", ["記入要領"])
    staff.post(address, data={"layout": "1", "tab": "名簿", "header": "1", "check": "1"})
    assert last_run().columns[0]["name"] == "令和8年度 参加企業名簿"


@pytest.mark.slow
def test_what_a_header_means_is_remembered_for_the_office(staff: Any, event: Any) -> None:
    head = ["どんな組織", *COLUMNS[1:]]
    content = write_csv(head, [["university", "見本大学", "JP", "a@u.example"]])
    address, run = send(staff, event, content, "a.csv")
    assert run.chosen["どんな組織"] == ""
    staff.post(address, data={"layout": "1", "column-0": "kind", "apply": "1"})
    assert len(organisations()) == 1
    _address, run = send(staff, event, write_csv(head, [["university", "第二大学", "JP", "b@u.example"]]), "b.csv")
    assert (run.chosen["どんな組織"], faults(run)) == ("kind", [])


def test_faults_come_back_as_the_sheet_with_a_column_that_says_what(staff: Any, event: Any) -> None:
    rows = [["university", "見本大学", "JP", "a@u.example"], ["guild", "見本組合", "JP", "nonsense"]]
    address, run = send(staff, event, write_csv(COLUMNS, rows), "a.csv")
    assert faults(run) == [(3, "kind"), (3, "contact_email")]
    for ending in ("xlsx", "csv"):
        sheet = read_sheet(staff.get(f"{address}/faults.{ending}").data)
        assert sheet.columns == ("Please correct", *COLUMNS)
        assert [bool(row["Please correct"]) for row in sheet.rows] == [False, True]
        assert "D: Not a valid e-mail address." in sheet.rows[1]["Please correct"]
        assert [row["name_native"] for row in sheet.rows] == ["見本大学", "見本組合"]


@pytest.mark.slow
def test_several_people_of_one_organisation_and_what_contradicts_itself(staff: Any, event: Any) -> None:
    head = [*COLUMNS, "external_key", "contact_family_kanji", "employees"]
    rows = [
        ["university", "見本大学", "JP", "a@u.example", "A-1", "甲", "10"],
        ["university", "見本大学", "JP", "b@u.example", "A-1", "乙", ""],
        ["university", "見本大学", "JP", "c@u.example", "A-1", "丙", "11"],
    ]
    address, run = send(staff, event, write_csv(head, rows), "a.csv")
    assert faults(run) == [(4, "employees")]
    address, run = send(staff, event, write_csv(head, rows[:2]), "a.csv")
    take(staff, address)
    assert [row.contact for row in db.session.scalars(select(Delegate).order_by(Delegate.id))] == [True, False]


def test_quotas_hold_for_sheets(staff: Any, event: Any) -> None:
    db.session.add(Quota(event_id=event.id, kind=OrganisationKind.UNIVERSITY, places=2))
    db.session.commit()
    rows = [["university", f"第{number}大学", "JP", f"a@u{number}.example"] for number in range(4)]
    _address, run = send(staff, event, write_csv(COLUMNS, rows), "a.csv")
    assert faults(run) == [(4, "state"), (5, "state")]
    assert organisations() == []


@pytest.mark.slow
def test_answers_to_the_events_questions_come_in(staff: Any, event: Any) -> None:
    options = [{"key": "one", "ja": "2月9日", "en": "9 Feb"}, {"key": "two", "ja": "2月10日", "en": "10 Feb"}]
    db.session.add(
        Question(event_id=event.id, key="days", kind=QuestionKind.CHOICES, label_ja="参加日", options=options)
    )
    db.session.add(Question(event_id=event.id, key="size", kind=QuestionKind.NUMBER, label_en="Stand, m²"))
    db.session.commit()
    rows = [["university", "見本大学", "JP", "a@u.example", "2月9日、2月10日", "12"]]
    address, run = send(staff, event, write_csv([*COLUMNS, "参加日", "Stand, m²"], rows), "a.csv")
    assert faults(run) == []
    take(staff, address)
    assert [answer.value for answer in db.session.scalars(select(Answer).order_by(Answer.id))] == [["one", "two"], 12]
    _address, run = send(staff, event, write_csv([*COLUMNS, "参加日"], [[*rows[0][:4], "3月1日"]]), "b.csv")
    assert faults(run) == [(2, "answer_days")]


@pytest.mark.slow
def test_a_western_csv_shows_how_it_was_read_and_can_be_read_otherwise(staff: Any, event: Any) -> None:
    content = ";".join(COLUMNS) + "\nforeign_company;Pêche Réunie;FR;a@x.example\n"
    address, run = send(staff, event, content.encode("cp1252"), "a.csv")
    assert [reading["encoding"] for reading in run.found["readings"]][:2] == ["cp1252", "cp1250"]
    assert "Pêche Réunie" in staff.get(address).text
    assert "Pęche Réunie" in staff.get(address).text, "the other reading is shown beside it"
    staff.post(address, data={"layout": "1", "encoding": "cp1250", "header": "1", "check": "1"})
    assert (last_run().layout["encoding"], last_run().columns[1]["example"]) == ("cp1250", "Pęche Réunie")
    take(staff, address, encoding="cp1250", header="1")
    assert organisations()[0].name_native == "Pęche Réunie"


@pytest.mark.slow
def test_people_who_share_a_mailbox_and_one_without_any(staff: Any, event: Any) -> None:
    take(staff, send(staff, event, write_csv(["external_key", *COLUMNS], [["A", *ROW]]), "a.csv")[0])
    rows = [["A", "soumu@u.example", "甲", "一"], ["", "soumu@u.example", "乙", "二"], ["", "", "丙", "三"]]
    head = ["external_key", "email", "family_kanji", "given_kanji"]
    for change in ("added", "unchanged"):
        address, run = send(staff, event, write_csv(head, rows), "b.csv", "delegates")
        assert (faults(run), run.report["changes"]) == ([], {change: 3})
        take(staff, address)
    assert people()[1:] == [("甲", "一", "soumu@u.example"), ("乙", "二", "soumu@u.example"), ("丙", "三", "")]
    _address, run = send(staff, event, write_csv(head, [rows[0], rows[0]]), "b.csv", "delegates")
    assert faults(run) == [(3, "email")]
    assert staff.get(f"/events/{event.key}/invitations").text.count('name="delegate"') == 3, "nobody without an address"


@pytest.mark.slow
def test_two_offices_in_one_event_keep_their_own_or_are_told(staff: Any, event: Any) -> None:
    head = ["external_key", *COLUMNS]
    send_rows = lambda names: write_csv(  # noqa: E731
        head, [[str(n), "university", name, "JP", f"{n}@{ord(name[0])}.example"] for n, name in enumerate(names, 1)]
    )
    take(staff, send(staff, event, send_rows(["甲大学", "甲研究所"]), "a.csv")[0])
    _address, run = send(staff, event, send_rows(["乙大学", "乙研究所"]), "b.csv")
    assert faults(run) == [(2, "external_key"), (3, "external_key")]
    other = make_event("other-office")
    db.session.commit()
    take(staff, send(staff, other, send_rows(["乙大学", "乙研究所"]), "b.csv")[0])
    assert [each.name_native for each in organisations()] == ["甲大学", "甲研究所", "乙大学", "乙研究所"]


@pytest.mark.slow
def test_a_likely_double_is_shown_before_it_is_added(staff: Any, event: Any) -> None:
    take(staff, send(staff, event, write_csv(["external_key", *COLUMNS], [["A", *ROW]]), "a.csv")[0])
    row = ["B", "university", "国立大学法人見本大學", "JP", "b@u.example"]
    address, run = send(staff, event, write_csv(["external_key", *COLUMNS], [row]), "b.csv")
    assert (faults(run), run.report["doubts"]) == ([], 1)
    assert "“国立大学法人見本大學” would be added, and looks like “見本大学”" in staff.get(address).text


def test_the_template_offers_lists_and_its_example_row_stays_out(staff: Any, event: Any) -> None:
    content = staff.get(f"/events/{event.key}/import/organisations/template.xlsx").data
    _address, run = send(staff, event, content)
    assert (run.rows, run.found["counts"], faults(run)) == (0, {"example": 1}, [])
    assert b"dataValidation" in _part(content, "xl/worksheets/sheet1.xml")


def _part(content: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_a_workbook_that_we_write_is_read_the_same(staff: Any, event: Any) -> None:
    rows = [["university", "見本大学", "JP", "a@u.example"]]
    _address, run = send(staff, event, write_xlsx(COLUMNS, rows))
    assert (run.rows, faults(run)) == (1, [])
