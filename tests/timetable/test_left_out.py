"""A coordinator orders the aims of a run, and asks why it left a meeting out."""

import json
import re
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings.models import Meeting
from rbc_events.scheduling import solve
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.timetable import explaining, runs
from rbc_events.timetable.aims import Aims
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.problem import build_problem
from tests.factories import make_user
from tests.timetable.makers import Conference, make_conference


@pytest.fixture
def conference(app: Any) -> Conference:
    """Two meetings, and one table in one slot for them."""
    conference = make_conference(slots=1, tables=1)
    conference.agree(0, 1)
    conference.agree(2, 3)
    return conference


@pytest.fixture
def coordinator(conference: Conference, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


@pytest.fixture
def run(conference: Conference) -> ScheduleRun:
    """A run that is done."""
    event = conference.event
    run = runs.ask_for_run(event, actor=conference.coordinator, now=now())
    problem = build_problem(event, now=now())
    run.problem = json.loads(problem_to_json(problem))
    run.plan = json.loads(plan_to_json(solve(problem, work=1)))
    run.state = RunState.DONE
    db.session.commit()
    return run


def test_the_aims_go_into_the_problem(conference: Conference, coordinator: Any) -> None:
    data = {"time_limit": "10", "rank_weight": "2", "rank_floors": "1", "least": "2", "fairness": "1"}
    data |= {f"rank_{level}": "0" for level in ("breaks", "changes", "inconvenience", "table_changes")}
    address = f"/events/{conference.event.key}/timetable/runs"
    response = coordinator.post(address, data=data)
    run = db.session.query(ScheduleRun).one()
    aims = Aims.of(run.aims)
    assert aims == Aims(("must_haves", "floors", "weight"), 2, 1)
    problem = build_problem(conference.event, now=now(), aims=aims)
    assert problem.levels == aims.levels
    assert problem.fairness == 1
    assert [(floor.least, floor.each) for floor in problem.floors] == [(2, True)]
    page = coordinator.get(response.headers["Location"]).text
    assert "At least 2 meetings for every organisation" in page
    assert "Nobody has more than 1 gap more than another" in page


def test_two_aims_in_one_place_are_refused_at_the_field(conference: Conference, coordinator: Any) -> None:
    address = f"/events/{conference.event.key}/timetable/runs"
    response = coordinator.post(address, data={"time_limit": "10", "rank_floors": "1"})
    assert response.status_code == 422
    assert 'id="rank_floors-fault">Another aim has this place already.' in response.text
    assert db.session.query(ScheduleRun).count() == 0


@pytest.mark.slow  # a process of its own, as in life
def test_a_meeting_left_out_is_explained(conference: Conference, coordinator: Any, run: ScheduleRun) -> None:
    shown = coordinator.get(f"/events/{conference.event.key}/timetable/runs/{run.id}").text
    (address,) = re.findall(r'href="([^"]+/left-out/\d+)"', shown)
    assert "No place that suits is free." in coordinator.get(address).text
    assert coordinator.post(f"{address}/change").status_code == 302
    assert "Looking for the cheapest change" in coordinator.get(f"{address}/change").text
    meeting = address.rpartition("/")[2]
    explaining.work(run.id, f"m{meeting}")
    page = coordinator.get(address).text
    assert "if others lose meetings worth 4 points" in page
    held = next(row["request"] for row in run.plan["meetings"])
    losers = conference.sides[:2] if held == f"m{min(int(meeting), int(held[1:]))}" else conference.sides[2:]
    told = page[page.index("Who would lose a meeting:") :]
    assert all(side.organisation.name_latin in told for side in losers)
    assert "taken off (was Tue 9 Feb 09:00, Table 1)" in told


def test_a_meeting_that_has_a_time_is_not_explained(coordinator: Any, run: ScheduleRun) -> None:
    held = run.plan["meetings"][0]["request"][1:]
    address = f"/events/{run.event.key}/timetable/runs/{run.id}/left-out/{held}"
    assert coordinator.get(address).status_code == 404


def test_a_search_that_fails_can_be_asked_for_again(coordinator: Any, run: ScheduleRun) -> None:
    (request,) = run.plan["left_out"]
    address = f"/events/{run.event.key}/timetable/runs/{run.id}/left-out/{request[1:]}"
    coordinator.post(f"{address}/change")
    explaining.work(run.id, request, find=lambda _content, _request: {})
    page = coordinator.get(address).text
    assert "ended with a fault" in page
    assert "Find the cheapest change" in page


def test_what_cannot_hold_together_is_said_with_names(conference: Conference, coordinator: Any) -> None:
    event = conference.event
    event.places[0].number = 2
    conference.agree(0, 2)
    for meeting in db.session.query(Meeting):
        meeting.must = True
    db.session.flush()
    run = runs.ask_for_run(event, actor=conference.coordinator, now=now())
    problem = build_problem(event, now=now())
    run.problem = json.loads(problem_to_json(problem))
    run.plan = json.loads(plan_to_json(solve(problem, work=100)))
    run.state = RunState.DONE
    db.session.commit()
    page = coordinator.get(f"/events/{event.key}/timetable/runs/{run.id}").text
    assert "can&#39;t all be held together" in page
    assert "can hold 1 at the same time." in page
    assert page.count(" must be held.") == 2
