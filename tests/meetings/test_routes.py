"""Request pages: what a delegate and a coordinator can do in the browser."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings import arranging, operations, queries
from rbc_events.meetings.models import Meeting, MeetingRequest, RequestState
from tests.factories import make_registration
from tests.markup import one_line
from tests.world import World


@pytest.fixture
def address(world: World) -> str:
    return f"/events/{world.event.key}/requests"


def asked(world: World) -> MeetingRequest:
    request = operations.request_meeting(
        world.registration, world.counterpart, actor=world.people["delegate"], now=now(), note="About sensors"
    )
    db.session.commit()
    return request


def test_a_delegate_asks_and_finds_the_request_among_those_sent(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["delegate"])
    response = client.post(f"{address}/to/{world.counterpart.id}", data={"priority": "1", "note": "About sensors"})
    assert response.status_code == 302
    page = client.get(address).text
    assert world.counterpart.organisation.name_latin in page
    assert "Withdraw" in page


def test_a_double_submit_makes_one_request(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["delegate"])
    for _time in range(2):
        client.post(f"{address}/to/{world.counterpart.id}", data={"priority": "2"})
    assert len(db.session.scalars(select(MeetingRequest)).all()) == 1


def test_the_other_side_reads_the_note_and_accepts(world: World, sign_in: Any, address: str) -> None:
    request = asked(world)
    client = sign_in(world.people["other_delegate"])
    assert "About sensors" in client.get(address).text
    client.post(f"{address}/{request.id}/answer", data={"decision": "accept", "priority": "1"})
    assert db.session.scalar(select(Meeting)) is not None


def test_a_condition_without_words_comes_back_with_the_fault_beside_it(
    world: World, sign_in: Any, address: str
) -> None:
    request = asked(world)
    response = sign_in(world.people["other_delegate"], "ja").post(
        f"{address}/{request.id}/answer", data={"decision": "counter", "priority": "2"}
    )
    assert response.status_code == 422
    assert f'id="fault-{request.id}"' in response.text
    assert "Please" not in response.text.split(f'id="fault-{request.id}"')[1][:80]


def test_an_answer_to_a_request_that_was_withdrawn_meanwhile_is_409(world: World, sign_in: Any, address: str) -> None:
    request = asked(world)
    operations.withdraw(request, world.registration, now=now())
    client = sign_in(world.people["other_delegate"])
    for decision in ("accept", "counter", "decline"):
        data = {"decision": decision, "priority": "2", "note": "Only in the <morning>"}
        response = client.post(f"{address}/{request.id}/answer", data=data)
        assert response.status_code == 409
        assert "<h1>My requests</h1>" in response.text
        assert "no longer open" in response.text.partition("<h1>")[0]
        assert "Only in the &lt;morning&gt;</textarea>" in response.text
    assert (request.state, request.parties[1].note) == (RequestState.WITHDRAWN, "")


def test_a_request_after_the_closing_keeps_its_words(world: World, sign_in: Any, address: str) -> None:
    world.event.requests_close_at = now() - timedelta(minutes=1)
    data = {"priority": "2", "note": "About robots"}
    response = sign_in(world.people["delegate"]).post(f"{address}/to/{world.counterpart.id}", data=data)
    assert (response.status_code, "About robots</textarea>" in response.text) == (410, True)


def test_a_request_after_the_closing_is_410(world: World, sign_in: Any, address: str) -> None:
    world.event.requests_close_at = now() - timedelta(minutes=1)
    response = sign_in(world.people["delegate"]).post(f"{address}/to/{world.counterpart.id}", data={"priority": "2"})
    assert response.status_code == 410


def test_the_asker_decides_nothing_for_the_other_side(world: World, sign_in: Any, address: str) -> None:
    request = asked(world)
    response = sign_in(world.people["delegate"]).post(
        f"{address}/{request.id}/answer", data={"decision": "accept", "priority": "2"}
    )
    assert response.status_code == 409
    assert db.session.get(MeetingRequest, request.id).state == RequestState.PENDING


def test_nobody_is_proposed_by_default(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["coordinator"])
    response = client.post(f"{address}/propose", data={"first": world.registration.id, "way": "propose"})
    assert response.status_code == 422
    assert 'id="second-fault">Please choose one.' in response.text


@pytest.mark.slow
def test_requests_come_by_the_page(world: World, sign_in: Any, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "REQUESTS_A_PAGE", 2)
    for _each in range(3):
        operations.request_meeting(
            world.registration, make_registration(world.event), actor=world.people["delegate"], now=now()
        )
    client = sign_in(world.people["coordinator"])
    pages = [one_line(client.get(f"{address}/all", query_string={"page": number}).text) for number in (1, 2)]
    assert [page.count("Waiting for an answer</span></td>") for page in pages] == [2, 1]
    assert [("Next page" in page, "Previous page" in page) for page in pages] == [(True, False), (False, True)]


def test_a_coordinator_proposes_and_sets_the_rules(world: World, sign_in: Any, address: str) -> None:
    client = sign_in(world.people["coordinator"])
    sides = {"first": world.registration.id, "second": world.counterpart.id}
    assert client.post(f"{address}/propose", data={**sides, "way": "arrange"}).status_code == 422
    assert client.post(f"{address}/propose", data={**sides, "way": "propose"}).status_code == 302
    rules = {"requests_close_at": "2027-01-15T18:00", "request_days": "7", "caps-foreign_company": "12"}
    assert client.post(f"{address}/rules", data=rules).status_code == 302
    assert world.event.request_caps == {"foreign_company": 12}
    assert world.event.requests_close_at.isoformat() == "2027-01-15T09:00:00+00:00"
    assert 'value="2027-01-15T18:00"' in client.get(f"{address}/rules").text


@pytest.mark.slow
def test_the_pages_take_as_many_queries_for_many_requests_as_for_few(
    world: World, sign_in: Any, address: str, count_queries: Any
) -> None:
    from tests import factories

    def add(number: int) -> None:
        for _each in range(number):
            third = factories.make_registration(world.event)
            operations.request_meeting(third, world.registration, actor=third.delegates[0].user, now=now())

    delegate, coordinator = sign_in(world.people["delegate"]), sign_in(world.people["coordinator"])
    add(2)
    few = [count_queries(delegate, address), count_queries(coordinator, f"{address}/all")]
    add(10)
    assert [count_queries(delegate, address), count_queries(coordinator, f"{address}/all")] == few


def test_who_accepts_a_proposal_first_reads_that_the_other_side_is_awaited(
    world: World, sign_in: Any, address: str
) -> None:
    coordinator, sides = world.people["coordinator"], (world.registration, world.counterpart)
    request = arranging.propose_meeting(world.event, *sides, actor=coordinator, now=now())
    db.session.commit()
    client = sign_in(world.people["delegate"])
    client.post(f"{address}/{request.id}/answer", data={"decision": "accept", "priority": "2"})
    page = client.get(address).text
    assert page.count("answer is awaited.") == 2
    assert "The time will come with the timetable" not in page
    assert "answer is awaited." in client.get(f"{address}/to/{world.counterpart.id}").text


def test_a_request_or_proposal_that_is_refused_keeps_what_was_typed(world: World, sign_in: Any, address: str) -> None:
    world.event.request_caps = {"foreign_company": 1}
    third = make_registration(world.event)
    asked(world)
    delegate, coordinator = sign_in(world.people["delegate"]), sign_in(world.people["coordinator"])
    too_many = delegate.post(f"{address}/to/{third.id}", data={"priority": "2", "note": "About sensors"})
    assert (too_many.status_code, "About sensors" in too_many.text) == (409, True)
    pair = {"first": world.registration.id, "second": world.counterpart.id}
    twice = coordinator.post(f"{address}/propose", data={**pair, "way": "propose", "note": "About robots"})
    assert (twice.status_code, "About robots" in twice.text, 'id="second-fault"' in twice.text) == (409, True, True)
