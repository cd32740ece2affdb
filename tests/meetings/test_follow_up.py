from datetime import UTC, datetime, timedelta

import pytest

from rbc_events.database import db
from rbc_events.meetings.follow_up import follow_up
from rbc_events.meetings.models import Meeting, MeetingState
from tests.meetings.published import make_meeting, publish, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
MONTH_LATER = TEN + timedelta(days=30, hours=1)


@pytest.fixture
def held(world: World, now: datetime) -> Meeting:
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now)
    meeting.slot, meeting.place, meeting.state = world.event.slots[0], world.event.places[0], MeetingState.HELD
    db.session.commit()
    return meeting


def test_a_month_after_a_meeting_both_sides_are_asked_once(held: Meeting, world: World) -> None:
    already = len(sent())
    assert follow_up(now=TEN + timedelta(days=29)) == 0
    assert follow_up(now=MONTH_LATER) == 2
    assert follow_up(now=MONTH_LATER + timedelta(days=1)) == 0
    asked = {mail.to for mail in sent(already)}
    assert asked == {world.registration.delegates[0].email, world.counterpart.delegates[0].email}


def test_nobody_is_asked_about_a_meeting_that_was_not_held_or_is_long_past(held: Meeting) -> None:
    assert follow_up(now=MONTH_LATER + timedelta(days=8)) == 0
    held.state = MeetingState.NO_SHOW
    assert follow_up(now=MONTH_LATER) == 0
