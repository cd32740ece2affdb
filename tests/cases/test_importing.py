"""The two National Cancer Center cases, through the importer that every user gets."""

from typing import Any

import pytest
from sqlalchemy import func, select

from rbc_events.cases.models import SupportCase
from rbc_events.database import db
from rbc_events.outcomes.models import Outcome, OutcomeDate
from rbc_events.samples.loading import FOLDER
from rbc_events.sheet_import.engine import Change, Importing, import_sheet
from rbc_events.sheet_import.registry import IMPORTERS
from rbc_events.sheets import read_sheet
from tests.factories import NOW, make_programme


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
