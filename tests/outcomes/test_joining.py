"""Two records of one deal are made one: by hand, or where two organisations turn out to be one."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts.models import Role
from rbc_events.cases.models import SupportCase
from rbc_events.database import db
from rbc_events.outcomes import evidence, joining, operations, reporting
from rbc_events.outcomes.models import DateKind, EvidenceKind, Outcome, OutcomeState, OutcomeType, Visibility
from rbc_events.partial_dates import Precision
from rbc_events.registration import duplicates
from tests.factories import NOW, make_case, make_event, make_organisation, make_outcome, make_user

SEPTEMBER = (date(2021, 9, 1), Precision.MONTH)
TWO_YEARS_BEFORE = (date(2019, 9, 1), Precision.MONTH)


@pytest.fixture
def staff(app: Any, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def twice(**of_the_second: Any) -> tuple[Outcome, Outcome]:
    """Two records between the same parties, too far apart in time to be taken for one deal."""
    event = make_event("own")
    first = make_outcome(event, signed=TWO_YEARS_BEFORE, subject_en="Cancers")
    return first, make_outcome(event, **{"signed": SEPTEMBER, "subject_en": "Intractable cancers", **of_the_second})


def test_what_differs_stands_side_by_side_until_staff_decide(staff: Any) -> None:
    first, second = twice(amount=100, currency="EUR")
    evidence.add_evidence(second, kind=EvidenceKind.LETTER, description="A letter.", now=NOW)
    page = staff.get(f"/outcomes/{first.id}").text
    assert "Make one record of both" in page
    response = staff.post(f"/outcomes/{first.id}/join", data={"other": second.id})
    assert response.location == f"/outcomes/{first.id}"
    assert db.session.scalars(select(Outcome)).all() == [first]
    assert {each.field: each.current for each in reporting.differences(first)} == {
        "signed_on": "2019-09",
        "subject_en": "Cancers",
    }
    assert (first.amount, first.currency) == (100, "EUR"), "what only one knew is taken over"
    assert [piece.description for piece in first.evidence] == ["A letter."]
    assert [(claim.on.year, claim.shown) for claim in first.dates] == [(2019, True), (2021, False)]
    page = staff.get(f"/outcomes/{first.id}").text
    assert "Intractable cancers" in page
    report = next(each for each in first.reports if each.told.get("subject_en") == "Intractable cancers")
    decision = {"field": "subject_en", "report": report.id, "seen": "Cancers"}
    staff.post(f"/outcomes/{first.id}/decide", data=decision)
    assert first.subject_en == "Intractable cancers"
    assert [each.field for each in reporting.differences(first)] == ["signed_on"]


def test_the_type_waits_for_a_decision_too(staff: Any) -> None:
    first, second = twice(type=OutcomeType.COLLABORATION)
    staff.post(f"/outcomes/{first.id}/join", data={"other": second.id})
    assert "type" in [each.field for each in reporting.differences(first)]
    report = next(each for each in first.reports if each.told["type"] == "collaboration")
    decision = {"field": "type", "report": report.id, "seen": "joint_research"}
    assert staff.post(f"/outcomes/{first.id}/decide", data=decision).status_code == 302
    assert first.type == OutcomeType.COLLABORATION


def test_the_record_of_what_was_agreed_stays_rather_than_of_what_was_expected(app: Any) -> None:
    event = make_event()
    expected = make_outcome(event, state=OutcomeState.EXPECTED)
    agreed = make_outcome(event, signed=SEPTEMBER)
    assert joining.join_outcomes(expected, agreed, actor=None, now=NOW) is agreed
    assert [each.field for each in reporting.differences(agreed)] == ["state"]


def test_what_only_staff_knew_is_not_shown_to_the_public_by_joining(app: Any) -> None:
    first, second = twice(subject_ja="CANARY-5523")
    first.visibility, first.subject_ja = Visibility.PUBLIC, ""
    operations.claim_date(
        second, actor=None, now=NOW, kind=DateKind.PUBLISHED, on=date(2021, 11, 15), precision=Precision.DAY
    )
    joining.join_outcomes(first, second, actor=None, now=NOW)
    assert first.subject_ja == ""
    assert [claim.on.year for claim in first.dates] == [2019]
    assert "subject_ja" in [each.field for each in reporting.differences(first)], "staff decide"
    assert ("published_on", "2021-11-15") in [(each.field, each.before) for each in first.changes]


def test_who_joined_two_records_does_not_verify_the_one(staff: Any, app: Any) -> None:
    first, second = twice()
    evidence.add_evidence(second, kind=EvidenceKind.LETTER, description="A letter.", now=NOW)
    staff.post(f"/outcomes/{first.id}/join", data={"other": second.id})
    assert staff.post(f"/outcomes/{first.id}/verify").status_code == 403


def test_records_of_others_cannot_be_joined(staff: Any) -> None:
    first, _second = twice()
    stranger = make_outcome(make_event(), parties=("Sample C", "Sample D"))
    assert staff.post(f"/outcomes/{first.id}/join", data={"other": stranger.id}).status_code == 422
    assert staff.post(f"/outcomes/{first.id}/join", data={"other": first.id}).status_code == 422


def test_a_case_tells_of_the_one_that_stays(app: Any) -> None:
    first, second = twice()
    case = make_case(second, "a-case")
    joining.join_outcomes(first, second, actor=None, now=NOW)
    assert case.outcomes == [first]


def test_the_record_on_which_a_public_case_stands_is_kept(app: Any, staff: Any) -> None:
    first, second = twice()
    make_case(second, "a-case", published_at=NOW)
    assert joining.join_outcomes(first, second, actor=None, now=NOW) is second
    other = make_outcome(second.event, signed=(date(2017, 1, 1), Precision.YEAR))
    make_case(other, "b-case", published_at=NOW)
    response = staff.post(f"/outcomes/{other.id}/join", data={"other": second.id})
    assert response.status_code == 409
    assert "Public support cases tell of both records" in response.text
    assert db.session.scalar(select(SupportCase.id).where(SupportCase.outcomes.contains(other)))


def test_a_deal_recorded_against_both_doubles_is_one_after_they_are_merged(app: Any) -> None:
    event = make_event()
    kept, double, partner = make_organisation("Kept"), make_organisation("Double"), make_organisation("Partner")
    first = make_outcome(event, parties=(kept, partner), signed=SEPTEMBER, subject_en="Cancers")
    again = {"parties": (double, partner), "signed": (date(2021, 9, 14), Precision.DAY)}
    make_outcome(event, **again, subject_en="Intractable cancers")
    further = make_outcome(event, parties=(double, partner), signed=(date(2024, 4, 1), Precision.MONTH))
    duplicates.merge(double, kept)
    assert db.session.scalars(select(Outcome).order_by(Outcome.id)).all() == [first, further]
    assert {outcome.between for outcome in (first, further)} == {first.between}
    assert [each.field for each in reporting.differences(first)] == ["signed_on", "subject_en"]
    assert len(first.reports) == 2


def test_two_deals_that_one_of_the_doubles_had_stay_two(app: Any) -> None:
    event = make_event()
    kept, double, partner = make_organisation("Kept"), make_organisation("Double"), make_organisation("Partner")
    first = make_outcome(event, parties=(kept, partner), signed=SEPTEMBER)
    theirs = [make_outcome(event, parties=(double, partner), signed=SEPTEMBER) for _number in range(2)]
    duplicates.merge(double, kept)
    assert db.session.scalars(select(Outcome).order_by(Outcome.id)).all() == [first, theirs[1]]
    assert sorted(outcome.nth for outcome in (first, theirs[1])) == [1, 2]
