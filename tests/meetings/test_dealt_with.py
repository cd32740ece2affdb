"""A decline or a proposal that a coordinator has dealt with: what it still says, and what waits again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import reminders
from rbc_events.meetings.answers import Given, settle, take_answer
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting
from rbc_events.outbox.models import OutboxMessage
from tests.factories import make_delegate
from tests.meetings.published import publish, put_in_slot
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)


def held_by(address: str) -> CalendarEntry:
    return db.session.scalars(select(CalendarEntry).where(CalendarEntry.recipient == address)).one()


def give(entry: CalendarEntry, answer: CalendarAnswer, now: datetime, **more: Any) -> None:
    take_answer(entry, Given(answer=answer, sequence=entry.sequence, stamp=now, **more), now=now)


def recipients_of(kind: str) -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.kind == kind)))


def test_a_decline_that_was_dealt_with_is_no_coming(entry: CalendarEntry, meeting: Meeting, now: datetime) -> None:
    put_in_slot(meeting, meeting.event.slots[0], meeting.event.places[0])
    give(entry, CalendarAnswer.DECLINED, now)
    settle(entry, now=now)
    db.session.commit()
    assert reminders.remind(now=TEN - timedelta(minutes=30)) == 0


def test_who_declined_and_was_dealt_with_isnt_reminded_while_a_colleague_is(
    entry: CalendarEntry, world: World, meeting: Meeting, now: datetime
) -> None:
    colleague = make_delegate(world.registration)
    publish(meeting, TEN, now=now)
    put_in_slot(meeting, meeting.event.slots[0], meeting.event.places[0])
    give(entry, CalendarAnswer.DECLINED, now)
    settle(entry, now=now)
    db.session.commit()
    assert reminders.remind(now=TEN - timedelta(minutes=30)) == 2
    assert set(recipients_of("reminder_hour")) == {colleague.email, world.counterpart.delegates[0].email}


def test_the_other_side_hears_of_the_last_one_though_the_first_decline_was_dealt_with(
    entry: CalendarEntry, world: World, meeting: Meeting, now: datetime
) -> None:
    colleague = make_delegate(world.registration)
    publish(meeting, TEN, now=now)
    give(entry, CalendarAnswer.DECLINED, now)
    settle(entry, now=now)
    give(held_by(colleague.email), CalendarAnswer.DECLINED, now)
    assert recipients_of("other_answered") == [world.counterpart.delegates[0].email]


def test_another_proposal_waits_again_and_the_same_one_doesnt(entry: CalendarEntry, now: datetime) -> None:
    give(entry, CalendarAnswer.COUNTER, now, starts_at=TEN + timedelta(hours=2))
    settle(entry, now=now)
    give(entry, CalendarAnswer.COUNTER, now, starts_at=TEN + timedelta(hours=2), words="As I wrote.")
    assert not entry.troubled
    give(entry, CalendarAnswer.COUNTER, now, starts_at=TEN + timedelta(hours=3))
    assert entry.troubled


def test_a_decline_of_a_later_version_waits_again(entry: CalendarEntry, meeting: Meeting, now: datetime) -> None:
    publish(meeting, TEN + timedelta(hours=1), now=now)
    for version, waits in ((0, True), (0, False), (1, True)):
        given = Given(answer=CalendarAnswer.DECLINED, sequence=version, stamp=now)
        take_answer(entry, given, now=now)
        assert entry.troubled is waits
        settle(entry, now=now)
