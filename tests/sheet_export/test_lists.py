"""Lists as sheets: every list goes out, what may be changed comes in again the same, and nothing in it is a formula."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.outcomes.models import Outcome
from rbc_events.registration.models import Answer, Delegate, Organisation, Question, QuestionKind, RegistrationState
from rbc_events.sheet_export.lists import LISTS
from rbc_events.sheet_export.models import Export
from rbc_events.sheet_import.models import SheetRun
from rbc_events.sheets import read_sheet
from tests.factories import make_event, make_organisation, make_outcome, make_registration, make_user
from tests.sheet_import.test_routes import upload
from tests.world import World

HOSTILE = next(
    (found for each in Path(__file__).parents if (found := each / "shared" / "hostile" / "strings.json").exists()), None
)


@pytest.fixture
def event(app: Any) -> Any:
    found = make_event("fair")
    for number, name in enumerate(("見本電機株式会社", "Échantillon & Cie"), start=1):
        organisation = make_organisation(name, key=f"o-{number}")
        registration = make_registration(found, organisation)
        registration.delegates.append(Delegate(email=f"second@{number}.example", family_kanji="次", position=1))
        registration.staff_note = "要確認\n二行目"
        organisation.profile.sector_id = found.sector_id
        organisation.profile.summary_ja, organisation.profile.languages = "要約", ["ja", "en"]
    options = [{"key": "a", "ja": "初日", "en": "First day"}, {"key": "b", "ja": "二日目", "en": "Second day"}]
    question = Question(event_id=found.id, key="days", kind=QuestionKind.CHOICES, label_ja="参加日", options=options)
    db.session.add(question)
    db.session.flush()
    registration.answers.append(Answer(question_id=question.id, value=["a", "b"]))
    make_outcome(found, key="deal")
    db.session.commit()
    return found


@pytest.fixture
def staff(sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def out(staff: Any, event: Any, name: str, ending: str = "xlsx", headings: str = "ja", query: str = "") -> bytes:
    response = staff.post(f"/events/{event.key}/export/{name}.{ending}{query}", data={"headings": headings})
    assert response.status_code == 200, response.text
    content: bytes = response.data
    return content


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("headings", ["ja", "en", "codes"])
@pytest.mark.parametrize("name", [listing.name for listing in LISTS])
def test_every_list_goes_out_in_either_language_and_is_noted(
    world: World, sign_in: Any, name: str, headings: str, ending: str
) -> None:
    staff = sign_in(world.people["headquarters"])
    sheet = read_sheet(out(staff, world.event, name, ending, headings))
    assert len(sheet.columns) >= 3
    japanese = [column for column in sheet.columns if not column.isascii()]
    assert (japanese == []) == (headings != "ja") or name == "timetable", "places are called by their names"
    export = db.session.scalars(select(Export)).one()
    assert (export.list, export.event_id, export.rows) == (name, world.event.id, len(sheet.rows))
    assert export.user_id == world.people["headquarters"].id
    assert world.people["headquarters"].email in staff.get(f"/events/{world.event.key}/export").text


COMES_IN_AGAIN = [(listing.name, listing.comes_in_as) for listing in LISTS if listing.comes_in_as]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("headings", ["ja", "en", "codes"])
@pytest.mark.parametrize(("name", "kind"), COMES_IN_AGAIN)
def test_what_went_out_comes_in_again_and_changes_nothing(
    staff: Any, event: Any, name: str, kind: str, headings: str, ending: str
) -> None:
    content = out(staff, event, name, ending, headings)
    rows = len(read_sheet(content).rows)
    assert upload(staff, event, content, f"list.{ending}", kind).status_code == 302
    run = db.session.scalars(select(SheetRun).order_by(SheetRun.id.desc())).first()
    assert run is not None
    assert run.report["faults"] == []
    assert run.report["changes"] == ({"unchanged": rows} if rows else {})


def test_an_embargo_goes_out_comes_in_again_and_a_past_one_is_asked_about(staff: Any, event: Any) -> None:
    outcome = db.session.scalars(select(Outcome)).one()
    outcome.embargo_until = date(2040, 4, 1)
    db.session.commit()
    text = out(staff, event, "outcomes", "csv", "codes").decode("utf-8-sig")
    upload(staff, event, text.encode(), kind="outcomes")
    assert last_run().report["changes"] == {"unchanged": 1}
    changed = text.replace("2040-04-01", "2001-01-01").replace("deal", "another-deal")
    address = upload(staff, event, changed.encode(), kind="outcomes").headers["Location"]
    assert "The embargo is over already" in staff.get(address, headers={"Accept-Language": "en"}).text
    later = text.replace("2040-04-01", "2041年4月1日").encode()
    address = upload(staff, event, later, kind="outcomes").headers["Location"]
    staff.post(address, data={"apply": "1"})
    db.session.refresh(outcome)
    assert outcome.embargo_until == date(2041, 4, 1)


def last_run() -> SheetRun:
    return db.session.scalars(select(SheetRun).order_by(SheetRun.id.desc())).first()


@pytest.mark.slow
def test_a_list_that_was_changed_changes_what_differs_alone(staff: Any, event: Any) -> None:
    text = out(staff, event, "registrations", "csv").decode("utf-8-sig")
    changed = text.replace("要約", "新しい要約", 1).encode()
    address = upload(staff, event, changed).headers["Location"]
    run = db.session.scalars(select(SheetRun)).one()
    assert run.report["changes"] == {"changed": 1, "unchanged": 3}
    staff.post(address, data={"apply": "1"})
    texts = [row.profile.summary_ja for row in db.session.scalars(select(Organisation).order_by(Organisation.id))]
    assert sorted(texts) == ["新しい要約", "要約"]


def test_the_filter_on_the_screen_narrows_the_file(staff: Any, event: Any) -> None:
    make_registration(event, make_organisation("Waits"), state=RegistrationState.SUBMITTED)
    db.session.commit()
    page = staff.get(f"/events/{event.key}/registrations?state=submitted").text
    assert f"/events/{event.key}/export/registrations.xlsx?state=submitted" in page
    rows = read_sheet(out(staff, event, "organisations", "csv", "codes", "?state=submitted")).rows
    assert [row["name_native"] for row in rows] == ["Waits"]
    assert db.session.scalars(select(Export)).one().filters == {"state": "submitted"}


def test_nothing_that_goes_out_is_a_formula_and_hostile_strings_come_back(staff: Any, event: Any) -> None:
    strings = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "＝1+1", "'=1", "\t=1"]
    if HOSTILE is not None:
        strings += json.loads(HOSTILE.read_text(encoding="utf-8"))
    texts = [text for text in strings if text.strip() and text.isprintable() and len(text) < 2000]
    registrations = db.session.scalars(select(Organisation)).all()
    for ending in ("xlsx", "csv"):
        for start in range(0, len(texts), 100):
            note = "\n".join(texts[start : start + 100])
            registrations[0].registrations[0].staff_note = note
            db.session.commit()
            content = out(staff, event, "organisations", ending, "codes")
            if ending == "xlsx":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            (row,) = [each for each in read_sheet(content).rows if each["staff_note"] != "要確認\n二行目"]
            assert [line.strip() for line in row["staff_note"].split("\n")] == [
                line.strip() for line in note.split("\n")
            ]


def test_an_unknown_list_is_404_and_other_events_staff_get_nothing(staff: Any, event: Any, sign_in: Any) -> None:
    assert staff.post(f"/events/{event.key}/export/secrets.csv").status_code == 404
    assert sign_in(make_user()).post(f"/events/{event.key}/export/mails.csv").status_code in {403, 404}
    assert db.session.scalars(select(Export)).all() == []
