from typing import Any

import pytest

from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.meetings.models import Meeting
from rbc_events.timetable.operations import place_meeting
from rbc_events.timetable.publishing import publish
from tests.factories import NOW
from tests.world import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting of the world's two organisations in the event's first slot, at its first table; both were told."""
    return on_timetable(world, world.registration, world.counterpart)


def on_timetable(world: World, *sides: Any, slot: int = 0, place: int = 0) -> Meeting:
    event = world.event
    meeting = arrange_meeting(event, *sides, actor=world.people["coordinator"], now=NOW, consent="by mail")
    place_meeting(meeting, slot=event.slots[slot], place=event.places[place], now=NOW)
    publish(event, now=NOW, revision=event.revision)
    return meeting
