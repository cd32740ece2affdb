"""Naming the interpreters of an event."""

from typing import Any

import pytest

from rbc_events.accounts.operations import find_user
from rbc_events.database import db
from rbc_events.meetings.models import Interpreter
from rbc_events.outbox.models import OutboxMessage
from tests.timetable.makers import make_interpreter
from tests.world import World

FIELDS = {
    "family_latin": "Tsuyaku",
    "given_latin": "Hanako",
    "email": "Hanako@interpreters.example",
    "language": "ja",
    "pairs": "ja-en fr-ja",
    "most_minutes": "300",
    "longest_run_minutes": "60",
    "rest_minutes": "20",
}


@pytest.fixture
def address(world: World) -> str:
    return f"/events/{world.event.key}/interpreters"


def test_a_coordinator_adds_an_interpreter_with_hours(world: World, sign_in: Any, address: str) -> None:
    client, slot, revision = sign_in(world.people["coordinator"]), world.event.slots[1], world.event.revision
    assert client.post(f"{address}/new", data={**FIELDS, "slots_off": [str(slot.id)]}).status_code == 302
    person = db.session.query(Interpreter).one()
    assert (person.email, person.pairs, person.most_minutes) == ("hanako@interpreters.example", "ja-en fr-ja", 300)
    assert [row.slot_id for row in person.unavailable] == [slot.id]
    assert world.event.revision > revision
    client.post(f"{address}/{person.id}", data={**FIELDS, "slots_off": []})
    assert person.unavailable == []
    assert "TSUYAKU Hanako" in client.get(address).text


@pytest.mark.parametrize(
    "wrong", [{"pairs": "japanese"}, {"pairs": "ja-xx"}, {"email": "nobody"}, {"rest_minutes": "-1"}]
)
def test_a_fault_stands_beside_its_field(world: World, sign_in: Any, address: str, wrong: dict[str, str]) -> None:
    response = sign_in(world.people["coordinator"]).post(f"{address}/new", data={**FIELDS, **wrong})
    assert response.status_code == 422
    assert f'id="{next(iter(wrong))}-fault"' in response.text


def test_the_same_address_twice_is_409(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["coordinator"])
    client.post(f"{address}/new", data=FIELDS)
    assert client.post(f"{address}/new", data=FIELDS).status_code == 409


def test_one_who_has_meetings_is_not_removed(world: World, sign_in: Any, address: str) -> None:
    from rbc_events.meetings import operations
    from tests.factories import NOW

    client, person = sign_in(world.people["coordinator"]), make_interpreter(world.event)
    meeting = operations.arrange_meeting(
        world.event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    meeting.published_interpreter = person
    assert client.post(f"{address}/{person.id}/remove").status_code == 409
    meeting.published_interpreter = None
    assert client.post(f"{address}/{person.id}/remove").status_code == 302
    assert db.session.query(Interpreter).all() == []


def test_an_interpreter_gets_an_account_and_a_mail_once(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["coordinator"])
    client.post(f"{address}/new", data=FIELDS)
    person = db.session.query(Interpreter).one()
    client.post(f"{address}/{person.id}", data={**FIELDS, "rest_minutes": "30"})
    assert person.user_id == find_user(FIELDS["email"]).id
    [mail] = db.session.query(OutboxMessage).filter_by(kind="welcome")
    assert mail.recipient == person.email
    assert sign_in(find_user(FIELDS["email"])).get(f"/events/{world.event.key}/agenda").status_code == 200
