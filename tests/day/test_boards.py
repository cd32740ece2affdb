"""The board in the foyer shows times and tables to everybody, and names to nobody who hasn't agreed."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.day import boards, operations
from rbc_events.day.models import Board
from rbc_events.day.routes import foyer as routes
from rbc_events.meetings.models import Meeting
from rbc_events.registration.models import Consent, ConsentKind, Registration
from tests.day.conftest import on_timetable
from tests.factories import NOW, add, make_registration
from tests.world import World


def publish_name(side: Registration) -> None:
    add(Consent(registration=side, kind=ConsentKind.PUBLICATION, wording="1", given_at=NOW))


def board(world: World, *, names: bool = True) -> Board:
    return boards.open_board(world.event, names=names, actor=world.people["coordinator"], now=NOW)


def named(shown: boards.Shown) -> list[str]:
    lines = [line for stretch in [*shown.on, *shown.following] for line in stretch.lines]
    return [name.en for line in lines for name in line.organisations]


def test_those_alone_are_named_who_agreed_to_publication(world: World, meeting: Meeting) -> None:
    publish_name(world.registration)
    shown = boards.shown_on(board(world), now=meeting.starts_at)
    assert named(shown) == [world.registration.organisation.name_latin]


def test_a_board_without_names_has_times_and_tables(world: World, meeting: Meeting) -> None:
    for side in (world.registration, world.counterpart):
        publish_name(side)
    shown = boards.shown_on(board(world, names=False), now=meeting.starts_at)
    assert [line.place for line in shown.on[0].lines] == [meeting.place.name]
    assert named(shown) == []


def test_what_is_on_stands_beside_what_begins_next_and_no_later(world: World, meeting: Meeting) -> None:
    for slot in (1, 3):
        on_timetable(world, world.registration, make_registration(world.event), slot=slot)
    shown = boards.shown_on(board(world), now=meeting.starts_at)
    slots = world.event.slots
    assert [each.starts_at for each in shown.on] == [slots[0].starts_at]
    assert [each.starts_at for each in shown.following] == [slots[1].starts_at]


def test_what_was_changed_on_the_day_is_marked(world: World, meeting: Meeting) -> None:
    now, screen = meeting.starts_at - timedelta(minutes=30), board(world)
    assert not boards.shown_on(screen, now=now).following[0].lines[0].changed
    operations.move_meeting(meeting, slot=world.event.slots[1], place=world.event.places[1], now=now)
    [line] = boards.shown_on(screen, now=now).following[0].lines
    assert (line.changed, line.place) == (True, world.event.places[1].name)


def test_what_was_not_published_is_not_shown(world: World, meeting: Meeting) -> None:
    now = meeting.starts_at
    meeting.published_starts_at = meeting.published_ends_at = None
    db.session.flush()
    shown = boards.shown_on(board(world), now=now)
    assert (shown.on, shown.following) == ([], [])


@pytest.fixture
def at_the_event(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    moment = meeting.starts_at
    monkeypatch.setattr(routes, "now", lambda: moment)
    return meeting


def test_whoever_has_the_address_reads_both_languages(world: World, at_the_event: Meeting, app: Any) -> None:
    address = f"/boards/{boards.token_of(board(world))}"
    page = app.test_client().get(address)
    assert page.status_code == 200
    assert "ただ今" in page.text
    assert "Now" in page.text
    assert "テーブル1" in page.text
    assert "noindex" in page.text


def test_a_revoked_address_shows_nothing_more(world: World, at_the_event: Meeting, sign_in: Any, app: Any) -> None:
    staff, manage = sign_in(world.people["coordinator"]), f"/manage/events/{world.event.key}/boards"
    staff.post(manage, data={"names": "y"})
    [made] = boards.boards_of(world.event)
    address = f"/boards/{boards.token_of(made)}"
    assert address in staff.get(manage).text
    staff.post(f"{manage}/{made.id}/revoke")
    assert address not in staff.get(manage).text
    assert app.test_client().get(address).status_code == 410


def test_a_made_up_address_is_none(app: Any, world: World) -> None:
    assert app.test_client().get("/boards/abcdef").status_code == 404
