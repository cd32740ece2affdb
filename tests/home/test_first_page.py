import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from rbc_events.database import db
from rbc_events.events.models import RegionKind
from rbc_events.events.routes import public as routes
from rbc_events.home.host_map import TILES
from rbc_events.meetings import operations
from rbc_events.meetings.models import MeetingState
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration.models import RegistrationState
from tests.counting import count_statements
from tests.factories import NOW, add, make_event, make_region, make_registration
from tests.meetings.published import make_meeting
from tests.world import ROLES, World


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_a_first_page(role: str, language: str, world: World, client: FlaskClient, sign_in: Callable):
    visitor = client if role == "public" else sign_in(world.people[role], language)
    page = visitor.get("/", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_a_delegate_is_led_to_the_request_that_waits(world: World, sign_in: Callable):
    asker = make_registration(world.event)
    operations.request_meeting(asker, world.registration, actor=asker.delegates[0].user, now=NOW)
    page = sign_in(world.people["delegate"]).get("/")
    assert "1 meeting request waits for your answer" in page.text
    assert f'href="/events/{world.event.key}/requests"' in page.text


def test_a_coordinator_is_led_to_each_thing_that_waits(world: World, sign_in: Callable):
    event, counterpart = world.event, world.counterpart
    make_registration(event, state=RegistrationState.SUBMITTED)
    asker = make_registration(event)
    operations.request_meeting(asker, world.registration, actor=asker.delegates[0].user, now=NOW)
    make_meeting(world.registration, counterpart)
    make_meeting(counterpart, make_registration(event, state=RegistrationState.WITHDRAWN), uid="2")
    slot = event.slots[0]
    placed = {"slot": slot, "place": event.places[0], "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    placed["state"] = MeetingState.SCHEDULED
    make_meeting(counterpart, make_registration(event), uid="3", **placed)
    mail = {"occasion": "once", "message_id": "<1@example.jp>", "kind": "sign_in", "recipient": "a@example.jp"}
    times = {"created_at": NOW, "due_at": NOW}
    add(OutboxMessage(event_id=event.id, state=Delivery.BOUNCED, subject="Hello", content=b"", **mail, **times))
    page = " ".join(sign_in(world.people["coordinator"]).get("/").text.split())
    leads = re.findall(r'<li( class="todo-now")?> <a href="/([^"]+)">([^<]+)</a>', page)
    work, base = ' class="todo-now"', "events/own-event"
    assert leads == [
        (work, f"{base}/registrations?state=submitted", "1 registration to screen"),
        (work, f"{base}/timetable", "1 meeting of an organisation that no longer takes part"),
        (work, f"{base}/timetable", "2 agreed meetings without a slot"),
        (work, f"{base}/timetable/publish", "1 meeting not published yet"),
        (work, f"manage/{base}/mail", "1 mail did not arrive"),
        ("", f"{base}/requests/all", "1 request waits for an answer"),
    ]


def test_the_first_page_asks_no_more_of_the_database_for_many_events(world: World, sign_in: Callable):
    staff = sign_in(world.people["headquarters"])

    def statements() -> int:
        db.session.commit()
        with count_statements() as asked:
            assert staff.get("/").status_code == 200
        return len(asked)

    few = statements()
    for key in ("second", "third", "fourth"):
        make_registration(make_event(key), state=RegistrationState.SUBMITTED)
    assert statements() == few


def test_own_events_to_come_stand_before_past_ones(world: World, sign_in: Callable):
    registration = world.registration
    for key, day in (("later", date(2027, 6, 1)), ("past", date(2021, 6, 1))):
        make_registration(make_event(key, starts_on=day, ends_on=day, slots=0), registration.organisation)
    page = sign_in(world.people["delegate"]).get("/").text
    own = page[: page.index("What is on")]
    assert re.findall(r'<h3><a href="/events/([^"]+)">', own) == ["own-event", "later", "past"]


@pytest.mark.parametrize(("role", "offered"), [("public", True), ("delegate", False), ("other_coordinator", False)])
def test_registering_is_offered_to_those_who_may_need_it(
    role: str, offered: bool, world: World, client: FlaskClient, sign_in: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(routes, "now", lambda: NOW)
    visitor = client if role == "public" else sign_in(world.people[role])
    page = visitor.get(f"/events/{world.event.key}", headers={"Accept-Language": "en"}).text
    assert (f"/events/{world.event.key}/register" in page) is offered


def test_the_map_marks_the_prefecture_of_a_host_city_and_tells_samples(client: FlaskClient):
    make_region("040002", name_ja="宮城県", name_en="Miyagi Prefecture")
    city = make_region("041009", name_en="Sendai City", kind=RegionKind.MUNICIPALITY, parent_code="040002")
    event = make_event(is_sample=True)
    event.hosts.append(city)
    page = client.get("/").text
    caption = page[page.index("<figcaption>") : page.index("</figcaption>")]
    assert "Miyagi Prefecture 1" in caption
    assert "Sample" in caption
    assert page.count('class="tile-now"') == 1


def test_every_prefecture_has_a_tile_of_its_own():
    assert sorted(TILES) == [f"{number:02}" for number in range(1, 48)]
    places = list(TILES.values())
    assert all(abs(a - c) >= 1 or abs(b - d) >= 1 for a, b in places for c, d in places if (a, b) != (c, d))
    assert len(set(places)) == 47


def test_agenda_and_requests_of_the_next_event_stand_in_the_menu(world: World, sign_in: Any) -> None:
    menu = menu_of(sign_in(world.people["delegate"]))
    assert f"/events/{world.event.key}/agenda" in menu
    assert f"/events/{world.event.key}/requests" in menu
    assert "/agenda" not in menu_of(sign_in(world.people["coordinator"]))
    world.registration.state = RegistrationState.WITHDRAWN
    db.session.commit()
    assert "/agenda" not in menu_of(sign_in(world.people["delegate"]))


def menu_of(client: Any) -> str:
    page = client.get("/settings").text
    return str(page[page.index("<header") : page.index("</header>")])
