"""The annealer keeps every rule and every level that is kept, compiled or not."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rbc_events.scheduling import Meeting
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.solving import table_assignment
from rbc_events.scheduling.solving.construction import greedy
from rbc_events.scheduling.solving.decode import name_meetings
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.kempe import annealing
from rbc_events.scheduling.solving.objectives import value

from .makers import make_problem
from .test_against_brute_force import problems

KEPT = ("must_haves", "weight", "floors")


def annealed(problem, level, seed, *, steps=1):
    instance = Instance(problem)
    before = greedy(instance, Budget())
    after = annealing.improve(
        instance, before, level, KEPT, Budget(work=steps), seed=seed, target=0, report=lambda solution: None
    )
    return instance, before, after


def table(instance, solution):
    return Timetable(instance.problem, name_meetings(instance, solution, table_assignment.place(instance, solution)))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(problems(slots=6, requests=9), st.sampled_from(annealing.LEVELS), st.integers(0, 99))
def test_rules_and_kept_levels_survive(problem, level, seed):
    instance, before, after = annealed(problem, level, seed)

    now, was = table(instance, after), table(instance, before)
    assert [reason for rule in REGISTRY for reason in rule(now)] == []
    for name in KEPT:
        assert not OBJECTIVES[name].passes(OBJECTIVES[name].value(was), OBJECTIVES[name].value(now))
    assert value(instance, level, after) <= value(instance, level, before)


def crowd():
    """Thirty parties that meet at random, two thirds of what they want."""
    pairs = [(f"p{a}", f"p{b}") for a in range(30) for b in range(a) if (a * 7 + b * 3) % 4 == 0]
    return make_problem(pairs, slots=16, tables=8)


@pytest.mark.slow
def test_breaks_become_fewer():
    _, before, after = annealed(crowd(), "breaks", 1, steps=20)
    instance = Instance(crowd())

    assert value(instance, "breaks", after) < value(instance, "breaks", before) / 2


@pytest.mark.slow
def test_a_kept_level_is_as_good_afterwards():
    """Changes can be had for breaks, but not where these come first."""
    problem = crowd()
    random = Random(2)
    standing = tuple(Meeting(r.id, f"s{random.randint(1, 16)}") for r in problem.requests if random.random() < 0.8)
    instance = Instance(replace(problem, standing=standing))
    solution, begin = greedy(instance, Budget()), {"seed": 2, "target": 0, "report": lambda solution: None}
    solution = annealing.improve(instance, solution, "breaks", KEPT, Budget(work=40), **begin)

    after = annealing.improve(instance, solution, "changes", (*KEPT, "breaks"), Budget(work=20), **begin)

    assert value(instance, "changes", after) < value(instance, "changes", solution)
    assert value(instance, "breaks", after) <= value(instance, "breaks", solution)


@pytest.mark.slow
def test_uncompiled_it_finds_the_same():
    script = "import tests.scheduling.test_annealing as t; t.print_slots()"
    found = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for disabled in ("0", "1")
    ]

    assert found[0] == found[1]
    assert json.loads(found[0])


def print_slots():
    annealing.PARAMS = replace(PARAMS, annealing=replace(PARAMS.annealing, steps=3_000))
    _, _, after = annealed(crowd(), "breaks", 5)
    print(json.dumps(after.slot))
