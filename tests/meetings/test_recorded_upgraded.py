"""Meetings that were recorded without ever having been published, on a database of before."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from rbc_events.database import db
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.migrating import migrate
from tests.factories import NOW, add, make_event

pytestmark = pytest.mark.slow
TIME = {"starts_at": NOW.replace(hour=1), "ends_at": NOW.replace(hour=2), "own_place": "Sample hall"}


def meeting(event: Any, number: int, state: MeetingState, **fields: Any) -> int:
    return add(Meeting(event_id=event.id, uid=f"{number}@test", state=state, **fields)).id  # type: ignore[no-any-return]


def test_what_was_held_was_told(shared: Flask) -> None:
    event = make_event()
    held = meeting(event, 1, MeetingState.HELD, recorded_at=NOW, **TIME)
    missed = meeting(event, 2, MeetingState.NO_SHOW, **TIME)
    told = meeting(event, 3, MeetingState.HELD, published_starts_at=NOW, published_ends_at=NOW, **TIME)
    planned = meeting(event, 4, MeetingState.SCHEDULED, **TIME)
    db.session.commit()
    db.session.remove()
    migrate.init_app(shared, db)
    downgrade(revision="0023")
    upgrade()
    found = {number: db.session.get_one(Meeting, number) for number in (held, missed, told, planned)}
    for number in (held, missed):
        assert found[number].published_starts_at == TIME["starts_at"]
        assert found[number].published_ends_at == TIME["ends_at"]
        assert found[number].published_own_place == "Sample hall"
    assert (found[held].published_at, found[missed].published_at) == (NOW, TIME["starts_at"])
    assert found[told].published_starts_at == NOW
    assert found[planned].published_starts_at is None
