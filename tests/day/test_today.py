"""The page of the day."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.day.models import Delay
from rbc_events.day.routes import today as routes
from rbc_events.meetings.marking import Came, came_of
from rbc_events.meetings.models import Meeting, MeetingState
from tests.counting import count_statements
from tests.day.conftest import on_timetable
from tests.factories import NOW, make_registration
from tests.world import World

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def staff(world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A coordinator, five minutes after the meeting has begun."""
    moment = meeting.starts_at + timedelta(minutes=5)
    monkeypatch.setattr(routes, "now", lambda: moment)
    return sign_in(world.people["coordinator"])


def address(world: World) -> str:
    return f"/manage/events/{world.event.key}/today"


def test_a_tap_marks_a_side_and_shows_the_row_as_it_stands(world: World, meeting: Meeting, staff: Any) -> None:
    for party in meeting.parties:
        url = f"{address(world)}/sides/{party.id}"
        answer = staff.post(url, data={"came": "present", "was": "unknown"}, headers=SCRIPT)
        assert answer.status_code == 200
        assert answer.text.strip().startswith('<article class="day-row')
    assert meeting.state == MeetingState.HELD


def test_nothing_is_preset(world: World, staff: Any) -> None:
    page = staff.get(address(world)).text
    assert 'aria-pressed="false"' in page
    assert 'aria-pressed="true"' not in page


def test_a_second_tap_on_what_has_changed_is_refused_in_its_row(world: World, meeting: Meeting, staff: Any) -> None:
    url = f"{address(world)}/sides/{meeting.parties[0].id}"
    staff.post(url, data={"came": "absent", "was": "unknown"}, headers=SCRIPT)
    answer = staff.post(url, data={"came": "present", "was": "unknown"}, headers=SCRIPT)
    assert answer.status_code == 409
    assert "Somebody else has marked this" in answer.text
    assert came_of(meeting.parties[0]) == Came.ABSENT


def test_without_a_script_the_page_comes_back_at_the_meetings_time(world: World, meeting: Meeting, staff: Any) -> None:
    url = f"{address(world)}/sides/{meeting.parties[0].id}"
    answer = staff.post(url, data={"came": "late", "was": "unknown"})
    assert answer.status_code == 302
    assert "(5 min)" in staff.get(answer.location).text


@pytest.mark.parametrize("data", [{}, {"came": "present"}, {"came": "asleep", "was": "unknown"}])
def test_a_tap_that_says_nothing_is_refused(data: Any, world: World, meeting: Meeting, staff: Any) -> None:
    assert staff.post(f"{address(world)}/sides/{meeting.parties[0].id}", data=data).status_code == 422


def test_one_person_of_a_side_is_marked_and_nobody_of_another(world: World, meeting: Meeting, staff: Any) -> None:
    party, other = meeting.parties
    mine, theirs = party.registration.delegates[0], other.registration.delegates[0]
    said = {"came": "present", "was": "unknown"}
    assert staff.post(f"{address(world)}/sides/{party.id}/{theirs.id}", data=said).status_code == 404
    staff.post(f"{address(world)}/sides/{party.id}/{mine.id}", data=said)
    assert came_of(party) == Came.PRESENT


def test_a_side_that_says_it_is_late_stands_out(world: World, meeting: Meeting, staff: Any) -> None:
    db.session.add(Delay(party_id=meeting.parties[0].id, minutes=10, said_at=NOW))
    page = staff.get(address(world)).text
    assert "says: 10 minutes late" in page
    assert "day-row-waits" in page


def test_by_time_and_by_table(world: World, meeting: Meeting, staff: Any) -> None:
    later = on_timetable(world, world.registration, make_registration(world.event), slot=2)
    first, third = world.event.slots[0], world.event.slots[2]
    row, later_row = f'id="meeting-{meeting.id}"', f'id="meeting-{later.id}"'
    assert row in staff.get(address(world)).text
    at_third = staff.get(address(world), query_string={"at": third.starts_at.isoformat()}).text
    assert later_row in at_third
    assert row not in at_third
    table = staff.get(address(world), query_string={"place": meeting.place_id}).text
    assert table.index(row) < table.index(later_row)
    assert row not in staff.get(address(world), query_string={"place": world.event.places[1].id}).text
    assert row in staff.get(address(world), query_string={"day": "nonsense", "at": first.starts_at.isoformat()}).text


def test_what_the_page_asks_for_itself_is_the_list_alone(world: World, staff: Any) -> None:
    assert staff.get(address(world), headers=SCRIPT).text.lstrip().startswith('<div id="day"')


def test_the_number_of_statements_does_not_grow_with_the_meetings(world: World, meeting: Meeting, staff: Any) -> None:
    page = address(world)
    with count_statements() as few:
        staff.get(page)
    on_timetable(world, make_registration(world.event), make_registration(world.event), place=1)
    db.session.commit()
    with count_statements() as more:
        staff.get(page)
    assert len(more) == len(few)


def test_an_event_without_times_says_so(world: World, sign_in: Any) -> None:
    world.event.slots.clear()
    db.session.commit()
    page = sign_in(world.people["coordinator"]).get(address(world))
    assert "The event has no times for meetings yet." in page.text
