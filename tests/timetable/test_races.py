"""Two coordinators at once, two sides at once, a worker that dies: on SQLite and on PostgreSQL, with real processes.

RBC_RACES=100 makes every race a hundred times as long.
"""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from rbc_events.database import db
from rbc_events.meetings import arranging
from rbc_events.meetings.models import Booking, Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.scheduling import solve
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.problem import build_problem
from tests import factories
from tests.factories import NOW
from tests.forms import form_with
from tests.races import drop_the_guards, race
from tests.timetable.makers import Conference, make_conference

pytestmark = pytest.mark.slow

TIMES = int(os.environ.get("RBC_RACES", "1"))


def together(
    app: Flask, tmp_path: Path, doers: list[tuple[Callable[..., None], tuple[Any, ...]]], **options: Any
) -> Any:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.commit()
    counted = race(url, tmp_path, doers, **options)
    db.session.expire_all()
    return counted


def double_bookings() -> int:
    """How many times a place or an organisation (of one meeting at a time) is in two meetings at the same time."""
    one, other = aliased(Booking), aliased(Booking)
    same = (one.organisation_id == other.organisation_id) | (one.place_id == other.place_id)
    overlap = (one.id < other.id) & (one.starts_at < other.ends_at) & (other.starts_at < one.ends_at)
    return db.session.scalar(select(func.count()).select_from(one).join(other, same & overlap)) or 0


def crowd() -> Conference:
    """15 meetings of 6 organisations that fight for 4 slots and 2 tables."""
    conference = make_conference(organisations=6)
    for first in range(6):
        for second in range(first + 1, 6):
            conference.agree(first, second)
    factories.accounts.grant(conference.coordinator, factories.Role.HEADQUARTERS)
    return conference


def move_about(
    client_of: Any,
    outcome: Any,
    meet: Any,
    seed: int,
    email: str,
    address: str,
    board: dict[str, list[int]],
    times: int,
) -> None:
    """A coordinator who puts meetings anywhere, as fast as it goes."""
    client, chance = client_of(email), random.Random(seed)
    meet()
    for _time in range(times):
        data = {"slot": chance.choice(board["slots"]), "place": chance.choice(board["places"]), "interpreter": -1}
        response = client.post(f"{address}/{chance.choice(board['meetings'])}/move", data=data)
        outcome(str(response.status_code))


def coordinators(conference: Conference, times: int) -> list[tuple[Callable[..., None], tuple[Any, ...]]]:
    board = {
        "slots": [slot.id for slot in conference.event.slots],
        "places": [place.id for place in conference.event.places],
        "meetings": list(db.session.scalars(select(Meeting.id).where(Meeting.event_id == conference.event.id))),
    }
    address = f"/events/{conference.event.key}/timetable"
    email = conference.coordinator.email
    return [(move_about, (seed, email, address, board, times)) for seed in range(4)]


def test_nobody_is_double_booked_whatever_four_coordinators_do_at_once(
    shared: Flask, tmp_path: Path, figure: Any
) -> None:
    conference = crowd()
    counted = together(shared, tmp_path, coordinators(conference, 12 * TIMES))
    assert set(counted) <= {"302", "409"}, counted
    assert counted["302"] >= 4
    assert double_bookings() == 0
    for meeting in db.session.scalars(select(Meeting)):
        assert len(meeting.bookings) == (3 if meeting.state == MeetingState.SCHEDULED else 0)
    figure(f"0 in {counted.total():,} attempts on {db.engine.dialect.name}")


def test_the_race_is_real_without_the_guards(shared: Flask, tmp_path: Path) -> None:
    """The control: the same crowd, no unique keys, no lock. Were this 0, the test above would show nothing."""
    drop_the_guards(shared)
    conference = crowd()
    counted = together(shared, tmp_path, coordinators(conference, 5), unguarded=True)
    assert double_bookings() >= 1, counted


def two_crowds() -> list[Conference]:
    """Two events at the same time with the same six organisations, each with tables of its own for all meetings."""
    first = crowd()
    other = make_conference(organisations=0, tables=3)
    other.sides = [factories.make_registration(other.event, side.organisation) for side in first.sides]
    for one in range(6):
        for two in range(one + 1, 6):
            other.agree(one, two)
    factories.accounts.grant(other.coordinator, factories.Role.HEADQUARTERS)
    return [first, other]


def of_two_events(times: int) -> list[tuple[Callable[..., None], tuple[Any, ...]]]:
    return [doer for conference in two_crowds() for doer in coordinators(conference, times)[:2]]


def test_nobody_is_at_two_events_at_once_whatever_their_coordinators_do(
    shared: Flask, tmp_path: Path, figure: Any
) -> None:
    counted = together(shared, tmp_path, of_two_events(12 * TIMES))
    assert set(counted) <= {"302", "409"}, counted
    assert counted["302"] >= 4
    assert double_bookings() == 0
    figure(f"0 in {counted.total():,} attempts by two events on {db.engine.dialect.name}")


def test_the_race_of_two_events_is_real_without_the_guards(shared: Flask, tmp_path: Path) -> None:
    """The control: the same two events, no constraints, no locks."""
    drop_the_guards(shared)
    counted = together(shared, tmp_path, of_two_events(5), unguarded=True)
    assert double_bookings() >= 1, counted


def take_over(client_of: Any, outcome: Any, meet: Any, email: str, addresses: list[str]) -> None:
    client = client_of(email)
    for address in addresses:
        meet()
        outcome(f"apply {client.post(address).status_code}")


def call_off(client_of: Any, outcome: Any, meet: Any, email: str, addresses: list[str]) -> None:
    client = client_of(email)
    for address in addresses:
        meet()
        outcome(f"cancel {client.post(address, data={'reason': 'ill'}).status_code}")


def test_calling_a_meeting_off_while_a_plan_is_taken_over(shared: Flask, tmp_path: Path, figure: Any) -> None:
    """Either the plan is refused or the meeting is taken off it: a meeting called off never keeps its place."""
    times = 2 * TIMES
    coordinator = factories.make_user(factories.Role.HEADQUARTERS)
    applying, cancelling = [], []
    for _time in range(times):
        conference = make_conference(organisations=4)
        meetings = [conference.agree(0, 1), conference.agree(2, 3)]
        run = planned(conference)
        applying.append(f"/events/{conference.event.key}/timetable/runs/{run.id}/apply")
        cancelling.append(f"/events/{conference.event.key}/meetings/{meetings[0].id}/cancel")
    doers = [(take_over, (coordinator.email, applying)), (call_off, (coordinator.email, cancelling))]
    counted = together(shared, tmp_path, doers)
    assert set(counted) <= {"apply 302", "apply 409", "cancel 302"}, counted
    assert counted["cancel 302"] == times
    called_off = db.session.scalars(select(Meeting).where(Meeting.state == MeetingState.CANCELLED)).all()
    assert len(called_off) == times
    assert all(meeting.bookings == [] for meeting in called_off)
    assert double_bookings() == 0
    figure(f"0 violations in {times} races on {db.engine.dialect.name}")


def planned(conference: Conference) -> ScheduleRun:
    """A run that is done, as the worker leaves it."""
    problem = build_problem(conference.event, now=NOW)
    run = ScheduleRun(
        event=conference.event,
        asked_by=conference.coordinator,
        state=RunState.DONE,
        revision=conference.event.revision,
        time_limit=1,
        created_at=NOW,
        problem=json.loads(problem_to_json(problem)),
        plan=json.loads(plan_to_json(solve(problem, work=1))),
    )
    return factories.add(run)


def ask(client_of: Any, outcome: Any, meet: Any, rounds: list[tuple[str, str]]) -> None:
    for email, address in rounds:
        client = client_of(email)
        meet()
        outcome(str(client.post(address, data={"priority": "2"}).status_code))


def test_both_sides_ask_each_other_twice_at_the_same_moment(shared: Flask, tmp_path: Path, figure: Any) -> None:
    """Four submissions for a pair, one request; the other side is asked by one mail at most."""
    times = 3 * TIMES
    event = factories.make_event()
    pairs = [(factories.make_registration(event), factories.make_registration(event)) for _time in range(times)]

    def rounds(me: int, other: int) -> list[tuple[str, str]]:
        return [
            (pair[me].delegates[0].user.email, f"/events/{event.key}/requests/to/{pair[other].id}") for pair in pairs
        ]

    doers = [(ask, (rounds(*sides),)) for sides in ((0, 1), (0, 1), (1, 0), (1, 0))]
    counted = together(shared, tmp_path, doers)
    assert set(counted) <= {"302", "409"}, counted
    assert counted["302"] >= times
    assert db.session.scalar(select(func.count()).select_from(MeetingRequest)) == times
    mutual = select(func.count()).select_from(MeetingRequest).where(MeetingRequest.state == RequestState.MUTUAL)
    assert db.session.scalar(select(func.count()).select_from(Meeting)) == db.session.scalar(mutual)
    received = select(func.count()).where(OutboxMessage.kind == "request_received")
    assert db.session.scalar(received.select_from(OutboxMessage)) == times
    figure(f"{4 * times} submissions, two of each, {times} rows and {times} mails on {db.engine.dialect.name}")


def answer(client_of: Any, outcome: Any, meet: Any, rounds: list[tuple[str, str]], decision: str) -> None:
    for email, address in rounds:
        client = client_of(email)
        meet()
        outcome(f"{decision} {client.post(address, data={'decision': decision, 'priority': '2'}).status_code}")


def test_both_sides_of_a_proposal_accept_at_the_same_moment(shared: Flask, tmp_path: Path) -> None:
    """Neither answer is lost: one meeting each, and not two."""
    times = 3 * TIMES
    event, coordinator = factories.make_event(), factories.make_user()
    sides = [(factories.make_registration(event), factories.make_registration(event)) for _time in range(times)]
    asked = [arranging.propose_meeting(event, *pair, actor=coordinator, now=NOW) for pair in sides]
    for request in asked:
        request.expires_at = None

    def rounds(side: int) -> list[tuple[str, str]]:
        return [
            (pair[side].delegates[0].user.email, f"/events/{event.key}/requests/{request.id}/answer")
            for pair, request in zip(sides, asked, strict=True)
        ]

    counted = together(shared, tmp_path, [(answer, (rounds(0), "accept")), (answer, (rounds(1), "accept"))])
    assert counted == {"accept 302": 2 * times}, counted
    assert db.session.scalar(select(func.count()).select_from(Meeting)) == times


def save_a_place(client_of: Any, outcome: Any, meet: Any, email: str, address: str, times: int) -> None:
    client = client_of(email)
    for number in range(times):
        meet()
        data = form_with(client.get(address).text, "name_en")
        meet()
        response = client.post(address, data={**data, "name_en": f"{email} {number}"})
        outcome(str(response.status_code))


def test_of_two_who_save_the_same_form_at_the_same_moment_one_is_told(
    shared: Flask, tmp_path: Path, figure: Any
) -> None:
    world, times = factories.make_world(), 6 * TIMES
    address = f"/manage/events/{world.event.key}/places/{world.event.places[0].id}"
    who = [world.people[role].email for role in ("headquarters", "coordinator")]
    counted = together(shared, tmp_path, [(save_a_place, (email, address, times)) for email in who])
    assert counted == {"302": times, "409": times}
    figure(f"0 lost, {times} told by 409, of {2 * times} on {db.engine.dialect.name}")
