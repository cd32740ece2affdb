"""One level of a part of the problem, or of the whole, by CP-SAT, which is loaded with this module."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ortools.sat.python import cp_model

from rbc_events.scheduling.budget import STEP, Budget
from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
from rbc_events.scheduling.solving.objectives import OPTIMISED
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution


@dataclass
class Outcome:
    """What CP-SAT made of a model: a solution or none, and whether nothing better exists (or nothing at all)."""

    solution: Solution | None
    complete: bool
    bound: int | None


def optimise(
    model: CpSatModel,
    level: str,
    kept: Iterable[str],
    budget: Budget,
    *,
    seed: int,
    workers: int = 1,
    beside: str | None = None,
) -> Outcome:
    """Optimise one level of a model while the kept ones stay at least as good as in the solution it began from.

    beside  the level by which what is equally good is chosen; it knows the most that free requests contribute
    """
    for name in kept:
        _keep(model, OPTIMISED[name])
    wanted = OPTIMISED[level]
    objective, unit, sign = wanted.expression(model), 1, 1
    if beside is not None:
        other = OPTIMISED[beside]
        unit = 1 + (other.most(model) if other.most is not None else 0)
        sign = 1 if wanted.maximised == other.maximised else -1
        objective = unit * objective + sign * other.expression(model)
    if wanted.maximised:
        model.cp.maximize(objective)
    else:
        model.cp.minimize(objective)
    model.hint()
    solver = _solver(budget, seed, workers)
    with _told_to_stop(solver, budget):
        status = solver.solve(model.cp)
    budget.spend(max(1, round(solver.response_proto.deterministic_time / STEP)))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        offset = wanted.value(model.instance, model.solution) - wanted.part(model)
        found = round(solver.best_objective_bound)
        bound = sign * (sign * found // unit)  # what is beside it makes less than a unit, more or less
        return Outcome(model.read(solver), status == cp_model.OPTIMAL, bound + offset)
    return Outcome(None, status == cp_model.INFEASIBLE, None)


def _keep(model: CpSatModel, level: Optimised) -> None:
    expression = level.expression(model)
    if not isinstance(expression, int):
        base = level.part(model)
        model.cp.add(expression >= base if level.maximised else expression <= base)


def _solver(budget: Budget, seed: int, workers: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = workers
    parameters.random_seed = seed
    parameters.linearization_level = 2
    parameters.catch_sigint_signal = False  # it would end this part of the run, and nobody else would know
    if budget.work is not None:
        parameters.interleave_search = workers > 1
        parameters.max_deterministic_time = max(budget.work_left * STEP, STEP)
    else:
        parameters.max_time_in_seconds = max(budget.seconds_left, 0.01)
    return solver


@contextmanager
def _told_to_stop(solver: cp_model.CpSolver, budget: Budget) -> Iterator[None]:
    """End a search soon after the run is told to stop: by itself it looks at nothing but its limits."""
    if not budget.stoppable:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            if budget.stopped:
                solver.stop_search()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
