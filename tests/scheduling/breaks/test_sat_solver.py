"""A SAT solver asked for a little at a time."""

import signal
import subprocess
import sys
import time
from itertools import combinations
from subprocess import PIPE

import pytest

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks.cnf import Formula
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle, OutOfBudget


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


SEARCH = """
import signal
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle
from rbc_events.scheduling.budget import Budget
from tests.scheduling.breaks.test_sat_solver import pigeons

signal.signal(signal.SIGINT, signal.default_int_handler)
oracle = Oracle(pigeons(13), Budget())
print("begins", flush=True)
oracle.solve()
"""


@pytest.mark.slow
def test_an_interrupt_ends_the_search_as_it_ends_everything_else() -> None:
    """In a process of its own: whoever runs the tests has ideas of its own about interrupts."""
    with subprocess.Popen([sys.executable, "-c", SEARCH], stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert told.endswith("KeyboardInterrupt\n")


def test_work_is_spent_to_the_step() -> None:
    budget = Budget(work=7)
    with pytest.raises(OutOfBudget):
        Oracle(pigeons(13), budget).solve()
    assert budget.used == 7
