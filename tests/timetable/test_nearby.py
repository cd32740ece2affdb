"""A meeting is judged by those near it alone: what they say must be what the whole event says."""

import random
from typing import Any

import pytest

from rbc_events.database import db
from rbc_events.events.models import PlaceKind
from rbc_events.meetings.models import InterpreterUnavailability, Meeting, MeetingParty
from rbc_events.registration.models import RegistrationState, Unavailability
from rbc_events.timetable.board import Board
from rbc_events.timetable.nearby import nearby
from rbc_events.timetable.operations import DoesNotFit, place_meeting
from tests.factories import NOW, events, make_place
from tests.timetable.makers import Conference, make_conference, make_interpreter


def any_event(chance: random.Random) -> Conference:
    """Every rule that a web event can have, somewhere: two days, a booth, rooms to change, interpreters, limits."""
    conference = make_conference(organisations=7, slots=5, tables=2, changeover_minutes=chance.choice((0, 30)))
    event, sides = conference.event, conference.sides
    start = event.slots[0].starts_at.replace(day=event.slots[0].starts_at.day + 1)
    events.add_block(event, starts_at=start, slot_minutes=30, slots=3)
    make_place(event, kind=PlaceKind.ROOM, name_en="Room", position=8, capacity=2)
    make_place(event, kind=PlaceKind.VIRTUAL, name_en="Virtual room", position=9)
    booth = make_place(event, kind=PlaceKind.BOOTH, name_en="Booth", position=10)
    db.session.refresh(event)
    sides[0].booth = booth
    sides[1].capacity, sides[2].most_per_day = 2, 1
    for number in range(2):
        person = make_interpreter(event, email=f"i{number}@people.example", longest_run_minutes=60, rest_minutes=30)
        person.unavailable.append(InterpreterUnavailability(slot_id=chance.choice(event.slots).id))
    for side in sides:
        side.organisation.profile.languages = [chance.choice(("ja", "en"))]
        if chance.random() < 0.5:
            db.session.add(Unavailability(registration=side, slot=chance.choice(event.slots)))
    for first in range(7):
        for second in range(first + 1, 7):
            meeting = conference.agree(first, second)
            meeting.length, meeting.online = chance.choice((1, 1, 2)), chance.random() < 0.2
            if chance.random() < 0.2:
                meeting.parties.append(MeetingParty(user=conference.coordinator))
    db.session.flush()
    return conference


def fill_by_chance(conference: Conference, chance: random.Random, *, tries: int) -> list[Meeting]:
    """Put meetings wherever they happen to fit; gives all of them. The first organisation leaves afterwards."""
    event, meetings = conference.event, list(db.session.query(Meeting).order_by(Meeting.id))
    for _time in range(tries):
        try:
            place_meeting(chance.choice(meetings), slot=chance.choice(event.slots), place=chance.choice(event.places),
                          now=NOW)  # fmt: skip
        except DoesNotFit:
            continue
    conference.sides[0].state = RegistrationState.WITHDRAWN  # its meetings stand, and its booth is still its own
    db.session.flush()
    return meetings


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_those_near_a_meeting_say_what_the_whole_event_says(app: Any, seed: int) -> None:
    chance = random.Random(seed)
    conference = any_event(chance)
    event, meetings = conference.event, fill_by_chance(conference, chance, tries=60)
    assert sum(meeting.slot_id is not None for meeting in meetings) >= 5
    whole, refused = Board(event, now=NOW), 0
    for _time in range(150):
        meeting, slot, place = chance.choice(meetings), chance.choice(event.slots), chance.choice(event.places)
        interpreter = chance.choice((None, None, "", *(person.id for person in whole.problem.interpreters)))
        interpreted = bool(interpreter) or meeting.needs_interpreter
        near = Board(event, now=NOW, near=nearby(meeting, slot, place, interpreted=interpreted))
        asked = f"m{meeting.id}", f"s{slot.id}", f"p{place.id}", interpreter
        assert near.fit(*asked) == whole.fit(*asked)
        refused += bool(whole.fit(*asked)[1])
    assert 0 < refused < 150


def test_what_is_read_does_not_grow_with_the_event(app: Any) -> None:
    conference = make_conference(organisations=10, slots=4, tables=4)
    for first in range(0, 8, 2):
        place_meeting(conference.agree(first, first + 1), slot=conference.event.slots[0],
                      place=conference.event.places[first // 2], now=NOW)  # fmt: skip
    meeting = conference.agree(0, 9)
    slot, place = conference.event.slots[1], conference.event.places[3]
    near = nearby(meeting, slot, place, interpreted=False)
    board = Board(conference.event, now=NOW, near=near)
    assert len(near.meetings) == 2  # itself, and the one that its first side has already
    assert {party.id for party in board.problem.parties} == {f"o{conference.sides[n].id}" for n in (0, 1, 9)}
