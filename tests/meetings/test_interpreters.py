"""Naming the interpreters of an event."""

import re
from typing import Any

import pytest

from rbc_events.accounts.operations import find_user
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings import arranging
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.outbox.models import OutboxMessage
from rbc_events.timetable.operations import place_meeting
from tests import factories
from tests.factories import NOW
from tests.timetable.makers import make_interpreter
from tests.world import World

FIELDS = {
    "family_latin": "Tsuyaku",
    "given_latin": "Hanako",
    "email": "Hanako@interpreters.example",
    "language": "ja",
    "pairs": ["ja-en", "ja-ko"],
    "most_minutes": "300",
    "longest_run_minutes": "60",
    "rest_minutes": "20",
}


@pytest.fixture
def address(world: World) -> str:
    return f"/events/{world.event.key}/interpreters"


@pytest.mark.slow
def test_a_coordinator_adds_an_interpreter_with_hours(world: World, sign_in: Any, address: str) -> None:
    client, slot, revision = sign_in(world.people["coordinator"]), world.event.slots[1], world.event.revision
    assert client.post(f"{address}/new", data={**FIELDS, "slots_off": [str(slot.id)]}).status_code == 302
    person = db.session.query(Interpreter).one()
    assert (person.email, person.pairs, person.most_minutes) == ("hanako@interpreters.example", "ja-en ja-ko", 300)
    assert [row.slot_id for row in person.unavailable] == [slot.id]
    assert world.event.revision > revision
    client.post(f"{address}/{person.id}", data={**FIELDS, "slots_off": []})
    assert person.unavailable == []
    assert "TSUYAKU Hanako" in client.get(address).text


@pytest.mark.parametrize("wrong", [{"pairs": []}, {"pairs": "ja-xx"}, {"email": "nobody"}, {"rest_minutes": "-1"}])
def test_a_fault_stands_beside_its_field(world: World, sign_in: Any, address: str, wrong: dict[str, Any]) -> None:
    response = sign_in(world.people["coordinator"]).post(f"{address}/new", data={**FIELDS, **wrong})
    assert response.status_code == 422
    assert f'id="{next(iter(wrong))}-fault"' in response.text


def test_the_same_address_twice_is_409(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["coordinator"])
    client.post(f"{address}/new", data=FIELDS)
    again = client.post(f"{address}/new", data=FIELDS)
    assert again.status_code == 409
    assert 'id="email-fault"' in again.text


def test_one_who_has_meetings_is_not_removed(world: World, sign_in: Any, address: str) -> None:
    client, person = sign_in(world.people["coordinator"]), make_interpreter(world.event)
    meeting = arranging.arrange_meeting(
        world.event, world.registration, world.counterpart, actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    meeting.published_interpreter = person
    refused = client.post(f"{address}/{person.id}/remove")
    assert refused.status_code == 409
    assert "This interpreter has meetings." in refused.text
    assert 'name="pairs"' in refused.text
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


def test_pairs_are_chosen_by_name_and_one_that_is_kept_stays(world: World, sign_in: Any, address: str) -> None:
    world.registration.organisation.profile.languages = ["de"]
    person = make_interpreter(world.event, pairs="en-ja fr-ja")
    client = sign_in(world.people["coordinator"], "ja")
    page = client.get(f"{address}/{person.id}").text
    offered = re.findall(r'<input[^>]*name="pairs"[^>]*value="([a-z-]+)"', page)
    assert offered[:2] == ["en-ja", "fr-ja"]
    assert "ja-en" not in offered
    assert {"ja-de", "en-de", "ja-ko", "en-zh"} <= set(offered)
    assert "日本語・ドイツ語" in page
    client.post(f"{address}/{person.id}", data={**FIELDS, "pairs": ["fr-ja", "ja-de"]})
    assert person.pairs == "fr-ja ja-de"


@pytest.fixture
def interpreted(world: World) -> Meeting:
    """A meeting on the timetable with its interpreter, in the first slot."""
    sides = (world.registration, world.counterpart)
    for side, spoken in zip(sides, (["ja"], ["en"]), strict=True):
        side.organisation.profile.languages = spoken
    make_interpreter(world.event)
    meeting = arranging.arrange_meeting(world.event, *sides, actor=world.people["coordinator"], now=NOW, consent="ok")
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=NOW)
    return meeting


@pytest.mark.slow
@pytest.mark.parametrize("page", ["interpreters", "timetable", "timetable/publish"])
@pytest.mark.parametrize(
    ("changed", "said"),
    [({"slots_off": True}, "is off then"), ({"pairs": ["ja-ko"]}, "interpret between these languages"), ({}, "")],
)
def test_who_can_not_interpret_any_more_what_they_were_given_is_named(
    world: World, sign_in: Any, interpreted: Meeting, page: str, changed: dict[str, Any], said: str
) -> None:
    base, client = f"/events/{world.event.key}", sign_in(world.people["coordinator"])
    if "slots_off" in changed:
        changed = {"slots_off": [str(world.event.slots[0].id)]}
    client.post(f"{base}/interpreters/{interpreted.interpreter_id}", data={**FIELDS, **changed})
    shown = client.get(f"{base}/{page}").text
    contradicts = "1 meeting on the timetable contradicts" in shown
    assert (contradicts, bool(said) and said in shown) == (bool(said), bool(said))
    assert (f'class="alert-link" href="{base}/timetable/{interpreted.id}/move"' in shown) == bool(said)


def given_to(world: World, person: Interpreter, event: Event | None = None) -> Meeting:
    event = event or world.event
    sides = [factories.make_registration(event) for _each in range(2)]
    meeting = arranging.arrange_meeting(
        event, sides[0], sides[1], actor=world.people["coordinator"], now=NOW, consent="ok"
    )
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], interpreter=person, now=NOW)
    return meeting


def booked(meeting: Meeting) -> set[int | None]:
    db.session.expire_all()
    return {row.user_id for row in meeting.bookings if row.user_id or row.interpreter_id}


@pytest.mark.parametrize("known", [True, False])
def test_an_interpreters_meetings_take_the_time_of_the_account_of_another_address(
    world: World, sign_in: Any, address: str, known: bool
) -> None:
    """Whether it had an account before or not."""
    account = factories.make_user() if known else None
    person = make_interpreter(world.event, user_id=account.id if account else None)
    meeting = given_to(world, person)
    assert booked(meeting) == {account.id if account else None}
    assert sign_in(world.people["coordinator"]).post(f"{address}/{person.id}", data=FIELDS).status_code == 302
    assert booked(meeting) == {find_user(FIELDS["email"]).id}


def test_an_address_whose_account_has_another_meeting_then_is_refused_at_its_field(
    world: World, sign_in: Any, address: str
) -> None:
    busy, free = factories.make_user(), factories.make_user()
    other = factories.make_event(slots=2, tables=1)
    given_to(world, make_interpreter(other, user_id=busy.id), other)
    person = make_interpreter(world.event, user_id=free.id)
    meeting = given_to(world, person)
    db.session.commit()
    client = sign_in(world.people["coordinator"])
    refused = client.post(f"{address}/{person.id}", data={**FIELDS, "email": busy.email})
    assert refused.status_code == 409
    assert 'id="email-fault"' in refused.text
    assert "has another meeting at the time of one of this interpreter" in refused.text
    assert booked(meeting) == {free.id}
    assert person.user_id == free.id
