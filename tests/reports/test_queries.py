from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.i18n import in_language
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.outcomes.models import OutcomeState, OutcomeType
from rbc_events.outcomes.reporting import report_outcome
from rbc_events.registration.models import OrganisationKind, RegistrationState
from rbc_events.reports import queries
from rbc_events.reports.figure_list import figure_of
from rbc_events.reports.selecting import select_everything
from tests.factories import (
    NOW,
    add,
    make_event,
    make_organisation,
    make_outcome,
    make_region,
    make_registration,
    make_user,
)


def test_registrations_are_counted_by_kind_and_drafts_are_not(app: Any) -> None:
    event = make_event()
    for state in (RegistrationState.APPROVED, RegistrationState.DECLINED, RegistrationState.DRAFT):
        make_registration(event, state=state)
    make_registration(event, make_organisation(kind=OrganisationKind.UNIVERSITY, country="JP"))
    rows = queries.registrations([event.id]).by_kind
    assert [(row.label, row.registered, row.approved) for row in rows] == [
        (OrganisationKind.FOREIGN_COMPANY, 2, 1),
        (OrganisationKind.UNIVERSITY, 1, 1),
    ]


def test_regions_of_japan_are_named_and_others_counted_by_country(app: Any) -> None:
    event = make_event()
    make_registration(event, make_organisation(country="JP", region_code=make_region().code))
    make_registration(event, make_organisation(country="DE"))
    labels = {str(getattr(row.label, "en", row.label)) for row in queries.registrations([event.id]).by_region}
    assert labels == {"Miyagi", "DE"}


def test_another_events_registrations_do_not_count(app: Any) -> None:
    event, other = make_event(), make_event()
    make_registration(other)
    assert queries.registrations([event.id]).by_sector == []


def make_request(event: Any, state: RequestState, meeting: MeetingState | None = None) -> None:
    coordinator = make_user()
    pair = f"{coordinator.id}" if state in (RequestState.PENDING, RequestState.MUTUAL) else None
    request = add(
        MeetingRequest(event_id=event.id, proposed_by_id=coordinator.id, state=state, pair=pair, created_at=NOW)
    )
    if meeting is not None:
        add(Meeting(event_id=event.id, request=request, uid=f"{request.id}@test", state=meeting))


def test_the_way_from_a_wish_to_a_meeting(app: Any) -> None:
    event = make_event()
    make_request(event, RequestState.PENDING)
    make_request(event, RequestState.DECLINED)
    make_request(event, RequestState.MUTUAL, MeetingState.AGREED)
    make_request(event, RequestState.MUTUAL, MeetingState.HELD)
    make_request(event, RequestState.MUTUAL, MeetingState.NO_SHOW)
    assert queries.funnel([event.id]) == queries.Funnel(
        requested=5, agreed=3, scheduled=2, held=1, no_show=1, cancelled=0
    )


def test_a_deal_that_two_sides_reported_counts_once_and_states_are_apart(app: Any) -> None:
    event = make_event()
    deal = {"type": OutcomeType.JOINT_RESEARCH, "state": OutcomeState.EXECUTED, "deal_key": "one deal"}
    for _side in range(2):
        report_outcome(event.programme, actor=None, now=NOW, event=event, parties=("Sample A", "Sample B"), **deal)
    make_outcome(event)
    make_outcome(event, state=OutcomeState.EXPECTED)
    with in_language("en"):
        by_type = figure_of("outcomes-type", select_everything(None))
    assert by_type is not None
    assert by_type.columns == ("Type", "Expected", "Agreed", "Executed", "Terminated")
    assert by_type.rows == (("Joint research agreement", 1, 0, 2, 0),)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_narrows_down_to_an_event(app: Any, sign_in: Any, language: str) -> None:
    event, other = make_event("own"), make_event("other")
    make_registration(event)
    make_registration(other)
    client = sign_in(make_user(Role.HEADQUARTERS), language)
    both, one = client.get("/reports"), client.get("/reports?event=own")
    assert both.status_code == one.status_code == 200
    assert '<td class="number">2</td>' in both.text
    assert '<td class="number">2</td>' not in one.text
