import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Timer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.calendars import bounce
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import html_of, queue, send_again
from rbc_events.outbox.sending import PAUSES, STUCK_AFTER, WHILE_UNREACHABLE, Tally, deliver_due
from rbc_events.outbox.transport import FolderTransport, open_transport, own_sender
from tests.outbox.letters import make_letter
from tests.outbox.mailserver import Keeper, mail_server
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("app")


class Clock:
    def __init__(self, start: datetime) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def forward(self, by: timedelta) -> None:
        self.time += by


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def server() -> Iterator[tuple[Keeper, int]]:
    with mail_server() as running:
        yield running


def queue_mails(count: int, clock: Clock) -> None:
    queue([make_letter(number) for number in range(1, count + 1)], now=clock())
    db.session.commit()


def deliver(port: int, clock: Clock, limit: int = 10_000) -> Tally:
    transport = open_transport(f"smtp://127.0.0.1:{port}")
    try:
        return deliver_due(transport, clock=clock, limit=limit)
    finally:
        transport.close()


def message(number: int) -> OutboxMessage:
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.occasion == f"test:{number}")).one()


def test_mails_go_out_over_one_connection_and_are_marked_sent(server: tuple[Keeper, int], clock: Clock) -> None:
    keeper, port = server
    queue_mails(3, clock)

    assert deliver(port, clock) == Tally(sent=3)
    assert len(keeper.received) == 3
    assert len(keeper.connections) == 1
    assert {message(number).state for number in (1, 2, 3)} == {Delivery.SENT}
    assert message(1).sent_at == clock()
    assert deliver(port, clock) == Tally()


def test_an_occasion_is_written_once_however_often_it_is_asked_for(server: tuple[Keeper, int], clock: Clock) -> None:
    assert queue([make_letter(1), make_letter(2)], now=clock()) == 2
    assert queue([make_letter(2), make_letter(3)], now=clock()) == 1
    db.session.commit()
    deliver(server[1], clock)
    assert queue([make_letter(1)], now=clock()) == 0
    db.session.commit()
    assert deliver(server[1], clock) == Tally()


def test_nothing_is_sent_of_a_transaction_that_was_rolled_back(server: tuple[Keeper, int], clock: Clock) -> None:
    queue([make_letter()], now=clock())
    db.session.rollback()
    assert deliver(server[1], clock) == Tally()


def test_a_refused_recipient_fails_alone_and_says_why(server: tuple[Keeper, int], clock: Clock) -> None:
    keeper, port = server
    keeper.answers["person2@people.example"] = "550 5.1.1 no such user"
    queue_mails(3, clock)

    assert deliver(port, clock) == Tally(sent=2, failed=1)
    assert message(2).state is Delivery.FAILED
    assert "no such user" in message(2).fault
    assert len(keeper.received) == 2


@pytest.mark.slow
def test_a_postponed_mail_is_tried_again_after_growing_pauses_and_then_fails(
    server: tuple[Keeper, int], clock: Clock
) -> None:
    keeper, port = server
    keeper.answers["person1@people.example"] = "451 4.3.0 later, please"
    queue_mails(1, clock)
    for pause in PAUSES:
        assert deliver(port, clock) == Tally(postponed=1)
        assert message(1).state is Delivery.AWAITING_RETRY
        clock.forward(pause - timedelta(seconds=1))
        assert deliver(port, clock) == Tally()
        clock.forward(timedelta(seconds=1))
    assert deliver(port, clock) == Tally(failed=1)
    assert "later, please" in message(1).fault
    assert list(PAUSES) == sorted(PAUSES)


def test_a_server_that_is_down_and_comes_back_loses_and_doubles_nothing(clock: Clock) -> None:
    port = free_port()
    queue_mails(5, clock)
    assert deliver(port, clock) == Tally(postponed=1)
    assert message(2).state is Delivery.QUEUED

    with mail_server(port=port) as (keeper, _port):
        assert deliver(port, clock) == Tally(sent=4)
        clock.forward(WHILE_UNREACHABLE)
        assert deliver(port, clock) == Tally(sent=1)
    assert sorted(keeper.identifiers()) == sorted(message(number).message_id for number in range(1, 6))


@pytest.mark.slow
def test_a_server_that_is_down_for_days_costs_no_mail_a_try(clock: Clock) -> None:
    queue_mails(1, clock)
    for _ in range(2 * len(PAUSES)):
        assert deliver(free_port(), clock) == Tally(postponed=1)
        clock.forward(timedelta(hours=6))
    assert (message(1).state, message(1).attempts) == (Delivery.AWAITING_RETRY, 0)


def test_a_server_that_dies_between_two_mails_is_met_again(clock: Clock) -> None:
    port = free_port()
    queue_mails(2, clock)
    transport = open_transport(f"smtp://127.0.0.1:{port}")
    with mail_server(port=port) as (first, _port):
        assert deliver_due(transport, clock=clock, limit=1) == Tally(sent=1)
    assert deliver_due(transport, clock=clock) == Tally(postponed=1)
    clock.forward(WHILE_UNREACHABLE)
    with mail_server(port=port) as (second, _port):
        assert deliver_due(transport, clock=clock) == Tally(sent=1)
        transport.close()
    assert len(first.received) == len(second.received) == 1


@pytest.mark.slow
def test_a_database_that_is_locked_for_long_neither_loses_nor_doubles_a_mail(
    server: tuple[Keeper, int], clock: Clock, app: Flask
) -> None:
    keeper, port = server
    queue_mails(3, clock)
    path = app.config["RBC"].database_url.removeprefix("sqlite:///")
    locker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    transport = open_transport(f"smtp://127.0.0.1:{port}")
    send, locked = transport.send, 0

    def send_and_lock(*mail: Any) -> None:
        """Somebody else begins to write while the mail is under way, and goes on for three of our waits."""
        nonlocal locked
        send(*mail)
        locker.execute("BEGIN IMMEDIATE")
        locked += 1
        Timer(0.3, locker.execute, ["ROLLBACK"]).start()

    transport.send = send_and_lock
    db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 100")
    db.session.rollback()
    assert deliver_due(transport, clock=clock) == Tally(sent=3)
    transport.close()
    locker.close()
    assert locked == len(keeper.received) == len(set(keeper.identifiers())) == 3
    assert {message(number).state for number in (1, 2, 3)} == {Delivery.SENT}


def test_a_mail_left_in_flight_is_sent_again_identically(server: tuple[Keeper, int], clock: Clock) -> None:
    keeper, port = server
    queue_mails(1, clock)
    deliver(port, clock)
    message(1).state, message(1).claimed_at = Delivery.IN_FLIGHT, clock()
    db.session.commit()

    clock.forward(STUCK_AFTER - timedelta(seconds=1))
    assert deliver(port, clock) == Tally()
    clock.forward(timedelta(seconds=1))
    assert deliver(port, clock) == Tally(sent=1)
    assert keeper.received[0] == keeper.received[1]


def test_a_mail_that_stops_every_worker_has_failed_in_the_end(server: tuple[Keeper, int], clock: Clock) -> None:
    queue_mails(1, clock)
    message(1).state, message(1).claimed_at = Delivery.IN_FLIGHT, clock()
    message(1).attempts = len(PAUSES) + 1
    db.session.commit()
    clock.forward(STUCK_AFTER)
    assert deliver(server[1], clock) == Tally()
    assert message(1).state is Delivery.FAILED


def test_staff_can_send_a_failed_mail_again_and_it_stays_the_same_mail(
    server: tuple[Keeper, int], clock: Clock
) -> None:
    keeper, port = server
    keeper.answers["person1@people.example"] = "550 no"
    queue_mails(1, clock)
    deliver(port, clock)
    identifier = message(1).message_id
    keeper.answers.clear()

    send_again(message(1), now=clock())
    db.session.commit()
    assert deliver(port, clock) == Tally(sent=1)
    assert keeper.identifiers() == [identifier]


def test_a_sent_mail_is_not_sent_again(server: tuple[Keeper, int], clock: Clock) -> None:
    queue_mails(1, clock)
    deliver(server[1], clock)
    send_again(message(1), now=clock())
    assert message(1).state is Delivery.SENT


def test_an_address_that_mail_cant_reach_fails_in_sight_and_holds_nothing_up(
    server: tuple[Keeper, int], clock: Clock
) -> None:
    bad = make_letter(1, recipient=Person(name="", address="a@b.example\r\nBcc: c@d.example"))
    queue([bad, make_letter(2)], now=clock())
    db.session.commit()
    assert deliver(server[1], clock) == Tally(sent=1)
    assert message(1).state is Delivery.FAILED
    assert message(1).fault


def test_a_domain_of_other_letters_is_asked_for_in_its_ascii_form(server: tuple[Keeper, int], clock: Clock) -> None:
    japanese = make_letter(1, recipient=Person(name="", address="info@見本.example"), reply_to="office@見本.example")
    queue([japanese], now=clock())
    db.session.commit()
    assert deliver(server[1], clock) == Tally(sent=1)
    [mail] = server[0].received
    assert b"To: info@xn--8pvz87e.example" in mail
    assert b"Reply-To: office@xn--8pvz87e.example" in mail
    assert server[0].recipients == ["info@xn--8pvz87e.example"]


@pytest.mark.parametrize("address", ["太郎@mihon.example", "a@" + "あ" * 70 + ".example"])
def test_an_address_that_no_server_takes_stops_no_other_mail(
    server: tuple[Keeper, int], clock: Clock, address: str
) -> None:
    queue_mails(2, clock)
    message(1).recipient = address  # as rows of earlier versions hold it
    db.session.commit()
    assert deliver(server[1], clock) == Tally(sent=1, failed=1)
    assert message(1).state is Delivery.FAILED


def test_a_server_that_refuses_the_content_fails_the_mail(server: tuple[Keeper, int], clock: Clock) -> None:
    keeper, port = server
    keeper.after_data = "554 5.7.1 looks like spam"
    queue_mails(1, clock)
    assert deliver(port, clock) == Tally(failed=1)
    assert "looks like spam" in message(1).fault


def test_on_a_laptop_mails_become_files_and_a_repeated_one_is_there_once(tmp_path, clock: Clock) -> None:
    queue_mails(2, clock)
    transport = FolderTransport(tmp_path / "mail")
    assert deliver_due(transport, clock=clock) == Tally(sent=2)
    for number in (1, 2):
        message(number).state = Delivery.QUEUED
    db.session.commit()
    assert deliver_due(transport, clock=clock) == Tally(sent=2)
    files = list((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(file.suffix == ".eml" for file in files)


def test_the_html_says_the_same_and_links_pages_alone(server: tuple[Keeper, int], clock: Clock) -> None:
    keeper, port = server
    page = "https://a.example/?x=1&y=2"
    text = f"<b>x</b> & javascript:alert(1)\n{page} https://b.example\n\nEnd"
    queue([make_letter(text=text, links=frozenset({page}))], now=clock())
    db.session.commit()
    deliver(port, clock)
    [html] = [part for part in keeper.messages[0].walk() if part.get_content_type() == "text/html"]
    text = html.get_payload(decode=True).decode()
    assert "&lt;b&gt;x&lt;/b&gt; &amp; javascript:alert(1)" in text
    assert '<a href="https://a.example/?x=1&amp;y=2">' in text
    assert text.count("<a ") == 1
    assert 'lang="ja"' in text


@pytest.mark.parametrize(("language", "label"), [("ja", "ページを開く"), ("en", "Open the page")])
def test_a_link_with_a_line_for_itself_is_a_button_above_its_address(app: Flask, language: str, label: str) -> None:
    page = "https://a.example/?x=1&y=2"
    letter = make_letter(text=f"To answer:\n{page}\nsee {page}", links=frozenset({page}), language=language)
    html = html_of(letter)
    address = "https://a.example/?x=1&amp;y=2"
    assert f'To answer:<br>\n<a class="mail-button" href="{address}">{label}</a><br>' in html
    assert f'<span class="mail-address">{address}</span><br>\nsee <a href="{address}">{address}</a>' in html


@pytest.mark.parametrize(("offered", "wanted"), [(True, True), (True, False), (False, True)])
def test_reports_of_deliveries_are_asked_for_where_wanted_and_offered(
    server: tuple[Keeper, int], clock: Clock, offered: bool, wanted: bool
) -> None:
    keeper, port = server
    keeper.offers_reports = offered
    queue_mails(2, clock)
    transport = open_transport(f"smtp://127.0.0.1:{port}" + ("?reports=all" if wanted else ""))
    assert deliver_due(transport, clock=clock) == Tally(sent=2)
    transport.close()
    assert keeper.reports_asked == [["NOTIFY=SUCCESS,FAILURE,DELAY"] if offered and wanted else []] * 2


def test_a_report_that_names_nothing_else_is_tied_by_the_mails_own_sender(
    server: tuple[Keeper, int], clock: Clock
) -> None:
    keeper, port = server
    queue_mails(2, clock)
    transport = open_transport(f"smtp://127.0.0.1:{port}?returns=own")
    assert deliver_due(transport, clock=clock) == Tally(sent=2)
    transport.close()
    assert len(set(keeper.senders)) == 2
    for sender, identifier in zip(keeper.senders, keeper.identifiers(), strict=True):
        report = (
            f"From: MAILER-DAEMON@mx.sample.example\r\nTo: {sender}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.sample.example\r\n\r\n"
            "Final-Recipient: rfc822; person@people.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
        returned = bounce.read(report.encode())
        assert returned is not None
        assert identifier in returned.message_ids


def test_a_sender_that_would_become_too_long_stays_as_it_is() -> None:
    content = b"Message-ID: <" + b"0" * 40 + b"@a.example>\r\n\r\n"
    assert own_sender("office@a.example", content) == f"office+{'0' * 40}@a.example"
    assert own_sender(f"{'o' * 24}@a.example", content) == f"{'o' * 24}@a.example"
