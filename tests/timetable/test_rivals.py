"""Organisations that are kept apart: on the page, by hand and in a run."""

from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.scheduling import solve
from rbc_events.timetable.board import Board
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.models import Rivals
from rbc_events.timetable.nearby import nearby
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from rbc_events.timetable.rivals import ApartAlready, keep_apart
from tests.factories import NOW, make_place, make_user
from tests.timetable.makers import Conference, make_conference


@pytest.fixture
def conference(app: Any) -> Conference:
    """Organisations 0 and 1 are rivals; each has a meeting with somebody else, the first at the first time."""
    conference = make_conference(organisations=4, slots=3, tables=3)
    keep_apart(conference.event, conference.sides[1], conference.sides[0])
    meeting = conference.agree(0, 2)
    place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    db.session.commit()
    return conference


@pytest.fixture
def coordinator(conference: Conference, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def test_a_run_keeps_rivals_out_of_one_room(conference: Conference) -> None:
    other = conference.agree(1, 3)
    assert len(solve(problem_of_run(conference.event, now=NOW), work=500).meetings) == 1
    make_place(conference.event, kind="room")
    db.session.refresh(conference.event)
    assert f"m{other.id}" in {m.request for m in solve(problem_of_run(conference.event, now=NOW), work=500).meetings}


def test_by_hand_a_rival_is_refused_by_name_and_only_in_the_same_room(conference: Conference) -> None:
    other, slot = conference.agree(1, 3), conference.event.slots[2]
    with pytest.raises(DoesNotFit) as refused:
        place_meeting(other, slot=slot, place=conference.event.places[1], now=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["rivals_apart"]
    room = make_place(conference.event, kind="room")
    db.session.refresh(conference.event)
    place_meeting(other, slot=slot, place=room, now=NOW)


def test_what_is_near_says_the_same_as_the_whole_event(conference: Conference) -> None:
    other, slot, place = conference.agree(1, 3), conference.event.slots[2], conference.event.places[1]
    wanted = f"m{other.id}", f"s{slot.id}", f"p{place.id}", None
    near = nearby(other, slot, place, interpreted=False)
    whole = Board(conference.event, now=NOW).fit(*wanted)
    assert Board(conference.event, now=NOW, near=near).fit(*wanted) == whole
    assert whole[1]


def test_two_are_kept_apart_once(conference: Conference) -> None:
    with pytest.raises(ApartAlready):
        keep_apart(conference.event, conference.sides[0], conference.sides[1])
    assert db.session.query(Rivals).count() == 1


def test_the_page_adds_names_and_removes_pairs(conference: Conference, coordinator: Any) -> None:
    address = f"/events/{conference.event.key}/timetable/rivals"
    first, second = conference.sides[2].id, conference.sides[3].id
    revision = conference.event.revision
    assert coordinator.post(address, data={"first": second, "second": first}).status_code == 302
    assert db.session.get(Rivals, (first, second)) is not None
    page = coordinator.get(address).text
    assert page.count("/remove") == 2
    assert conference.sides[2].organisation.name.ja in page or conference.sides[2].organisation.name.en in page
    assert coordinator.post(f"{address}/{first}/{second}/remove").status_code == 302
    assert coordinator.post(f"{address}/{first}/{second}/remove").status_code == 404
    db.session.expire_all()
    assert conference.event.revision == revision + 2


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((0, 0), "Choose two different organisations."), ((0, 1), "These two are kept apart already.")],
)
def test_a_pair_that_means_nothing_is_refused_at_its_field(
    conference: Conference, coordinator: Any, numbers: tuple[int, int], said: str
) -> None:
    first, second = (conference.sides[n].id for n in numbers)
    response = coordinator.post(
        f"/events/{conference.event.key}/timetable/rivals", data={"first": first, "second": second}
    )
    assert response.status_code == 422
    assert said in response.text
