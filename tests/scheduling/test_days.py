"""Compact and balanced days: what is found, kept and proved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rbc_events.scheduling import Party, solve
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem, make_slots

PAIRS = [("a", "b"), ("a", "c"), ("a", "d"), ("a", "e")]
TWO_DAYS = (
    *make_slots(4),
    *(
        replace(slot, id=f"t{slot.id}", start=slot.start + timedelta(1), end=slot.end + timedelta(1), day="2")
        for slot in make_slots(4)
    ),
)


def levels(plan):
    return {level.name: (level.value, level.proved) for level in plan.certificate.levels}


def test_days_become_compact_where_one_long_break_would_count_as_a_short_one():
    """b and c can only meet at either end, so that a has one break or two, and waits in two slots or three."""
    parties = (Party("a"), Party("b", available=frozenset({"s1"})), Party("c", available=frozenset({"s5"})), Party("d"))
    problem = make_problem(PAIRS[:3], slots=5, parties=parties, levels=("weight", "idle_slots", "breaks"))

    plan = solve(problem, work=300)

    assert levels(plan)["idle_slots"] == (2, True)
    assert check(problem, plan) == ()


@pytest.mark.parametrize(
    ("order", "uneven", "idle"), [(("uneven_days", "idle_slots"), 4, 0), (("idle_slots",), None, 0)]
)
def test_days_become_even(order, uneven, idle):
    problem = make_problem(PAIRS, slots=TWO_DAYS, levels=("weight", *order))

    plan = solve(problem, work=500)

    assert levels(plan)["idle_slots"] == (idle, True)
    if uneven is not None:
        assert levels(plan)["uneven_days"] == (uneven, True)  # a's days are even; the others have one meeting each
    assert check(problem, plan) == ()
