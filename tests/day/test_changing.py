"""What is changed on the day takes effect at once, and those affected alone are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.day import operations, proposing
from rbc_events.day.models import Delay
from rbc_events.day.routes import changing as routes
from rbc_events.meetings import operations as requests
from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration.models import Registration
from rbc_events.timetable.operations import DoesNotFit
from tests.day.conftest import on_timetable
from tests.factories import NOW, make_registration
from tests.world import World


@pytest.fixture
def third(world: World) -> Registration:
    return make_registration(world.event)


def begun(meeting: Meeting) -> datetime:
    """Five minutes after its beginning."""
    return meeting.published_starts_at + timedelta(minutes=5)


def told(kind: str) -> set[str]:
    """To whom mails of a kind have been written since the timetable was published."""
    rows = db.session.query(OutboxMessage).filter_by(kind=kind)
    return {row.recipient for row in rows}


def address(side: Registration) -> str:
    return side.delegates[0].email


def test_the_next_times_that_suit_both_are_proposed_with_a_free_table(
    world: World, meeting: Meeting, third: Registration
) -> None:
    on_timetable(world, world.registration, third, slot=1)
    found = proposing.openings(meeting, now=begun(meeting))
    assert [opening.slot for opening in found] == world.event.slots[2:4]
    assert found[0].place == meeting.place


def test_a_table_that_is_taken_is_not_proposed(world: World, meeting: Meeting, third: Registration) -> None:
    on_timetable(world, third, make_registration(world.event), slot=1)
    first = proposing.openings(meeting, now=begun(meeting))[0]
    assert (first.slot, first.place) == (world.event.slots[1], world.event.places[1])


def test_a_moved_meeting_is_published_and_both_sides_are_told(world: World, meeting: Meeting) -> None:
    slot, place = world.event.slots[3], world.event.places[1]
    db.session.add(Delay(party_id=meeting.parties[0].id, minutes=10, said_at=NOW))
    operations.move_meeting(meeting, slot=slot, place=place, now=begun(meeting))
    assert (meeting.published_starts_at, meeting.published_place) == (slot.starts_at, place)
    assert db.session.query(Delay).all() == []  # nobody is late for the new time
    assert told("meeting_changed") == {address(world.registration), address(world.counterpart)}


def test_what_else_differs_stays_unpublished(world: World, meeting: Meeting, third: Registration) -> None:
    other = arrange_meeting(
        world.event, third, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    operations.place_meeting(other, slot=world.event.slots[2], place=world.event.places[0], now=NOW)
    operations.move_meeting(meeting, slot=world.event.slots[3], place=world.event.places[0], now=begun(meeting))
    assert other.published_at is None


def test_two_meetings_swap_though_one_has_begun(world: World, meeting: Meeting, third: Registration) -> None:
    later = on_timetable(world, world.registration, third, slot=2, place=1)
    assert proposing.swaps(meeting, now=begun(meeting)) == [later]
    operations.swap_meetings(meeting, later, now=begun(meeting))
    first, second = world.event.slots[0], world.event.slots[2]
    assert (later.slot, later.place.id, later.published_starts_at) == (first, world.event.places[0].id, first.starts_at)
    assert (meeting.slot, meeting.published_starts_at) == (second, second.starts_at)
    assert address(third) in told("meeting_changed")


def test_a_swap_that_would_double_book_is_not_proposed_and_is_refused(
    world: World, meeting: Meeting, third: Registration
) -> None:
    later = on_timetable(world, world.registration, third, slot=2)
    on_timetable(world, third, make_registration(world.event), slot=0, place=1)
    assert proposing.swaps(meeting, now=begun(meeting)) == []
    with pytest.raises(DoesNotFit):
        operations.swap_meetings(meeting, later, now=begun(meeting))


def test_a_freed_table_can_be_taken_and_both_sides_read_why(world: World, meeting: Meeting) -> None:
    slot, place, then = meeting.slot, meeting.place, begun(meeting)
    operations.free_table(meeting, now=then)
    assert (meeting.state, meeting.bookings, meeting.published_starts_at) == (MeetingState.AGREED, [], None)
    assert place in proposing.gaps(world.event, slot, now=then).places
    assert told("meeting_cancelled") == {address(world.registration), address(world.counterpart)}


def test_gaps_name_the_meetings_that_fit_and_the_requests_that_want_an_answer(
    world: World, meeting: Meeting, third: Registration
) -> None:
    free, busy = make_registration(world.event), world.registration
    for other in (free, busy):
        arrange_meeting(world.event, third, other, actor=world.people["coordinator"], now=NOW, consent="ok")
    unanswered = requests.request_meeting(free, make_registration(world.event), actor=world.people["delegate"], now=NOW)
    found = proposing.gaps(world.event, world.event.slots[0], now=NOW)
    assert found.places == [world.event.places[1]]
    assert [[party.registration for party in row.parties] for row, _place in found.fitting] == [[third, free]]
    assert list(found.unanswered) == [unanswered]


def test_who_walks_in_gets_the_first_time_that_suits_both(world: World, meeting: Meeting, third: Registration) -> None:
    on_timetable(world, third, make_registration(world.event), slot=1, place=1)
    made = operations.arrange_walk_in(
        world.event, world.registration, third, actor=world.people["coordinator"], now=begun(meeting), consent="desk"
    )
    assert made.slot == world.event.slots[2]
    assert address(third) in told("meeting_scheduled")


@pytest.fixture
def staff(world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    moment = begun(meeting)
    monkeypatch.setattr(routes, "now", lambda: moment)
    return sign_in(world.people["coordinator"])


def page(world: World, rest: str) -> str:
    return f"/manage/events/{world.event.key}/today/{rest}"


def test_the_ways_are_offered_as_buttons_and_done(world: World, meeting: Meeting, staff: Any) -> None:
    slot, place = world.event.slots[1], world.event.places[0]
    ways = staff.get(page(world, f"meetings/{meeting.id}"))
    assert f'name="slot" value="{slot.id}"' in ways.text
    answer = staff.post(page(world, f"meetings/{meeting.id}/move"), data={"slot": slot.id, "place": place.id})
    assert answer.status_code == 302
    assert meeting.published_starts_at == slot.starts_at


def test_what_no_longer_fits_says_why_beside_other_ways(
    world: World, meeting: Meeting, third: Registration, staff: Any
) -> None:
    on_timetable(world, world.registration, third, slot=1)
    data = {"slot": world.event.slots[1].id, "place": world.event.places[1].id}
    answer = staff.post(page(world, f"meetings/{meeting.id}/move"), data=data)
    assert answer.status_code == 409
    assert "has another meeting" in answer.text or "at once" in answer.text
    assert meeting.slot == world.event.slots[0]


@pytest.mark.parametrize("data", [{}, {"slot": "x", "place": "1"}])
def test_a_place_that_is_none_is_refused(data: Any, world: World, meeting: Meeting, staff: Any) -> None:
    assert staff.post(page(world, f"meetings/{meeting.id}/move"), data=data).status_code == 422


def test_a_meeting_of_another_event_is_no_swap(world: World, meeting: Meeting, staff: Any) -> None:
    other = arrange_meeting(
        world.other_event,
        world.elsewhere,
        make_registration(world.other_event),
        actor=world.people["headquarters"],
        now=NOW,
        consent="ok",
    )
    assert staff.post(page(world, f"meetings/{meeting.id}/swap"), data={"other": other.id}).status_code == 422


def test_a_walk_in_without_a_time_left_keeps_what_was_typed_and_saves_nothing(
    world: World, meeting: Meeting, third: Registration, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = world.event.slots[-1].starts_at
    monkeypatch.setattr(routes, "now", lambda: over)
    data = {"first": world.registration.id, "second": third.id, "consent": "both said yes"}
    answer = staff.post(page(world, "walk-in"), data=data)
    assert answer.status_code == 409
    assert "No time that is still to come" in answer.text
    assert "both said yes" in answer.text
    assert db.session.query(Meeting).count() == 1


def test_a_walk_in_is_put_down_by_one_short_form(
    world: World, meeting: Meeting, third: Registration, staff: Any
) -> None:
    data = {"first": world.registration.id, "second": third.id, "consent": "both said yes"}
    assert staff.post(page(world, "walk-in"), data=data).status_code == 302
    made = db.session.query(Meeting).filter(Meeting.id != meeting.id).one()
    assert made.published_starts_at == world.event.slots[1].starts_at


def test_the_next_slots_gaps_have_a_page(world: World, meeting: Meeting, staff: Any) -> None:
    shown = staff.get(page(world, "gaps"))
    assert "2 free tables and rooms" in shown.text
