"""The working timetable: what a coordinator puts where, and what is refused, in words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from rbc_events.database import db
from rbc_events.meetings.models import Booking, InterpreterUnavailability, Meeting, MeetingParty, MeetingState
from rbc_events.meetings.recording import cancel_meeting
from rbc_events.registration.models import Unavailability
from rbc_events.timetable import operations
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from rbc_events.timetable.wording import Names
from tests.counting import count_statements
from tests.factories import NOW, make_event, make_place
from tests.timetable.makers import Conference, make_conference, make_interpreter


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference()


def put(conference: Conference, meeting: Meeting, slot: int = 0, place: int = 0, **more: Any) -> None:
    event = conference.event
    place_meeting(meeting, slot=event.slots[slot], place=event.places[place], now=NOW, **more)


def refusal(conference: Conference, meeting: Meeting, slot: int = 0, place: int = 0, **more: Any) -> str:
    """What the coordinator is told; "" if the meeting was placed."""
    try:
        put(conference, meeting, slot, place, **more)
    except DoesNotFit as refused:
        return " ".join(Names(conference.event).all_in_words(refused.reasons))
    return ""


def test_a_placed_meeting_takes_both_sides_and_the_place(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    revision = conference.event.revision
    put(conference, meeting)
    assert meeting.state == MeetingState.SCHEDULED
    assert len(meeting.bookings) == 3
    assert conference.event.revision > revision


def test_a_meeting_of_two_slots_takes_both(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    meeting.length = 2
    put(conference, meeting, slot=1)
    slots = conference.event.slots[1:3]
    assert {(taken.starts_at, taken.ends_at) for taken in meeting.bookings} == {(slots[0].starts_at, slots[1].ends_at)}
    assert (meeting.starts_at, meeting.ends_at) == (slots[0].starts_at, slots[1].ends_at)


def test_moving_frees_what_was_taken(conference: Conference) -> None:
    first, second = conference.agree(0, 1), conference.agree(2, 3)
    put(conference, first, 0, 0)
    put(conference, first, 1, 1)
    put(conference, second, 0, 0)
    assert len(db.session.query(Booking).all()) == 6


def test_a_place_that_is_taken_is_refused_by_name(conference: Conference) -> None:
    first, second = conference.agree(0, 1), conference.agree(2, 3)
    put(conference, first)
    words = refusal(conference, second)
    assert "Table 1 is taken" in words
    assert conference.sides[0].organisation.name_latin in words
    assert second.state == MeetingState.AGREED


def test_an_organisation_that_meets_already_is_refused_by_name(conference: Conference) -> None:
    put(conference, conference.agree(0, 1), place=0)
    words = refusal(conference, conference.agree(0, 2), place=1)
    assert f"{conference.sides[0].organisation.name_latin} has another meeting" in words


def test_an_organisation_with_two_delegates_can_meet_twice_at_once(conference: Conference) -> None:
    conference.sides[0].capacity = 2
    put(conference, conference.agree(0, 1), place=0)
    assert refusal(conference, conference.agree(0, 2), place=1) == ""
    assert sorted(
        taken.lane
        for taken in db.session.query(Booking)
        if taken.organisation_id == conference.sides[0].organisation_id
    ) == [0, 1]


def test_a_place_with_two_tables_takes_two_meetings(conference: Conference) -> None:
    conference.event.places[0].capacity = 2
    put(conference, conference.agree(0, 1))
    assert refusal(conference, conference.agree(2, 3)) == ""


def test_a_slot_that_somebody_can_not_use_is_refused(conference: Conference) -> None:
    db.session.add(Unavailability(registration=conference.sides[1], slot=conference.event.slots[0]))
    assert "can't meet" in refusal(conference, conference.agree(0, 1))


def test_a_meeting_too_long_for_its_block_is_refused(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    meeting.length = 2
    assert "before the break" in refusal(conference, meeting, slot=3)


def test_at_most_so_many_meetings_a_day(conference: Conference) -> None:
    conference.sides[0].most_per_day = 1
    put(conference, conference.agree(0, 1), slot=0)
    assert "at most 1 meetings a day" in refusal(conference, conference.agree(0, 2), slot=1)


def test_an_online_meeting_needs_a_virtual_room(conference: Conference) -> None:
    make_place(conference.event, kind="virtual", name_en="Virtual room", position=9)
    db.session.refresh(conference.event)
    meeting = conference.agree(0, 1)
    meeting.online = True
    assert "does not suit" in refusal(conference, meeting, place=0)
    assert refusal(conference, meeting, place=2) == ""


def test_a_coordinator_who_sits_in_is_in_one_meeting_at_a_time(conference: Conference) -> None:
    first, second = conference.agree(0, 1), conference.agree(2, 3)
    for meeting in (first, second):
        meeting.parties.append(MeetingParty(user=conference.coordinator))
    put(conference, first, place=0)
    assert "has another meeting" in refusal(conference, second, place=1)


class TestInterpreters:
    @pytest.fixture
    def meeting(self, conference: Conference) -> Meeting:
        conference.sides[0].organisation.profile.languages = ["ja"]
        conference.sides[1].organisation.profile.languages = ["en"]
        return conference.agree(0, 1)

    def test_one_who_is_free_is_found(self, conference: Conference, meeting: Meeting) -> None:
        person = make_interpreter(conference.event)
        put(conference, meeting)
        assert meeting.interpreter is person
        assert len(meeting.bookings) == 4

    def test_without_one_the_meeting_is_refused(self, conference: Conference, meeting: Meeting) -> None:
        assert "needs an interpreter" in refusal(conference, meeting)

    def test_other_languages_do_not_do(self, conference: Conference, meeting: Meeting) -> None:
        person = make_interpreter(conference.event, pairs="ja-fr")
        assert "needs an interpreter" in refusal(conference, meeting, interpreter=person)

    def test_nobody_interprets_twice_at_once(self, conference: Conference, meeting: Meeting) -> None:
        make_interpreter(conference.event)
        for number, language in ((2, "ja"), (3, "en")):
            conference.sides[number].organisation.profile.languages = [language]
        put(conference, meeting, place=0)
        assert "interprets another meeting" in refusal(conference, conference.agree(2, 3), place=1)

    def test_hours_off_are_kept(self, conference: Conference, meeting: Meeting) -> None:
        person = make_interpreter(conference.event)
        person.unavailable.append(InterpreterUnavailability(slot_id=conference.event.slots[0].id))
        assert "can't interpret" in refusal(conference, meeting, interpreter=person)

    def test_rest_after_a_long_run_is_kept(self, conference: Conference, meeting: Meeting) -> None:
        make_interpreter(conference.event, longest_run_minutes=60, rest_minutes=30)
        for side in conference.sides[1:]:
            side.organisation.profile.languages = ["en"]
        put(conference, meeting, slot=0)
        put(conference, conference.agree(0, 2), slot=1)
        assert "no rest" in refusal(conference, conference.agree(0, 3), slot=2)


def test_a_booth_is_for_its_own_organisation(conference: Conference) -> None:
    conference.sides[0].booth = conference.event.places[0]
    assert "A booth is for its own" in refusal(conference, conference.agree(2, 3), place=0)
    assert "A booth is for its own" in refusal(conference, conference.agree(0, 1), place=1)
    assert refusal(conference, conference.agree(0, 2), place=0) == ""


def test_a_meeting_taken_off_waits_again(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    put(conference, meeting)
    operations.pin_meeting(meeting, pinned=True)
    operations.remove_meeting(meeting)
    assert (meeting.state, meeting.slot, meeting.pinned) == (MeetingState.AGREED, None, False)
    assert db.session.query(Booking).all() == []


def test_a_pin_stays_when_the_coordinator_moves_the_meeting(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    put(conference, meeting)
    operations.pin_meeting(meeting, pinned=True)
    put(conference, meeting, slot=2)
    assert meeting.pinned


def test_a_meeting_without_a_time_can_not_be_pinned(conference: Conference) -> None:
    with pytest.raises(operations.NotOnTimetable):
        operations.pin_meeting(conference.agree(0, 1), pinned=True)


def test_a_meeting_called_off_is_not_moved(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    cancel_meeting(meeting, actor=conference.coordinator, now=NOW, reason="ill")
    with pytest.raises(operations.NotMovable):
        put(conference, meeting)


def test_a_slot_of_another_event_is_refused(conference: Conference) -> None:
    other = make_event()
    with pytest.raises(operations.ElsewhereTime):
        place_meeting(conference.agree(0, 1), slot=other.slots[0], place=other.places[0], now=NOW)


@pytest.mark.parametrize("thing", ["organisation_id", "place_id"])
def test_the_database_itself_refuses_a_double_booking(conference: Conference, thing: str) -> None:
    meeting, other = conference.agree(0, 1), conference.agree(2, 3)
    put(conference, meeting)
    taken = next(row for row in meeting.bookings if getattr(row, thing) is not None)
    times = {"starts_at": taken.ends_at - timedelta(minutes=1), "ends_at": taken.ends_at + timedelta(minutes=1)}
    db.session.add(Booking(meeting_id=other.id, lane=taken.lane, **times, **{thing: getattr(taken, thing)}))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_refuses_a_lane_beyond_the_capacity(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    slot, side = conference.event.slots[0], conference.sides[0]
    times = {"starts_at": slot.starts_at, "ends_at": slot.ends_at}
    db.session.add(Booking(meeting_id=meeting.id, organisation_id=side.organisation_id, lane=1, **times))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("others", [1, 5])
def test_a_placement_reads_its_own_two_sides_one_by_one_and_no_interpreter(app: Any, others: int) -> None:
    conference = make_conference(organisations=7, slots=8)
    make_interpreter(conference.event)
    for number in range(others):
        put(conference, conference.agree(0, number + 2), slot=number)
    meeting = conference.agree(0, 1)
    number = meeting.id
    db.session.commit()
    db.session.expunge_all()
    meeting = db.session.get_one(Meeting, number)
    slot, place = meeting.event.slots[6], meeting.event.places[0]
    with count_statements() as statements:
        place_meeting(meeting, slot=slot, place=place, now=NOW)
    assert [words for words in statements if "FROM interpreters" in words and "JOIN" not in words] == []
    one_side = [words for words in statements if "FROM registrations" in words and "registrations.id = ?" in words]
    assert len(one_side) == 2
