"""Compile the inner loops before they are needed: numba keeps them on disk."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.engine import annealing, chains
from rbc_events.scheduling.engine.board import greedy
from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.kernels import weight_task
from rbc_events.scheduling.problem import Party, Problem, Request, Slot
from rbc_events.scheduling.solving import solve
from rbc_events.scheduling.weight import anneal
from rbc_events.scheduling.weight.search import Search
from rbc_events.scheduling.weight.solver import anneal_plan

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


def compile_loops() -> None:
    """Compile every inner loop; what was compiled before is thrown away."""
    for package in (anneal, chains):
        for kept in Path(package.anneal.stats.cache_path).glob("*.nb[ci]"):
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
    search = Search(
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
        report=lambda state: None,
    )
