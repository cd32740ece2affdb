"""Pages are made and commands compute while others write: whoever renders holds no write lock, after a change as after
a refusal."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask, before_render_template

from rbc_events import cli
from rbc_events.agendas.fonts import build_fonts
from rbc_events.cli import settings
from rbc_events.clock import now
from rbc_events.config import STATIC
from rbc_events.database import db
from rbc_events.directory import indexing
from rbc_events.meetings import arranging
from rbc_events.meetings.models import Meeting
from rbc_events.timetable.operations import place_meeting
from tests import factories
from tests.world import World

HTMX = {"HX-Request": "true"}


def others_can_write(app: Flask) -> bool:
    other = sqlite3.connect(app.config["RBC"].database_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        return True
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()


@pytest.fixture
def rendered(app: Flask) -> Iterator[dict[str, bool]]:
    """By template, whether somebody else could write when it was begun."""
    seen: dict[str, bool] = {}

    def note(_app: Flask, template: Any, **_more: Any) -> None:
        seen[template.name] = others_can_write(app)

    with before_render_template.connected_to(note, app):
        yield seen


@pytest.fixture
def meetings(world: World) -> list[Meeting]:
    """Two meetings on the timetable, and one that waits."""
    pairs = [(world.registration, world.counterpart)]
    pairs += [(factories.make_registration(world.event), factories.make_registration(world.event)) for _ in range(2)]
    actor = world.people["coordinator"]
    made = [arranging.arrange_meeting(world.event, *pair, actor=actor, now=now(), consent="by mail") for pair in pairs]
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


@pytest.mark.slow
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


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs a command, and tells for each of its queries whether somebody else could write just then."""
    monkeypatch.setattr(settings, "configuration", lambda: app.config["RBC"])
    seen: list[bool] = []

    def note(*_query: Any) -> None:
        seen.append(others_can_write(app))

    def invoke(*arguments: str) -> list[bool]:
        db.session.commit()
        seen.clear()
        done = CliRunner().invoke(cli.main, arguments)
        assert done.exit_code == 0, done.output
        return seen

    sa.event.listen(sa.Engine, "after_cursor_execute", note)
    yield invoke
    sa.event.remove(sa.Engine, "after_cursor_execute", note)


def test_nobody_waits_for_a_report_that_a_command_prints(world: World, run: Any, tmp_path: Any) -> None:
    build_fonts(STATIC / "fonts")
    queries = run("report", str(world.event.programme.fiscal_year), "-o", str(tmp_path / "report.pdf"))
    assert len(queries) > 10
    assert all(queries)


def test_nobody_waits_for_what_would_be_forgotten(world: World, run: Any) -> None:
    queries = run("retention", "run", "--dry-run")
    assert len(queries) > 3
    assert all(queries)


def test_whoever_writes_comes_in_while_the_index_is_written_anew(
    world: World, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 1)
    ended: list[Any] = []
    note = ended.append
    db.session.commit()
    sa.event.listen(sa.Engine, "commit", note)
    try:
        run("reindex")
    finally:
        sa.event.remove(sa.Engine, "commit", note)
    assert len(ended) >= db.session.scalar(sa.text("SELECT count(*) FROM search_organisations")) > 1
