"""Compile the inner loops before they are needed: numba keeps them on disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.jit import random
from rbc_events.scheduling.kernels.adapters import weight_task
from rbc_events.scheduling.kernels.weight import annealing as weight_annealing
from rbc_events.scheduling.kernels.weight.search_state import SearchState
from rbc_events.scheduling.kernels.weight.solver import anneal_plan
from rbc_events.scheduling.problem import Party, Problem, Request, Slot
from rbc_events.scheduling.solving.construction import greedy
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.kempe import annealing, chains
from rbc_events.scheduling.solving.lexicographic import solve

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


def compile_loops() -> None:
    """Compile every inner loop; what was compiled before is thrown away."""
    loops: tuple[Any, ...] = (weight_annealing.anneal, chains.anneal, random.below)
    for function in loops:
        for kept in Path(function.stats.cache_path).glob("*.nb[ci]"):
            kept.unlink(missing_ok=True)
    run_loops()


def run_loops() -> None:
    """Run every compiled function once, on the meetings of four parties."""
    minutes = [BEGIN + timedelta(minutes=n) for n in range(3)]
    slots = tuple(Slot(f"s{n}", begin, begin + timedelta(minutes=1), "day") for n, begin in enumerate(minutes))
    parties = tuple(Party(name) for name in "abcd")
    requests = tuple(Request(a + b, (a, b)) for a in "abcd" for b in "abcd" if a < b)
    problem = Problem(slots, parties, requests, levels=("weight",))
    solve(problem, work=10)
    instance = Instance(problem)
    search = SearchState(
        weight_task(instance).problem, 0, None, 2, 1, None, None
    )  # `solve` proves its plan without annealing
    anneal_plan(search, begun=False)
    annealing.improve(
        instance,
        greedy(instance, Budget()),
        "breaks",
        (),
        Budget(work=1),
        seed=0,
        target=-1,
        report=lambda solution: None,
    )
