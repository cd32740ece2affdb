"""One clock for all events: who is in a meeting of one is not put into one of another at the same time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events import operations as events
from rbc_events.events.removing import remove_block
from rbc_events.meetings.bookings import Overbooked
from rbc_events.meetings.models import Booking, Meeting, MeetingParty, MeetingState
from rbc_events.scheduling import solve
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.timetable import operations
from rbc_events.timetable.applying import apply_run
from rbc_events.timetable.board import Board
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.grid import grid_of
from rbc_events.timetable.look import Look
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from rbc_events.timetable.own_times import Engaged, set_own_time
from rbc_events.timetable.problem import build_problem
from rbc_events.timetable.wording import Names
from tests import factories
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference, make_interpreter
from tests.timetable.test_races import planned


def put(conference: Conference, meeting: Meeting, slot: int = 0, place: int = 0, **more: Any) -> None:
    event = conference.event
    place_meeting(meeting, slot=event.slots[slot], place=event.places[place], now=NOW, **more)


def refusal(conference: Conference, meeting: Meeting, slot: int = 0, **more: Any) -> str:
    with pytest.raises(DoesNotFit) as refused:
        put(conference, meeting, slot, **more)
    return " ".join(Names(conference.event).all_in_words(refused.value.reasons))


def beside(conference: Conference, minutes: int = 0, **fields: Any) -> Conference:
    """Another event with the same organisations, which begins so many minutes after the first one."""
    other = make_conference(organisations=0, name_en="Evening event", name_ja="夕方の催し", **fields)
    if minutes:
        [block] = other.event.blocks
        starts_at = block.starts_at + timedelta(minutes=minutes)
        remove_block(block)
        events.add_block(other.event, starts_at=starts_at, slot_minutes=30, slots=4)
        db.session.refresh(other.event)
    other.sides = [factories.make_registration(other.event, side.organisation) for side in conference.sides]
    return other


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference()


@pytest.fixture
def other(conference: Conference) -> Conference:
    return beside(conference)


def test_an_organisation_in_a_meeting_elsewhere_is_not_free_and_the_event_is_named(
    conference: Conference, other: Conference
) -> None:
    put(conference, conference.agree(0, 1))
    said = refusal(other, other.agree(0, 2))
    assert said == f"{other.sides[0].organisation.name_latin} is at another event then: {conference.event.name_en}."
    put(other, other.agree(2, 3))


def test_a_meeting_elsewhere_that_overlaps_by_a_minute_is_in_the_way(conference: Conference) -> None:
    put(conference, conference.agree(0, 1))
    other = beside(conference, minutes=29)
    meeting = other.agree(0, 2)
    assert "is at another event then" in refusal(other, meeting, 0)
    put(other, meeting, 1)


def test_a_meeting_that_begins_as_the_one_elsewhere_ends_is_in_nobodys_way(conference: Conference) -> None:
    put(conference, conference.agree(0, 1))
    other = beside(conference, minutes=30)
    put(other, other.agree(0, 2))


def test_a_coordinator_sits_in_at_one_event_at_a_time(conference: Conference, other: Conference) -> None:
    first, second = conference.agree(0, 1), other.agree(2, 3)
    for meeting in (first, second):
        meeting.parties.append(MeetingParty(user=conference.coordinator))
    put(conference, first)
    assert "is at another event then: " in refusal(other, second)


def test_an_interpreter_works_at_one_event_at_a_time(conference: Conference, other: Conference) -> None:
    account = factories.make_user()
    people = [make_interpreter(each.event, email=account.email, user_id=account.id) for each in (conference, other)]
    put(conference, conference.agree(0, 1), interpreter=people[0])
    assert "is at another event then: " in refusal(other, other.agree(2, 3), interpreter=people[1])


def test_an_organisation_that_sends_two_is_at_both_events(conference: Conference, other: Conference) -> None:
    for each in (conference, other):
        each.sides[0].capacity = 2
    put(conference, conference.agree(0, 1))
    put(other, other.agree(0, 2))
    with pytest.raises(Overbooked, match="those at other events included"):
        put(other, other.agree(0, 3), place=1)


def test_the_solver_keeps_clear_of_meetings_elsewhere(conference: Conference, other: Conference) -> None:
    put(conference, conference.agree(0, 1), slot=0)
    put(conference, conference.agree(0, 2), slot=1)
    other.agree(0, 3)
    plan = solve(build_problem(other.event, now=NOW), work=1)
    slots = other.event.slots
    assert next(meeting.slot for meeting in plan.meetings) in {f"s{slot.id}" for slot in slots[2:]}


def test_the_board_says_of_each_time_who_is_elsewhere(conference: Conference, other: Conference) -> None:
    put(conference, conference.agree(0, 1), slot=1)
    meeting = other.agree(0, 2)
    blocked = Board(other.event, now=NOW).blocked(f"m{meeting.id}")
    codes = [[reason.code for reason in blocked[f"s{slot.id}"]] for slot in other.event.slots]
    assert codes == [[], ["elsewhere"], [], []]
    [waiting] = grid_of(other.event, Look(), now=NOW).waiting
    assert waiting.common == 3


@pytest.mark.parametrize("thing", ["organisation_id", "user_id"])
def test_the_database_itself_refuses_a_booking_elsewhere_that_overlaps(
    conference: Conference, other: Conference, thing: str
) -> None:
    meeting, elsewhere = conference.agree(0, 1), other.agree(2, 3)
    meeting.parties.append(MeetingParty(user=conference.coordinator))
    put(conference, meeting)
    taken = next(row for row in meeting.bookings if getattr(row, thing) is not None)
    times = {"starts_at": taken.starts_at - timedelta(minutes=5), "ends_at": taken.starts_at + timedelta(minutes=5)}
    db.session.add(Booking(meeting_id=elsewhere.id, lane=0, **times, **{thing: getattr(taken, thing)}))
    with pytest.raises(IntegrityError, match="never_overlap"):
        db.session.flush()
    db.session.rollback()


def test_meetings_of_different_lengths_find_room_though_each_is_in_another_lane(conference: Conference) -> None:
    """A from one to two, B from three to four, in two lanes: C from two to three fits only if one of them changes."""
    conference.sides[0].capacity = 2
    meetings = [conference.agree(0, other) for other in (1, 2, 3)]
    for meeting in meetings:
        meeting.length = 2
    put(conference, meetings[0], 0, 0)
    put(conference, meetings[1], 2, 0)
    for booking in meetings[1].bookings:
        if booking.organisation_id == conference.sides[0].organisation_id:
            booking.lane = 1
    db.session.flush()
    put(conference, meetings[2], 1, 1)
    assert meetings[2].state == MeetingState.SCHEDULED
    lanes = {row.lane for row in meetings[2].bookings if row.organisation_id == conference.sides[0].organisation_id}
    assert lanes == {1}


def test_a_refused_move_is_told_on_the_page_in_both_languages(
    conference: Conference, other: Conference, sign_in: Any
) -> None:
    put(conference, conference.agree(0, 1))
    meeting = other.agree(0, 2)
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    address = f"/events/{other.event.key}/timetable/{meeting.id}/move"
    data = {"slot": other.event.slots[0].id, "place": other.event.places[0].id, "interpreter": operations.ANYBODY}
    answer = sign_in(headquarters).post(address, data=data)
    assert answer.status_code == 409
    assert f"is at another event then: {conference.event.name_en}." in answer.text
    assert "その時間は別のイベントに出ています" in sign_in(headquarters, "ja").post(address, data=data).text


def test_a_plan_is_refused_whole_if_another_event_took_somebody_since(
    conference: Conference, other: Conference, sign_in: Any
) -> None:
    first, second = other.agree(0, 1), other.agree(2, 3)
    run = planned(other)
    slot = next(row["slot"] for row in (run.plan or {})["meetings"] if row["request"] == f"m{first.id}")
    put(conference, conference.agree(0, 2), [f"s{each.id}" for each in other.event.slots].index(slot))
    db.session.commit()
    headquarters = factories.make_user(Role.HEADQUARTERS)
    answer = sign_in(headquarters).post(f"/events/{other.event.key}/timetable/runs/{run.id}/apply")
    assert answer.status_code == 409
    assert f"{other.sides[0].organisation.name_native} holds as many meetings at that time as it can" in answer.text
    db.session.expire_all()
    assert {first.state, second.state} == {MeetingState.AGREED}


def test_a_run_of_an_event_whose_organisation_sends_two_and_has_one_meeting_elsewhere_can_be_applied(
    app: Any,
) -> None:
    """Eight partners would fit into four slots of two, were nothing elsewhere: six do."""
    conference = make_conference(organisations=9)
    other = beside(conference)
    for each in (conference, other):
        each.sides[0].capacity = 2
    put(conference, conference.agree(0, 1))
    meetings = [other.agree(0, partner) for partner in range(1, 9)]
    problem = problem_of_run(other.event, now=NOW)
    run = planned(other)
    run.plan = json.loads(plan_to_json(solve(problem, work=1)))
    apply_run(run, actor=run.asked_by, now=NOW)
    assert [meeting.state for meeting in meetings].count(MeetingState.SCHEDULED) == 6


def test_what_stands_in_a_slot_beside_a_meeting_elsewhere_may_stay_in_a_run(
    conference: Conference, other: Conference
) -> None:
    for each in (conference, other):
        each.sides[0].capacity = 2
    put(conference, conference.agree(0, 1))
    put(other, other.agree(0, 2))
    meeting = other.agree(0, 3)
    put(conference, conference.agree(0, 2), 1)
    problem = problem_of_run(other.event, now=NOW)
    [side] = [party for party in problem.parties if party.id == f"o{other.sides[0].id}"]
    slots = [f"s{slot.id}" for slot in other.event.slots]
    assert side.available == {slots[0], slots[2], slots[3]}
    put(other, meeting, 1)


def test_the_name_of_an_event_that_is_not_listed_yet_is_not_told(conference: Conference, other: Conference) -> None:
    conference.event.visible = False
    put(conference, conference.agree(0, 1))
    meeting = other.agree(0, 2)
    said = [refusal(other, meeting)]
    slot = other.event.slots[0]
    with pytest.raises(Engaged) as refused:
        set_own_time(meeting, starts_at=slot.starts_at, ends_at=slot.ends_at, own_place="By telephone", now=NOW)
    said.append(str(refused.value))
    name = other.sides[0].organisation.name_latin
    assert said[0] == f"{name} is at another event then."
    assert said[1].startswith(f"{name} is at another event then (")
    assert not any(conference.event.name_en in words for words in said)
