"""A SAT solver asked for a little at a time."""

import os
import signal
import threading
from itertools import combinations

import pytest

from rbc_events.scheduling.breaks.formula import Formula
from rbc_events.scheduling.breaks.oracle import Oracle, OutOfBudget
from rbc_events.scheduling.budget import Budget


def pigeons(number: int) -> Formula:
    """So many pigeons in one hole fewer: short to say, and very long to refute."""
    formula = Formula()
    at = [[formula.new() for _hole in range(number - 1)] for _pigeon in range(number)]
    for holes in at:
        formula.add(*holes)
    for hole in zip(*at, strict=True):
        for one, other in combinations(hole, 2):
            formula.add(-one, -other)
    return formula


def test_an_interrupt_ends_the_search_as_it_ends_everything_else() -> None:
    interrupt = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        Oracle(pigeons(13), Budget()).solve()
    interrupt.join()


def test_work_is_spent_to_the_step() -> None:
    budget = Budget(work=7)
    with pytest.raises(OutOfBudget):
        Oracle(pigeons(13), budget).solve()
    assert budget.used == 7
