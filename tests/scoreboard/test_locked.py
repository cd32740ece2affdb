"""Many write to SQLite at once, over the pages: everybody waits for their turn, and nobody is told of a lock."""

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from rbc_events.database import db
from tests.factories import make_user
from tests.races import race

pytestmark = pytest.mark.slow

WRITERS = int(os.environ.get("RBC_WRITERS", "3"))
WRITES = int(os.environ.get("RBC_WRITES", "10"))  # by each


def save_settings(client_of: Any, outcome: Any, meet: Any, email: str, times: int) -> None:
    client = client_of(email)
    meet()
    for number in range(times):
        zone = ("Asia/Tokyo", "Europe/Paris")[number % 2]
        outcome(str(client.post("/settings", data={"language": "en", "time_zone": zone}).status_code))


def written(app: Flask, tmp_path: Path, times: int, **options: Any) -> Any:
    people = [make_user().email for _writer in range(WRITERS)]
    db.session.commit()
    doers = [(save_settings, (email, times)) for email in people]
    return race(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, doers, **options)


def test_nobody_is_told_that_the_database_is_locked(app: Flask, tmp_path: Path, figure: Any) -> None:
    counted = written(app, tmp_path, WRITES)
    assert counted == {"302": WRITERS * WRITES}
    figure(f"0 in {WRITERS * WRITES:,} writes by {WRITERS} writers")


def test_sqlites_own_transactions_tell_somebody_so(app: Flask, tmp_path: Path) -> None:
    """The control: transactions as SQLite begins them by itself. Who has begun to read can't write once another has."""
    counted = written(app, tmp_path, 20, deferred=True)
    assert counted["500"] or any("database is locked" in word for word in counted), counted
