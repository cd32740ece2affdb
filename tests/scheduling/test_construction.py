"""The greedy plan: it stops when time runs out, and counts breaks as everybody else does."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import Party, solve
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels import adapters
from rbc_events.scheduling.solving.construction import PartialPlan, greedy
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.breaks import breaks_of_parties

from .makers import make_problem

PAIRS = [(a, b) for a in "abcdef" for b in "abcdef" if a < b]


@pytest.mark.parametrize("over", [Budget(seconds=0), Budget(should_stop=lambda: True)])
def test_it_ends_where_no_time_is_left(over):
    instance = Instance(make_problem(PAIRS, slots=9, tables=3))

    assert sum(slot >= 0 for slot in greedy(instance, Budget()).slot) == len(PAIRS)
    assert not any(slot >= 0 for slot in greedy(instance, over).slot)


def test_spent_work_does_not_end_it_for_it_counts_none():
    instance = Instance(make_problem(PAIRS, slots=9, tables=3))

    assert sum(slot >= 0 for slot in greedy(instance, Budget(work=0)).slot) == len(PAIRS)


def test_who_is_told_to_stop_still_gets_the_kernels_plan():
    """The kernel leaves fairness out, and its plan has to be put down under all rules."""
    problem = make_problem(PAIRS, slots=9, tables=3, fairness=9)
    instance = Instance(problem)
    task = adapters.weight_task(instance)
    slots = greedy(Instance(replace(problem, fairness=None)), Budget()).slot

    solution = adapters.solution_of(instance, task, slots, [-1] * len(slots), Budget(should_stop=lambda: True))

    assert not task.exact
    assert solution.slot == slots
    assert solve(problem, should_stop=lambda: True).certificate.status == "feasible"


@pytest.mark.parametrize("most_apart", [0, 1, 2])
def test_it_counts_the_breaks_that_fairness_compares(most_apart):
    parties = tuple(Party(name, available=frozenset(f"s{n}" for n in range(1, 9) if (n * k) % 5)) for k, name in
                    enumerate("abcdef", start=1))  # fmt: skip
    instance = Instance(make_problem(PAIRS, slots=8, tables=2, parties=parties, fairness=most_apart))
    partial = PartialPlan(instance)
    for r in range(len(PAIRS)):
        for s in instance.starts[r]:
            fit = partial.fit(r, s)
            if fit is not None:
                partial.add(r, s, *fit)
                break
    partial.remove(next(r for r, s in enumerate(partial.solution.slot) if s >= 0))

    counted = breaks_of_parties(instance, partial.solution)

    assert partial._breaks == counted
    assert any(slot >= 0 for slot in partial.solution.slot)
