"""What `solve` does, from the quick checks to the proof."""

from collections.abc import Callable
from functools import partial

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.core_guided import CoreGuided
from rbc_events.scheduling.kernels.breaks.hall_bound import counting_reason
from rbc_events.scheduling.kernels.breaks.lagrangian_bound import best_prices, price_bound
from rbc_events.scheduling.kernels.breaks.mus import refutation_reason
from rbc_events.scheduling.kernels.breaks.portfolio import Process
from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem, BreaksResult
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle, OutOfBudget

COUNTING = "counting"
REFUTATION = "SAT refutation"


def solve(
    problem: BreaksProblem,
    *,
    fairness: int | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    work: int | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> BreaksResult:
    """All meetings held with the fewest breaks, or the reason why that can't be.

    fairness     the largest and the smallest number of breaks over all parties differ by at most so many; None: free
    seed         another one leads the search elsewhere, to another timetable of the same value
    time_limit   seconds
    work         steps instead of seconds: the same result on every machine; without either it runs to the end
    workers      2 or more: a second process with another solver; unused with `work`, which is one thread's
    on_progress  told the breaks of the best timetable and the bound whenever one of them changes
    should_stop  asked about once a second

    Where the budget ends first the status is "feasible" or "unknown"; the bound holds all the same.
    """
    budget = Budget(time_limit, work, should_stop)
    if reason := counting_reason(problem):
        return _result(budget, status="infeasible", method=COUNTING, reason=reason, minimal=True)
    model = CnfModel(problem, fairness=fairness, seed=seed)
    oracle = Oracle(model.formula, budget)
    prices = best_prices(problem)
    counted = price_bound(problem, prices)
    search = CoreGuided(model, oracle, on_progress, counted)
    beside = partial(Process, problem, fairness, seed) if workers > 1 and work is None else None
    status = _run(search, oracle, beside)
    if status == "infeasible":
        reason, minimal = refutation_reason(problem, fairness, budget)
        return _result(budget, status=status, method=REFUTATION, reason=reason, minimal=minimal)
    by_counting = search.bound == counted
    method, proof = (COUNTING, tuple(prices)) if by_counting else (REFUTATION, ())
    best = {"slots": search.slots, "breaks": search.breaks, "bound": search.bound}
    return _result(budget, status=status, method=method, prices=proof, **best)


def _run(search: CoreGuided, oracle: Oracle, beside: Callable[[], Process] | None) -> str:
    """Search to the end, or to that of the budget: the status. Another process starts once there is a timetable."""
    partner = None
    try:
        if not search.first():
            return "infeasible"
        partner = beside() if beside is not None else None
        search.run(partner)
        return "optimal"
    except OutOfBudget:
        return "feasible" if search.slots is not None else "unknown"
    finally:
        oracle.delete()
        if partner is not None:
            partner.stop()


def _result(budget: Budget, **found: object) -> BreaksResult:
    return BreaksResult(seconds=budget.elapsed, work=budget.used, **found)  # type: ignore[arg-type]
