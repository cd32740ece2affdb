from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings.ledger import counts, holdings
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting
from rbc_events.outbox.models import Delivery, OutboxMessage
from tests.counting import count_statements
from tests.meetings.published import make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, TEN, now=now)
    return meeting


def deliver_all() -> None:
    for message in db.session.scalars(select(OutboxMessage)):
        message.state = Delivery.SENT
    db.session.flush()


def stale(world: World) -> list[str]:
    return [holding.entry.recipient for holding in holdings(world.event, "stale").rows]


def test_who_got_the_last_invitation_is_up_to_date(meeting: Meeting, world: World) -> None:
    assert len(stale(world)) == 2  # written, and still on the way
    deliver_all()
    assert stale(world) == []
    assert counts(world.event) == {"stale": 0, "declined": 0, "accepted": 0, "silent": 2, "unreached": 0, "all": 2}


def test_a_change_that_nobody_was_told_of_makes_everybody_stale(meeting: Meeting, world: World) -> None:
    deliver_all()
    meeting.published_starts_at = TEN + timedelta(hours=1)
    assert len(stale(world)) == 2


def test_a_failed_or_bounced_mail_leaves_its_recipient_stale_alone(meeting: Meeting, world: World) -> None:
    deliver_all()
    for state in (Delivery.FAILED, Delivery.BOUNCED, Delivery.AWAITING_RETRY):
        message = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
        message.state = state
        assert stale(world) == [message.recipient]


def test_a_cancelled_meeting_is_stale_until_the_cancellation_has_gone_out(
    meeting: Meeting, world: World, now: datetime
) -> None:
    deliver_all()
    publish(meeting, None, now=now)
    assert len(stale(world)) == 2
    deliver_all()
    assert stale(world) == []


def test_answers_are_found_by_what_they_say(meeting: Meeting, world: World) -> None:
    first, second = db.session.scalars(select(CalendarEntry).order_by(CalendarEntry.id))
    first.answer, second.answer = CalendarAnswer.ACCEPTED, CalendarAnswer.COUNTER
    assert [holding.entry for holding in holdings(world.event, "accepted").rows] == [first]
    assert [holding.entry for holding in holdings(world.event, "declined").rows] == [second]
    assert counts(world.event)["silent"] == 0


@pytest.mark.slow
def test_the_page_shows_one_event_alone_and_asks_as_much_for_many(
    meeting: Meeting, world: World, sign_in: Any, now: datetime
) -> None:
    coordinator = sign_in(world.people["coordinator"])
    path = f"/manage/events/{world.event.key}/invitations?show=all"
    with count_statements() as few:
        assert meeting.uid
        page = coordinator.get(path).get_data(as_text=True)
    assert world.registration.organisation.name_latin in page
    for number in range(20):
        publish(make_meeting(world.registration, world.counterpart, uid=f"many-{number}"), TEN, now=now)
    db.session.commit()
    with count_statements() as many:
        coordinator.get(path)
    assert len(many) <= len(few)
    other = sign_in(world.people["other_coordinator"]).get(f"/manage/events/{world.other_event.key}/invitations")
    assert world.registration.delegates[0].email not in other.get_data(as_text=True)


def test_a_page_beyond_all_counting_is_empty(world: World, sign_in: Any) -> None:
    staff = sign_in(world.people["headquarters"])
    for page in ("invitations", "mail"):
        assert staff.get(f"/manage/events/{world.event.key}/{page}?page={10**30}").status_code == 200
