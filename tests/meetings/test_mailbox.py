"""Answers fetched from a real IMAP server."""

import imaplib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.calendars.incoming import MAIL_OCTETS
from rbc_events.clock import now
from rbc_events.confined import Budget
from rbc_events.database import db
from rbc_events.meetings import calendar_replies, fetching, mailbox
from rbc_events.meetings.fetching import take_all
from rbc_events.meetings.incoming_mail import settle, to_mark
from rbc_events.meetings.mailbox import Fetched, MailboxFault, Place, fetch_new, mark_settled
from rbc_events.meetings.models import IncomingMail, Settlement
from rbc_events.meetings.tasks import fetch_answers
from tests.calendars.replies import GOOGLE_ACCEPTS, mail
from tests.factories import make_user
from tests.servers import free_port, wait_until_up


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    free = free_port()
    command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(free), "--no-tls"]
    for service in ("admin", "managesieve"):
        command += ["--no-service", service]
    process = subprocess.Popen([*command, "dict", "--demo-data"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_up(lambda: connect(free).logout(), process)
        yield free
    finally:
        process.terminate()
        process.wait(timeout=60)


def connect(port: int) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=60)
    client.login("demouser", "demopass")
    return client


def deliver(port: int, *contents: bytes) -> None:
    client = connect(port)
    for content in contents:
        assert client.append("INBOX", None, None, content)[0] == "OK"
    client.logout()


def url(port: int) -> str:
    return f"imap://demouser:demopass@127.0.0.1:{port}/INBOX"


def fetch(port: int) -> list[bytes]:
    taken: list[bytes] = []

    def take(mails: list[Fetched]) -> list[int]:
        taken.extend(mail.content for mail in mails if mail.whole)
        return [mail.place.uid for mail in mails if not mail.whole]

    fetch_new(url(port), take)
    return taken


@pytest.mark.slow
def test_each_new_mail_is_taken_once(port: int) -> None:
    fetch(port)  # what the server came with
    answers = [mail(GOOGLE_ACCEPTS), mail(GOOGLE_ACCEPTS.replace("ACCEPTED", "DECLINED"))]
    deliver(port, *answers)
    assert fetch(port) == answers
    assert fetch(port) == []


def test_a_mail_that_a_crash_cut_short_comes_again(port: int) -> None:
    fetch(port)
    deliver(port, mail(GOOGLE_ACCEPTS))

    def crash(_mails: list[Fetched]) -> list[int]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetch_new(url(port), crash)
    assert fetch(port) == [mail(GOOGLE_ACCEPTS)]


def test_a_mail_that_a_person_reads_first_is_fetched_all_the_same(app: Flask, port: int) -> None:
    fetch(port)
    app.config["RBC"] = replace(app.config["RBC"], inbox_url=url(port))
    deliver(port, b"From: old@sample.example\r\nSubject: before the first time\r\n\r\nRead long ago.")
    read_by_hand(port)
    assert fetch_answers() == 0
    words = b"From: taro@sample.example\r\nSubject: Hello\r\n\r\nI can't come."
    deliver(port, words)
    read_by_hand(port)
    for _time in range(2):
        fetch_answers()
        assert [row.content for row in db.session.scalars(select(IncomingMail))] == [words]
    left_for_people(port)


def read_by_hand(port: int) -> None:
    client = connect(port)
    client.select("INBOX")
    client.store("1:*", "+FLAGS", r"(\Seen)")
    client.logout()


def test_a_mail_that_is_too_large_is_left_unread_and_holds_nothing_up(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(port)
    left_for_people(port)  # the server came with one
    monkeypatch.setattr(mailbox, "MAIL_OCTETS", 2_000)
    deliver(port, mail(GOOGLE_ACCEPTS) + b"x" * 2_000, mail(GOOGLE_ACCEPTS))
    assert fetch(port) == [mail(GOOGLE_ACCEPTS)]
    assert fetch(port) == []
    assert left_for_people(port) == 1
    assert MAIL_OCTETS > 1_000_000


def left_for_people(port: int) -> int:
    """The mails that are unseen and flagged; they are deleted."""
    client = connect(port)
    client.select("INBOX")
    numbers = client.search(None, "UNSEEN", "FLAGGED")[1][0].split()
    for number in numbers:
        client.store(number, "+FLAGS", r"(\Deleted)")
    client.expunge()
    client.logout()
    return len(numbers)


def test_a_mail_that_takes_too_much_to_read_is_left_for_a_person(
    app: Flask, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(port)
    left_for_people(port)  # the server came with one
    monkeypatch.setattr(calendar_replies, "READING", Budget(seconds=0.001))
    monkeypatch.setattr(fetching, "TOGETHER", Budget(seconds=0.001))
    deliver(port, mail(GOOGLE_ACCEPTS))
    for _time in range(2):
        assert fetch_new(url(port), partial(take_all, clock=now)) == 0
    assert left_for_people(port) == 1


def test_a_mail_for_a_person_stays_unread_and_flagged_until_somebody_has_dealt_with_it(app: Flask, port: int) -> None:
    fetch(port)
    left_for_people(port)
    words = b"From: taro@sample.example\r\nSubject: Hello\r\n\r\nI can't come."
    deliver(port, words, mail(GOOGLE_ACCEPTS.replace("REPLY", "REQUEST")))
    assert fetch_new(url(port), partial(take_all, clock=now)) == 0
    assert fetch_new(url(port), partial(take_all, clock=now)) == 0, "none is fetched again"
    rows = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)).all()
    assert rows[0].content == words
    assert flags(port) == {row.uid: {"\\Flagged"} for row in rows}
    settle(rows[0], Settlement.DONE, actor=make_user(), now=now())
    mark_settled(url(port), [Place(row.uid_validity or 0, row.uid or 0) for row in to_mark()])
    assert flags(port) == {rows[0].uid: {"\\Seen"}, rows[1].uid: {"\\Flagged"}}
    mark_settled(url(port), [Place((row.uid_validity or 0) + 1, row.uid or 0) for row in rows])
    assert flags(port)[rows[1].uid] == {"\\Flagged"}, "a mailbox made anew numbers other mails"
    left_for_people(port)


def flags(port: int) -> dict[int | None, set[str]]:
    """The flags of the mails that are flagged, or were a moment ago, by number."""
    client = connect(port)
    client.select("INBOX")
    found = client.uid("FETCH", "1:*", "(UID FLAGS)")[1]
    client.logout()
    known = set(db.session.scalars(select(IncomingMail.uid)))
    lines = [line.decode() for line in found if isinstance(line, bytes)]
    numbers = {int(re.search(r"UID (\d+)", line)[1]): line for line in lines}  # type: ignore[index]
    return {number: set(re.findall(r"\\(?:Seen|Flagged)", line)) for number, line in numbers.items() if number in known}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["imap://demouser:wrong@127.0.0.1:{port}/INBOX", "imap://127.0.0.1:1/INBOX",
                                   "imap://demouser:demopass@127.0.0.1:{port}/Nowhere"])  # fmt: skip
def test_a_mailbox_that_cant_be_read_says_so(port: int, wrong: str) -> None:
    with pytest.raises(MailboxFault):
        fetch_new(wrong.format(port=port), lambda _mails: [])


@pytest.mark.slow
def test_the_command_reads_a_mail_from_standard_input(tmp_path: Path) -> None:
    environment = {**os.environ, "RBC_INSTANCE": str(tmp_path), "RBC_ENV": "test"}

    def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "rbc_events", *arguments]
        return subprocess.run(command, input=given, env=environment, capture_output=True, timeout=60)

    assert run("init").returncode == 0
    refused = run("mail", "read-reply", given=mail(GOOGLE_ACCEPTS))
    assert (refused.returncode, refused.stdout.strip()) == (0, b"refused: no address with a token of ours")
    (tmp_path / "x.eml").write_bytes(b"\xff\x00nonsense")
    refused = run("mail", "read-reply", str(tmp_path / "x.eml"))
    assert (refused.returncode, refused.stdout.strip()) == (0, b"refused: no calendar in the mail")
