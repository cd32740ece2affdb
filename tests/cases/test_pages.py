"""Support cases on their pages."""

import re
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.cases.models import CaseFact
from rbc_events.database import db
from rbc_events.outcomes.models import Source, Visibility
from tests.factories import NOW, add, make_case, make_event, make_outcome, make_user

OUTCOME = {
    "type": "joint_research",
    "state": "executed",
    "other_parties_en": "Sample National Institute",
    "subject_en": "Intractable things",
    "currency": "",
    "signed_on": "2021-09",
    "attribution": "arranged",
    "visibility": "public",
}


@pytest.fixture
def headquarters(app: Any, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def test_all_that_keeps_a_case_from_being_public_is_said_at_once(headquarters: Any) -> None:
    outcome = make_outcome(make_event("own"))
    make_case(outcome, "a-case", summary_ja="", result_en="")
    response = headquarters.post("/manage/cases/a-case/publish")
    assert response.status_code == 422
    listed = re.search('role="alert">(.*?)</div>', response.text, re.DOTALL)[1]
    assert re.findall(r'href="([^"]+)"', listed) == [
        "/manage/cases/a-case#summary_ja",
        "/manage/cases/a-case#result_en",
        f"/outcomes/{outcome.id}#visibility",
    ]


def test_an_outcome_for_staff_never_appears_on_a_public_case(headquarters: Any, app: Any) -> None:
    secret = make_outcome(make_event(), subject_en="CANARY-8841", visibility=Visibility.PUBLIC)
    case = make_case(secret, "a-case")
    headquarters.post("/manage/cases/a-case/publish")
    secret.visibility = Visibility.STAFF
    db.session.commit()
    page = app.test_client().get(f"/cases/{case.key}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "CANARY-8841" not in page.text


def test_every_source_of_a_statement_is_cited_and_a_differing_one_is_said(app: Any) -> None:
    case = make_case(make_outcome(make_event(), visibility=Visibility.PUBLIC), published_at=NOW)
    claims = [("2021年9月", "September 2021", 1, True), ("2021年9月", "September 2021", 2, False)]
    claims.append(("2019年9月", "September 2019", 0, False))
    for position, (ja, en, number, preferred) in enumerate(claims):
        source = add(Source(number=number, title_en=f"Source {number}"))
        add(
            CaseFact(
                case=case,
                position=position,
                topic="signed",
                label_ja="締結",
                label_en="Signed",
                text_ja=ja,
                text_en=en,
                preferred=preferred,
                source=source,
            )
        )
    page = app.test_client().get(f"/cases/{case.key}", headers={"Accept-Language": "en"}).text
    shown, differing = page.index("September 2021"), page.index("September 2019")
    assert shown < page.index("[2]") < page.index("[3]") < differing < page.index("[1]", differing)
    assert "Another source says:" in page
