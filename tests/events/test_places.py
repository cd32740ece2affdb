"""A place's page: when it is closed, whether it is used, whose booth it is; the board shows it."""

from datetime import date, time
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.events import places
from rbc_events.events.models import PlaceKind
from rbc_events.events.operations import OutsideDays
from rbc_events.timetable.problem import build_problem
from tests.factories import NOW, make_event, make_place
from tests.world import World

DAY = date(2027, 2, 9)


def address(world: World, number: int = 0) -> str:
    return f"/manage/events/{world.event.key}/places/{world.event.places[number].id}"


def test_a_place_is_closed_for_hours_of_a_day_and_opened_again(world: World, sign_in: Any) -> None:
    client, event = sign_in(world.people["coordinator"]), world.event
    revision = event.revision
    begins = event.slots[0].starts_at.astimezone(event.zone)
    hours = {"day": begins.date().isoformat(), "starts": "00:00", "ends": f"{begins:%H}:{begins.minute + 5:02}"}
    assert client.post(f"{address(world)}/closed", data=hours).status_code == 302
    db.session.expire_all()
    (closure,) = event.places[0].closures
    assert "Open again" in client.get(address(world)).text
    assert "Closed: " in client.get(f"/manage/events/{event.key}/places").text
    problem = {place.id: place for place in build_problem(event, now=NOW).places}
    assert f"s{event.slots[0].id}" not in (problem[f"p{event.places[0].id}"].slots or ())
    assert problem[f"p{event.places[1].id}"].slots is None
    board = client.get(f"/events/{event.key}/timetable?day={begins.date()}").text
    assert board.count('class="grid-closed"') == 1
    assert client.post(f"{address(world)}/closed", data=hours).status_code == 409
    assert client.post(f"{address(world)}/closed/{closure.id}/remove").status_code == 302
    db.session.expire_all()
    assert event.places[0].closures == []
    assert event.revision == revision + 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"ends": "08:00"}, "ends"), ({"day": "2030-01-01"}, "day"), ({"day": ""}, "day"), ({"starts": "x"}, "starts")],
)
def test_hours_that_mean_nothing_are_refused_at_their_field(
    world: World, sign_in: Any, changes: dict[str, str], field: str
) -> None:
    client = sign_in(world.people["coordinator"])
    day = world.event.slots[0].starts_at.astimezone(world.event.zone).date().isoformat()
    response = client.post(f"{address(world)}/closed", data={"day": day, "starts": "09:00", "ends": "10:00", **changes})
    assert response.status_code == 422
    assert f'id="{field}-fault"' in response.text
    assert world.event.places[0].closures == []


def test_without_hours_it_is_closed_all_day_by_the_events_clock(app: Any) -> None:
    event = make_event(time_zone="Asia/Tokyo")
    closure = places.close_place(make_place(event), DAY, starts=None, ends=None)
    assert (closure.starts_at.astimezone(event.zone).time(), closure.ends_at.astimezone(event.zone).time()) == (
        time(),
        time(),
    )
    assert (closure.ends_at - closure.starts_at).total_seconds() == 24 * 3600
    with pytest.raises(OutsideDays):
        places.close_place(event.places[0], date(2031, 1, 1), starts=None, ends=None)


def test_a_place_out_of_use_is_left_out_of_the_timetable(world: World, sign_in: Any) -> None:
    client, place = sign_in(world.people["coordinator"]), world.event.places[0]
    names = {"name_ja": place.name_ja, "name_en": place.name_en, "join_url": ""}
    assert client.post(address(world), data=names).status_code == 302
    db.session.expire_all()
    assert not place.open
    assert f"p{place.id}" not in {each.id for each in build_problem(world.event, now=NOW).places}
    assert client.post(address(world), data={**names, "is_open": "y"}).status_code == 302
    db.session.expire_all()
    assert place.open


def test_a_booth_is_one_organisations_own(world: World, sign_in: Any) -> None:
    client, event = sign_in(world.people["coordinator"]), world.event
    sides = world.registration, world.counterpart
    for side in sides:
        assert client.post(f"{address(world)}/booth", data={"organisation": side.id}).status_code == 302
        db.session.expire_all()
        assert [each.booth_id for each in sides].count(event.places[0].id) == 1
        assert side.booth_id == event.places[0].id
    assert f'<option value="{sides[1].id}" selected' in client.get(address(world)).text
    assert "Booth of" in client.get(f"/events/{event.key}/timetable").text
    parties = {party.id: party.booth for party in build_problem(event, now=NOW).parties}
    assert parties[f"o{sides[1].id}"] == f"p{event.places[0].id}"
    client.post(f"{address(world)}/booth", data={"organisation": 999999})
    client.post(f"{address(world)}/booth", data={"organisation": 0})
    db.session.expire_all()
    assert [each.booth_id for each in sides] == [None, None]


def test_a_virtual_room_is_nobodys_booth(world: World, sign_in: Any) -> None:
    room = make_place(world.event, kind=PlaceKind.VIRTUAL, name_ja="", name_en="Room online", position=9)
    number, client = room.id, sign_in(world.people["coordinator"])
    db.session.commit()
    base = f"/manage/events/{world.event.key}/places/{number}"
    assert "Save the booth" not in client.get(base).text
    client.post(f"{base}/booth", data={"organisation": world.registration.id})
    db.session.expire_all()
    assert world.registration.booth_id is None
