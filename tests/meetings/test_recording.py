"""Calling meetings off, and what became of them."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.meetings import arranging, operations, recording
from rbc_events.meetings.models import Attendance, Booking, Meeting, MeetingState, RequestState
from rbc_events.meetings.recording import Seen
from rbc_events.meetings.routes import meetings as routes
from rbc_events.outbox.models import OutboxMessage
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.publishing import publish
from tests.factories import NOW
from tests.world import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting that has been published."""
    event = world.event
    meeting = arranging.arrange_meeting(
        event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="by mail"
    )
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
    publish(event, now=NOW, revision=event.revision)
    return meeting


def afterwards(meeting: Meeting) -> Any:
    return meeting.event.slots[0].ends_at + timedelta(hours=1)


def record(world: World, meeting: Meeting, *attendances: Attendance, **more: Any) -> None:
    seen = {party.id: Seen(came) for party, came in zip(meeting.parties, attendances, strict=True)}
    options = {"now": afterwards(meeting), "minutes": "", "seen_version": meeting.version, **more}
    recording.record(meeting, seen, actor=world.people["coordinator"], **options)


def test_calling_off_frees_everything_and_tells_who_holds_it(world: World, meeting: Meeting) -> None:
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="The speaker is ill")
    assert (meeting.state, meeting.slot, meeting.sequence) == (MeetingState.CANCELLED, None, 1)
    assert db.session.query(Booking).all() == []
    assert meeting.request.state == RequestState.WITHDRAWN
    told = [row.content.decode() for row in db.session.query(OutboxMessage).filter_by(kind="meeting_cancelled")]
    assert len(told) == 2
    assert all('method="CANCEL"' in content for content in told)
    with pytest.raises(recording.NotOn):
        recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="again")


def test_a_meeting_nobody_was_told_of_is_called_off_without_a_mail(world: World) -> None:
    meeting = arranging.arrange_meeting(
        world.event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="ill")
    assert db.session.query(OutboxMessage).all() == []


def test_the_two_can_ask_again_afterwards(world: World, meeting: Meeting) -> None:
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="ill")
    operations.request_meeting(world.registration, world.counterpart, actor=world.people["delegate"], now=NOW)


@pytest.mark.slow
def test_recording_is_offered_once_the_meeting_has_begun(
    world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = sign_in(world.people["coordinator"])
    address = f"/events/{world.event.key}/meetings/{meeting.id}"
    starts_at = meeting.slot.starts_at
    for moment, status in ((starts_at - timedelta(minutes=1), 422), (starts_at, 200)):
        monkeypatch.setattr(routes, "now", lambda moment=moment: moment)
        assert (f"{address}/record" in staff.get(address).text) == (status == 200)
        page = staff.get(f"{address}/record")
        assert page.status_code == status
        assert ("can be recorded once it has begun" in page.text) == (status == 422)


def test_both_came(world: World, meeting: Meeting) -> None:
    record(world, meeting, Attendance.PRESENT, Attendance.PRESENT, minutes="They exchange samples.")
    assert (meeting.state, meeting.minutes) == (MeetingState.HELD, "They exchange samples.")


def test_one_side_did_not_come(world: World, meeting: Meeting) -> None:
    record(world, meeting, Attendance.PRESENT, Attendance.ABSENT)
    assert meeting.state == MeetingState.NO_SHOW
    assert [party.registration for party in recording.absent(meeting)] == [world.counterpart]
    record(world, meeting, Attendance.PRESENT, Attendance.PRESENT)
    assert meeting.state == MeetingState.HELD


def test_nothing_is_recorded_before_its_time(world: World, meeting: Meeting) -> None:
    with pytest.raises(recording.NotYetHeld):
        record(world, meeting, Attendance.PRESENT, Attendance.PRESENT, now=NOW)


def test_of_two_who_write_the_minutes_the_second_is_told(world: World, meeting: Meeting) -> None:
    seen_version = meeting.version
    record(world, meeting, Attendance.PRESENT, Attendance.PRESENT, minutes="The first one's words")
    with pytest.raises(Conflict):
        record(world, meeting, Attendance.PRESENT, Attendance.PRESENT, minutes="others", seen_version=seen_version)
    assert meeting.minutes == "The first one's words"


def test_an_organisation_rates_a_meeting_that_was_held(world: World, meeting: Meeting) -> None:
    with pytest.raises(recording.NotYetHeld):
        recording.rate(meeting.parties[0], 4, now=meeting.starts_at)
    record(world, meeting, Attendance.PRESENT, Attendance.PRESENT)
    recording.rate(meeting.parties[0], 4, now=meeting.starts_at)
    assert meeting.parties[0].rating == 4


def test_an_organisation_rates_a_meeting_that_is_over_though_nobody_has_recorded_it(
    world: World, meeting: Meeting
) -> None:
    recording.rate(meeting.parties[0], 5, now=afterwards(meeting))
    assert (meeting.parties[0].rating, meeting.state) == (5, MeetingState.SCHEDULED)


@pytest.mark.slow
def test_the_pages_of_a_meeting(world: World, meeting: Meeting, sign_in: Any) -> None:
    address = f"/events/{world.event.key}/meetings/{meeting.id}"
    coordinator, delegate = sign_in(world.people["coordinator"]), sign_in(world.people["delegate"], "ja")
    assert world.counterpart.organisation.name_latin in delegate.get(address).text
    calendar = delegate.get(f"{address}.ics")
    assert calendar.mimetype == "text/calendar"
    assert meeting.uid in calendar.text
    assert world.counterpart.organisation.name_latin in delegate.get(f"/events/{world.event.key}/agenda").text
    too_early = {f"attendance_{party.id}": "present" for party in meeting.parties} | {"version": meeting.version}
    assert coordinator.post(f"{address}/record", data=too_early).status_code == 422
    assert delegate.post(f"{address}/cancel", data={"reason": ""}).status_code == 422
    assert delegate.post(f"{address}/cancel", data={"reason": "ill"}).status_code == 302
    assert "ill" in coordinator.get(address).text


def test_a_delegate_never_sees_a_time_that_is_not_published(world: World, meeting: Meeting, sign_in: Any) -> None:
    place_meeting(meeting, slot=world.event.slots[2], place=world.event.places[1], now=NOW)
    page = sign_in(world.people["delegate"]).get(f"/events/{world.event.key}/meetings/{meeting.id}").text
    assert "09:00–09:30" in page
    assert "Table 2" not in page


@pytest.mark.slow
def test_a_meeting_that_is_over_is_not_called_off_and_nobody_is_told(
    world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be over for who has the page open still: by the button that stood on it, by a stale form."""
    page, address = f"/events/{world.event.key}/meetings/{meeting.id}", "/cancel"
    delegate = sign_in(world.people["delegate"])
    assert "Cancel this meeting" in delegate.get(page).text
    mails, later = db.session.query(OutboxMessage).count(), afterwards(meeting)
    monkeypatch.setattr(routes, "now", lambda: later)
    for person in ("delegate", "coordinator"):
        refused = sign_in(world.people[person]).post(page + address, data={"reason": "ill"})
        assert refused.status_code == 409
        assert "This meeting is over" in refused.text.partition("<h1>")[0]
        assert "ill</textarea>" in refused.text
        assert "Cancel this meeting" not in sign_in(world.people[person]).get(page).text
    assert meeting.state == MeetingState.SCHEDULED
    assert db.session.query(OutboxMessage).count() == mails


def test_a_meeting_is_over_when_both_its_times_are(world: World, meeting: Meeting) -> None:
    slots, later = world.event.slots, afterwards(meeting)
    assert not recording.is_over(meeting, now=slots[0].starts_at)
    assert recording.is_over(meeting, now=slots[0].ends_at)
    place_meeting(meeting, slot=slots[3], place=world.event.places[0], now=NOW)  # and participants know the old time
    assert not recording.is_over(meeting, now=slots[0].ends_at)
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=slots[0].ends_at, reason="ill")
    assert recording.is_over(meeting, now=later)
    assert not recording.may_be_called_off(meeting, now=NOW)


@pytest.mark.parametrize("what", ["cancel", "record"])
def test_a_meeting_that_somebody_called_off_meanwhile_is_shown_with_what_was_typed(
    world: World, meeting: Meeting, sign_in: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="ill")
    address = f"/events/{world.event.key}/meetings/{meeting.id}/{what}"
    coordinator = sign_in(world.people["coordinator"])
    parties = {f"attendance_{party.id}": "present" for party in meeting.parties}
    data = {"reason": "They missed the train", "minutes": "They missed the train", **parties}
    refused = coordinator.post(address, data=data)
    assert refused.status_code == 409
    assert "has been held or called off already" in refused.text.partition("<h1>")[0]
    assert "They missed the train</textarea>" in refused.text
    assert (meeting.cancelled_reason, meeting.minutes) == ("ill", "")
