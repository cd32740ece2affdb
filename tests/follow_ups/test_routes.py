"""The mailed page, on a phone without an account; and what staff see of it."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.relationships.models import Relationship
from tests.follow_ups.test_operations import MET, ask_on, relationship, tokens  # noqa: F401 - a fixture
from tests.meetings.published import sent
from tests.world import World

ANSWER = {"in_touch": "yes", "stage": "nda", "signed": "nda", "signed_on": "2027", "may_tell": "no", "note": "CANARY"}


@pytest.fixture
def path(relationship: Relationship, world: World, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    later = MET + timedelta(days=31)
    monkeypatch.setattr("rbc_events.follow_ups.routes.now", lambda: later)
    already = len(sent())
    ask_on(MET + timedelta(days=30))
    return f"/follow-up/{tokens(already)[world.registration.delegates[0].email]}"


def test_a_link_needs_no_sign_in_changes_nothing_when_opened_and_works_once(path: str, client: Any) -> None:
    for _look in range(2):
        assert client.get(path).status_code == 200
    assert "Thank you" in client.post(path, data=ANSWER).text
    for again in (client.get(path), client.post(path, data=ANSWER)):
        assert again.status_code == 410
        assert "has been used" in again.text
    assert client.get("/follow-up/never-sent").status_code == 410


@pytest.mark.slow
def test_the_other_side_sees_nothing_of_an_answer(path: str, client: Any, world: World, sign_in: Any) -> None:
    client.post(path, data=ANSWER)
    already = len(sent())
    ask_on(MET + timedelta(days=30) + timedelta(days=14))
    reminded = tokens(already)[world.counterpart.delegates[0].email]
    assert "CANARY" not in client.get(f"/follow-up/{reminded}").text
    staff = sign_in(world.people["coordinator"])
    number = db.session.query(Relationship).one().id
    assert "CANARY" in staff.get(f"/relationships/{number}/follow-ups").text
    assert sign_in(world.people["other_delegate"]).get(f"/relationships/{number}/follow-ups").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"in_touch": ""}, "Please choose."),
        ({"signed_on": "last spring"}, "Write 2021, 2021-09 or 2021-09-15."),
        ({"signed_on": "2099"}, "This date is in the future."),
        ({"signed_on": "2019"}, "That is before you first met."),
        ({"signed_on": "2027-01"}, "That is before you first met."),
        ({"signed": [], "signed_on": "2027"}, "Please tick above what was signed."),
        ({"stage": "sold"}, "Please choose one of those"),
        ({"note": "x" * 2001}, "2000"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    path: str, client: Any, wrong: dict[str, Any], words: str
) -> None:
    page = client.post(path, data={**ANSWER, **wrong})
    assert page.status_code == 422
    assert words in page.text
    assert "note" in wrong or "CANARY" in page.text
    assert client.get(path).status_code == 200  # the link still works


@pytest.mark.slow
def test_staff_take_an_answer_over_with_one_click(path: str, client: Any, world: World, sign_in: Any) -> None:
    client.post(path, data=ANSWER)
    staff = sign_in(world.people["coordinator"])
    assert "to be looked at" in staff.get("/follow-ups").text
    number = db.session.query(Relationship).one().id
    page = staff.get(f"/relationships/{number}/follow-ups").text
    assert "Record as told" in page
    assert staff.post("/follow-ups/1/take-over").status_code == 302
    assert "Taken over on" in staff.get(f"/relationships/{number}/follow-ups").text
    assert staff.post("/follow-ups/1/take-over").status_code == 409


@pytest.mark.slow
def test_the_list_takes_as_many_queries_for_many_as_for_few(
    path: str, world: World, sign_in: Any, count_queries: Any
) -> None:
    staff = sign_in(world.people["coordinator"])
    few = count_queries(staff, "/follow-ups")
    for month in (3, 6, 12):
        ask_on(MET + timedelta(days=31 * month))
    assert count_queries(staff, "/follow-ups") == few
