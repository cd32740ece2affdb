"""A plan that is taken over as a whole or in part, and taken back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings.models import Meeting
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.scheduling.plan import Certificate, Change, Plan
from rbc_events.scheduling.problem import Meeting as Planned
from rbc_events.timetable import applying, moves, operations
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.problem import build_problem
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference
from tests.timetable.test_routes import address, coordinator
from tests.world import World

__all__ = ["coordinator"]

Where = tuple[int, int] | None


@pytest.fixture
def conference(app: object) -> Conference:
    return make_conference(organisations=12, slots=3, tables=6)


def planned(conference: Conference, wanted: dict[Meeting, Where]) -> ScheduleRun:
    """A run whose plan puts each of these meetings somewhere, or leaves it out."""
    event = conference.event
    problem = build_problem(event, now=NOW)
    before = {meeting.request: meeting for meeting in problem.standing}
    after = {
        f"m{m.id}": Planned(f"m{m.id}", f"s{event.slots[at[0]].id}", f"p{event.places[at[1]].id}", 1)
        for m, at in wanted.items() if at is not None
    }  # fmt: skip
    changes = tuple(
        Change(key, "added" if key not in before else "moved", before.get(key), after.get(key))
        for key in (f"m{m.id}" for m in wanted)
    )
    plan = Plan(tuple(after.values()), (), changes, Certificate("feasible", (), "", 0, 0, 0.0, {}))
    run = ScheduleRun(event=event, asked_by=conference.coordinator, revision=event.revision, time_limit=1,
                      created_at=NOW, state=RunState.DONE)  # fmt: skip
    run.problem, run.plan = json.loads(problem_to_json(problem)), json.loads(plan_to_json(plan))
    db.session.add(run)
    db.session.flush()
    return run


def where(conference: Conference, meeting: Meeting) -> Where:
    event = conference.event
    db.session.refresh(meeting)
    slots, places = [slot.id for slot in event.slots], [place.id for place in event.places]
    if meeting.slot_id is None or meeting.place_id is None:
        return None
    return slots.index(meeting.slot_id), places.index(meeting.place_id)


def apply(conference: Conference, run: ScheduleRun, *only: Meeting) -> None:
    asked = [f"m{meeting.id}" for meeting in only] if only else None
    applying.apply_run(run, actor=conference.coordinator, now=NOW, only=asked)


def test_of_a_plan_only_the_changes_asked_for_are_taken_over(conference: Conference) -> None:
    one, two, three = conference.agree(0, 1), conference.agree(2, 3), conference.agree(4, 5)
    operations.place_meeting(two, slot=conference.event.slots[0], place=conference.event.places[1], now=NOW)
    run = planned(conference, {one: (0, 0), two: (2, 2), three: (1, 0)})
    apply(conference, run, one)
    assert (where(conference, one), where(conference, two), where(conference, three)) == ((0, 0), (0, 1), None)
    assert run.state == RunState.APPLIED


def test_changes_that_need_the_others_are_refused(conference: Conference) -> None:
    one, two = conference.agree(0, 1), conference.agree(2, 3)
    operations.place_meeting(two, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    run = planned(conference, {one: (0, 0), two: (1, 0)})
    db.session.commit()
    with pytest.raises(operations.DoesNotFit) as refused:
        apply(conference, run, one)
    assert {reason.code for reason in refused.value.reasons} == {"one_meeting_a_table"}
    db.session.rollback()
    assert (where(conference, one), where(conference, two)) == (None, (0, 0))


@pytest.mark.parametrize("number", [2, 6])
def test_a_plan_taken_over_is_taken_back_and_done_again(conference: Conference, number: int) -> None:
    meetings = [conference.agree(2 * n, 2 * n + 1) for n in range(number)]
    for place, meeting in enumerate(meetings):
        operations.place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[place], now=NOW)
    apply(conference, planned(conference, {meeting: (1, place) for place, meeting in enumerate(meetings)}))
    turn: list[tuple[Callable[..., Any], int]] = [(moves.take_back, 0), (moves.do_again, 1)]
    for operation, slot in turn:
        operation(conference.event, actor=conference.coordinator, now=NOW)
        assert [where(conference, meeting) for meeting in meetings] == [(slot, place) for place in range(number)]


def test_a_plan_of_many_is_not_taken_back_over_what_others_put_there(conference: Conference) -> None:
    meetings = [conference.agree(2 * n, 2 * n + 1) for n in range(6)]
    for place, meeting in enumerate(meetings):
        operations.place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[place], now=NOW)
    apply(conference, planned(conference, {meeting: (1, place) for place, meeting in enumerate(meetings)}))
    late = conference.agree(0, 2)
    operations.place_meeting(late, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    db.session.commit()
    with pytest.raises(operations.DoesNotFit) as refused:
        moves.take_back(conference.event, actor=conference.coordinator, now=NOW)
    assert "party_busy" in {reason.code for reason in refused.value.reasons}
    db.session.rollback()
    assert where(conference, meetings[0]) == (1, 0)


def test_the_page_of_a_plan_takes_over_what_is_ticked(world: World, coordinator: Any) -> None:
    conference = Conference(world.event, [world.registration, world.counterpart], world.people["coordinator"])
    meeting = conference.agree(0, 1)
    run = planned(conference, {meeting: (0, 0)})
    run.created_at = now()
    db.session.commit()
    page = coordinator.get(address(world, "runs", run.id)).text
    assert f'name="meeting" value="m{meeting.id}" checked' in page
    coordinator.post(address(world, "runs", run.id, "apply"), data={"some": "1"})
    assert where(conference, meeting) is None
    again = planned(conference, {meeting: (0, 0)})
    db.session.commit()
    coordinator.post(address(world, "runs", again.id, "apply"), data={"some": "1", "meeting": f"m{meeting.id}"})
    assert where(conference, meeting) == (0, 0)
