"""One's own day: now and next, running late, notes and ratings without waiting for staff, an interpreter's hours."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.day import my_day
from rbc_events.day.models import Delay, OwnNote
from rbc_events.day.routes import mine as routes
from rbc_events.events.models import PlaceKind
from rbc_events.meetings import recording
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.meetings.warnings import contradictions
from tests.counting import count_statements
from tests.day.conftest import on_timetable
from tests.factories import NOW, make_delegate, make_place, make_registration
from tests.meetings.published import make_interpreter
from tests.world import World


class Phone:
    """A participant's, at a time before or after the meeting begins."""

    def __init__(self, client: Any, world: World, meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client, self.address = client, f"/events/{world.event.key}/day"
        self._starts_at, self._monkeypatch = meeting.published_starts_at, monkeypatch
        self.at(0)

    def at(self, minutes: int) -> None:
        moment = self._starts_at + timedelta(minutes=minutes)
        self._monkeypatch.setattr(routes, "now", lambda: moment)

    def page(self) -> str:
        return self.client.get(self.address).text

    def post(self, rest: str, **data: Any) -> Any:
        return self.client.post(f"{self.address}/{rest}", data=data)


@pytest.fixture
def phone(world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(sign_in(world.people["delegate"]), world, meeting, monkeypatch)


def large(page: str) -> int:
    return page.count("my-card-large")


def test_the_meeting_that_is_on_and_the_next_one_stand_first(world: World, meeting: Meeting, phone: Phone) -> None:
    later = on_timetable(world, world.registration, make_registration(world.event), slot=3)
    phone.at(-5)
    page = phone.page()
    assert large(page) == 1
    assert page.index(f"day/{meeting.id}") < page.index(f"day/{later.id}")
    assert world.counterpart.organisation.name_latin in page
    phone.at(60)  # the first is over, the second hasn't begun: it is the next one
    page = phone.page()
    assert page.index(f"day/{later.id}") < page.index(f"day/{meeting.id}")


def test_what_is_over_stands_after_what_is_to_come(world: World, meeting: Meeting, phone: Phone) -> None:
    others = [on_timetable(world, world.registration, make_registration(world.event), slot=slot) for slot in (1, 2, 3)]
    phone.at(30)
    page = phone.page()
    numbers = [others[0].id, others[1].id, others[2].id, meeting.id]
    places = [page.index(f"day/{number}") for number in numbers]
    assert places == sorted(places)


def test_one_joins_by_one_button(world: World, phone: Phone) -> None:
    room = make_place(world.event, kind=PlaceKind.VIRTUAL, join_url="https://meet.example/room")
    [meeting] = db.session.query(Meeting).all()
    meeting.published_place = room
    assert 'href="https://meet.example/room"' in phone.page()
    phone.at(60)
    assert "https://meet.example/room" not in phone.page()


def test_who_does_not_go_to_a_meeting_has_it_not_in_their_day(world: World, meeting: Meeting, phone: Phone) -> None:
    colleague = make_delegate(world.registration)
    db.session.refresh(world.registration)
    [own] = [party for party in meeting.parties if party.registration_id == world.registration.id]
    own.absent = [each for each in world.registration.delegates if each is not colleague]
    assert "You have no meetings with a time yet." in phone.page()


def test_running_late_is_seen_by_the_other_side_and_taken_back(
    world: World, meeting: Meeting, phone: Phone, sign_in: Any
) -> None:
    phone.post(f"{meeting.id}/late", said="10")
    other = sign_in(world.people["other_delegate"])
    assert "They come 10 minutes late." in other.get(phone.address).text
    phone.post(f"{meeting.id}/late", said="not_coming")
    assert [row.minutes for row in db.session.query(Delay)] == [None]
    assert "The staff will tell you what happens." in other.get(phone.address).text
    phone.post(f"{meeting.id}/late", said="on_time")
    assert db.session.query(Delay).all() == []


@pytest.mark.parametrize("said", ["", "7", "-5", "never"])
def test_a_delay_that_is_none_is_refused(said: str, meeting: Meeting, phone: Phone) -> None:
    assert phone.post(f"{meeting.id}/late", said=said).status_code == 422


def test_nobody_is_late_for_what_is_over_or_called_off(world: World, meeting: Meeting, phone: Phone) -> None:
    phone.at(60)
    assert phone.post(f"{meeting.id}/late", said="10").status_code == 409
    phone.at(-5)
    recording.cancel_meeting(meeting, actor=None, now=NOW, reason="ill")
    assert phone.post(f"{meeting.id}/late", said="10").status_code == 409
    assert db.session.query(Delay).all() == []


def test_notes_are_ones_own_and_the_next_step_is_read_by_staff(
    world: World, meeting: Meeting, phone: Phone, sign_in: Any
) -> None:
    phone.at(60)
    phone.post(str(meeting.id), text="Ask for the price", next_step="We send samples", rating="4")
    assert "Ask for the price" in phone.page()
    assert [party.rating for party in meeting.parties] == [4, None]
    address = f"/events/{world.event.key}/meetings/{meeting.id}"
    staff, other = sign_in(world.people["coordinator"]), sign_in(world.people["other_delegate"])
    assert "We send samples" in staff.get(address).text
    for page in (staff.get(address), other.get(address), other.get(phone.address)):
        assert "Ask for the price" not in page.text
    assert "We send samples" not in other.get(address).text


def test_before_its_end_a_meeting_takes_notes_and_no_rating(meeting: Meeting, phone: Phone) -> None:
    phone.post(str(meeting.id), text="Ask for the price", next_step="", rating="4")
    assert db.session.query(OwnNote).one().text == "Ask for the price"
    assert [party.rating for party in meeting.parties] == [None, None]


def test_a_note_that_is_too_long_is_kept_in_the_form(meeting: Meeting, phone: Phone) -> None:
    answer = phone.post(str(meeting.id), text="x" * 5001, next_step="and on")
    assert answer.status_code == 422
    assert "and on" in answer.text


def test_another_s_meeting_is_nobodys(world: World, meeting: Meeting, sign_in: Any) -> None:
    stranger = make_registration(world.event).delegates[0].user
    assert sign_in(stranger).get(f"/events/{world.event.key}/day/{meeting.id}").status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_meetings(world: World, phone: Phone) -> None:
    phone.page()
    with count_statements() as few:
        phone.page()
    for slot in (1, 2):
        on_timetable(world, world.registration, make_registration(world.event), slot=slot)
    db.session.commit()
    with count_statements() as more:
        phone.page()
    assert len(more) == len(few)


@pytest.fixture
def interpreter(world: World, meeting: Meeting) -> Interpreter:
    account = world.people["interpreter"]
    person = make_interpreter(world.event, email=account.email, user_id=account.id)
    meeting.interpreter = meeting.published_interpreter = person
    return person


def test_an_interpreter_sees_both_sides_and_says_what_they_cannot_do(
    world: World, meeting: Meeting, interpreter: Interpreter, phone: Phone, sign_in: Any
) -> None:
    phone.at(-60)
    phone.client = sign_in(world.people["interpreter"])
    page = phone.page()
    for side in (world.registration, world.counterpart):
        assert side.organisation.name_latin in page
        assert f"/directory/{side.id}" not in page, "the directory isn't theirs to read"
    assert phone.post(f"{meeting.id}/cannot").status_code == 302
    [row] = contradictions(world.event)
    assert (row.meeting_id, row.by_hours) == (meeting.id, True)


def test_an_interpreter_changes_the_hours_to_come_alone(world: World, interpreter: Interpreter) -> None:
    first, second, third = world.event.slots[:3]
    my_day.change_hours(interpreter, [first.id, second.id])
    my_day.change_hours(interpreter, [third.id], seen=[second.id, third.id])
    assert {row.slot_id for row in interpreter.unavailable} == {first.id, third.id}


def test_hours_are_ticked_on_a_page(world: World, interpreter: Interpreter, phone: Phone, sign_in: Any) -> None:
    phone.at(-60)
    phone.client = sign_in(world.people["interpreter"])
    slot = world.event.slots[2]
    assert f'value="{slot.id}"' in phone.client.get(f"{phone.address}/hours").text
    assert phone.post("hours", slots_off=[slot.id]).status_code == 302
    assert [row.slot_id for row in interpreter.unavailable] == [slot.id]
    assert phone.post("hours", slots_off=["999999"]).status_code == 422


def test_a_phone_can_put_the_day_among_its_programs(world: World, phone: Phone) -> None:
    said = phone.client.get(f"{phone.address}.webmanifest")
    assert said.mimetype == "application/manifest+json"
    assert said.json["start_url"] == phone.address
    assert phone.client.get("/events/day-worker.js").mimetype == "text/javascript"
