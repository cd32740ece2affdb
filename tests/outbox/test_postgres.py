"""The outbox and the calendars on PostgreSQL, where several workers claim at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from rbc_events.agendas.fonts import build_fonts
from rbc_events.app import create_app
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.durable import Step
from rbc_events.meetings import feeds, ledger, print_runs
from rbc_events.meetings.models import PrintPurpose
from rbc_events.meetings.resend import catch_up
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import queue
from rbc_events.outbox.sending import deliver_due
from rbc_events.outbox.transport import open_transport
from tests.conftest import make_config, running
from tests.factories import make_delegate, make_world
from tests.meetings.published import make_meeting, publish
from tests.outbox.letters import make_letter
from tests.outbox.mailserver import mail_server

pytestmark = pytest.mark.postgres


@pytest.fixture
def app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from running(create_app(make_config(tmp_path, postgres_url)))


def test_workers_side_by_side_send_each_mail_once(app: Flask, now: datetime) -> None:
    assert queue([make_letter(number) for number in range(60)], now=now) == 60
    assert queue([make_letter(number) for number in range(70)], now=now) == 10
    db.session.commit()
    faults: list[Exception] = []

    def work(port: int) -> None:
        try:
            with app.app_context():
                transport = open_transport(f"smtp://127.0.0.1:{port}")
                deliver_due(transport, clock=lambda: now)
                transport.close()
                db.session.remove()
        except Exception as fault:
            faults.append(fault)

    with mail_server() as (keeper, port):
        workers = [Thread(target=work, args=(port,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert faults == []
    assert len(keeper.received) == len(set(keeper.identifiers())) == 70
    assert set(db.session.scalars(select(OutboxMessage.state))) == {Delivery.SENT}


def test_invitations_ledger_and_feeds_are_the_same_there(app: Flask, now: datetime) -> None:
    world = make_world()
    meeting = make_meeting(world.registration, world.counterpart)
    ten = datetime(2027, 2, 9, 1, 0, tzinfo=UTC)
    assert publish(meeting, ten, now=now, place=world.event.places[0]) == 2
    assert publish(meeting, ten + timedelta(hours=1), now=now) == 2
    assert ledger.counts(world.event)["stale"] == 2
    assert len(ledger.holdings(world.event, "stale").rows) == 2
    owner = world.people["delegate"]
    subject = feeds.subjects_for(owner, world.event)[0]
    feed = feeds.open_feed(world.event, subject, owner=owner, language="en", now=now)
    found = feeds.find_feed(feeds.feed_token(feed))
    assert found is not None
    tag = feeds.state_of(*found)
    publish(meeting, ten, now=now)
    assert feeds.state_of(*found) != tag
    assert b"DTSTART;TZID=Asia/Tokyo:20270209T100000" in feeds.content_of(world.event, subject, name="x")


def test_agendas_are_printed_and_those_who_joined_are_told_there_too(app: Flask, now: datetime) -> None:
    build_fonts(STATIC / "fonts")
    world = make_world()
    meeting = make_meeting(world.registration, world.counterpart)
    publish(meeting, datetime(2027, 2, 9, 1, 0, tzinfo=UTC), now=now, place=world.event.places[0])
    make_delegate(world.registration)
    assert catch_up(world.event, now=now) == 1
    for purpose in PrintPurpose:
        run = print_runs.ask_for_print(world.event, purpose, actor=world.people["coordinator"], now=now)
        db.session.commit()
        print_runs.work(run.id, clock=lambda: now)
        db.session.expire_all()
        assert (run.state, run.done) == (Step.DONE, run.total)
    assert len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "agenda")).all()) == 3
