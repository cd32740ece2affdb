"""Staff record an outcome and make a public case of it, through the pages."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.outcomes import operations, queries
from rbc_events.outcomes.models import Outcome, Visibility
from tests.counting import count_statements
from tests.factories import NOW, make_event, make_organisation, make_outcome, make_registration, make_user
from tests.forms import form_with
from tests.markup import one_line

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


def test_from_a_record_to_a_public_case(headquarters: Any, app: Any) -> None:
    event = make_event("own")
    organisation = make_registration(event).organisation
    response = headquarters.post("/events/own/outcomes/new", data={**OUTCOME, "parties": [organisation.id]})
    assert response.status_code == 302
    outcome = db.session.scalar(select(Outcome))
    headquarters.post(f"/outcomes/{outcome.id}/evidence", data={"kind": "letter", "description": "A letter."})
    headquarters.post(f"/outcomes/{outcome.id}/verify")
    texts = {f"{name}_{code}": f"{name} {code}" for name in ("title", "summary", "result") for code in ("ja", "en")}
    basis = {"key": "a-case", "rests_on": "sources"}
    headquarters.post(f"/manage/cases/new?outcome={outcome.id}", data={**basis, **texts})
    fact = {"label_ja": "締結", "label_en": "Signed", "text_ja": "2021年9月", "text_en": "September 2021"}
    headquarters.post("/manage/cases/a-case/facts", data={**fact, "source": 0, "source_en": "A paper"})
    public = app.test_client()
    assert public.get("/cases/a-case").status_code == 404
    headquarters.post("/manage/cases/a-case/publish")
    page = public.get("/cases/a-case", headers={"Accept-Language": "en"}).text
    assert "September 2021" in page
    assert "Sample National Institute" in page
    headquarters.post("/manage/cases/a-case/withdraw")
    assert public.get("/cases/a-case").status_code == 410


def test_an_executed_outcome_offers_the_stage_that_it_shows_and_no_longer_once_it_is_noted(headquarters: Any) -> None:
    event = make_event("own")
    number = make_registration(event).organisation.id
    headquarters.post("/events/own/outcomes/new", data={**OUTCOME, "type": "nda", "parties": [number]})
    outcome = db.session.scalar(select(Outcome))
    assert outcome.between.stages == []  # it isn't noted by itself
    page = headquarters.get(f"/outcomes/{outcome.id}").text
    address = f"/relationships/{outcome.between.id}/stages"
    assert headquarters.post(address, data=form_with(page, "kind")).status_code == 302
    [stage] = outcome.between.stages
    assert (stage.kind, str(stage.on), stage.precision) == ("nda", "2021-09-01", "month")
    assert address not in headquarters.get(f"/outcomes/{outcome.id}").text
    headquarters.post(
        "/events/own/outcomes/new", data={**OUTCOME, "state": "expected", "signed_on": "", "parties": [number]}
    )
    expected = db.session.scalars(select(Outcome).order_by(Outcome.id.desc())).first()
    assert address not in headquarters.get(f"/outcomes/{expected.id}").text


def test_the_parties_roles_are_set_shown_and_kept_with_who_changed_them(headquarters: Any) -> None:
    outcome = make_outcome(make_event(), parties=(make_organisation("Sample University"), "Sample Co."))
    db.session.commit()
    address = f"/outcomes/{outcome.id}/roles"
    page = headquarters.get(address, headers={"Accept-Language": "en"}).text
    data = form_with(page, "role_en_0") | {"role_en_0": "Licensor", "role_ja_1": "実施権者", "role_en_1": "Licensee"}
    assert headquarters.post(address, data=data).status_code == 302
    page = one_line(headquarters.get(f"/outcomes/{outcome.id}", headers={"Accept-Language": "en"}).text)
    assert "Sample University: Licensor" in re.sub("<[^>]*>", "", page)
    assert "Sample Co.: Licensee" in re.sub("<[^>]*>", "", page)
    (change,) = [each for each in outcome.changes if each.field == "roles"]
    assert (change.before, change.after) == ("", "Sample University: Licensor; Sample Co.: Licensee (実施権者)")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"other_parties_en": ""}, "at least two parties"),
        ({"amount": "100"}, "An amount and its currency belong together."),
        ({"signed_on": "last year"}, "Write 2021, 2021-09 or 2021-09-15."),
    ],
)
def test_each_fault_stands_beside_its_field(headquarters: Any, changes: dict[str, str], fault: str) -> None:
    event = make_event("own")
    organisation = make_registration(event).organisation
    data = {**OUTCOME, "parties": [organisation.id], **changes}
    response = headquarters.post("/events/own/outcomes/new", data=data)
    assert response.status_code == 422
    assert fault in response.text
    assert "Intractable things" in response.text
    assert db.session.scalar(select(Outcome)) is None


def test_a_date_of_signing_is_refused_at_its_field_while_the_outcome_is_expected(headquarters: Any) -> None:
    make_event("own")
    data = {**OUTCOME, "other_parties_en": "A\nB", "state": "expected"}
    response = headquarters.post("/events/own/outcomes/new", data=data)
    assert response.status_code == 422
    assert re.search('id="signed_on-fault">An expected agreement has not been signed', response.text)
    assert headquarters.post("/events/own/outcomes/new", data={**data, "signed_on": ""}).status_code == 302
    outcome = db.session.scalar(select(Outcome))
    claim = {"kind": "signed", "on": "2021-09", "source": 0, "source_en": "A letter"}
    response = headquarters.post(f"/outcomes/{outcome.id}/dates", data=claim)
    assert response.status_code == 422
    assert re.search('id="dateclaim-kind-fault">An expected agreement has not been signed', response.text)
    assert outcome.dates == []


def test_a_page_asks_the_database_no_more_for_many_outcomes_than_for_two(headquarters: Any) -> None:
    event = make_event("own")

    def statements() -> int:
        with count_statements() as asked:
            page = headquarters.get("/events/own")
        assert page.text.count('href="/outcomes/') == event_outcomes
        return len(asked)

    headquarters.get("/events/own")  # the audit log notes the first look of a day
    event_outcomes = 2
    for _ in range(event_outcomes):
        make_outcome(event, visibility=Visibility.PUBLIC, amount=5, currency="JPY", amount_confidential=True)
    few = statements()
    for _ in range(5):
        make_outcome(event, visibility=Visibility.PUBLIC, amount=5, currency="JPY", amount_confidential=True)
    event_outcomes += 5
    assert statements() == few


def test_a_long_list_of_outcomes_is_shown_a_page_at_a_time(headquarters: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "A_PAGE", 2)
    event = make_event("own")
    for number in range(3):
        make_outcome(event, subject_en=f"Subject {number}", parties=(f"Sample {number}", "Sample B"))
    for address in ("/outcomes", "/events/own/outcomes"):
        first, second = (headquarters.get(f"{address}?page={page}").text for page in (1, 2))
        assert [f"Subject {number}" in first for number in range(3)] == [False, True, True]
        assert [f"Subject {number}" in second for number in range(3)] == [True, False, False]
        assert f"{address}?page=2" in first


def test_the_list_marks_what_waits_for_a_decision(headquarters: Any) -> None:
    outcome = make_outcome(make_event("own"), subject_en="Cancers")
    assert "Reports differ" not in headquarters.get("/outcomes").text
    operations.add_report(outcome, {"subject_en": "Others"}, organisation=None, actor=None, now=NOW)
    assert "Reports differ" in headquarters.get("/outcomes").text
