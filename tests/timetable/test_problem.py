"""What the scheduler reads of an event."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.registration.models import Unavailability
from rbc_events.scheduling import validate
from rbc_events.timetable.operations import pin_meeting, place_meeting, set_details
from rbc_events.timetable.problem import build_problem
from tests.factories import NOW, make_place
from tests.timetable.makers import Conference, make_conference, make_interpreter


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference()


def test_it_holds_slots_places_organisations_and_agreed_meetings(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    problem = build_problem(conference.event, now=NOW)
    validate(problem)
    assert len(problem.slots) == 4
    assert [place.kind for place in problem.places] == ["table", "table"]
    assert len(problem.parties) == 4
    assert [(r.id, r.weight, r.mode) for r in problem.requests] == [(f"m{meeting.id}", 4, "in_person")]


def test_priorities_become_weights(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    for party, priority in zip(meeting.request.parties, (1, 2), strict=True):
        party.priority = priority
    assert build_problem(conference.event, now=NOW).requests[0].weight == 5


def test_availability_capacity_and_the_most_a_day_come_along(conference: Conference) -> None:
    side, slots = conference.sides[0], conference.event.slots
    side.capacity, side.most_per_day = 2, 3
    db.session.add(Unavailability(registration=side, slot=slots[0]))
    party = build_problem(conference.event, now=NOW).parties[0]
    assert (party.capacity, party.most_per_day) == (2, 3)
    assert party.available == {f"s{slot.id}" for slot in slots[1:]}


def test_an_interpreters_minutes_become_slots(conference: Conference) -> None:
    make_interpreter(conference.event, pairs="ja-en fr-ja")
    (person,) = build_problem(conference.event, now=NOW).interpreters
    assert person.pairs == (("ja", "en"), ("fr", "ja"))
    assert (person.longest_run, person.rest, person.most_per_day) == (3, 1, 12)


def test_a_coordinator_decides_whether_a_meeting_needs_an_interpreter(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    assert build_problem(conference.event, now=NOW).requests[0].interpreter is False
    set_details(
        meeting, length=1, must=False, online=False, needs_interpreter=True, sits_in=None, seen_version=meeting.version
    )
    assert build_problem(conference.event, now=NOW).requests[0].interpreter is True


def test_closed_places_are_left_out(conference: Conference) -> None:
    conference.event.places[0].open = False
    assert len(build_problem(conference.event, now=NOW).places) == 1


def test_the_working_timetable_stands_with_its_pins(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    place = make_place(conference.event, capacity=3)
    db.session.refresh(conference.event)
    place_meeting(meeting, slot=conference.event.slots[1], place=place, now=NOW)
    pin_meeting(meeting, pinned=True)
    problem = build_problem(conference.event, now=NOW)
    validate(problem)
    (standing,) = problem.standing
    assert (standing.slot, standing.place, standing.number, standing.pinned) == (
        f"s{conference.event.slots[1].id}",
        f"p{place.id}",
        1,
        True,
    )


def test_a_pin_asks_for_no_interpreter_who_is_no_longer_needed(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    place_meeting(meeting, slot=conference.event.slots[1], place=conference.event.places[0], now=NOW)
    meeting.interpreter, meeting.pinned = make_interpreter(conference.event), True
    db.session.flush()
    problem = build_problem(conference.event, now=NOW)
    validate(problem)
    assert [(standing.interpreter, standing.pinned) for standing in problem.standing] == [("", True)]


def test_what_participants_were_told_can_be_kept(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    slot = conference.event.slots[0]
    place_meeting(meeting, slot=slot, place=conference.event.places[0], now=NOW)
    meeting.published_starts_at, meeting.published_ends_at = slot.starts_at, slot.ends_at
    assert not build_problem(conference.event, now=NOW).standing[0].pinned
    assert build_problem(conference.event, now=NOW, keep_published=True).standing[0].pinned


def test_nothing_new_is_put_into_the_past_while_an_event_runs(conference: Conference) -> None:
    conference.agree(0, 1)
    slots = conference.event.slots
    during = build_problem(conference.event, now=slots[1].starts_at)
    assert during.requests[0].slots == {f"s{slot.id}" for slot in slots[2:]}
    afterwards = build_problem(conference.event, now=slots[-1].ends_at + timedelta(days=1))
    assert afterwards.requests[0].slots is None


@pytest.mark.parametrize(("days", "cost"), [(30, 2), (7, 5), (1, 10)])
def test_a_change_costs_more_once_it_was_told_and_the_sooner_it_is(app: Any, days: int, cost: int) -> None:
    conference = make_conference()
    meeting = conference.agree(0, 1)
    place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    (before,) = build_problem(conference.event, now=NOW).standing
    meeting.published_starts_at = conference.event.slots[0].starts_at
    (after,) = build_problem(conference.event, now=meeting.published_starts_at - timedelta(days=days)).standing
    assert (before.change_cost, after.change_cost) == (1, cost)
