"""The two National Cancer Center cases, through the importer that every user gets."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from rbc_events.cases.models import SupportCase
from rbc_events.database import Bilingual, db
from rbc_events.i18n import in_language
from rbc_events.outcomes.models import Outcome, OutcomeDate
from rbc_events.relationships import operations as relationships
from rbc_events.relationships.models import StageKind
from rbc_events.samples.loading import FOLDER
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Change, Importing
from rbc_events.sheet_import.registry import IMPORTERS
from rbc_events.sheets import read_sheet
from tests.factories import NOW, make_event, make_programme


def import_kind(kind: str, file: str = "", change: Any = None) -> Any:
    importer = next(importer for importer in IMPORTERS if importer.kind == kind)
    data = (FOLDER / (file or f"{kind}.csv")).read_bytes()
    return import_sheet(importer, read_sheet(change(data) if change else data), Importing(now=NOW))


@pytest.fixture
def cases(app: Any) -> None:
    make_programme("support-cases")
    for kind in ("sources", "support_cases", "support_case_claims", "outcomes"):
        report = import_kind(kind)
        assert report.ok, report.faults
    db.session.commit()


def test_both_claims_of_the_arjuna_date_are_kept_and_2021_is_shown(cases: None) -> None:
    outcome = db.session.scalars(select(Outcome).filter_by(key="arjuna-ncc-joint-research")).one()
    claims = [
        (claim.on.year, claim.on.month, claim.precision, claim.shown)
        for claim in outcome.dates
        if claim.kind == "signed"
    ]
    assert sorted(claims) == [(2019, 9, "month", False), (2021, 9, "month", True)]


def test_what_no_source_states_is_left_blank(cases: None) -> None:
    nda = db.session.scalars(select(Outcome).filter_by(key="arjuna-ncc-nda")).one()
    assert nda.dates == []
    assert nda.amount is None
    days = (
        select(func.count())
        .select_from(OutcomeDate)
        .where(OutcomeDate.kind == "signed", OutcomeDate.precision == "day")
    )
    assert db.session.scalar(days) == 0


@pytest.mark.parametrize(("language", "date"), [("en", "September 2021"), ("ja", "2021年9月")])
def test_the_public_page_tells_the_case_in_both_languages(app: Any, cases: None, language: str, date: str) -> None:
    page = app.test_client().get("/cases/arjuna-ncc", headers={"Accept-Language": language}).text
    assert date in page
    assert page.count("[2]") >= 8


@pytest.mark.slow
def test_the_same_files_twice_change_nothing(cases: None) -> None:
    for kind in ("sources", "support_cases", "support_case_claims", "outcomes"):
        assert set(import_kind(kind).changes) == {Change.UNCHANGED}


def test_an_unknown_source_is_a_fault_at_its_place_and_nothing_is_imported(app: Any) -> None:
    make_programme("support-cases")
    import_kind("support_cases")
    report = import_kind("support_case_claims")
    assert {fault.column for fault in report.faults} == {"source_number"}
    assert db.session.scalars(select(SupportCase)).first().facts == []


OUTCOME = "key,event_key,parties_ja,parties_en,type,state,attribution,visibility,signed_on,published_on"


def test_dates_that_look_like_a_slip_are_asked_about_in_a_sheet_too(app: Any) -> None:
    event = make_event("own")
    between = relationships.find_or_begin([Bilingual("甲", "A"), Bilingual("乙", "B")], actor=None, now=NOW)
    relationships.report_stage(between, StageKind.FIRST_MEETING, on=date(2020, 1, 15), actor=None, now=NOW)
    rows = [("early", "nda", "2019-09", ""), ("late", "mta", "2021-09", "2099")]
    lines = [f'{key},own,"甲\n乙","A\nB",{type_},executed,arranged,staff,{on},{told}' for key, type_, on, told in rows]
    importer = next(importer for importer in IMPORTERS if importer.kind == "outcomes")
    sheet = read_sheet("\n".join([OUTCOME, *lines]).encode())
    report = import_sheet(importer, sheet, Importing(now=NOW, event=event), trial=True)
    assert report.ok, report.faults
    assert report.doubts == 2
    with in_language("en"):
        assert [(note.row, note.column, str(note.message)) for note in report.notes] == [
            (2, "signed_on", "This date lies before the first meeting (15 Jan 2020)."),
            (3, "published_on", "This date is in the future."),
        ]
    with in_language("ja"):
        assert "2020年1月15日" in str(report.notes[0].message) or "2020/01/15" in str(report.notes[0].message)
