"""The board as a page: what its address narrows it down to, its views, its marks, and what others change meanwhile."""

from typing import Any

import pytest

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.meetings import arranging
from rbc_events.meetings.models import InterpreterUnavailability, Meeting
from rbc_events.timetable import moves
from rbc_events.timetable.look import Look
from rbc_events.timetable.operations import place_meeting
from tests import factories
from tests.timetable.makers import make_interpreter
from tests.timetable.test_routes import HTMX, address, coordinator, meeting, to
from tests.world import World

__all__ = ["coordinator", "meeting"]


def another(world: World, slot: int | None = None, place: int = 0) -> Meeting:
    """A meeting of two other organisations."""
    sides = [factories.make_registration(world.event) for _side in range(2)]
    made = arranging.arrange_meeting(world.event, *sides, actor=world.people["coordinator"], now=now(), consent="x")
    if slot is not None:
        place_meeting(made, slot=world.event.slots[slot], place=world.event.places[place], now=now())
    return made


def test_an_address_says_what_is_looked_at_and_nonsense_counts_as_nothing() -> None:
    asked = {"day": "2027-02-09", "view": "people", "zoom": "far", "q": " tea ", "state": "pinned"}
    look = Look.of({**asked, "only": "conflict", "interpreter_is": "7"})
    assert Look.of({name: str(value) for name, value in look.query().items()}) == look
    assert look.narrowed
    wrong = {"day": "x", "view": "moon", "zoom": "9", "state": "x", "only": "y", "interpreter_is": "²"}
    assert Look.of(wrong) == Look()
    assert not Look().narrowed


def test_meetings_not_asked_for_are_faded_and_those_that_wait_are_left_out(
    world: World, coordinator: Any, meeting: Meeting
) -> None:
    place_meeting(meeting, slot=world.event.slots[0], place=world.event.places[0], now=now())
    waits = another(world)
    name = world.counterpart.organisation.name_latin
    page = coordinator.get(address(world), query_string={"q": name.upper()}).text
    assert "1 meeting found." in page
    assert f'id="m{meeting.id}"' in page
    assert f'id="m{waits.id}"' not in page
    only = coordinator.get(address(world), query_string={"only": "waiting"}).text
    assert "chip-other" in only
    assert f'id="m{waits.id}"' in only
    assert "chip-other" not in coordinator.get(address(world)).text


def test_a_region_is_found_by_its_organisations(world: World, coordinator: Any, meeting: Meeting) -> None:
    world.counterpart.organisation.region_code = factories.make_region("miyagi").code
    db.session.commit()
    there = {"region": "miyagi"}
    assert "1 meeting found." in coordinator.get(address(world), query_string=there).text
    assert "0 meetings found." in coordinator.get(address(world), query_string={"region": "nowhere"}).text


def test_people_and_interpreters_have_their_day_in_a_row(world: World, coordinator: Any, meeting: Meeting) -> None:
    person = make_interpreter(world.event, family_latin="Tsuyaku")
    place_meeting(meeting, slot=world.event.slots[1], place=world.event.places[0], now=now(), interpreter=person)
    names = {
        "people": world.registration.delegates[0].name_in("en"),
        "interpreters": person.name_in("en"),
        "organisations": world.counterpart.organisation.name_latin,
    }
    for view, name in names.items():
        page = coordinator.get(address(world), query_string={"view": view}).text
        assert f'<th scope="row">{name}' in page
        assert f'data-meeting="{meeting.id}"' in page
    party = next(party for party in meeting.parties if party.registration == world.registration)
    party.absent = list(world.registration.delegates)
    db.session.commit()
    assert (
        f'<th scope="row">{names["people"]}'
        not in coordinator.get(address(world), query_string={"view": "people"}).text
    )


def test_what_is_wrong_stands_on_the_meeting_and_is_found(world: World, coordinator: Any, meeting: Meeting) -> None:
    person = make_interpreter(world.event)
    another(world, slot=2)
    meeting.needs_interpreter = True
    place_meeting(meeting, slot=world.event.slots[1], place=world.event.places[0], now=now())
    person.unavailable.append(InterpreterUnavailability(slot_id=world.event.slots[1].id))
    db.session.commit()
    page = coordinator.get(address(world), query_string={"only": "conflict"}).text
    assert "1 meeting found." in page
    assert "is off then." in page.split(f'id="m{meeting.id}"')[1].split("</li>")[0]


def test_every_cell_is_marked_with_its_reason_in_words(world: World, coordinator: Any, meeting: Meeting) -> None:
    there = another(world, slot=0)
    day = world.event.slots[0].starts_at.astimezone(world.event.zone).date()
    answer = coordinator.get(address(world, meeting.id, "marks"), query_string={"day": day}).json
    kind, words, other = answer["cells"][f"{world.event.slots[0].id}-{world.event.places[0].id}"]
    assert (kind, other) == ("if", there.id)
    assert answer["words"][words].startswith("Fits if ")
    free = answer["cells"][f"{world.event.slots[1].id}-{world.event.places[0].id}"]
    assert (free[0], answer["words"][free[1]]) == ("fits", "It fits.")
    assert len(answer["cells"]) == len(world.event.slots) * len(world.event.places)


def test_meetings_change_places_and_it_is_taken_back(world: World, coordinator: Any, meeting: Meeting) -> None:
    there = another(world, slot=0)
    swapped = coordinator.post(address(world, meeting.id, "swap", there.id), headers=HTMX)
    assert swapped.status_code == 200
    assert meeting.slot_id == world.event.slots[0].id
    assert there.slot_id is None
    assert "Undo" in coordinator.get(address(world)).text
    assert "Taken back." in coordinator.post(address(world, "undo"), headers=HTMX).text
    assert coordinator.post(address(world, "redo")).status_code == 302
    assert there.slot_id is None
    coordinator.post(address(world, "undo"))
    refused = coordinator.post(address(world, "undo"))
    assert refused.status_code == 409
    assert "There is nothing of yours to take back any more." in refused.text


def test_a_swap_with_what_is_not_there_is_409(world: World, coordinator: Any, meeting: Meeting) -> None:
    waits = another(world)
    assert coordinator.post(address(world, meeting.id, "swap", waits.id), headers=HTMX).status_code == 409
    assert coordinator.post(address(world, meeting.id, "swap", meeting.id), headers=HTMX).status_code == 409


def test_a_board_that_is_as_it_was_is_not_sent_again(world: World, coordinator: Any, meeting: Meeting) -> None:
    since = {"since": world.event.revision}
    assert coordinator.get(address(world, "changes"), query_string=since).status_code == 204
    slot, place = world.event.slots[0], world.event.places[0]
    moves.move_meeting(meeting, slot=slot, place=place, actor=world.people["headquarters"], now=now())
    db.session.commit()
    changed = coordinator.get(address(world, "changes"), query_string=since)
    assert changed.status_code == 200
    assert changed.text.lstrip().startswith('<div id="board"')
    assert "without a time → Tue 9 Feb 09:00, Table 1" in changed.text


@pytest.mark.parametrize("action", ["move", "remove"])
def test_a_move_from_an_old_board_is_refused_with_both_versions(
    world: World, coordinator: Any, meeting: Meeting, action: str
) -> None:
    slots, places = world.event.slots, world.event.places
    place_meeting(meeting, slot=slots[0], place=places[0], now=now())
    old = {"version": meeting.version, "from_slot": slots[0].id, "from_place": places[0].id}
    moves.move_meeting(meeting, slot=slots[1], place=places[1], actor=world.people["headquarters"], now=now())
    db.session.commit()
    refused = coordinator.post(address(world, meeting.id, action), data={**to(world, 2, 0), **old}, headers=HTMX)
    assert refused.status_code == 409
    assert "You saw: Tue 9 Feb 09:00, Table 1. Now: Tue 9 Feb 09:30, Table 2." in refused.text
    assert meeting.slot == slots[1]
