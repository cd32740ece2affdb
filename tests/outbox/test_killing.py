"""Workers killed by SIGKILL at every step lose no mail and repeat at most the one in flight, byte for byte."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.operations import queue
from rbc_events.outbox.sending import STUCK_AFTER
from tests.outbox.killed_worker import STEPS
from tests.outbox.letters import make_letter
from tests.outbox.mailserver import mail_server

ROOT = Path(__file__).parent.parent.parent
MAILS = 1_000
KILLS = int(os.environ.get("RBC_KILLS", "8"))  # two at each step; 50 take some minutes


def run_worker(app: Flask, port: int, step: str, number: int, clock: datetime) -> int:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-m", "tests.outbox.killed_worker", url, str(port), step, str(number), clock.isoformat()]
    return subprocess.run(command, cwd=ROOT, timeout=120).returncode


@pytest.mark.slow
def test_a_worker_killed_at_each_step_loses_nothing_and_repeats_at_most_one(
    app: Flask, now: datetime, figure: Any
) -> None:
    queue([make_letter(number) for number in range(MAILS)], now=now)
    db.session.commit()
    queued = {message.message_id: message.content for message in db.session.scalars(select(OutboxMessage))}
    db.session.rollback()  # a transaction held open here would lock the workers out
    kills = 0
    with mail_server() as (keeper, port):
        while kills < KILLS:
            step, turn = STEPS[kills % len(STEPS)], kills // len(STEPS)
            repeated_before = len(keeper.received) - len(set(keeper.received))
            assert run_worker(app, port, step, 1 + 2 * turn, now) == -signal.SIGKILL
            kills += 1
            now += STUCK_AFTER + timedelta(seconds=1)
            repeated = len(keeper.received) - len(set(keeper.received)) - repeated_before
            assert repeated <= 1, step
        assert run_worker(app, port, "never", 0, now) == 0

    db.session.rollback()
    states = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    assert [tuple(row) for row in states] == [(Delivery.SENT, MAILS)]
    assert set(keeper.identifiers()) == set(queued)
    # A mail that came twice came as the same bytes.
    assert set(keeper.received) == set(queued.values())
    repeated = sum(count - 1 for count in Counter(keeper.identifiers()).values())
    # Some of the steps come between sending and keeping that it was sent.
    assert 0 < repeated <= kills
    figure(f"{MAILS:,} mails, {kills} kills: 0 lost, {repeated} repeated, each as the same bytes")
