"""Whose answer it is, and at which event a mail is shown, where neither a token nor a Message-ID tells."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from rbc_events.calendars.lines import Attendee
from rbc_events.calendars.reply import Answer
from rbc_events.database import db
from rbc_events.meetings.calendar_replies import read_mail, record_mail
from rbc_events.meetings.invitees import is_invitee
from rbc_events.meetings.models import CalendarEntry, IncomingMail, MailKind
from rbc_events.outbox.models import OutboxMessage
from tests.factories import make_event
from tests.meetings.published import make_meeting, publish
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
TARO = "taro.yamada@sample.example"


@pytest.fixture
def entry(world: World, now: datetime) -> CalendarEntry:
    taro = world.registration.delegates[0]
    taro.email, taro.family_latin, taro.given_latin = TARO, "Yamada", "Taro"
    taro.family_kanji, taro.given_kanji = "山田", "太郎"
    publish(make_meeting(world.registration, world.counterpart), TEN, now=now)
    return db.session.scalars(select(CalendarEntry).where(CalendarEntry.recipient == TARO)).one()


def taken_for_invitee(entry: CalendarEntry, name: str, address: str) -> bool:
    attendee = Attendee(address=address, name=name, answer="declined")
    return is_invitee(attendee, Answer(uid=entry.meeting.uid, sequence=0, attendees=(attendee,)), entry)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Yamada", "x1@sample.example"),
        ("山田", "x1@sample.example"),
        ("Taro", "x1@sample.example"),
        ("YAMADA", "yamada@sample.example"),
        ("山田 Yamada", "x1@sample.example"),
        ("", "yamada@sample.example"),
        ("", "taro@sample.example"),
        ("", "y.yamada@sample.example"),
        ("", "h.yamada@sample.example"),
        ("Hanako", "t.yamada@sample.example"),
        ("Hanako Yamada", "yamada.taro@sample.example"),
    ],
)
def test_a_part_of_a_name_is_a_colleagues_as_well(entry: CalendarEntry, name: str, address: str) -> None:
    assert not taken_for_invitee(entry, name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Taro Yamada", "x1@group.example"),
        ("YAMADA, Taro", "x1@group.example"),
        ("山田太郎", "x1@group.example"),
        ("山田　太郎", "x1@group.example"),
        ("TaroYamada", "x1@group.example"),
        ("Yamada", "t.yamada@group.example"),
        ("", "taro.yamada@group.example"),
        ("", "yamada_t@group.example"),
        ("", "tyamada@group.example"),
        ("", "yamadataro@group.example"),
    ],
)
def test_a_full_name_or_a_family_name_with_an_initial_is_the_invitee(
    entry: CalendarEntry, name: str, address: str
) -> None:
    assert taken_for_invitee(entry, name, address)


def test_of_an_invitee_who_isnt_listed_any_more_the_address_tells_the_name(entry: CalendarEntry, world: World) -> None:
    world.registration.delegates[0].email = "other@sample.example"
    db.session.flush()
    assert taken_for_invitee(entry, "Taro Yamada", "x1@group.example")
    assert taken_for_invitee(entry, "", "t.yamada@group.example")
    assert not taken_for_invitee(entry, "Yamada", "yamada@group.example")


ABSENCE = "Auto-Submitted: auto-replied\r\n"


def kept(to: str, now: datetime, headers: str = "") -> IncomingMail:
    raw = f"From: {TARO}\r\nTo: {to}\r\n{headers}Subject: Hello\r\n\r\nI am away.".encode()
    record_mail(read_mail(raw), raw, now=now)
    return db.session.scalars(select(IncomingMail)).one()


@pytest.mark.parametrize(("headers", "kind"), [("", MailKind.WORDS), (ABSENCE, MailKind.ABSENCE)])
@pytest.mark.parametrize("to", ["First@events.example", "first+unknown@events.example"])
def test_a_mail_is_shown_at_the_event_it_went_to_whichever_wrote_last(
    entry: CalendarEntry, now: datetime, headers: str, kind: MailKind, to: str
) -> None:
    first, last = entry.meeting.event, make_event(reply_address="last@events.example")
    first.reply_address = "first@events.example"
    write_again(last.id)
    row = kept(to, now, headers)
    assert (row.kind, row.event_id) == (kind, first.id)


def test_of_events_with_one_address_the_one_that_wrote_to_the_sender_is_meant(
    entry: CalendarEntry, now: datetime
) -> None:
    ours, _another, elsewhere = entry.meeting.event, make_event(), make_event(reply_address="last@events.example")
    write_again(elsewhere.id)
    assert kept(ours.reply_address, now).event_id == ours.id


def test_a_mail_to_an_address_that_events_share_of_a_stranger_is_shown_at_none(
    entry: CalendarEntry, now: datetime
) -> None:
    make_event()
    db.session.execute(OutboxMessage.__table__.update().values(recipient="somebody@sample.example"))
    assert kept(entry.meeting.event.reply_address, now).event_id is None


def write_again(event_id: int) -> None:
    """As if this event, too, had written to the invitee, later."""
    newest = select(OutboxMessage).where(OutboxMessage.recipient == TARO)
    before = db.session.scalars(newest).first()
    assert before is not None
    columns = {column.name: getattr(before, column.name) for column in OutboxMessage.__table__.columns}
    del columns["id"]
    changed = {"event_id": event_id, "occasion": "another", "message_id": "<another@rbc-events.example>"}
    db.session.add(OutboxMessage(**columns | changed))
    db.session.flush()
