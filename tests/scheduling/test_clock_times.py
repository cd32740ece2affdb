"""Meetings at clock times: the most that fit, then the fewest moved, then whole and half hours."""

import itertools
import random

import pytest

from rbc_events.scheduling.clock_times import Placed, Thing, Wanted, place_meetings
from rbc_events.scheduling.solving.clock_times import one_after_the_other


def place(*wanted: Wanted, **things: Thing) -> Placed:
    named = {name for each in wanted for name in each.needs}
    return place_meetings(wanted, {name: things.get(name, Thing()) for name in named}, seconds=20)


def fits(starts: dict[int, int], wanted: list[Wanted], things: dict[str, Thing]) -> bool:
    """Counted step by step, without the model."""
    for name, thing in things.items():
        spells = [(starts[w.key], starts[w.key] + w.length) for w in wanted if w.key in starts and name in w.needs]
        spells += thing.taken
        for at in {begins for begins, _ends in spells}:
            if sum(begins <= at < ends for begins, ends in spells) > thing.capacity:
                return False
    return True


def test_meetings_of_one_party_follow_one_another_and_those_of_different_parties_overlap() -> None:
    found = place(Wanted(1, 12, (0, 1), ("a", "b")), Wanted(2, 12, (0, 12), ("a", "c")), Wanted(3, 12, (6,), ("d",)))
    assert found.starts == {1: 0, 2: 12, 3: 6}
    assert found.proved


def test_what_does_not_fit_is_left_out_and_the_bound_says_that_no_more_fit() -> None:
    found = place(*(Wanted(key, 12, (0, 6), ("a",)) for key in (1, 2)))
    assert (len(found.starts), found.most, found.proved) == (1, 1, True)


def test_a_meeting_without_a_time_at_which_all_can_is_left_out() -> None:
    assert place(Wanted(1, 12, (), ("a",)), Wanted(2, 12, (6,), ("a",))).starts == {2: 6}


def test_what_stands_is_moved_only_to_make_room_for_one_more() -> None:
    stands = Wanted(1, 12, (0, 5, 12), ("a",), stands=5)
    assert place(stands).starts == {1: 5}
    assert place(stands, Wanted(2, 12, (0, 6), ("a",))).starts == {1: 12, 2: 0}


def test_whole_and_half_hours_are_chosen_where_nothing_else_is_lost() -> None:
    assert place(Wanted(1, 12, tuple(range(1, 11)), ("a",))).starts == {1: 6}


def test_who_sends_two_holds_two_at_once_beside_what_is_booked_elsewhere() -> None:
    wanted = [Wanted(key, 12, (0,), ("a",)) for key in (1, 2, 3)]
    assert len(place(*wanted, a=Thing(2)).starts) == 2
    assert len(place(*wanted, a=Thing(2, ((0, 12),))).starts) == 1


@pytest.mark.parametrize("seed", range(12))
def test_small_weeks_are_as_good_as_trying_everything(seed: int) -> None:
    chance = random.Random(seed)
    things = {name: Thing(chance.choice((1, 1, 2)), ((2, 4),) if chance.random() < 0.4 else ()) for name in "abc"}
    wanted = [
        Wanted(key, chance.choice((2, 3)), tuple(sorted(chance.sample(range(7), 3))), tuple(chance.sample("abc", 2)))
        for key in range(4)
    ]
    found = place_meetings(wanted, things, seconds=20)
    choices = itertools.product(*((None, *each.starts) for each in wanted))
    plans = ({w.key: at for w, at in zip(wanted, chosen, strict=True) if at is not None} for chosen in choices)
    best = max(len(plan) for plan in plans if fits(plan, wanted, things))
    assert fits(dict(found.starts), wanted, things)
    assert (len(found.starts), found.most, found.proved) == (best, best, True)


@pytest.mark.parametrize("seed", range(6))
def test_a_week_for_which_there_is_no_time_to_search_is_a_plan_all_the_same(seed: int) -> None:
    chance = random.Random(seed)
    things = {name: Thing(chance.choice((1, 2))) for name in "abcdef"}
    wanted = [
        Wanted(key, 12, tuple(range(chance.randrange(60), 120)), tuple(chance.sample("abcdef", 3))) for key in range(40)
    ]
    first = one_after_the_other(wanted, things)
    assert fits(first, wanted, things)
    assert all(first[each.key] in each.starts for each in wanted if each.key in first)
    assert len(first) >= 8
