"""A timetable made again after something is gone: what needs it is free to move, all else stays."""

from collections.abc import Callable
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.meetings.models import InterpreterUnavailability, Meeting, MeetingState
from rbc_events.registration.models import RegistrationState, Unavailability
from rbc_events.scheduling import Plan, solve, validate
from rbc_events.timetable.aims import AGAIN, USUAL, Aims, usual_aims
from rbc_events.timetable.forms import RunForm
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference, make_interpreter


@pytest.fixture
def conference(app: Any) -> Conference:
    """Three meetings that participants know of: m1 at the first time and table, interpreted, m2 and m3 after it."""
    conference = make_conference(organisations=6, slots=3, tables=3)
    for n in range(3):
        meeting, slot = conference.agree(2 * n, 2 * n + 1), conference.event.slots[n]
        meeting.needs_interpreter = n == 0
        person = make_interpreter(conference.event) if n == 0 else None
        place_meeting(meeting, slot=slot, place=conference.event.places[n], now=NOW, interpreter=person)
        meeting.published_starts_at, meeting.published_ends_at = slot.starts_at, slot.ends_at
    conference.event.published_at = NOW
    db.session.flush()
    return conference


def first(conference: Conference) -> Meeting:
    return db.session.query(Meeting).order_by(Meeting.id).first()


def interpreter_is_away(conference: Conference) -> None:
    meeting = first(conference)
    db.session.add(InterpreterUnavailability(interpreter_id=meeting.interpreter_id, slot_id=meeting.slot_id))


def interpreter_has_other_languages(conference: Conference) -> None:
    first(conference).interpreter.pairs = "fr-zh"
    for party in first(conference).parties:
        party.registration.organisation.profile.languages = ["ja"]


def table_is_closed(conference: Conference) -> None:
    first(conference).place.open = False


def organisation_is_away(conference: Conference) -> None:
    meeting = first(conference)
    db.session.add(Unavailability(registration=meeting.parties[0].registration, slot=meeting.slot))


def organisation_has_a_booth(conference: Conference) -> None:
    first(conference).parties[0].registration.booth = conference.event.places[2]


def organisation_withdrew(conference: Conference) -> None:
    first(conference).parties[0].registration.state = RegistrationState.WITHDRAWN


KINDS = (
    interpreter_is_away,
    interpreter_has_other_languages,
    table_is_closed,
    organisation_is_away,
    organisation_has_a_booth,
    organisation_withdrew,
)


def make_again(conference: Conference, *, aims: Aims = AGAIN) -> Plan:
    """What a run finds that keeps what participants were told; its input is one that the scheduler takes."""
    db.session.flush()
    db.session.expire_all()
    problem = problem_of_run(conference.event, now=NOW, keep_published=True, aims=aims)
    validate(problem)
    return solve(problem, work=2000)


@pytest.mark.slow
@pytest.mark.parametrize("gone", KINDS)
def test_what_is_gone_frees_its_meeting_and_no_other(conference: Conference, gone: Callable[..., None]) -> None:
    number = first(conference).id
    gone(conference)
    plan = make_again(conference)
    assert plan.certificate.status == "optimal"
    assert {change.request for change in plan.changes} <= {f"m{number}"}


@pytest.mark.slow
@pytest.mark.parametrize("gone", KINDS)
@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.NO_SHOW])
def test_a_meeting_that_was_held_stays_when_it_was(
    conference: Conference, gone: Callable[..., None], state: MeetingState
) -> None:
    meeting = first(conference)
    number, slot = meeting.id, meeting.slot_id
    meeting.state = state
    gone(conference)
    held = {m.request: m.slot for m in make_again(conference).meetings}
    assert held[f"m{number}"] == f"s{slot}"


@pytest.mark.parametrize("gone", [interpreter_is_away, table_is_closed])
def test_a_meeting_pinned_by_hand_keeps_its_time(conference: Conference, gone: Callable[..., None]) -> None:
    make_interpreter(conference.event, email="second@people.example")
    meeting = first(conference)
    meeting.pinned = True
    number, slot = meeting.id, meeting.slot_id
    gone(conference)
    plan = make_again(conference, aims=USUAL)
    assert next(m.slot for m in plan.meetings if m.request == f"m{number}") == f"s{slot}"
    assert plan.certificate.status != "infeasible"


def test_another_interpreter_takes_over_and_nothing_moves(conference: Conference) -> None:
    second = make_interpreter(conference.event, email="second@people.example")
    meeting = first(conference)
    number, slot, place = meeting.id, meeting.slot_id, meeting.place_id
    interpreter_is_away(conference)
    (held,) = [m for m in make_again(conference).meetings if m.request == f"m{number}"]
    assert (held.slot, held.place, held.interpreter) == (f"s{slot}", f"p{place}", f"i{second.id}")


def test_a_meeting_whose_organisation_has_left_is_left_out(conference: Conference) -> None:
    first(conference).must = first(conference).pinned = True
    number = first(conference).id
    organisation_withdrew(conference)
    assert make_again(conference).left_out == (f"m{number}",)


def test_fewest_changes_come_first_once_something_is_published(conference: Conference) -> None:
    assert usual_aims(conference.event).levels[:2] == ("must_haves", "changes")
    conference.event.published_at = None
    assert usual_aims(conference.event) == USUAL


@pytest.mark.parametrize("aims", [USUAL, AGAIN, Aims(("must_haves", "breaks", "weight"))])
def test_the_form_offers_the_aims_that_it_is_given(app: Any, aims: Aims) -> None:
    with app.test_request_context():
        assert RunForm.for_aims(aims).aims() == aims
