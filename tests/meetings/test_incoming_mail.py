"""Whose answer a mail brings, which answer counts, and what waits for a person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.calendars.causes import Cause
from rbc_events.database import db
from rbc_events.meetings.calendar_invitations import reply_token
from rbc_events.meetings.calendar_replies import read_mail, record_mail
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, IncomingMail, MailKind
from rbc_events.outbox.models import Delivery, FailingAddress, OutboxMessage
from tests.calendars import ordinary, returned
from tests.calendars.replies import GOOGLE_ACCEPTS, OUTLOOK_PROPOSES, mail
from tests.meetings.published import make_meeting, publish
from tests.shared_cases import bounces, case, cases
from tests.world import World

TEN = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
UID = "7f9c2ba4e88f827d@rbc-events.example"
OURS = "<7f9c2ba4.1@rbc-events.example>"  # the Message-ID of the mails that come back
TARO = "taro.yamada@sample.example"


@pytest.fixture
def entry(world: World, now: datetime) -> CalendarEntry:
    taro = world.registration.delegates[0]
    taro.email, taro.family_latin, taro.given_latin = TARO, "Yamada", "Taro"
    meeting = make_meeting(world.registration, world.counterpart, uid=UID)
    publish(meeting, TEN, now=now)
    for message in db.session.scalars(select(OutboxMessage)):
        message.state, message.sent_at = Delivery.SENT, now
        if message.recipient == TARO:
            message.message_id = OURS
    held = db.session.scalars(select(CalendarEntry).where(CalendarEntry.recipient == TARO)).one()
    held.message_id = OURS
    db.session.commit()
    return held


def take(raw: bytes, now: datetime) -> str:
    words = record_mail(read_mail(raw), raw, now=now)[0]
    db.session.commit()
    return words


def addressed(raw: bytes, entry: CalendarEntry) -> bytes:
    """The mail as our recipient sends it: with the token and the Message-ID that they got."""
    token = reply_token(entry.meeting, entry.recipient).encode()
    return raw.replace(b"reply+token", b"reply+" + token).replace(b"<MESSAGE-ID>", OURS.encode())


def answer(entry: CalendarEntry, *changes: tuple[str, str], calendar: str = GOOGLE_ACCEPTS, to: str = "") -> bytes:
    calendar = calendar.replace("SEQUENCE:1", "SEQUENCE:0")
    for old, new in changes:
        assert old in calendar
        calendar = calendar.replace(old, new)
    return addressed(mail(calendar, to=to or "reply+token@rbc-events.example"), entry)


def kept() -> IncomingMail:
    return db.session.scalars(select(IncomingMail)).one()


def test_an_answer_to_the_sender_is_known_by_the_mail_that_it_answers(entry: CalendarEntry, now: datetime) -> None:
    raw = answer(entry, ("ORGANIZER;CN=RBC:mailto:reply+token@rbc-events.example\n", ""), to="noreply@x.example")
    raw = raw.replace(b"Subject:", b"In-Reply-To: " + entry.message_id.encode() + b"\r\nSubject:")
    assert take(raw.replace(TARO.encode(), b"somebody@else.example", 1), now) == "answer: accepted"
    assert entry.answer is CalendarAnswer.ACCEPTED


def test_an_answer_without_a_trace_is_known_by_meeting_and_attendee(entry: CalendarEntry, now: datetime) -> None:
    plain = ("ORGANIZER;CN=RBC:mailto:reply+token@rbc-events.example\n", "")
    forged = answer(entry, plain, to="noreply@x.example").replace(b"From: Taro <taro.yamada", b"From: X <other", 1)
    assert take(forged, now).startswith("refused")
    assert take(answer(entry, plain, to="noreply@x.example"), now) == "answer: accepted"


def test_of_two_answers_the_one_written_last_counts_in_whatever_order_they_come(
    entry: CalendarEntry, now: datetime
) -> None:
    late = answer(entry, ("20221002T000000Z", "20221002T050000Z"))
    early = answer(entry, ("20221002T000000Z", "20221002T040000Z"), ("ACCEPTED", "DECLINED"))
    take(late, now)
    take(early, now)
    assert entry.answer is CalendarAnswer.ACCEPTED


def test_a_clock_that_is_ahead_keeps_no_later_answer_out(entry: CalendarEntry, now: datetime) -> None:
    take(answer(entry, ("20221002T000000Z", "20990101T000000Z")), now)
    later = (now + timedelta(minutes=5)).strftime("%Y%m%dT%H%M%SZ")
    take(answer(entry, ("20221002T000000Z", later), ("ACCEPTED", "DECLINED")), now + timedelta(minutes=10))
    assert entry.answer is CalendarAnswer.DECLINED


def test_a_colleagues_answer_is_shown_as_theirs_and_booked_for_nobody(entry: CalendarEntry, now: datetime) -> None:
    raw = answer(
        entry, (TARO, "hanako.yamada@sample.example"), ("CN=Taro", "CN=Hanako Yamada"), ("ACCEPTED", "DECLINED")
    )
    take(raw.replace(b"From: Taro <taro", b"From: Hanako Yamada <hanako"), now)
    assert entry.answer is CalendarAnswer.NONE
    row = kept()
    assert (row.kind, row.said_by, row.said) == (
        MailKind.OF_ANOTHER,
        "hanako.yamada@sample.example",
        CalendarAnswer.DECLINED,
    )
    assert (row.entry, row.event_id, row.settled_at) == (entry, entry.meeting.event_id, None)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("t.yamada@alias.example", "Taro"),
        ("yamada@group.example", "YAMADA Taro"),
        ("x1@group.example", "Taro Yamada"),
    ],
)
def test_an_invitee_who_answers_under_another_address_is_known_by_name(
    entry: CalendarEntry, alias: str, name: str, now: datetime
) -> None:
    raw = answer(entry, (TARO, alias), ("CN=Taro", f"CN={name}")).replace(
        f"From: Taro <{TARO}>".encode(), f"From: {name} <{alias}>".encode()
    )
    assert (
        take(raw.replace(f"From: Taro <{TARO}>".encode(), f"From: {name} <{alias}>".encode()), now)
        == "answer: accepted"
    )


def test_one_who_passes_it_on_is_shown_with_whom_they_send(entry: CalendarEntry, now: datetime) -> None:
    to_hanako = 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:hanako@sample.example"'
    take(answer(entry, ("PARTSTAT=ACCEPTED", to_hanako)), now)
    assert entry.answer is CalendarAnswer.NONE
    assert (kept().kind, kept().said_by, kept().note) == (MailKind.DELEGATED, TARO, "hanako@sample.example")


def test_of_two_events_ours_is_answered(entry: CalendarEntry, now: datetime) -> None:
    other = "BEGIN:VEVENT\nUID:other@else.example\nATTENDEE;PARTSTAT=DECLINED:mailto:" + TARO + "\nEND:VEVENT\n"
    assert take(answer(entry, ("BEGIN:VEVENT", other + "BEGIN:VEVENT")), now) == "answer: accepted"


def test_a_proposal_names_its_times(entry: CalendarEntry, now: datetime) -> None:
    assert take(answer(entry, calendar=OUTLOOK_PROPOSES), now) == "answer: counter"
    assert entry.proposed_starts_at == datetime(2022, 11, 15, 5, 0, tzinfo=UTC)
    assert entry.proposed_ends_at == datetime(2022, 11, 15, 5, 30, tzinfo=UTC)


def test_words_wait_for_a_person_with_whom_they_are_from_and_what_they_are_about(
    entry: CalendarEntry, now: datetime
) -> None:
    words = b"From: Taro Yamada <" + TARO.encode() + b">\r\nTo: reply+token@rbc-events.example\r\n"
    words += b"Subject: Re: Your meeting\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "午後に".encode()
    take(addressed(words, entry), now)
    take(addressed(words, entry), now)  # the same once more
    row = kept()
    assert (row.kind, row.sender, row.sender_name, row.text) == (MailKind.WORDS, TARO, "Taro Yamada", "午後に")
    assert (row.entry, row.settled_at) == (entry, None)


def test_words_to_no_token_are_shown_at_the_event_whose_mails_the_sender_gets(
    entry: CalendarEntry, now: datetime
) -> None:
    take(f"From: {TARO}\r\nTo: office@x.example\r\nSubject: Hello\r\n\r\nWhere is it?".encode(), now)
    assert (kept().entry, kept().event_id) == (None, entry.meeting.event_id)


@pytest.mark.parametrize("name", sorted(returned.FAILED))
def test_every_kind_of_bounce_marks_mail_and_address(entry: CalendarEntry, name: str, now: datetime) -> None:
    assert take(addressed(returned.FAILED[name], entry), now) == "delivery report: failed"
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == Delivery.BOUNCED)).one()
    assert message.message_id == entry.message_id
    assert db.session.scalars(select(FailingAddress.address)).all() == [TARO]
    assert db.session.scalar(select(IncomingMail)) is None


def test_the_token_ties_a_bounce_whose_message_id_a_relay_changed(entry: CalendarEntry, now: datetime) -> None:
    token = reply_token(entry.meeting, entry.recipient).encode()
    take(returned.RELAYED.replace(b"abcdefghijklmnopqrstuvwxyz", token), now)
    marked = db.session.scalars(select(FailingAddress)).one()
    assert (marked.address, marked.cause) == (TARO, Cause.NO_ADDRESS)


def test_an_answer_from_an_address_takes_its_mark_away(entry: CalendarEntry, now: datetime) -> None:
    take(addressed(returned.FAILED["qmail"], entry), now)
    take(answer(entry), now)
    assert db.session.scalar(select(FailingAddress)) is None


def test_a_lists_one_dead_member_doesnt_mark_the_list(entry: CalendarEntry, now: datetime) -> None:
    take(addressed(returned.OF_A_MEMBER, entry), now)
    assert db.session.scalar(select(FailingAddress)) is None
    assert (kept().kind, kept().said_by, kept().entry) == (MailKind.MEMBER, "former.member@elsewhere.example", entry)


def test_a_report_of_no_mail_of_ours_waits_for_a_person_with_its_address(entry: CalendarEntry, now: datetime) -> None:
    assert take(returned.WITHOUT_THE_ORIGINAL, now) == "delivery report: failed, of no mail of ours"
    assert (kept().kind, kept().said_by, kept().event_id) == (MailKind.REPORT, TARO, entry.meeting.event_id)


def test_complaints_wait_for_a_person_and_absence_notes_for_nobody(entry: CalendarEntry, now: datetime) -> None:
    for raw in (returned.COMPLAINT, returned.AWAY, returned.RECEIPT):
        take(addressed(raw, entry), now)
    rows = {row.kind: row for row in db.session.scalars(select(IncomingMail))}
    assert set(rows) == {MailKind.COMPLAINT, MailKind.ABSENCE}
    assert rows[MailKind.COMPLAINT].settled_at is None
    assert rows[MailKind.ABSENCE].settled_at == now
    assert entry.answer is CalendarAnswer.NONE


def test_a_late_mail_is_no_failed_one(entry: CalendarEntry, now: datetime) -> None:
    take(addressed(returned.DELAYED, entry), now)
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.message_id == entry.message_id)).one()
    assert message.state is Delivery.SENT
    assert "not yet been delivered" in message.fault


def test_none_of_200_ordinary_mails_marks_an_address(entry: CalendarEntry, now: datetime) -> None:
    for _name, raw in ordinary.mails():
        found = addressed(raw, entry)
        record_mail(read_mail(found), found, now=now)
    assert db.session.scalar(select(FailingAddress)) is None
    assert set(db.session.scalars(select(OutboxMessage.state))) == {Delivery.SENT}


SHARED: dict[str, Any] = {
    "R01": CalendarAnswer.DECLINED, "R02": CalendarAnswer.ACCEPTED, "R03": CalendarAnswer.DECLINED,
    "R04": MailKind.DELEGATED, "R05": MailKind.OF_ANOTHER, "R06": CalendarAnswer.ACCEPTED,
    "R07": CalendarAnswer.ACCEPTED, "R08": MailKind.UNREADABLE, "R09": MailKind.WORDS,
    "R11": CalendarAnswer.DECLINED, "R12": CalendarAnswer.ACCEPTED, "R13": CalendarAnswer.DECLINED,
    "R14": CalendarAnswer.COUNTER, "R15": CalendarAnswer.COUNTER, "R17": CalendarAnswer.ACCEPTED,
    "R18": CalendarAnswer.ACCEPTED, "R19": CalendarAnswer.ACCEPTED, "R20": MailKind.ABSENCE, "R21": None,
    "R22": CalendarAnswer.DECLINED, "R23": CalendarAnswer.DECLINED, "R24": CalendarAnswer.DECLINED,
    "R25": CalendarAnswer.TENTATIVE, "R26": CalendarAnswer.ACCEPTED, "R27": CalendarAnswer.ACCEPTED,
    "R28": CalendarAnswer.ACCEPTED, "R29": CalendarAnswer.ACCEPTED,
}  # fmt: skip
needs_cases = pytest.mark.skipif(not cases("mail"), reason="the shared cases are not beside this checkout")


@needs_cases
@pytest.mark.parametrize("name", SHARED)
def test_each_shared_answer_is_booked_or_waits(entry: CalendarEntry, name: str, now: datetime) -> None:
    take(addressed(case("mail", name + "-"), entry), now)
    waiting = db.session.scalars(select(IncomingMail)).all()
    if isinstance(SHARED[name], CalendarAnswer):
        assert (entry.answer, waiting) == (SHARED[name], [])
    else:
        assert entry.answer is CalendarAnswer.NONE
        assert [row.kind for row in waiting] == [kind for kind in [SHARED[name]] if kind]


@needs_cases
def test_of_the_shared_answers_the_later_one_counts(entry: CalendarEntry, now: datetime) -> None:
    now += timedelta(days=30)  # both were written on 2026-12-01
    for name in ("R10a", "R10b"):
        take(addressed(case("mail", name), entry), now)
    assert entry.answer is CalendarAnswer.ACCEPTED


def shared_bounces() -> Iterator[Any]:
    waiting = {"B10": MailKind.MEMBER, "B11": MailKind.REPORT, "B15": MailKind.COMPLAINT, "B17": MailKind.REPORT,
               "B18": MailKind.REPORT}  # fmt: skip
    for path in cases("mail", "B*.eml"):
        yield pytest.param(path.name[:3], waiting.get(path.name[:3]), id=path.stem)


@needs_cases
@pytest.mark.parametrize(("name", "kind"), list(shared_bounces()))
def test_each_shared_bounce_came_back_or_waits(
    entry: CalendarEntry, name: str, kind: MailKind | None, now: datetime
) -> None:
    take(addressed(case("mail", name), entry), now)
    states = dict(db.session.execute(select(OutboxMessage.message_id, OutboxMessage.state)).all())
    assert states[entry.message_id] is (Delivery.SENT if kind else Delivery.BOUNCED)
    assert [row.kind for row in db.session.scalars(select(IncomingMail))] == ([kind] if kind else [])


@needs_cases
def test_real_bounces_of_our_mail_are_noted_at_it(entry: CalendarEntry, now: datetime) -> None:
    marked = 0
    for name, raw in bounces():
        if name.startswith("lhost-postfix"):
            found = raw.replace(b"\n\n", b"\n\nMessage-ID: " + entry.message_id.encode() + b"\n\n", 1)
            marked += take(found, now).startswith("delivery report: failed")
    assert marked >= 30
