from datetime import UTC, datetime, timedelta

import pytest

from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.reminders import remind
from tests.factories import make_registration
from tests.meetings.published import make_interpreter, make_meeting, publish, put_in_slot, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)  # in Tokyo, where the event is
EVENING_BEFORE = datetime(2027, 2, 8, 8, 0, tzinfo=UTC)  # 17:00 there


@pytest.fixture
def meetings(world: World, now: datetime) -> list[Meeting]:
    """Two meetings of one day, the second with an interpreter."""
    interpreter = make_interpreter(world.event)
    first = make_meeting(world.registration, world.counterpart)
    second = make_meeting(world.registration, make_registration(world.event), uid="uid-2@rbc-events.example")
    publish(first, TEN, now=now)
    publish(second, TEN + timedelta(hours=3), now=now, interpreter=interpreter)
    for meeting, slot in ((first, world.event.slots[0]), (second, world.event.slots[1])):
        put_in_slot(meeting, slot, world.event.places[0])
    return [first, second]


@pytest.mark.slow
def test_the_evening_before_everybody_gets_one_mail_with_all_of_tomorrow(meetings: list[Meeting], world: World) -> None:
    already = len(sent())
    assert remind(now=EVENING_BEFORE - timedelta(minutes=1)) == 0
    assert remind(now=EVENING_BEFORE) == 4
    mails = {mail.to: mail for mail in sent(already)}
    both = mails[world.registration.delegates[0].email]
    assert both.text.count("Time:") == 2
    assert both.method is None
    assert "interpreter@people.example" in mails
    assert remind(now=EVENING_BEFORE + timedelta(minutes=5)) == 0


@pytest.mark.slow
def test_within_the_hour_before_a_meeting_its_people_are_reminded_once(meetings: list[Meeting], world: World) -> None:
    already = len(sent())
    assert remind(now=TEN - timedelta(minutes=61)) == 0
    assert remind(now=TEN - timedelta(minutes=60)) == 2
    assert remind(now=TEN - timedelta(minutes=30)) == 0
    assert remind(now=TEN + timedelta(minutes=1)) == 0
    mail = sent(already)[0]
    assert mail.subject.startswith("Soon: your meeting with")


def test_a_meeting_that_was_moved_is_reminded_of_at_its_new_time(meetings: list[Meeting], now: datetime) -> None:
    assert remind(now=TEN - timedelta(minutes=30)) == 2
    publish(meetings[0], TEN + timedelta(minutes=20), now=now)
    assert remind(now=TEN - timedelta(minutes=30)) == 2


def test_nobody_is_reminded_of_a_cancelled_meeting(meetings: list[Meeting]) -> None:
    for meeting in meetings:
        meeting.slot, meeting.place, meeting.state = None, None, MeetingState.CANCELLED
        meeting.starts_at = meeting.ends_at = None
    assert remind(now=EVENING_BEFORE) == 0
    assert remind(now=TEN - timedelta(minutes=30)) == 0
