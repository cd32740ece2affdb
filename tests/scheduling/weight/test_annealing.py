"""The compiled kernel against the same functions in plain Python, and the state's books against the rules."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rbc_events.scheduling.jit.random import random_state
from rbc_events.scheduling.kernels.weight import WeightProblem, faults
from rbc_events.scheduling.kernels.weight.annealing import MOST_VICTIMS, anneal
from rbc_events.scheduling.kernels.weight.empty_state import as_bits, make_state
from tests.scheduling.weight.problems import event, small_problems

TWIN = """
from tests.scheduling.weight.test_annealing import annealed, mixed
for problem in mixed():
    slot, change = annealed(problem, 1500, 7)
    print(change, slot.tolist())
"""


def annealed(problem: WeightProblem, steps: int, seed: int) -> tuple[np.ndarray, int]:
    """First slots after annealing from an empty plan, and by how much the value rose; checks the plan and the books."""
    state = make_state(problem)
    movable = np.flatnonzero(np.diff(state.first) > 0)
    if not len(movable):
        return state.slot, 0
    scratch = [np.zeros(MOST_VICTIMS, np.int64) for _ in range(3)]
    change = anneal(state, movable, steps, 2.0, 0.2, random_state(seed), *scratch)
    interpreter = np.where(state.interpreter >= 0, state.interpreter - problem.parties, -1)
    assert faults(problem, state.slot, interpreter) == []
    empty = problem.value(np.full(problem.requests, -1))
    assert change == problem.value(state.slot) - empty
    assert (state.free == as_bits(state.used < state.capacity)).all()
    assert (state.tables_free == as_bits((state.tables_used < state.tables)[None])[0]).all()
    return state.slot, int(change)


def mixed() -> list[WeightProblem]:
    """Events with scarce tables, several slots a meeting, interpreters, limits and floors; 70 slots: two words."""
    plain = event(12, 40, 6, 2)
    fields = {"capacity": plain.capacity, "tables": plain.tables}
    fields |= {"request_parties": plain.request_parties, "weights": plain.weights}
    crew = {"interpreters": np.ones((2, 6), np.int64), "eligible": [[r % 2] if r % 3 else None for r in range(40)]}
    limits = {"most": np.full(12, 3), "most_per_day": np.full(12, 2), "day": np.arange(6) // 3}
    floors = {"floor": np.full(12, 2), "floor_penalty": 3}
    length = {"length": 1 + np.arange(40) % 2, "capacity": plain.capacity * 2}
    return [plain, event(12, 40, 70, 2)] + [WeightProblem(**(fields | more)) for more in (crew, limits, floors, length)]


@pytest.mark.slow
def test_compiled_and_in_python_it_takes_the_same_steps() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", TWIN], env=os.environ | {"NUMBA_DISABLE_JIT": flag}, capture_output=True, check=True
        ).stdout
        for flag in ("0", "1")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].splitlines()) == len(mixed())


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(small_problems(), st.integers(0, 2**32))
def test_annealing_keeps_all_rules_and_its_books(problem: WeightProblem, seed: int) -> None:
    annealed(problem, 300, seed)
