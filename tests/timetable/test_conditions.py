"""Conditions of a timetable: set on the page, read in words, kept by runs and by hand."""

from itertools import count
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.places import close_place
from rbc_events.meetings.models import MeetingParty
from rbc_events.registration.models import RegistrationState
from rbc_events.scheduling import Reserved, solve
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.formats.strict_json import load
from rbc_events.scheduling.problem import Floor
from rbc_events.timetable.aims import Aims
from rbc_events.timetable.board import Board
from rbc_events.timetable.condition_forms import KINDS
from rbc_events.timetable.conditions import rows_of
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.nearby import nearby
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from rbc_events.timetable.problem import build_problem, meetings_to_schedule
from tests.counting import count_statements
from tests.factories import NOW, make_event, make_organisation, make_region, make_registration, make_sector, make_user
from tests.timetable.makers import Conference, make_conference, make_interpreter

CODES = count(100)


@pytest.fixture
def conference(app: Any) -> Conference:
    """Two organisations have a meeting with a third each; nothing has a time."""
    conference = make_conference(organisations=4, slots=3, tables=2)
    conference.agree(0, 1)
    conference.agree(0, 2)
    db.session.commit()
    return conference


@pytest.fixture
def coordinator(conference: Conference, sign_in: Any) -> Any:
    return sign_in(make_user(Role.HEADQUARTERS))


def numbers(conference: Conference) -> dict[str, str]:
    """What the forms of every kind can name, by a word for each."""
    event = conference.event
    first, second = sorted(m.id for m in build_meetings(conference))
    return {
        "block": str(event.slots[0].block_id), "slot": str(event.slots[2].id), "place": str(event.places[0].id),
        "first": str(first), "second": str(second), "side": str(conference.sides[0].id),
    }  # fmt: skip


def build_meetings(conference: Conference) -> Any:
    return meetings_to_schedule(conference.event)


def post(coordinator: Any, conference: Conference, kind: str, **fields: Any) -> Any:
    sent = {f"{kind}-{name}": value for name, value in fields.items()}
    return coordinator.post(f"/events/{conference.event.key}/timetable/conditions/{kind}", data=sent)


def problem(conference: Conference, **more: Any) -> Any:
    db.session.expire_all()
    built = build_problem(conference.event, now=NOW, **more)
    return read_problem(load(problem_to_json(built).encode()))


def test_a_block_is_for_some_meetings_only(conference: Conference, coordinator: Any) -> None:
    block = numbers(conference)["block"]
    assert post(coordinator, conference, "blocks", block_id=block, mode="online").status_code == 302
    assert post(coordinator, conference, "blocks", block_id=block, of_group="newcomer").status_code == 302
    slots = frozenset(f"s{slot.id}" for slot in conference.event.slots)
    found = problem(conference)
    assert found.reserved == (Reserved(slots, "online"), Reserved(slots, groups=frozenset({"newcomer"})))
    assert "newcomer" in found.parties[0].groups
    assert solve(found, work=100).meetings == ()


def test_newcomers_were_approved_nowhere_else(conference: Conference) -> None:
    known = conference.sides[0].organisation
    make_registration(make_event(), organisation=known, state=RegistrationState.APPROVED)
    db.session.commit()
    groups = {party.id: party.groups for party in problem(conference).parties}
    assert "newcomer" not in groups[f"o{conference.sides[0].id}"]
    assert "newcomer" in groups[f"o{conference.sides[1].id}"]


def test_least_numbers_count_beside_that_of_the_run(conference: Conference, coordinator: Any) -> None:
    assert post(coordinator, conference, "least", of_group="newcomer", least=2, each="1").status_code == 302
    assert post(coordinator, conference, "least", of_group="", least=9, each="").status_code == 302
    floors = problem(conference, aims=Aims(least=1)).floors
    assert floors == (Floor("organisations", 1), Floor("newcomer", 2), Floor("organisations", 9, each=False))


def test_least_numbers_by_region_and_sector_reach_the_run(conference: Conference, coordinator: Any) -> None:
    miyagi, health = make_region("040002"), make_sector()
    conference.sides[0].organisation.region = miyagi
    conference.sides[1].organisation.profile.sector_id = health.id
    db.session.commit()
    groups = (f"region:{miyagi.code}", f"sector:{health.id}")
    for group in groups:
        assert post(coordinator, conference, "least", of_group=group, least=3, each="1").status_code == 302
    found = problem(conference)
    assert found.floors == (Floor(groups[0], 3), Floor(groups[1], 3))
    of = {party.id: party.groups for party in found.parties}
    assert [[group in of[f"o{side.id}"] for side in conference.sides] for group in groups] == [
        [True, False, False, False],
        [False, True, False, False],
    ]
    page = coordinator.get(f"/events/{conference.event.key}/timetable/conditions").text
    assert "Miyagi" in page
    assert health.name_en in page


def test_the_page_asks_no_more_where_more_organisations_are_there(conference: Conference, coordinator: Any) -> None:
    address = f"/events/{conference.event.key}/timetable/conditions"
    asked = []
    for number in range(3):
        for _ in range(4 * number):
            side = make_registration(conference.event, make_organisation(region=make_region(f"{next(CODES):06}")))
            side.organisation.profile.sector_id = make_sector().id
        db.session.commit()
        db.session.expire_all()
        with count_statements() as statements:
            assert coordinator.get(address).status_code == 200
        asked.append(len(statements))
    assert asked[1] == asked[2]


def test_an_organisation_has_its_limits(conference: Conference, coordinator: Any) -> None:
    side = numbers(conference)["side"]
    sent = {"registration_id": side, "least": 1, "most": 1, "longest_run": 2}
    assert post(coordinator, conference, "organisations", **sent).status_code == 302
    found = problem(conference)
    party = next(party for party in found.parties if party.id == f"o{side}")
    assert (party.least, party.most, party.longest_run) == (1, 1, 2)
    assert len(solve(found, work=100).meetings) == 1


def test_a_coordinator_has_hours_and_a_most_a_day(conference: Conference, coordinator: Any) -> None:
    sits_in, meeting = make_user(Role.HEADQUARTERS), build_meetings(conference)[1]
    meeting.parties += [MeetingParty(user=sits_in)]
    db.session.commit()
    block = numbers(conference)["block"]
    assert post(coordinator, conference, "coordinators", user_id=sits_in.id, block_id=block).status_code == 302
    assert post(coordinator, conference, "coordinators", user_id=sits_in.id, most_per_day=3).status_code == 302
    party = next(party for party in problem(conference).parties if party.id == f"u{sits_in.id}")
    assert (party.available, party.most_per_day) == (frozenset(), 3)
    assert len(solve(problem(conference), work=100).meetings) == 1


def test_an_order_is_kept_by_a_run_and_by_hand(conference: Conference, coordinator: Any) -> None:
    first, second = build_meetings(conference)
    sent = {"first_id": second.id, "second_id": first.id}
    assert post(coordinator, conference, "order", **sent).status_code == 302
    starts = {m.request: int(m.slot[1:]) for m in solve(problem(conference), work=100).meetings}
    assert starts[f"m{second.id}"] < starts[f"m{first.id}"]
    slots, place = conference.event.slots, conference.event.places[0]
    place_meeting(first, slot=slots[1], place=place, now=NOW)
    with pytest.raises(DoesNotFit) as refused:
        place_meeting(second, slot=slots[2], place=place, now=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["in_order"]
    wanted = f"m{second.id}", f"s{slots[2].id}", f"p{place.id}", None
    near = nearby(second, slots[2], place, interpreted=False)
    assert Board(conference.event, now=NOW, near=near).fit(*wanted) == Board(conference.event, now=NOW).fit(*wanted)


def test_wishes_are_granted_where_a_run_aims_at_them(conference: Conference, coordinator: Any) -> None:
    known = numbers(conference)
    person = make_interpreter(conference.event)
    db.session.commit()
    wish = {"meeting_id": known["first"], "slot_id": known["slot"], "interpreter_id": person.id}
    assert post(coordinator, conference, "wishes", **wish).status_code == 302
    wish = {"meeting_id": known["first"], "place_id": known["place"]}
    assert post(coordinator, conference, "wishes", **wish).status_code == 302
    found = problem(conference, aims=Aims(("must_haves", "weight", "wishes")))
    request = next(request for request in found.requests if request.id == f"m{known['first']}")
    assert request.wished_slots == {f"s{known['slot']}"}
    assert request.wished_places == {f"p{known['place']}"}
    assert request.wished_interpreters == {f"i{person.id}"}
    meeting = next(m for m in solve(found, work=200).meetings if m.request == request.id)
    assert (meeting.slot, meeting.place) == (f"s{known['slot']}", f"p{known['place']}")


def test_a_wish_for_a_place_that_is_closed_since_is_not_asked_for(conference: Conference, coordinator: Any) -> None:
    known = numbers(conference)
    post(coordinator, conference, "wishes", meeting_id=known["first"], place_id=known["place"])
    db.session.expire_all()
    conference.event.places[0].open = False
    db.session.commit()
    assert all(not request.wished_places for request in problem(conference).requests)


def test_a_place_is_closed_for_hours_and_frees_what_stood_there(conference: Conference) -> None:
    event, meeting = conference.event, build_meetings(conference)[0]
    place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)
    meeting.pinned = True
    db.session.commit()
    begins, ends = (moment.astimezone(event.zone) for moment in (event.slots[0].starts_at, event.slots[0].ends_at))
    close_place(event.places[0], begins.date(), starts=begins.time(), ends=ends.time())
    found = problem_of_run(event, now=NOW)
    hours = {place.id: place.slots for place in found.places}
    assert hours[f"p{event.places[0].id}"] == {f"s{slot.id}" for slot in event.slots[1:]}
    assert hours[f"p{event.places[1].id}"] is None
    stands = {m.request: m for m in solve(found, work=100).meetings}[f"m{meeting.id}"]
    assert (stands.slot, stands.place) != (f"s{event.slots[0].id}", f"p{event.places[0].id}")


def test_nobody_is_put_by_hand_where_it_is_closed(conference: Conference) -> None:
    event, meeting = conference.event, build_meetings(conference)[0]
    close_place(event.places[0], event.slots[0].starts_at.astimezone(event.zone).date(), starts=None, ends=None)
    with pytest.raises(DoesNotFit):
        place_meeting(meeting, slot=event.slots[0], place=event.places[0], now=NOW)


def test_organisations_and_interpreters_need_time_from_room_to_room(conference: Conference, coordinator: Any) -> None:
    make_interpreter(conference.event)
    db.session.commit()
    assert post(coordinator, conference, "ways", whose="organisations", minutes=10).status_code == 302
    assert post(coordinator, conference, "ways", whose="interpreters", minutes=15).status_code == 302
    found = problem(conference)
    assert {party.room_change for party in found.parties if party.id.startswith("o")} == {10}
    assert {person.room_change for person in found.interpreters} == {15}


EXAMPLES: dict[str, dict[str, Any]] = {
    "blocks": {"block_id": "block", "mode": "online"},
    "least": {"of_group": "", "least": 2, "each": "1"},
    "organisations": {"registration_id": "side", "most": 3},
    "coordinators": {"user_id": "user", "most_per_day": 2},
    "order": {"first_id": "first", "second_id": "second"},
    "wishes": {"meeting_id": "first", "slot_id": "slot"},
    "ways": {"whose": "interpreters", "minutes": 5},
}


def test_every_kind_is_tried() -> None:
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_condition_is_set_shown_and_removed(conference: Conference, coordinator: Any, kind: str) -> None:
    known = numbers(conference) | {"user": str(make_user(Role.HEADQUARTERS).id)}
    db.session.commit()
    revision, address = conference.event.revision, f"/events/{conference.event.key}/timetable/conditions"
    sent = {name: known.get(str(value), value) for name, value in EXAMPLES[kind].items()}
    assert post(coordinator, conference, kind, **sent).status_code == 302
    (number,) = [row.id for row in rows_of(conference.event, KINDS[kind].model)]
    page = coordinator.get(address).text
    assert f"/conditions/{kind}/{number}/remove" in page
    assert coordinator.post(f"{address}/{kind}/{number}/remove").status_code == 302
    assert coordinator.post(f"{address}/{kind}/{number}/remove").status_code == 404
    db.session.expire_all()
    assert conference.event.revision == revision + 2


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("blocks", {"block_id": "block"}, "Choose what the block is for."),
        ("blocks", {"mode": "online"}, "Please choose one."),
        ("least", {"of_group": "", "least": "many"}, 'id="least-least-fault"'),
        ("organisations", {"registration_id": "side"}, "Give at least one number."),
        (
            "organisations",
            {"registration_id": "side", "least": 4, "most": 3},
            "At least can&#39;t be more than at most.",
        ),
        ("coordinators", {"most_per_day": 3}, "Please choose one."),
        ("order", {"first_id": "first", "second_id": "first"}, "Choose two different meetings."),
        ("wishes", {"meeting_id": "first"}, "Choose a time, a place or an interpreter."),
        ("ways", {"whose": "interpreters", "minutes": 0}, 'id="ways-minutes-fault"'),
    ],
)
def test_what_means_nothing_is_refused_at_its_field(
    conference: Conference, coordinator: Any, kind: str, fields: dict[str, Any], said: str
) -> None:
    known = numbers(conference)
    response = post(coordinator, conference, kind, **{name: known.get(str(v), v) for name, v in fields.items()})
    assert response.status_code == 422
    assert said in response.text
    assert rows_of(conference.event, KINDS[kind].model) == []


@pytest.mark.parametrize("kind", ["least", "organisations", "order", "ways"])
def test_what_stands_already_is_refused(conference: Conference, coordinator: Any, kind: str) -> None:
    known = numbers(conference)
    sent = {name: known.get(str(value), value) for name, value in EXAMPLES[kind].items()}
    assert post(coordinator, conference, kind, **sent).status_code == 302
    refused = post(coordinator, conference, kind, **sent)
    assert refused.status_code == 422
    assert "There is such a condition already." in refused.text


def test_an_unknown_kind_is_not_found(conference: Conference, coordinator: Any) -> None:
    assert post(coordinator, conference, "whims", least=1).status_code == 404
