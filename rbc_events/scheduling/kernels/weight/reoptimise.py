"""A plan made again: as much weight as possible, then as much as possible of the standing plan.

The linear programme over requests and slots says how many meetings can stay in a plan of a certain weight, and what a
unit of weight is worth there, in meetings. Plans are repaired for that worth (`repair.py`). The closer the weight is to
its bound, the more changes it needs and the harder these are to prove: a heavier plan is taken where its changes are
close to the least that so much weight needs, and the weight is found by dividing what is left to the bound.
"""

import time
from collections.abc import Callable
from operator import itemgetter

from rbc_events.scheduling.kernels.weight.certificate import plan_bound
from rbc_events.scheduling.kernels.weight.lns import improve
from rbc_events.scheduling.kernels.weight.lns_subproblem import Assignment
from rbc_events.scheduling.kernels.weight.lp_bounds import matching_bound
from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Prices, Standing, fewest_changes
from rbc_events.scheduling.kernels.weight.repair import Repair, staying_prices
from rbc_events.scheduling.kernels.weight.search_state import SearchState, WeightResult
from rbc_events.scheduling.parameters import PARAMS


def make_again(
    problem: WeightProblem,
    *,
    standing: Standing,
    start: tuple[Ints, Ints],
    seed: int = 0,
    time_limit: float | None = None,
    work: int | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> WeightResult:
    """The best plan found whose changes are close to the least that its weight needs; with bounds on both.

    start  what of the standing plan can stay, and what else fits beside it: (first slots, interpreters)

    The problem has no floors. All else is as with `solve`.
    """
    search = SearchState(problem, seed, time_limit, work, workers, on_progress, should_stop)
    search.slot, search.interpreter = start
    search.tighten(matching_bound(problem, search.seconds_left if search.work_limit is None else None))
    search.tighten_by_slots()
    if problem.starts.sum() > PARAMS.weight.slot_options:
        if standing.size < PARAMS.again.standing * (start[0] >= 0).sum():
            from rbc_events.scheduling.kernels.weight.solver import anneal_plan  # here: numba takes a while to load

            anneal_plan(search, begun=True)
        improve(search, standing)
        return search.result()
    return search.result(_Attempts(search, standing).run())


class _Attempts:
    """Looks for plans of more and more weight, each with few changes for its weight."""

    def __init__(self, search: SearchState, standing: Standing) -> None:
        self.search = search
        self.standing = standing
        self.enough, self.slack, self.patience = PARAMS.again.enough, PARAMS.again.slack, PARAMS.again.patience
        self.most = plan_bound(search.problem, search.bound)
        self.last = self.plan  # of the last attempt, taken or not
        self.prices: Prices | None = None  # what bounds the changes of the plan taken
        self.fewest: int | None = None  # its changes, by that bound
        self.pricing = 0.0  # seconds that the last prices took

    @property
    def plan(self) -> Assignment:
        """The plan taken."""
        return Assignment(self.search.slot, self.search.interpreter)

    def run(self) -> Prices | None:
        """Until no plan weighs more and its changes are the fewest, or time or work are spent."""
        for _ in range(PARAMS.again.sweeps):
            self._sweep(self.most + self.search.unit)
            if self._late or (self._settled and self.search.value >= self.most):
                break
            self.enough, self.slack, self.patience = self.enough / 2, 2 * self.slack, 2 * self.patience
        return self.prices

    def _sweep(self, beyond: int) -> None:
        """Attempt weights between what there is and what was attempted in vain; then fewer changes of what there is."""
        reached, unit = self.search.value, self.search.unit
        while reached + unit < beyond and not self._late:
            weight = reached + max((beyond - reached) // unit // 2, 1) * unit
            if self.fewest is None:
                weight = max(weight, self.most - int(PARAMS.again.first_gap * self.most) // unit * unit)
            if self._attempt(weight):
                reached = max(weight, self.search.value)
            else:
                beyond = weight
        if not self._settled and not self._late:
            self._attempt(self.search.value)

    def _attempt(self, weight: int) -> bool:
        """Look for a plan of about this weight that keeps the most; whether its changes are close to the fewest."""
        search, standing = self.search, self.standing
        prices = self._price(weight)
        if prices is None:
            return False
        # Where more costs next to nothing:
        if prices.weight < PARAMS.repair.cheapest * prices.dual.scale and weight < self.most:
            return True
        enough = self.enough * (standing.gone + standing.size - prices.most)
        repair = Repair(search, standing, prices, weight, enough=enough, slack=self.slack)
        begin = max(self.plan, self.last, key=repair.worth)
        self.last = repair.run(begin, self.patience, reserve=1.5 * self.pricing)
        close = self._consider(self.last, prices)
        search.report()
        return close

    def _consider(self, plan: Assignment, prices: Prices) -> bool:
        """Take a plan if it weighs more, or as much with fewer changes, and has few enough; whether it has.

        While there is no plan with few enough, any that weighs more is taken.
        """
        search, standing = self.search, self.standing
        value, changes = search.problem.value(plan.slot), standing.changes(plan.slot, plan.interpreter)
        fewest = fewest_changes(search.problem, standing, prices, value)
        better = (value, -changes) > (search.value, -self._changes)
        if better and changes > fewest and not self._late and (own := self._price(value)) is not None:
            fewest, prices = max(
                (fewest, prices), (fewest_changes(search.problem, standing, own, value), own), key=itemgetter(0)
            )
        if better and (_close(changes, fewest) or not self._close_enough):
            search.slot, search.interpreter = plan.slot, plan.interpreter
            self.prices, self.fewest = prices, fewest
        return _close(changes, fewest)

    def _price(self, weight: int) -> Prices | None:
        search, begin = self.search, time.monotonic()
        left = None if search.work_limit is not None else search.seconds_left
        prices = staying_prices(search.problem, self.standing, weight, left)
        self.pricing = time.monotonic() - begin
        search.work += int(search.problem.starts.sum()) // 100
        return prices

    @property
    def _changes(self) -> int:
        return self.standing.changes(self.search.slot, self.search.interpreter)

    @property
    def _settled(self) -> bool:
        return self._changes == self.fewest

    @property
    def _close_enough(self) -> bool:
        return self.fewest is not None and _close(self._changes, self.fewest)

    @property
    def _late(self) -> bool:
        """Whether nothing is left for another attempt."""
        search = self.search
        if search.work_limit is not None or search.seconds_left is None:
            return search.spent()
        return search.spent() or search.seconds_left < 1.5 * self.pricing


def _close(changes: int, fewest: int) -> bool:
    return PARAMS.again.close * (changes - fewest) <= fewest
