"""Coordinators are told of meetings whose organisations no longer take part, wherever they look."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.meetings import arranging, recording
from rbc_events.meetings.departed import departed_meetings
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.registration import life
from rbc_events.registration.models import Registration, RegistrationState
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.publishing import publish
from tests.factories import NOW
from tests.world import World

PAGES = ("/", "/events/own-event/timetable", "/events/own-event/timetable/publish")


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting that has been published."""
    event = world.event
    made = arranging.arrange_meeting(
        event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="by mail"
    )
    place_meeting(made, slot=event.slots[0], place=event.places[0], now=NOW)
    publish(event, now=NOW, revision=event.revision)
    return made


def ask_back(world: World, side: Registration) -> None:
    life.take(side, life.Step.ASK_BACK, actor=world.people["coordinator"], now=NOW, message="Who comes?")


def left_before(world: World, side: Registration) -> None:
    """It left when leaving called nothing off."""
    side.state = RegistrationState.WITHDRAWN


WAYS = {"asked back": ask_back, "left before": left_before}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_home_timetable_and_publishing_say_so(world: World, meeting: Meeting, sign_in: Any, way: str) -> None:
    coordinator = sign_in(world.people["coordinator"])
    for page in PAGES:
        assert "no longer takes part" not in coordinator.get(page).text
    WAYS[way](world, world.counterpart)
    db.session.flush()
    assert world.counterpart.state != RegistrationState.APPROVED
    assert "1 meeting of an organisation that no longer takes part" in coordinator.get(PAGES[0]).text
    for page in PAGES[1:]:
        text = coordinator.get(page).text
        assert "1 meeting is still on with an organisation that no longer takes part" in text
        assert f'href="/events/own-event/meetings/{meeting.id}"' in text
        assert world.counterpart.organisation.name_latin in text


def test_what_was_called_off_held_or_begun_is_not_told(world: World, meeting: Meeting) -> None:
    ask_back(world, world.counterpart)
    event, slot = world.event, world.event.slots[0]
    assert [row.meeting_id for row in departed_meetings(event, now=NOW)] == [meeting.id]
    assert departed_meetings(event, now=slot.starts_at) == []
    meeting.state = MeetingState.HELD
    db.session.flush()
    assert departed_meetings(event, now=NOW) == []
    meeting.state = MeetingState.SCHEDULED
    recording.cancel_meeting(meeting, actor=world.people["coordinator"], now=NOW, reason="gone")
    assert departed_meetings(event, now=NOW - timedelta(days=1)) == []


def test_a_meeting_without_a_time_is_told_and_both_who_left_are_named(world: World) -> None:
    waiting = arranging.arrange_meeting(
        world.event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    for side in (world.registration, world.counterpart):
        ask_back(world, side)
    (row,) = departed_meetings(world.event, now=NOW)
    assert (row.meeting_id, row.starts_at) == (waiting.id, None)
    assert row.organisations == [world.registration.organisation.name, world.counterpart.organisation.name]
