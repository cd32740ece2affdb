"""Calendars and mail at the size of a large event: 1,000 meetings of 1,001 organisations, on SQLite.

    python -m benchmarks.calendars [--meetings 1000]

Publishes the timetable (writes 2,000 invitations), hands them to an SMTP server in a process of its own, reads an
answer for every meeting from an IMAP server, and a subscribed calendar of all meetings, new and unchanged. Prints
seconds on the clock and of this process's CPU: on a busy machine the second is the one to compare. The figures to keep
are beside each line.
"""

import argparse
import imaplib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

os.environ["RBC_INSTANCE"] = tempfile.mkdtemp(prefix="rbc-benchmark-")
os.environ["RBC_ENV"] = "test"

from flask import Flask
from sqlalchemy import func, select

from benchmarks.filling import fill_event
from rbc_events.accounts.models import User
from rbc_events.app import create_app
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.models import Event, Programme, ProgrammeKind, Sector
from rbc_events.meetings.feeds import Subject, feed_token, open_feed
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, FeedScope, Meeting
from rbc_events.meetings.tasks import fetch_answers
from rbc_events.migrating import migrate_database
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outbox.sending import deliver_due
from rbc_events.outbox.transport import open_transport
from rbc_events.registration.models import Delegate, Organisation, Registration
from rbc_events.timetable.publishing import publish

SMTP_SERVER = """
import sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
time.sleep(600)
"""


@contextmanager
def timed(what: str, keep: str) -> Iterator[None]:
    clock, cpu = time.perf_counter(), time.process_time()
    yield
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"{what:<52}{clock:>8.3f} s {cpu:>8.3f} s CPU   {keep}", flush=True)


def prepare(app: Flask, meetings: int) -> Event:
    """An event whose timetable is made and not yet published; one delegate an organisation, half of them Japanese."""
    migrate_database(app.config["RBC"])
    programme = Programme(key="bench", kind=ProgrammeKind.RBC, fiscal_year=2026, name_en="Benchmark")
    sector = Sector(key="healthcare", name_ja="ヘルスケア", name_en="Healthcare")
    db.session.add_all([programme, sector])
    db.session.flush()
    fill_event(programme, sector, meetings, 0)
    event = db.session.scalars(select(Event)).one()
    event.reply_address = "secretariat@sample.example"
    for registration in db.session.scalars(select(Registration).join(Organisation)):
        if not registration.delegates:
            language = "ja" if registration.id % 2 else "en"
            address = f"person{registration.id}@sample.example"
            registration.delegates.append(Delegate(email=address, family_latin="Mihon", language=language))
    for meeting in db.session.scalars(select(Meeting)):
        meeting.published_starts_at = meeting.published_ends_at = meeting.published_at = meeting.published_place = None
    db.session.commit()
    return event


@contextmanager
def server_on(*command: str) -> Iterator[int]:
    """The port of a mail server in a process of its own; {port} in the command stands for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([part.format(port=port) for part in command], stdout=quiet, stderr=quiet)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def deliver_answers(port: int, entries: list[CalendarEntry]) -> None:
    mailbox = imaplib.IMAP4("127.0.0.1", port)
    mailbox.login("demouser", "demopass")
    for entry in entries:
        mailbox.append("INBOX", None, None, answer_to(entry))  # type: ignore[arg-type]
    mailbox.logout()


def answer_to(entry: CalendarEntry) -> bytes:
    """A calendar program accepts, in the mail that it would write."""
    lines = [
        f"From: {entry.recipient}",
        f"In-Reply-To: <{entry.message_id.strip('<>')}>",
        "Subject: Accepted",
        "MIME-Version: 1.0",
        "Content-Type: text/calendar; method=REPLY; charset=utf-8",
        "",
        "BEGIN:VCALENDAR",
        "PRODID:-//Sample//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"UID:{entry.meeting.uid}",
        f"DTSTAMP:{now():%Y%m%dT%H%M%SZ}",
        f"DTSTART:{entry.starts_at:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{entry.sequence}",
        "ORGANIZER:mailto:secretariat@sample.example",
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{entry.recipient}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()


def read_answers(app: Flask, entries: list[CalendarEntry]) -> None:
    """Their answers, from an IMAP server on this machine."""
    pymap = str(Path(sys.executable).parent / "pymap")
    services = ("--no-tls", "--no-service", "admin", "--no-service", "managesieve")
    with server_on(pymap, "--host", "127.0.0.1", "--port", "{port}", *services, "dict", "--demo-data") as port:
        url = f"imap://demouser:demopass@127.0.0.1:{port}/INBOX"
        app.config["RBC"] = replace(app.config["RBC"], inbox_url=url)
        fetch_answers()  # what the server came with
        deliver_answers(port, entries)
        with timed(f"read {len(entries)} answers from an IMAP server", "under 10 s for 1,000"):
            fetch_answers()
    accepted = select(func.count()).select_from(CalendarEntry).where(CalendarEntry.answer == CalendarAnswer.ACCEPTED)
    assert db.session.scalar(accepted) == len(entries)


def read_feed(app: Flask, path: str, tag: str = "") -> tuple[int, str]:
    response = app.test_client().get(path, headers={"If-None-Match": tag} if tag else {})
    return response.status_code, response.headers.get("ETag", "")


def main(meetings: int) -> None:
    app = create_app()
    with app.app_context():
        event = prepare(app, meetings)
        with timed(f"publish {meetings} meetings, write their mails", "under 5 s"):
            publish(event, now=now(), revision=event.revision)
            db.session.commit()
        mails = db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
        owner_id = db.session.scalars(select(Delegate.user_id).where(Delegate.user_id.is_not(None))).first()
        side = db.session.scalars(select(Delegate.registration_id).where(Delegate.user_id == owner_id)).one()
        subject = Subject(FeedScope.ORGANISATION, side, event.name, (side,))
        owner = db.session.get_one(User, owner_id)
        feed = open_feed(event, subject, owner=owner, language="ja", now=datetime.now(UTC))
        path = f"/calendars/{feed_token(feed)}.ics"
        db.session.commit()
        keep = f"{mails / 100:.0f} s at 100 a second"
        with (
            server_on(sys.executable, "-c", SMTP_SERVER, "{port}") as port,
            timed(f"hand {mails} mails to an SMTP server", keep),
        ):
            tally = deliver_due(open_transport(f"smtp://127.0.0.1:{port}"), clock=now)
        assert tally.sent == mails
        read_answers(app, list(db.session.scalars(select(CalendarEntry).limit(meetings))))
        db.session.remove()
    read_feed(app, path)  # templates, zones and translations are loaded once
    for _ in range(3):
        with timed(f"a calendar of {meetings} meetings, made anew", "under 0.150 s"):
            status, tag = read_feed(app, path)
        assert status == 200
        with timed("the same, unchanged", "under 0.010 s"):
            status, _tag = read_feed(app, path, tag)
        assert status == 304


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meetings", type=int, default=1000)
    # A confined process imports the file that was started, which would be this one with all of the application. Of the
    # application's own command it imports nothing.
    sys.modules["__main__"].__spec__ = None
    del sys.modules["__main__"].__file__
    main(parser.parse_args().meetings)
