"""A plan made again: as much weight as possible, then as much as possible of the standing plan.

The linear programme over requests and slots says how many meetings can stay in a plan of a certain weight, and its
prices, which options such a plan is made of: the integer programme of these few options alone mostly reaches the bound,
in tenths of a second. It is harder the closer the weight is to its bound: halving finds how much can be had in time.
Where there are too many options for that, large neighbourhoods begin from the standing plan, and know what it is worth
to stay.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import floor

import numpy as np

from rbc_events.scheduling.weight.bound import as_dual, matching_bound, row_prices
from rbc_events.scheduling.weight.certificate import plan_bound
from rbc_events.scheduling.weight.model import Cells, Model, Options, build, uses
from rbc_events.scheduling.weight.neighbourhood import run
from rbc_events.scheduling.weight.problem import Ints, WeightProblem
from rbc_events.scheduling.weight.rounds import ITERATIONS, improve
from rbc_events.scheduling.weight.search import SLOT_OPTIONS, Search, WeightResult
from rbc_events.scheduling.weight.standing import Prices, Standing

SLACK = 1.0
"""Options are left out whose reduced cost is more than so many meetings; twice as many in each further sweep."""
PATIENCE = 40
"""Times that HiGHS may ask whether to stop before it is stopped, in the first sweep; twice as often in each further."""
SWEEPS = 7
SHARE = 0.5
"""The share of the time left that a programme gets."""
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Found:
    """A plan of the integer programme; `whole`: solved to the end."""

    slot: Ints
    interpreter: Ints
    whole: bool


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
    """The best plan found, which of plans of equal weight keeps the most of the standing one; with bounds on both.

    start  what of the standing plan can stay, and what else fits beside it: (first slots, interpreters)

    The problem has no floors. All else is as with `solve`.
    """
    search = Search(problem, seed, time_limit, work, workers, on_progress, should_stop)
    search.slot, search.interpreter = start
    search.tighten(matching_bound(problem, search.seconds_left if search.work_limit is None else None))
    search.tighten_by_slots()
    if problem.starts.sum() > SLOT_OPTIONS:
        improve(search, standing)
        return search.result()
    return search.result(_Sweeps(search, standing).run())


class _Sweeps:
    """Finds the fewest changes for the weight that there is, then for more and more weight."""

    def __init__(self, search: Search, standing: Standing) -> None:
        self.search = search
        self.standing = standing
        self.patience, self.slack = PATIENCE, SLACK
        self.prices: Prices | None = None  # what bounds the changes of the plan in `search`
        self.settled = False  # whether it has the fewest for its weight
        self.pricing = 0.0  # seconds that the last prices took

    def run(self) -> Prices | None:
        """Until no plan weighs more and its changes are the fewest, or time or work are spent."""
        most = plan_bound(self.search.problem, self.search.bound)
        for _ in range(SWEEPS):
            self.settle()
            self.halve(most + self.search.unit)
            if self.late() or (self.settled and self.search.value >= most):
                break
            self.patience, self.slack = 2 * self.patience, 2 * self.slack
        return self.prices

    def halve(self, beyond: int) -> None:
        """Attempt weights halfway between what there is and what was attempted in vain."""
        unit = self.search.unit
        while self.search.value + unit < beyond and not self.late():
            weight = self.search.value + (beyond - self.search.value) // unit // 2 * unit
            if not self.attempt(weight):
                beyond = weight
                self.settle()

    def settle(self) -> None:
        """Look for the fewest changes of the weight that there is, where they aren't known."""
        if not self.settled and not self.late():
            self.attempt(self.search.value)

    def late(self) -> bool:
        """Whether nothing is left for another attempt."""
        left = self._seconds_left
        return self.search.spent() or (left is not None and left < 1.5 * self.pricing)

    def attempt(self, weight: int) -> bool:
        """Look for the plan of at least this weight that keeps the most, and take it; whether it was found."""
        search, begin = self.search, time.monotonic()
        prices = staying_prices(search.problem, self.standing, weight, self._seconds_left)
        self.pricing = time.monotonic() - begin
        search.work += int(search.problem.starts.sum()) // 100
        if prices is None:
            return False
        if weight == search.value:
            self.prices = prices
            self.settled = self._kept >= floor(prices.most + TOLERANCE)
        found = None if self.settled and weight == search.value else self._closest(weight, prices)
        if found is not None and (found.whole or weight == search.value):
            self._take(found, prices)
        search.report()
        return search.value >= weight

    def _take(self, found: Found, prices: Prices) -> None:
        value, kept = self.search.problem.value(found.slot), self.standing.kept(found.slot, found.interpreter)
        if (value, kept) >= (self.search.value, self._kept):
            self.search.slot, self.search.interpreter = found.slot, found.interpreter
            self.prices, self.settled = prices, found.whole

    @property
    def _kept(self) -> int:
        return self.standing.kept(self.search.slot, self.search.interpreter)

    @property
    def _seconds_left(self) -> float | None:
        return None if self.search.work_limit is not None else self.search.seconds_left

    def _closest(self, weight: int, prices: Prices) -> Found | None:
        """The plan of at least this weight that keeps the most, of options worth it by the prices; None: none found."""
        import highspy

        search, problem = self.search, self.search.problem
        cells = Cells(problem)
        options = _worth_it(cells, self.standing, prices, self.slack)
        model = _programme(cells, options, self.standing, weight, integer=True)
        left = self._seconds_left
        run(
            model.highs,
            gap=0.5,
            seed=search.seed,
            seconds=None if left is None else SHARE * left,
            patience=self.patience,
        )
        info = model.highs.getInfo()
        search.work += 1 + max(int(info.simplex_iteration_count), 0) // ITERATIONS
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        taken = np.flatnonzero(np.array(model.highs.getSolution().col_value[: model.columns]) > 0.5)
        slot, interpreter = np.full(problem.requests, -1, np.int64), np.full(problem.requests, -1, np.int64)
        slot[options.request[taken]] = options.start[taken]
        interpreter[options.request[taken]] = options.interpreter[taken]
        return Found(slot, interpreter, model.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def staying_prices(problem: WeightProblem, standing: Standing, least: int, seconds: float | None) -> Prices | None:
    """The linear programme of plans that weigh at least `least`; None where HiGHS doesn't solve it in time."""
    cells = Cells(problem)
    options = Options.of(problem, np.arange(problem.requests), problem.starts)
    model = _programme(cells, options, standing, least, integer=False)
    solved = row_prices(model, cells, interior=True, seconds=seconds)
    if solved is None:
        return None
    dual = as_dual(cells, solved)
    weight = abs(model.highs.getSolution().row_dual[-1])
    return Prices(dual, round(weight * dual.scale), -model.highs.getInfo().objective_function_value)


def _programme(cells: Cells, options: Options, standing: Standing, least: int, *, integer: bool) -> Model:
    """As many meetings as possible stay, and the plan weighs at least `least`: that row is the last."""
    import highspy

    stay = standing.keeps(options.request, options.start, options.interpreter).astype(float)
    model = build(cells, options, cells.limits(), stay, True, np.zeros(0, np.int64), integer=integer)
    weights = cells.problem.weights[options.request].astype(float)
    columns = np.arange(len(options), dtype=np.int32)
    model.highs.addRow(float(least), highspy.kHighsInf, len(options), columns, weights)
    return model


def _worth_it(cells: Cells, standing: Standing, prices: Prices, slack: float) -> Options:
    """The options whose request would lose no more than the slack against its best one, or against being left out."""
    problem = cells.problem
    options = Options.of(problem, np.arange(problem.requests), problem.starts)
    option, cell = uses(cells, options)
    paid = np.bincount(option, cells.prices(prices.dual)[cell], minlength=len(options))
    gain = standing.keeps(options.request, options.start, options.interpreter) * prices.dual.scale
    margin = gain + prices.weight * problem.weights[options.request] - paid
    best = np.zeros(problem.requests)
    np.maximum.at(best, options.request, margin)
    return options.select(best[options.request] - margin <= slack * prices.dual.scale)
