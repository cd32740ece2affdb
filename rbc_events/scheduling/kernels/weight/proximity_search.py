"""A heavier plan near the present one, as if that were to be kept (proximity search: Fischetti, Monaci 2014).

Without a plan to keep, the linear programme over slots has so many best solutions that its prices say little about
which options such a plan holds. The wish to keep the present plan breaks the ties.
"""

from collections.abc import Iterator

from rbc_events.scheduling.kernels.weight.certificate import plan_bound
from rbc_events.scheduling.kernels.weight.lns_subproblem import Assignment
from rbc_events.scheduling.kernels.weight.reference_plan import Standing
from rbc_events.scheduling.kernels.weight.repair import Repair, staying_prices
from rbc_events.scheduling.kernels.weight.search_state import SearchState
from rbc_events.scheduling.parameters import PARAMS


def can_approach(search: SearchState) -> bool:
    """Whether the problem is of the kind and size for which this pays."""
    problem = search.problem
    return problem.floor is None and search.slots_matter and problem.starts.sum() <= PARAMS.weight.slot_options


def approach(search: SearchState, aims: Iterator[float]) -> None:
    """Go on to heavier plans until an attempt is in vain, each as far towards the bound as the next of `aims`."""
    before = -1
    while before < search.value and not search.over():
        before = search.value
        _attempt(search, next(aims))


def _attempt(search: SearchState, aim: float) -> None:
    """Take a plan that is no lighter, if one is found."""
    problem = search.problem
    standing = Standing(search.slot, search.interpreter)
    units = (plan_bound(problem, search.bound) - search.value) // search.unit
    weight = search.value + max(int(aim * units), 1) * search.unit
    prices = staying_prices(problem, standing, weight, None if search.work_limit is not None else search.seconds_left)
    search.work += int(problem.starts.sum()) // 100
    if prices is None:
        return
    repair = Repair(search, standing, prices, weight, enough=0, slack=PARAMS.nearby.slack)
    plan = repair.run(Assignment(search.slot, search.interpreter), PARAMS.nearby.patience)
    if problem.value(plan.slot) >= search.value:
        search.slot, search.interpreter = plan.slot, plan.interpreter
        search.report()
