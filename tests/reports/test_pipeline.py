"""The way from registration to outcome. Figures are compared with SQL written for the test alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import event_hosts
from rbc_events.i18n import in_language
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingState
from rbc_events.outcomes.evidence import add_evidence, verify_outcome
from rbc_events.outcomes.models import DateKind, EvidenceKind, Outcome, OutcomeDate, OutcomeState, OutcomeType
from rbc_events.outcomes.reporting import report_outcome
from rbc_events.partial_dates import Precision
from rbc_events.relationships.operations import find_or_begin, take_up_meeting
from rbc_events.reports.figure_list import figure_of
from rbc_events.reports.funnel import DIMENSIONS
from rbc_events.reports.outcome_figures import months_between, months_to_agreement
from rbc_events.reports.pipeline import Deal
from rbc_events.reports.selecting import select_everything, select_for
from tests.factories import (
    NOW,
    add,
    make_event,
    make_outcome,
    make_programme,
    make_region,
    make_registration,
    make_user,
)
from tests.meetings.published import make_interpreter

MET = datetime(2022, 1, 20, 3, 0, tzinfo=UTC)


def figure(key: str, year: int | None = None, **options: Any) -> list[list[Any]]:
    with in_language("en"):
        found = figure_of(key, options.get("selection") or select_everything(year))
    assert found is not None
    return [list(row) for row in found.rows]


def hold(event: Any, *sides: Any, at: datetime = MET, minutes: int = 30, **fields: Any) -> Meeting:
    meeting = add(
        Meeting(
            event_id=event.id,
            uid=f"{event.key}-{at.isoformat()}-{sides[0].id}@test",
            state=MeetingState.HELD,
            published_starts_at=at,
            published_ends_at=at + timedelta(minutes=minutes),
            parties=[MeetingParty(registration=side) for side in sides],
            **fields,
        )
    )
    take_up_meeting(meeting, actor=None, now=NOW)
    return meeting


def sign(outcome: Any, on: date, precision: Precision = Precision.DAY) -> Any:
    add(OutcomeDate(outcome_id=outcome.id, kind=DateKind.SIGNED, on=on, precision=precision))
    return outcome


@pytest.fixture
def past(app: Any) -> Any:
    """Two events of FY2021 and FY2022; the same two met at both, and signed once, as both sides say."""
    first = make_event("first", programme=make_programme(fiscal_year=2021))
    second = make_event("second", programme=make_programme(fiscal_year=2022))
    for event, at in ((first, MET), (second, MET + timedelta(days=300))):
        sides = [make_registration(event) for _side in range(2)] if event is first else sides  # noqa: F821
        if event is second:
            sides = [make_registration(second, side.organisation) for side in sides]
        hold(event, *sides, at=at)
    for side in sides:
        report_outcome(
            first.programme,
            actor=None,
            now=NOW,
            event=first,
            parties=[each.organisation for each in sides],
            organisation=side.organisation,
            signed=(date(2022, 9, 5), Precision.DAY),
            type=OutcomeType.JOINT_RESEARCH,
            state=OutcomeState.EXECUTED,
        )
    make_outcome(first, state=OutcomeState.EXPECTED)
    return first, second


def test_the_funnel_equals_an_independent_query(past: Any) -> None:
    rows = db.session.execute(
        text(
            "SELECT p.fiscal_year,"
            " (SELECT count(*) FROM registrations r JOIN events e ON e.id = r.event_id WHERE e.programme_id = p.id),"
            " (SELECT count(*) FROM meetings m JOIN events e ON e.id = m.event_id"
            "   WHERE e.programme_id = p.id AND m.state = 'held'),"
            " (SELECT count(DISTINCT x.relationship_id) FROM relationship_meetings x JOIN meetings m"
            "   ON m.id = x.meeting_id JOIN events e ON e.id = m.event_id WHERE e.programme_id = p.id),"
            " (SELECT count(DISTINCT coalesce(o.deal_key, '#' || o.id)) FROM outcomes o"
            "   WHERE o.programme_id = p.id AND o.state = 'executed')"
            " FROM programmes p ORDER BY p.fiscal_year"
        )
    ).all()
    found = [(int(row[0][2:]), row[1], row[4], row[5], row[8]) for row in figure("funnel-year")]
    assert found == [tuple(row) for row in rows] == [(2021, 2, 1, 1, 1), (2022, 2, 1, 1, 0)]


def test_a_deal_that_both_sides_reported_counts_once_and_states_stand_apart(past: Any) -> None:
    [row] = figure("funnel-event", 2021)
    assert row[6:] == [1, 0, 1, 0], "expected, agreed, executed, terminated"


def test_a_relationship_of_two_events_counts_once_in_a_line_that_holds_both(past: Any) -> None:
    for event in past:
        event.sector = past[0].sector
    db.session.flush()
    [row] = figure("funnel-sector")
    assert (row[4], row[5]) == (2, 1), "two meetings, one relationship"


def test_an_outcomes_year_is_not_its_events(past: Any) -> None:
    assert figure("outcomes-year") == [["FY2022", 0, 0, 1, 0], ["Not known", 1, 0, 0, 0]]
    assert figure("outcomes-lag") == [["FY2021", "FY2022", 0, 0, 1, 0], ["FY2021", "Not known", 1, 0, 0, 0]]


def test_what_somebody_verified_stands_apart_from_what_nobody_did(past: Any) -> None:
    signed = db.session.scalars(select(Outcome).where(Outcome.state == OutcomeState.EXECUTED)).one()
    add_evidence(signed, actor=make_user(), now=NOW, kind=EvidenceKind.LETTER, description="A letter")
    unverified = [["Expected", 0, 1], ["Agreed", 0, 0], ["Executed", 0, 1], ["Terminated", 0, 0]]
    assert figure("outcomes-verified", 2021) == unverified, "evidence alone verifies nothing"
    verify_outcome(signed, actor=make_user(), now=NOW)
    assert figure("outcomes-verified", 2021)[2] == ["Executed", 1, 0]
    assert figure("outcomes-verified", 2022) == [], "the event's year is chosen"


def test_a_year_alone_does_not_tell_the_fiscal_year(app: Any) -> None:
    sign(make_outcome(make_event()), date(2022, 1, 1), Precision.YEAR)
    assert figure("outcomes-year") == [["Not known", 0, 0, 1, 0]]


def test_a_year_is_compared_with_those_before_and_not_with_those_after(past: Any) -> None:
    assert [row[0] for row in figure("funnel-year", 2021)] == ["FY2021"]
    assert [row[0] for row in figure("funnel-year", 2022)] == ["FY2021", "FY2022"]
    assert len(figure("funnel-event", 2022)) == 1


def test_an_event_of_two_regions_counts_in_each(app: Any) -> None:
    event = make_event()
    for code in ("040002", "120006"):
        make_region(code, name_en=f"Region {code}")
        db.session.execute(event_hosts.insert().values(event_id=event.id, region_code=code))
    make_registration(event)
    db.session.expire_all()
    assert [row[:2] for row in figure("funnel-region")] == [["Region 040002", 1], ["Region 120006", 1]]


def test_an_outcome_of_no_event_counts_for_its_programme_and_by_itself_elsewhere(app: Any) -> None:
    event = make_event()
    outcome = make_outcome(event)
    outcome.event_id = None
    db.session.flush()
    assert [row[8] for row in figure("funnel-programme")] == [1]
    assert figure("funnel-event")[-1] == ["Of no event", 0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_a_coordinator_counts_their_own_events_alone(past: Any) -> None:
    coordinator = make_user()
    accounts.grant(coordinator, Role.COORDINATOR, event_id=past[1].id)
    db.session.flush()
    for by in DIMENSIONS:
        rows = figure(f"funnel-{by}", selection=select_for(coordinator))
        assert [sum(row[1] for row in rows), sum(row[8] for row in rows)] == [2, 0]
    assert figure("outcomes-year", selection=select_for(coordinator)) == []


def deal(key: str, signed: date | None, met: date | None, state: OutcomeState = OutcomeState.EXECUTED) -> Deal:
    return Deal(key, None, 0, None, state, signed, signed, met, verified=False)  # type: ignore[arg-type]


def test_months_are_calendar_months_and_the_earlier_of_two_reports_counts() -> None:
    assert months_between(date(2022, 1, 31), date(2022, 3, 1)) == 2
    met = date(2022, 1, 20)
    assert months_to_agreement(
        [
            deal("twice", date(2022, 9, 1), met),
            deal("twice", date(2022, 8, 1), met),
            deal("same month, day not known", date(2022, 1, 1), met),
            deal("before they met", date(2021, 12, 1), met),
            deal("not signed", date(2022, 5, 1), met, OutcomeState.EXPECTED),
            deal("no meeting", date(2022, 5, 1), None),
            deal("no date", None, met),
        ]
    ) == {"twice": 7, "same month, day not known": 0}


def test_the_spread_of_months_from_the_first_meeting_to_the_agreement(app: Any) -> None:
    event = make_event(programme=make_programme(fiscal_year=2021))
    for months in (2, 4, 6, 8, 10):
        sides = make_registration(event), make_registration(event)
        hold(event, *sides)
        again = hold(event, *sides, at=MET + timedelta(days=40))
        parties = [side.organisation for side in sides]
        sign(make_outcome(event, meetings=[again], parties=parties), date(2022, 1 + months, 1))
    assert figure("months") == [["FY2021", 5, 4.0, 6.0, 8.0], ["All", 5, 4.0, 6.0, 8.0]]


def test_an_outcome_of_a_relationship_needs_no_meeting_named(app: Any) -> None:
    event = make_event(programme=make_programme(fiscal_year=2021))
    for _pair in range(5):
        sides = make_registration(event), make_registration(event)
        hold(event, *sides)
        between = find_or_begin([side.organisation for side in sides], actor=None, now=NOW)
        outcome = sign(make_outcome(event), date(2022, 4, 1))
        outcome.relationship_id = between.id
    db.session.flush()
    assert figure("months")[0] == ["FY2021", 5, 3.0, 3.0, 3.0]


def test_fewer_than_five_agreements_give_no_spread(past: Any) -> None:
    assert figure("months")[-1] == ["All", "hidden", None, None, None]


def test_interpreters_hours_are_those_of_meetings_held(app: Any) -> None:
    event = make_event(programme=make_programme(fiscal_year=2021))
    interpreter = make_interpreter(event)
    sides = make_registration(event), make_registration(event)
    hold(event, *sides, minutes=45, published_interpreter_id=interpreter.id)
    hold(event, *sides, at=MET + timedelta(days=1), minutes=45, published_interpreter_id=interpreter.id)
    hold(event, *sides, at=MET + timedelta(days=2))
    assert figure("interpreters") == [["FY2021", 3, 2, 1.5]]


def test_there_is_no_figure_of_another_name(app: Any) -> None:
    assert [figure_of(key, select_everything(None)) for key in ("funnel-colour", "chart-2-20", "x")] == [None] * 3
