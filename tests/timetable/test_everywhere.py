"""All cells are judged at once: what each is told must be what a move to it is told."""

import random
from typing import Any

import pytest

from rbc_events.timetable.board import Board
from rbc_events.timetable.everywhere import fits_on
from rbc_events.timetable.operations import place_meeting
from tests.factories import NOW
from tests.timetable.makers import make_conference
from tests.timetable.test_nearby import any_event, fill_by_chance


def told(reasons: Any) -> set[str]:
    return {repr((reason.code, sorted(reason.arguments.items()))) for reason in reasons}


@pytest.mark.parametrize("seed", range(3))
def test_every_cell_is_told_what_a_move_to_it_is_told(app: Any, seed: int) -> None:
    chance = random.Random(seed)
    conference = any_event(chance)
    event, meetings = conference.event, fill_by_chance(conference, chance, tries=40)
    whole, good, bad = Board(event, now=NOW), 0, 0
    for meeting in chance.sample(meetings, 4):
        fits = fits_on(meeting, event.slots, now=NOW)
        assert len(fits) == len(event.slots) * len(event.places)
        for (slot, place), fit in chance.sample(sorted(fits.items(), key=lambda item: item[0]), 25):
            wanted, reasons = whole.fit(f"m{meeting.id}", slot, place, None)
            assert told(fit.reasons) == told(reasons)
            assert fit.meeting == wanted
            good, bad = good + (not reasons), bad + bool(reasons)
    assert good
    assert bad


def test_a_cell_that_is_taken_names_the_meeting_that_would_have_to_go(app: Any) -> None:
    conference = make_conference(organisations=4, slots=2, tables=1)
    there, asked = conference.agree(0, 1), conference.agree(2, 3)
    slot, place = conference.event.slots[0], conference.event.places[0]
    place_meeting(there, slot=slot, place=place, now=NOW)
    fits = fits_on(asked, conference.event.slots, now=NOW)
    assert fits[f"s{slot.id}", f"p{place.id}"].instead == f"m{there.id}"
    free = fits[f"s{conference.event.slots[1].id}", f"p{place.id}"]
    assert (free.reasons, free.instead) == ((), "")


def test_a_cell_whose_sides_are_busy_is_no_matter_of_the_place(app: Any) -> None:
    conference = make_conference(organisations=3, slots=1, tables=1)
    there, asked = conference.agree(0, 1), conference.agree(0, 2)
    place_meeting(there, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    [fit] = fits_on(asked, conference.event.slots, now=NOW).values()
    assert {reason.code for reason in fit.reasons} == {"party_busy", "one_meeting_a_table"}
    assert fit.instead == ""
