"""A single-use link is in the mail and nowhere else once the mail has gone."""

import base64
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.accounts import mails as account_mails
from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.staff import appoint
from rbc_events.follow_ups import operations as follow_ups
from rbc_events.mail.kinds import KINDS
from rbc_events.meetings.models import MeetingState
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import queue, send_again
from rbc_events.outbox.sending import PAUSES, STUCK_AFTER, deliver_due, release_stuck
from rbc_events.outbox.transport import FolderTransport, Refused
from rbc_events.registration import colleagues
from rbc_events.registration import mails as registration_mails
from rbc_events.relationships.operations import take_up_meeting
from rbc_events.seasons import offering
from tests.factories import make_delegate, make_event, make_registration, make_user
from tests.meetings.published import make_meeting
from tests.outbox.letters import make_letter

pytestmark = pytest.mark.usefixtures("app")
CANARY = "canary-3f8e1f0c9a"
LINK = re.compile(rb"/(?:password|confirm|join|colleagues|follow-up|times)/([\w-]{20,})")


class Refusing:
    def send(self, sender: str, recipient: str, content: bytes) -> None:
        raise Refused("550 no such mailbox")

    def close(self) -> None: ...


def readable(content: bytes) -> bytes:
    """The bytes, and after them whatever stands in them as base64."""
    runs = re.findall(rb"(?:[A-Za-z0-9+/]{40,76}=*\r?\n)+(?:[A-Za-z0-9+/]+=*)?", content)
    return content + b"".join(base64.b64decode(run.replace(b"\n", b"") + b"==") for run in runs)


def rows_of_the_database() -> bytes:
    """Every byte of the database's file and of what waits to be written into it."""
    path = Path(db.engine.url.database)
    db.session.commit()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return readable(path.read_bytes())


def one_mail() -> OutboxMessage:
    return db.session.scalars(select(OutboxMessage)).one()


def queue_canary(now: datetime) -> None:
    queue([make_letter(text=f"https://rbc-events.example/password/{CANARY}", secret=True)], now=now)
    db.session.commit()


def test_a_sent_link_is_in_the_file_and_no_longer_in_the_database(tmp_path: Path, now: datetime) -> None:
    queue_canary(now)
    assert CANARY.encode() in rows_of_the_database()
    deliver_due(FolderTransport(tmp_path / "mail"), clock=lambda: now)
    [file] = (tmp_path / "mail").iterdir()
    assert CANARY.encode() in readable(file.read_bytes())
    assert CANARY.encode() not in rows_of_the_database()


def test_a_link_that_could_not_be_sent_is_not_kept_and_not_sent_again(now: datetime) -> None:
    queue_canary(now)
    deliver_due(Refusing(), clock=lambda: now)
    assert CANARY.encode() not in rows_of_the_database()
    send_again(one_mail(), now=now)
    assert one_mail().state == Delivery.FAILED


def test_a_link_is_kept_as_long_as_another_try_is_to_follow_and_no_longer(now: datetime) -> None:
    queue_canary(now)
    mail = one_mail()
    for tries in (1, len(PAUSES) + 1):
        mail.state, mail.attempts, mail.claimed_at = Delivery.IN_FLIGHT, tries, now
        db.session.commit()
        release_stuck(now=now + STUCK_AFTER + timedelta(seconds=1))
        assert bool(mail.content) == (tries == 1)


def test_other_mails_are_kept_so_that_they_can_be_sent_again(tmp_path: Path, now: datetime) -> None:
    queue([make_letter()], now=now)
    db.session.commit()
    deliver_due(FolderTransport(tmp_path), clock=lambda: now)
    assert one_mail().content
    one_mail().state = Delivery.BOUNCED
    send_again(one_mail(), now=now)
    assert one_mail().state == Delivery.QUEUED


def write_every_mail_with_a_link(now: datetime) -> None:
    registration = make_registration(make_event())
    delegate = make_delegate(registration, contact=True)
    account_mails.send_password_link(make_user().email, now=now)
    appoint("new@people.example", Role.HEADQUARTERS, now=now)
    registration_mails.ask_to_confirm(registration, now=now)  # asks whom no other link was sent
    registration_mails.send_draft_link(registration, now=now)
    registration_mails.invite(delegate, now=now)
    [lead] = [each.user for each in registration.organisation.memberships if each.lead]
    colleagues.invite(registration.organisation, {}, "c@people.example", language="en", lead=False, actor=lead, now=now)
    meeting = make_meeting(registration, make_registration(registration.event), state=MeetingState.HELD)
    due = follow_ups.Due(take_up_meeting(meeting, actor=None, now=now), month=1, on=now.date())
    follow_ups.ask(due, now=now)
    agreed = make_meeting(registration, make_registration(registration.event), uid="offered", state=MeetingState.AGREED)
    for party in agreed.parties:
        party.registration.delegates or make_delegate(party.registration, contact=True)
    times = [(now + timedelta(days=30), now + timedelta(days=30, hours=1))]
    offering.offer_times(agreed, times, own_place="x", actor=lead, now=now)


def test_every_mail_that_holds_a_link_is_known_to_do_so(now: datetime) -> None:
    write_every_mail_with_a_link(now)
    mails = db.session.scalars(select(OutboxMessage)).all()
    assert {mail.kind for mail in mails} == {"password", "welcome"} | {
        key for key, kind in KINDS.items() if kind.secret
    }
    for mail in mails:
        assert LINK.search(readable(mail.content)), mail.kind
        assert mail.secret, mail.kind


def test_no_link_of_any_mail_can_be_read_from_the_database_afterwards(tmp_path: Path, now: datetime) -> None:
    write_every_mail_with_a_link(now)
    db.session.commit()
    deliver_due(FolderTransport(tmp_path), clock=lambda: now)
    tokens = {LINK.search(readable(file.read_bytes()))[1] for file in tmp_path.glob("*.eml")}
    assert len(tokens) == 11
    kept = rows_of_the_database()
    assert [token for token in tokens if token in kept] == []


def test_mails_in_a_folder_are_for_the_services_user_alone(tmp_path: Path, now: datetime, monkeypatch: Any) -> None:
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)
    for _time in range(2):
        queue_canary(now)
        deliver_due(FolderTransport(folder), clock=lambda: now)
        [file] = folder.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        file.chmod(0o644)  # as an earlier version left it
        one_mail().state, one_mail().occasion = Delivery.SENT, "before"
        db.session.delete(one_mail())
