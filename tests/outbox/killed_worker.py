"""A worker that ends itself by SIGKILL at the named step when it comes there for the given time; for test_killing.py.

Arguments: database URL, port of the mail server, step, number, clock (ISO).
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from rbc_events.app import create_app
from rbc_events.database import db
from rbc_events.outbox.sending import deliver_due
from rbc_events.outbox.transport import open_transport
from tests.conftest import make_config

STEPS = ("before commit", "after commit", "before sending", "after sending")


def main(database_url: str, port: str, step: str, number: str, clock: str) -> None:
    app = create_app(make_config(Path(database_url.removeprefix("sqlite:///")).parent, database_url))
    count = {"sends": 0, "commits": 0}

    def die_at(here: str, reached: int) -> None:
        if here == step and reached == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    class Transport:
        def __init__(self) -> None:
            self.inner = open_transport(f"smtp://127.0.0.1:{port}")

        def send(self, *mail: Any) -> None:
            die_at("before sending", count["sends"] + 1)
            self.inner.send(*mail)
            count["sends"] += 1
            die_at("after sending", count["sends"])

        def close(self) -> None:
            self.inner.close()

    with app.app_context():

        @event.listens_for(db.session, "before_commit")
        def _before(_session: Any) -> None:
            # The first commit keeps the first claim; each further one keeps that a mail was sent and the next claim.
            count["commits"] += 1
            die_at("before commit", count["commits"])

        @event.listens_for(db.session, "after_commit")
        def _after(_session: Any) -> None:
            die_at("after commit", count["commits"])

        deliver_due(Transport(), clock=lambda: datetime.fromisoformat(clock))


if __name__ == "__main__":
    main(*sys.argv[1:])
