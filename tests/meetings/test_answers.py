from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import calendar_replies as answers
from rbc_events.meetings.calendar_invitations import reply_token
from rbc_events.meetings.calendar_replies import read_mail, record_mail
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting
from rbc_events.outbox.models import Delivery, OutboxMessage
from tests.calendars.hostile import calendars, strings
from tests.calendars.replies import GOOGLE_ACCEPTS, OUTLOOK_PROPOSES, POSTFIX_BOUNCE, mail
from tests.markup import one_line
from tests.meetings.published import make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
UID = "7f9c2ba4e88f827d@rbc-events.example"


def take_mail(raw: bytes, *, now: datetime) -> str:
    """As the worker takes it: outside any transaction."""
    db.session.commit()
    return answers.take_mail(raw, now=now)


@pytest.fixture
def meeting(world: World, now: datetime) -> Meeting:
    meeting = make_meeting(world.registration, world.counterpart, uid=UID)
    publish(meeting, TEN, now=now)
    publish(meeting, TEN + timedelta(hours=1), now=now)  # so that the version answered below, 1, is the last one
    db.session.commit()
    return meeting


def answer_of(entry: CalendarEntry, calendar: str = GOOGLE_ACCEPTS, **changes: str) -> bytes:
    token = changes.pop("token", reply_token(entry.meeting, entry.recipient))
    for old, new in changes.items():
        calendar = calendar.replace(old, new)
    raw = mail(calendar, to=f"secretariat+{token}@events.example")
    return raw.replace(b"taro.yamada@sample.example", entry.recipient.encode())


@pytest.mark.slow
def test_an_acceptance_is_kept_for_the_recipient_whose_token_it_came_to(entry: CalendarEntry, now: datetime) -> None:
    assert take_mail(answer_of(entry), now=now) == "answer: accepted"
    assert (entry.answer, entry.answer_sequence, entry.answered_at) == (CalendarAnswer.ACCEPTED, 1, now)
    others = select(CalendarEntry.answer).where(CalendarEntry.id != entry.id)
    assert set(db.session.scalars(others)) == {CalendarAnswer.NONE}


def test_a_proposal_is_kept_in_the_events_time_with_its_words(entry: CalendarEntry, now: datetime) -> None:
    assert take_mail(answer_of(entry, OUTLOOK_PROPOSES), now=now) == "answer: counter"
    assert entry.answer is CalendarAnswer.COUNTER
    assert entry.answer_text == "2022-11-15 14:00–14:30 (Asia/Tokyo)\n午後にしていただけますか。\n山田"
    assert entry.meeting.published_starts_at == TEN + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}, "refused: no address with a token of ours"),
        ({"token": ""}, "refused: no address with a token of ours"),
        ({UID: "another@rbc-events.example"}, "refused: the token belongs to another meeting"),
        ({"SEQUENCE:1": "SEQUENCE:2"}, "refused: it answers an invitation that was never sent"),
        ({"REPLY": "REQUEST"}, "refused: not an answer to an invitation"),
    ],
)
def test_what_is_no_answer_of_this_recipient_changes_nothing(
    entry: CalendarEntry, changes: dict[str, str], words: str, now: datetime
) -> None:
    assert take_mail(answer_of(entry, **changes), now=now) == words
    assert entry.answer is CalendarAnswer.NONE


def test_an_older_answer_never_replaces_a_newer_one(entry: CalendarEntry, now: datetime) -> None:
    take_mail(answer_of(entry), now=now)
    take_mail(answer_of(entry, **{"SEQUENCE:1": "SEQUENCE:0", "ACCEPTED": "DECLINED"}), now=now)
    assert entry.answer is CalendarAnswer.ACCEPTED


def test_an_answer_to_an_earlier_version_is_kept_as_such(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    take_mail(answer_of(entry, **{"SEQUENCE:1": "SEQUENCE:0"}), now=now)
    assert (entry.answer, entry.answer_sequence, entry.sequence) == (CalendarAnswer.ACCEPTED, 0, 1)
    page = sign_in(world.people["coordinator"]).get(f"/manage/events/{world.event.key}/invitations?show=accepted")
    assert "to an earlier version" in page.get_data(as_text=True)


def test_an_answer_to_a_cancelled_meeting_is_refused(entry: CalendarEntry, meeting: Meeting, now: datetime) -> None:
    publish(meeting, None, now=now)
    assert take_mail(answer_of(entry), now=now) == "refused: the meeting has been cancelled"


def test_the_same_mail_read_twice_is_the_same(entry: CalendarEntry, now: datetime) -> None:
    take_mail(answer_of(entry), now=now)
    take_mail(answer_of(entry), now=now + timedelta(minutes=1))
    assert entry.answer is CalendarAnswer.ACCEPTED


def test_a_bounce_marks_the_mail_and_shows_who_holds_nothing(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    for message in db.session.scalars(select(OutboxMessage)):
        message.state = Delivery.SENT
    report = POSTFIX_BOUNCE.replace(b"<7f9c2ba4.1@rbc-events.example>", entry.message_id.encode())
    assert take_mail(report, now=now) == "delivery report: failed"
    bounced = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == Delivery.BOUNCED)).one()
    assert bounced.message_id == entry.message_id
    assert "User unknown" in bounced.fault

    page = sign_in(world.people["coordinator"]).get(f"/manage/events/{world.event.key}/invitations")
    text = page.get_data(as_text=True)
    assert entry.recipient in text
    assert "Came back" in text
    assert world.counterpart.delegates[0].email not in text


def test_a_report_of_a_delivery_is_shown_until_the_mail_comes_back_after_all(
    entry: CalendarEntry, world: World, sign_in: Any, now: datetime
) -> None:
    for message in db.session.scalars(select(OutboxMessage)):
        message.state, message.sent_at = Delivery.SENT, now
    failed = POSTFIX_BOUNCE.replace(b"<7f9c2ba4.1@rbc-events.example>", entry.message_id.encode())
    delivered = failed.replace(b"Action: failed", b"Action: delivered").replace(b"Status: 5.1.1", b"Status: 2.0.0")
    staff, path = sign_in(world.people["coordinator"]), f"/manage/events/{world.event.key}/invitations?show=all"
    assert take_mail(delivered, now=now) == "delivery report: delivered"
    assert one_line(staff.get(path).text).count(">Delivered<") == 1
    take_mail(failed, now=now)
    page = one_line(staff.get(path).text)
    assert (page.count(">Delivered<"), page.count(">Came back<")) == (0, 1)


def test_a_bounce_of_somebody_elses_mail_changes_nothing(entry: CalendarEntry, now: datetime) -> None:
    assert take_mail(POSTFIX_BOUNCE, now=now) == "delivery report: failed, of no mail of ours"
    states = set(db.session.scalars(select(OutboxMessage.state)))
    assert Delivery.BOUNCED not in states


@pytest.mark.slow
def test_hostile_mails_are_refused_and_change_nothing(entry: CalendarEntry, now: datetime) -> None:
    before = db.session.execute(select(*CalendarEntry.__table__.columns)).all()
    for text in strings():
        evil = text.encode("utf-8", "surrogatepass")
        for raw in (
            evil,
            answer_of(entry).replace(UID.encode(), evil),
            answer_of(entry, token=text[:100].replace("\ud800", "")),
            POSTFIX_BOUNCE.replace(b"<7f9c2ba4.1@rbc-events.example>", evil),
        ):
            assert record_mail(read_mail(raw), raw, now=now)[0].startswith(("refused", "delivery report"))
    for _name, raw in list(calendars())[::10]:
        disguised = b"Content-Type: text/calendar\r\n\r\n" + raw
        assert record_mail(read_mail(disguised), disguised, now=now)[0].startswith("refused")
    assert db.session.execute(select(*CalendarEntry.__table__.columns)).all() == before
