"""Mails that were fetched: none keeps the others out, whatever it does."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from rbc_events.calendars import incoming
from rbc_events.calendars.incoming import Part
from rbc_events.database import db
from rbc_events.meetings import calendar_replies, mailbox
from rbc_events.meetings.calendar_replies import read_mails, take_mail
from rbc_events.meetings.fetching import take_all
from rbc_events.meetings.mailbox import Fetched, Place
from rbc_events.meetings.models import IncomingMail, MailKind
from tests import confined_work
from tests.world import World

WORDS = b"From: taro@sample.example\r\nSubject: Hello\r\n\r\nI can't come."


def fetched(*contents: bytes) -> list[Fetched]:
    return [Fetched(content=raw, place=Place(1, number)) for number, raw in enumerate(contents, 1)]


def kept() -> list[tuple[bytes, MailKind]]:
    rows = db.session.scalars(select(IncomingMail).order_by(IncomingMail.uid))
    return [(row.content, row.kind) for row in rows]


def test_a_mail_with_a_header_that_cant_be_decoded_is_shown_as_it_came(world: World, now: datetime) -> None:
    db.session.commit()
    cut_off = WORDS.replace(b"Hello", b"=?utf-8?B?QUJDR?=")
    assert take_all(fetched(cut_off, WORDS), clock=lambda: now) == [1, 2]
    assert kept() == [(cut_off, MailKind.WORDS), (WORDS, MailKind.WORDS)]
    assert db.session.scalar(select(IncomingMail.subject).where(IncomingMail.uid == 1)) == "=?utf-8?B?QUJDR?="


def test_a_mail_on_which_reading_fails_leaves_those_beside_it_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    readable = incoming.readable

    def fail_on_one(parts: list[Part]) -> str:
        text = readable(parts)
        if text == "Fail":
            raise ZeroDivisionError
        return text

    monkeypatch.setattr(incoming, "readable", fail_on_one)
    found = read_mails([WORDS, WORDS.replace(b"I can't come.", b"Fail"), WORDS])
    assert [read and read.text for read in found] == ["I can't come.", None, "I can't come."]


@pytest.fixture
def failing(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database fails while a mail is recorded whose words are "Fail"."""
    error: Exception = request.param

    def fail(_mapper: object, _connection: object, row: IncomingMail) -> None:
        if row.text == "Fail":
            raise error

    event.listen(IncomingMail, "before_insert", fail)
    yield
    event.remove(IncomingMail, "before_insert", fail)


@pytest.mark.parametrize("failing", [OverflowError("date value out of range")], indirect=True)
@pytest.mark.usefixtures("failing")
def test_a_mail_that_cant_be_recorded_is_kept_for_a_person_and_the_others_are_taken(
    world: World, now: datetime
) -> None:
    db.session.commit()
    fails = WORDS.replace(b"I can't come.", b"Fail")
    assert take_all(fetched(WORDS, fails, WORDS + b" Bye."), clock=lambda: now) == [1, 2, 3]
    assert kept() == [(WORDS, MailKind.WORDS), (fails, MailKind.UNREADABLE), (WORDS + b" Bye.", MailKind.WORDS)]


@pytest.mark.parametrize("failing", [OperationalError("INSERT", {}, Exception("locked"))], indirect=True)
@pytest.mark.usefixtures("failing")
def test_a_database_that_fails_lets_the_mail_come_again(world: World, now: datetime) -> None:
    db.session.commit()
    with pytest.raises(OperationalError):
        take_all(fetched(WORDS.replace(b"I can't come.", b"Fail")), clock=lambda: now)
    db.session.rollback()
    assert kept() == []


def test_a_piped_mail_that_takes_too_much_is_kept_for_a_person(
    world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.commit()
    monkeypatch.setattr(calendar_replies, "read_mail", confined_work.die_reading)
    assert take_mail(WORDS, now=now) == "refused: reading it took too much"
    db.session.commit()
    assert kept() == [(WORDS, MailKind.UNREADABLE)]


def test_the_number_of_a_mail_may_stand_before_or_after_its_content() -> None:
    class Server:
        def uid(self, *_command: str) -> tuple[str, list[tuple[bytes, bytes] | bytes]]:
            told = [(b"1 (UID 7 BODY[] {3}", b"one"), b")", b"2 (FLAGS (\\Seen) UID 5)"]
            return "OK", [*told, (b"3 (BODY[] {5}", b"three"), b" UID 9)", (b"4 (BODY[] {4}", b"none"), b")"]

    batch = [(7, True), (9, True)]
    found = mailbox._fetch(Server(), batch, 1)  # type: ignore[arg-type]
    assert found == [Fetched(b"one", Place(1, 7)), Fetched(b"three", Place(1, 9))]
