"""A page is made while others write: whoever renders holds no write lock, after a change as after a refusal."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, before_render_template

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings import operations as requests
from rbc_events.meetings.models import Meeting
from rbc_events.timetable.operations import place_meeting
from tests import factories
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rendered(app: Flask) -> Iterator[dict[str, bool]]:
    """By template, whether somebody else could write when it was begun."""
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    seen: dict[str, bool] = {}

    def note(_app: Flask, template: Any, **_more: Any) -> None:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            seen[template.name] = True
        except sqlite3.OperationalError:
            seen[template.name] = False
        finally:
            other.close()

    with before_render_template.connected_to(note, app):
        yield seen


@pytest.fixture
def meetings(world: World) -> list[Meeting]:
    """Two meetings on the timetable, and one that waits."""
    pairs = [(world.registration, world.counterpart)]
    pairs += [(factories.make_registration(world.event), factories.make_registration(world.event)) for _ in range(2)]
    actor = world.people["coordinator"]
    made = [requests.arrange_meeting(world.event, *pair, actor=actor, now=now(), consent="by mail") for pair in pairs]
    for meeting, place in zip(made[:2], world.event.places, strict=True):
        place_meeting(meeting, slot=world.event.slots[0], place=place, now=now())
    db.session.commit()
    return made


def where(world: World, slot: int, place: int) -> dict[str, Any]:
    return {"slot": world.event.slots[slot].id, "place": world.event.places[place].id, "interpreter": -1}


CASES = {
    "moved": ("timetable/{free}/move", lambda world: where(world, 2, 0), 200),
    "a place that is taken": ("timetable/{free}/move", lambda world: where(world, 0, 0), 409),
    "a place that doesn't exist": ("timetable/{free}/move", lambda _world: {"slot": 0, "place": 0}, 422),
    "taken off": ("timetable/{placed}/remove", lambda _world: {}, 200),
    "pinned though it waits": ("timetable/{free}/pin", lambda _world: {"pinned": "1"}, 409),
    "a length that can't be": ("timetable/{free}/details", lambda _world: {"length": "0"}, 422),
    "aims that can't be": ("timetable/runs", lambda _world: {"time_limit": "7"}, 422),
    "published without a revision": ("timetable/publish", lambda _world: {}, 422),
    "called off without a reason": ("meetings/{placed}/cancel", lambda _world: {}, 422),
    "proposed without sides": ("requests/propose", lambda _world: {}, 422),
    "rules that can't be": ("requests/rules", lambda _world: {"request_days": "-1"}, 422),
}


@pytest.mark.parametrize("case", CASES)
def test_whoever_renders_holds_up_nobody_who_writes(
    world: World, meetings: list[Meeting], rendered: dict[str, bool], sign_in: Any, case: str
) -> None:
    address, data, status = CASES[case]
    path = f"/events/{world.event.key}/{address.format(placed=meetings[0].id, free=meetings[2].id)}"
    response = sign_in(world.people["coordinator"]).post(path, data=data(world), headers=HTMX)
    assert response.status_code == status
    assert rendered
    assert all(rendered.values()), rendered
