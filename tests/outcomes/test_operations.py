from datetime import date, timedelta
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.outcomes import evidence, operations
from rbc_events.outcomes.access import may_see_outcome
from rbc_events.outcomes.models import DateKind, EvidenceKind, OutcomeState, Visibility
from rbc_events.partial_dates import Precision, read_partial_date, show_partial_date, write_partial_date
from tests.factories import NOW, make_event, make_outcome, make_registration, make_user

TODAY = NOW.date()


@pytest.mark.parametrize("written", ["2021", "2021-09", "2021-09-15"])
def test_a_date_is_kept_as_precisely_as_it_was_written(written: str) -> None:
    assert write_partial_date(*read_partial_date(written)) == written


@pytest.mark.parametrize("written", ["", "21", "2021-13", "2021-9", "2021-02-30", "September 2021", "2021-09-15T00:00"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words of the calendar module are not ours
        read_partial_date(written)


def test_a_month_is_never_shown_as_a_day(app: Any) -> None:
    with app.test_request_context():
        assert show_partial_date(date(2021, 9, 1), Precision.MONTH) == "September 2021"
        assert show_partial_date(date(2021, 1, 1), Precision.YEAR) == "2021"


def test_differing_claims_of_a_date_are_all_kept_and_one_is_shown(app: Any) -> None:
    outcome = make_outcome(make_event())
    operations.claim_date(
        outcome, actor=None, now=NOW, kind=DateKind.SIGNED, on=date(2019, 9, 1), precision=Precision.MONTH
    )
    operations.claim_date(
        outcome, actor=None, now=NOW, kind=DateKind.SIGNED, on=date(2021, 9, 1), precision=Precision.MONTH
    )
    assert [(claim.on.year, claim.shown) for claim in outcome.dates] == [(2019, False), (2021, True)]


def test_an_outcome_needs_two_parties(app: Any) -> None:
    with pytest.raises(Unacceptable):
        make_outcome(make_event(), parties=("Sample A",))


def test_a_stale_change_is_refused(app: Any) -> None:
    outcome = make_outcome(make_event())
    with pytest.raises(Conflict):
        operations.update_outcome(
            outcome, actor=make_user(), now=NOW, seen_version=outcome.version + 1, parties=("A", "B")
        )


def test_verifying_needs_evidence_and_a_change_undoes_it(app: Any) -> None:
    outcome, actor = make_outcome(make_event()), make_user(Role.HEADQUARTERS)
    with pytest.raises(Unacceptable):
        evidence.verify_outcome(outcome, actor=actor, now=NOW)
    evidence.add_evidence(outcome, kind=EvidenceKind.LETTER, description="A letter.", now=NOW)
    db.session.refresh(outcome)
    evidence.verify_outcome(outcome, actor=actor, now=NOW)
    assert outcome.verified_at == NOW
    operations.update_outcome(
        outcome, actor=actor, now=NOW, seen_version=outcome.version, parties=("A", "B"), note="More."
    )
    assert outcome.verified_at is None


@pytest.mark.parametrize(
    ("visibility", "embargo", "seen_by"),
    [
        (Visibility.STAFF, None, {"coordinator"}),
        (Visibility.PARTIES, None, {"coordinator", "party"}),
        (Visibility.PUBLIC, None, {"coordinator", "party", "stranger"}),
        (Visibility.PUBLIC, TODAY + timedelta(days=1), {"coordinator", "party"}),
        (Visibility.PUBLIC, TODAY, {"coordinator", "party", "stranger"}),
    ],
)
def test_who_sees_an_outcome(app: Any, visibility: Visibility, embargo: date | None, seen_by: set[str]) -> None:
    event = make_event()
    registration, stranger = make_registration(event), make_registration(event)
    outcome = make_outcome(
        event, visibility=visibility, embargo_until=embargo, parties=(registration.organisation, "Sample B")
    )
    people = {
        "coordinator": make_user(Role.HEADQUARTERS),
        "party": registration.delegates[0].user,
        "stranger": stranger.delegates[0].user,
    }
    assert {name for name, user in people.items() if may_see_outcome(user, outcome, today=TODAY)} == seen_by


@pytest.mark.parametrize("kind", operations.CONCLUDING)
def test_an_expected_outcome_has_no_date_of_conclusion(app: Any, kind: DateKind) -> None:
    outcome = make_outcome(make_event(), state=OutcomeState.EXPECTED)
    claim = {"actor": None, "now": NOW, "kind": kind, "on": date(2021, 9, 1), "precision": Precision.MONTH}
    with pytest.raises(operations.NotConcluded):
        operations.claim_date(outcome, **claim)
    outcome.state = OutcomeState.EXECUTED
    claimed = operations.claim_date(outcome, **claim)
    change = {
        "actor": make_user(),
        "now": NOW,
        "seen_version": outcome.version,
        "parties": ("A", "B"),
        "state": OutcomeState.EXPECTED,
    }
    with pytest.raises(operations.Concluded):
        operations.update_outcome(outcome, **change)
    operations.remove_date(claimed, actor=make_user(), now=NOW)
    operations.update_outcome(outcome, **change)
    assert outcome.dates == []


def test_of_several_claims_another_is_shown_when_the_shown_one_is_taken_back(app: Any) -> None:
    outcome = make_outcome(make_event())
    first, second = (
        operations.claim_date(
            outcome, actor=None, now=NOW, kind=DateKind.SIGNED, on=date(year, 9, 1), precision=Precision.MONTH
        )
        for year in (2019, 2021)
    )
    operations.remove_date(second, actor=make_user(), now=NOW)
    assert [(claim.id, claim.shown) for claim in outcome.dates] == [(first.id, True)]
