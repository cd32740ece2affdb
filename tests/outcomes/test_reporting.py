"""Both sides report one deal: it is one outcome. What they say differently stands side by side until staff decide."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.outcomes import operations, reporting
from rbc_events.outcomes.models import Outcome, OutcomeReport, OutcomeState, OutcomeType
from rbc_events.partial_dates import Precision
from rbc_events.registration import duplicates
from rbc_events.relationships.models import Relationship
from tests import factories
from tests.factories import NOW, make_organisation, make_outcome
from tests.markup import one_line
from tests.races import race
from tests.relationships.test_operations import begin, hold
from tests.world import World

SEPTEMBER = (date(2026, 9, 1), Precision.MONTH)


def tell(world: World, side: Any = None, **fields: Any) -> reporting.Reported:
    """A report of a deal between the two organisations of the world: by staff, or by one of them."""
    given = {"type": OutcomeType.NDA, "state": OutcomeState.EXECUTED, "signed": SEPTEMBER, "now": NOW, **fields}
    parties = [world.registration.organisation, world.counterpart.organisation]
    return reporting.report_outcome(
        world.event.programme,
        event=world.event,
        actor=world.people["coordinator"],
        organisation=side.organisation if side else None,
        parties=given.pop("parties", parties),
        **given,
    )


def test_the_second_report_of_a_deal_joins_the_first(world: World) -> None:
    first = tell(world, world.registration)
    swapped = [world.counterpart.organisation, world.registration.organisation]
    second = tell(world, world.counterpart, parties=swapped, signed=(date(2026, 10, 2), Precision.DAY))
    assert second == (first.outcome, True)
    assert db.session.scalar(select(func.count(Outcome.id))) == 1
    tellers = [report.organisation_id for report in first.outcome.reports]
    assert tellers == [world.registration.organisation_id, world.counterpart.organisation_id]


@pytest.mark.parametrize(
    "other",
    [
        {"type": OutcomeType.MTA},
        {"signed": (date(2025, 1, 1), Precision.MONTH)},
        {"another": True},
        {"parties": ["Somebody", "Else"]},
    ],
    ids=["of another type", "long before", "said to be another", "between others"],
)
def test_another_deal_does_not_join(world: World, other: dict[str, Any]) -> None:
    tell(world)
    assert not tell(world, **other).joined


def test_what_was_expected_waits_for_its_report_however_long(world: World) -> None:
    expected = tell(world, state=OutcomeState.EXPECTED, signed=None, now=NOW - timedelta(days=900))
    assert tell(world).outcome is expected.outcome


def test_the_key_of_a_deal_joins_whatever_the_time(world: World) -> None:
    first = tell(world, deal_key="deal-1")
    assert tell(world, deal_key="deal-1", signed=(date(2020, 1, 1), Precision.YEAR)).outcome is first.outcome
    with pytest.raises(Conflict):
        tell(world, deal_key="deal-1", another=True)


def test_a_report_fills_in_what_nobody_told_and_differs_in_the_rest(world: World) -> None:
    outcome = tell(world, world.registration, subject_en="Sensors").outcome
    tell(world, world.counterpart, amount=Decimal(500), currency="JPY", signed=(date(2026, 10, 2), Precision.DAY))
    assert (outcome.amount, outcome.currency, outcome.subject_en) == (Decimal(500), "JPY", "Sensors")
    [difference] = reporting.differences(outcome)
    assert (difference.field, difference.current) == ("signed_on", "2026-09")
    assert [report.told["signed_on"] for report in difference.reports] == ["2026-09", "2026-10-02"]


@pytest.mark.parametrize(
    ("field", "told", "stored"),
    [
        ("signed_on", {"signed": (date(2026, 10, 2), Precision.DAY)}, "2026-10-02"),
        ("amount", {"amount": Decimal("12.50"), "currency": "EUR"}, "12.5 EUR"),
        ("state", {"state": OutcomeState.TERMINATED}, "terminated"),
        ("jobs", {"jobs": 7}, "7"),
        ("subject_en", {"subject_en": "Radar"}, "Radar"),
    ],
)
def test_one_click_takes_a_value_and_the_change_is_kept(
    world: World, sign_in: Any, field: str, told: dict[str, Any], stored: str
) -> None:
    first = {"amount": Decimal(500), "currency": "JPY", "jobs": 3, "subject_en": "Sensors"}
    outcome = tell(world, world.registration, **first).outcome
    tell(world, world.counterpart, **{**first, **told})
    staff = sign_in(world.people["coordinator"])
    page = staff.get(f"/outcomes/{outcome.id}").text
    button = page.split("Take this one")[0].rsplit("<form", 1)[1]
    hidden = dict(re.findall(r'name="(field|report|seen)" value="([^"]*)"', button))
    assert hidden["field"] == field
    assert staff.post(f"/outcomes/{outcome.id}/decide", data=hidden).status_code == 302
    assert reporting.changes.values_of(outcome)[field] == stored
    kept = [(each.field, each.after, each.by_id) for each in outcome.changes if each.field == field]
    assert kept[-1] == (field, stored, world.people["coordinator"].id)
    assert reporting.differences(outcome) == []


def test_keeping_what_is_recorded_settles_it_too_until_somebody_says_something_new(world: World) -> None:
    outcome = tell(world, world.registration, jobs=3).outcome
    tell(world, world.counterpart, jobs=4)
    reporting.decide(outcome, "jobs", None, actor=world.people["coordinator"], now=NOW, seen="3")
    assert (outcome.jobs, reporting.differences(outcome)) == (3, [])
    tell(world, world.counterpart, jobs=5)
    assert [difference.field for difference in reporting.differences(outcome)] == ["jobs"]


def test_a_decision_on_what_has_changed_meanwhile_is_refused(world: World) -> None:
    outcome = tell(world, world.registration, jobs=3).outcome
    tell(world, world.counterpart, jobs=4)
    with pytest.raises(Conflict):
        reporting.decide(outcome, "jobs", outcome.reports[1], actor=world.people["coordinator"], now=NOW, seen="9")


def test_each_change_of_the_form_is_kept_with_who_before_and_after(world: World, sign_in: Any) -> None:
    outcome = tell(world, subject_en="Sensors").outcome
    operations.update_outcome(
        outcome,
        actor=world.people["headquarters"],
        now=NOW,
        seen_version=None,
        parties=[party.organisation for party in outcome.parties],
        subject_en="Radar",
    )
    [change] = outcome.changes
    assert (change.field, change.before, change.after) == ("subject_en", "Sensors", "Radar")
    assert change.by_id == world.people["headquarters"].id
    page = sign_in(world.people["coordinator"]).get(f"/outcomes/{outcome.id}").text
    assert "Sensors → Radar" in one_line(page)


@pytest.mark.slow
def test_a_party_reports_on_its_page_and_sees_its_report_alone(world: World, sign_in: Any) -> None:
    relationship = begin(world, NOW)
    from rbc_events.relationships.operations import grew_in

    grew_in(relationship, world.event.programme, world.event)
    data = {"type": "nda", "state": "executed", "signed_on": "2026-09", "subject": "CANARY-ours", "currency": ""}
    one, other = sign_in(world.people["delegate"]), sign_in(world.people["other_delegate"])
    address = f"/partners/{relationship.id}"
    assert one.post(f"{address}/outcomes/new", data=data).status_code == 302
    assert "CANARY-ours" in one.get(address).text
    assert "CANARY-ours" not in other.get(address).text
    other.post(f"{address}/outcomes/new", data={**data, "subject": "theirs"})
    assert db.session.scalar(select(func.count(Outcome.id))) == 1


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [
        ("signed_on", "2019-09", "before the first meeting (9 Nov 2026)"),
        ("embargo_until", "2001-01-01", "The embargo is over already: 1 Jan 2001"),
    ],
)
def test_what_looks_like_a_slip_is_asked_about_and_saved_with_the_tick(
    world: World, sign_in: Any, field: str, value: str, asked: str
) -> None:
    staff, meeting = sign_in(world.people["coordinator"]), hold(world)
    staff.post(f"/events/{world.event.key}/meetings/{meeting.id}/relationship")
    number = db.session.scalars(select(Relationship.id)).one()
    page = f"/relationships/{number}/outcomes/new"
    data = {"type": "nda", "state": "executed", "attribution": "arranged", "visibility": "staff", "currency": ""}
    data |= {"origin": db.session.get_one(Relationship, number).origins[0].id, "meetings": meeting.id, field: value}
    refused = staff.post(page, data=data)
    assert refused.status_code == 422
    assert asked in refused.text
    assert db.session.scalar(select(Outcome)) is None
    assert staff.post(page, data={**data, "certain": "y"}).status_code == 302
    assert [each.id for each in db.session.scalars(select(Outcome)).one().meetings] == [meeting.id]


def test_a_day_of_signing_to_come_is_refused_tick_or_not(world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["coordinator"])
    data = {"type": "nda", "state": "executed", "attribution": "arranged", "visibility": "staff", "currency": ""}
    data |= {"other_parties_en": "A\nB", "signed_on": "2099", "certain": "y"}
    refused = staff.post(f"/events/{world.event.key}/outcomes/new", data=data)
    assert refused.status_code == 422
    assert re.search('id="signed_on-fault">The day of signing is in the future', refused.text)
    assert db.session.scalar(select(Outcome)) is None
    assert db.session.scalar(select(Relationship)) is None, "nothing half-written"


def test_a_merged_double_hands_its_outcomes_over(world: World) -> None:
    kept, double = world.registration.organisation, make_organisation("Sample Double")
    mine = tell(world).outcome
    earlier = (date(2024, 9, 1), Precision.MONTH)
    theirs = tell(world, parties=[double, world.counterpart.organisation], signed=earlier).outcome
    duplicates.merge(double, kept)
    assert theirs.between is mine.between
    assert {mine.nth, theirs.nth} == {1, 2}
    assert [party.organisation_id for party in theirs.parties] == [kept.id, world.counterpart.organisation_id]


def report_at_once(client_of: Any, outcome: Any, meet: Any, email: str, address: str) -> None:
    client = client_of(email)
    data = {"type": "nda", "state": "executed", "signed_on": "2026-11", "currency": ""}
    meet()
    outcome(str(client.post(address, data=data).status_code))


@pytest.mark.slow
def test_both_sides_in_the_same_moment_report_one_outcome(shared: Flask, tmp_path: Path) -> None:
    from rbc_events.relationships.operations import take_up_meeting

    world = factories.make_world()
    relationship = take_up_meeting(hold(world), actor=None, now=NOW)
    db.session.commit()
    address = f"/partners/{relationship.id}/outcomes/new"
    people = [world.people["delegate"].email, world.people["other_delegate"].email]
    doers = [(report_at_once, (email, address)) for email in people]
    db.session.commit()  # and so hold no lock
    counted = race(shared.config["SQLALCHEMY_DATABASE_URI"], tmp_path, doers)
    db.session.expire_all()
    assert counted == {"302": 2}
    assert db.session.scalar(select(func.count(Outcome.id))) == 1
    assert db.session.scalar(select(func.count(OutcomeReport.id))) == 2


def test_the_database_refuses_a_second_first_deal(world: World) -> None:
    """Were both sides to find nothing recorded, one would be refused: see `reporting.report_outcome`."""
    first = tell(world).outcome
    twin = make_outcome(world.event, parties=[party.organisation for party in first.parties], type=OutcomeType.NDA)
    twin.nth = first.nth
    with pytest.raises(Exception, match="nth"):
        db.session.flush()
