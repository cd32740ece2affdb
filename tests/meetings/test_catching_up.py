from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings.ledger import holdings
from rbc_events.meetings.models import CalendarEntry, Meeting, MeetingState
from rbc_events.meetings.resend import catch_up, concerned
from rbc_events.outbox.models import Delivery, OutboxMessage
from tests.calendars.judges import agreed
from tests.factories import make_delegate
from tests.meetings.published import make_interpreter, make_meeting, publish, sent
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    """A published meeting at the first table; every invitation has gone out."""
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now, place=world.event.places[0], interpreter=make_interpreter(world.event))
    for message in db.session.scalars(select(OutboxMessage)):
        message.state = Delivery.SENT
    db.session.flush()
    return meeting


def stale(world: World) -> list[str]:
    return [holding.entry.recipient for holding in holdings(world.event, "stale").rows]


def test_where_nothing_differs_nobody_is_told(meeting: Meeting, world: World, now: datetime) -> None:
    assert concerned(world.event, now=now) == 0
    assert catch_up(world.event, now=now) == 0


@pytest.mark.slow
def test_a_renamed_table_makes_everybody_stale_until_they_are_told(
    meeting: Meeting, world: World, now: datetime, sign_in: Any
) -> None:
    world.event.places[0].name_en, world.event.places[0].name_ja = "Window seat", "窓際"
    db.session.flush()
    assert len(stale(world)) == concerned(world.event, now=now) == 3
    staff, path = sign_in(world.people["coordinator"]), f"/manage/events/{world.event.key}/invitations"
    assert "3 entries differ from what is published" in staff.get(path).get_data(as_text=True)
    assert staff.post(f"{path}/catch-up").status_code == 302
    mails = sent(3)
    assert len(mails) == 3
    [mail] = [mail for mail in mails if mail.to == world.registration.delegates[0].email]
    assert (mail.method, mail.event["SEQUENCE"], mail.event["LOCATION"]) == ("REQUEST", 1, "Window seat")
    assert "Place: Window seat instead of Table 1" in mail.text
    agreed([mail.calendar for mail in mails])
    assert concerned(world.event, now=now) == 0
    assert "differ from what is published" not in staff.get(path).get_data(as_text=True)


def test_a_new_link_to_join_is_told(meeting: Meeting, world: World, now: datetime) -> None:
    world.event.places[0].join_url = "https://meet.example/new"
    db.session.flush()
    assert len(stale(world)) == 3
    assert catch_up(world.event, now=now) == 3
    assert all("https://meet.example/new" in mail.text for mail in sent(3))
    world.event.places[0].join_url = "https://meet.example/newer"
    assert catch_up(world.event, now=now) == 3
    english = [mail for mail in sent() if mail.to == world.registration.delegates[0].email][-1]
    assert "New link to join: https://meet.example/newer" in english.text


def test_who_joined_is_invited_and_who_left_gets_a_cancellation(meeting: Meeting, world: World, now: datetime) -> None:
    left = world.counterpart.delegates[0]
    address = left.email
    joined = make_delegate(world.counterpart)
    db.session.delete(left)
    db.session.flush()
    db.session.expire_all()
    assert concerned(world.event, now=now) == 2
    assert catch_up(world.event, now=now) == 2
    assert {mail.to: mail.method for mail in sent(3)} == {joined.email: "REQUEST", address: "CANCEL"}
    assert concerned(world.event, now=now) == 0


def test_nobody_is_told_of_what_is_over_and_what_was_called_off_is_cancelled(
    meeting: Meeting, world: World, now: datetime
) -> None:
    world.event.places[0].name_en = "Window seat"
    assert catch_up(world.event, now=TEN + timedelta(hours=1)) == 0
    meeting.state = MeetingState.CANCELLED
    db.session.flush()
    assert catch_up(world.event, now=now) == 3
    assert {mail.method for mail in sent(3)} == {"CANCEL"}
    assert set(db.session.scalars(select(CalendarEntry.method))) == {"CANCEL"}
