"""Who or what drops out frees its meetings, each is planned again as near as possible, and those affected are told."""

import email
import email.policy
from typing import Any

import pytest

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingState
from rbc_events.outbox.models import OutboxMessage
from rbc_events.timetable import publishing
from rbc_events.timetable.dropping_out import ALL_PLACES, Absence, Result, drop_out, tell
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW
from tests.timetable.makers import Conference, make_conference, make_interpreter
from tests.timetable.test_routes import address, coordinator, meeting
from tests.world import World

__all__ = ["coordinator", "meeting"]


@pytest.fixture
def conference(app: object) -> Conference:
    return make_conference(organisations=6, slots=4, tables=2)


def put(conference: Conference, meeting: Meeting, slot: int, place: int, **more: Any) -> Meeting:
    event = conference.event
    place_meeting(meeting, slot=event.slots[slot], place=event.places[place], now=NOW, **more)
    return meeting


def drops(conference: Conference, what: str, first: int = 0, last: int = 3, *, again: bool = True) -> Result:
    event = conference.event
    return drop_out(event, Absence(what, event.slots[first : last + 1]), again=again, reason="ill",
                    actor=conference.coordinator, now=NOW, revision=event.revision)  # fmt: skip


def words_of(message: OutboxMessage) -> str:
    parsed = email.message_from_bytes(message.content, policy=email.policy.default)
    return "".join(part.get_content() for part in parsed.walk() if part.get_content_type() == "text/plain")


def where(conference: Conference, meeting: Meeting) -> tuple[int, int] | None:
    event = conference.event
    if meeting.slot is None or meeting.place is None:
        return None
    return event.slots.index(meeting.slot), event.places.index(meeting.place)


def test_a_table_that_is_closed_sends_its_meetings_next_door_at_their_time(conference: Conference) -> None:
    here, there = put(conference, conference.agree(0, 1), 1, 0), put(conference, conference.agree(2, 3), 2, 1)
    blocked = put(conference, conference.agree(4, 5), 2, 0)
    result = drops(conference, f"p{conference.event.places[0].id}")
    assert where(conference, here) == (1, 1)
    assert where(conference, there) == (2, 1)
    assert where(conference, blocked) in ((1, 1), (3, 1), (0, 1))
    assert [outcome.meeting for outcome in result.outcomes] == [here.id, blocked.id]
    assert len(result.people) == 4


def test_meetings_for_which_there_is_no_room_wait(conference: Conference) -> None:
    meeting = put(conference, conference.agree(0, 1), 1, 0)
    [outcome] = drops(conference, ALL_PLACES).outcomes
    assert (where(conference, meeting), outcome.after, outcome.called_off) == (None, None, False)
    assert meeting.state == MeetingState.AGREED


def test_an_organisation_that_is_ill_in_the_morning_meets_later(conference: Conference) -> None:
    meeting = put(conference, conference.agree(0, 1), 0, 0)
    drops(conference, f"o{conference.sides[0].id}", 0, 1)
    assert where(conference, meeting) == (2, 0)
    assert len(conference.sides[0].unavailable) == 2


def test_another_interpreter_takes_over_at_the_same_time(conference: Conference) -> None:
    ill = make_interpreter(conference.event, email="ill@people.example")
    well = make_interpreter(conference.event, email="well@people.example")
    meeting = conference.agree(0, 1)
    meeting.needs_interpreter = True
    put(conference, meeting, 1, 0, interpreter=ill)
    drops(conference, f"i{ill.id}")
    assert (where(conference, meeting), meeting.interpreter) == ((1, 0), well)


def test_a_meeting_goes_on_without_who_sits_in(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    meeting.parties.append(MeetingParty(user=conference.coordinator))
    put(conference, meeting, 1, 0)
    drops(conference, f"u{conference.coordinator.id}")
    assert where(conference, meeting) == (1, 0)
    assert all(party.user_id is None for party in meeting.parties)


def test_only_meetings_of_these_hours_are_touched_and_none_that_has_begun(conference: Conference) -> None:
    early, late = put(conference, conference.agree(0, 1), 0, 0), put(conference, conference.agree(2, 3), 3, 0)
    event = conference.event
    result = drop_out(event, Absence(ALL_PLACES, event.slots[:2]), again=True, reason="",
                      actor=conference.coordinator, now=event.slots[0].starts_at, revision=event.revision)  # fmt: skip
    assert result.outcomes == []
    assert (where(conference, early), where(conference, late)) == ((0, 0), (3, 0))


def test_those_affected_alone_are_told_of_their_new_place_and_why(conference: Conference) -> None:
    put(conference, conference.agree(0, 1), 1, 0)
    put(conference, conference.agree(2, 3), 2, 1)
    publishing.publish(conference.event, now=NOW, revision=conference.event.revision)
    result = drops(conference, f"p{conference.event.places[0].id}")
    tell(conference.event, result, now=NOW, reason="The lamp is broken.")
    told = [message for message in db.session.query(OutboxMessage) if "lamp is broken" in words_of(message)]
    assert sorted(message.recipient for message in told) == sorted(result.people)
    assert len(told) == 2
    assert publishing.differing(conference.event) == []


def test_called_off_they_free_everything_and_what_is_gone_stays_gone(conference: Conference) -> None:
    meeting = put(conference, conference.agree(0, 1), 1, 0)
    [outcome] = drops(conference, f"o{conference.sides[0].id}", again=False).outcomes
    assert outcome.called_off
    assert (meeting.state, meeting.cancelled_reason) == (MeetingState.CANCELLED, "ill")
    assert len(conference.sides[0].unavailable) == 4


def test_what_somebody_changed_since_is_not_overrun(conference: Conference) -> None:
    event, revision = conference.event, conference.event.revision
    put(conference, conference.agree(0, 1), 1, 0)
    with pytest.raises(publishing.ChangedSince):
        drop_out(event, Absence(ALL_PLACES, event.slots), again=True, reason="", actor=conference.coordinator, now=NOW,
                 revision=revision)  # fmt: skip


def test_it_is_looked_at_before_anything_changes_and_then_taken_over(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    event = world.event
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=now())
    page = f"{address(world)}/dropping-out"
    form = {"what": f"p{event.places[0].id}", "first": event.slots[0].id, "last": event.slots[-1].id, "again": "again",
            "reason": "", "revision": event.revision}  # fmt: skip
    looked = coordinator.post(page, data=form)
    assert looked.status_code == 200
    assert "1 meeting is affected." in looked.text
    assert "Tue 9 Feb 09:00, Table 2" in looked.text
    db.session.expire_all()
    assert meeting.place == event.places[0]
    assert coordinator.post(page, data={**form, "take_over": "1"}).status_code == 302
    assert meeting.place == event.places[1]
    stale = coordinator.post(page, data={**form, "take_over": "1"})
    assert stale.status_code == 409
    assert "The timetable has changed since you looked at it." in stale.text
    nowhen = {**form, "first": event.slots[1].id, "last": event.slots[0].id, "revision": event.revision}
    assert coordinator.post(page, data=nowhen).status_code == 422


def test_the_first_page_says_what_has_changed_until_they_are_told(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    event = world.event
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=now())
    publishing.publish(event, now=now(), revision=event.revision)
    place_meeting(meeting, slot=event.slots[1], place=event.places[0], now=now())
    db.session.commit()
    assert "1 meeting has changed and nobody was told" in coordinator.get("/").text
    publishing.publish_meetings(event, [meeting.id], now=now())
    db.session.commit()
    assert "nobody was told" not in coordinator.get("/").text
