"""A plan repaired: as much as possible of a standing plan, and of weight, at a price that a unit of weight has.

Options that such plans hardly hold, by the prices of the linear programme, are left out. Of the others, those in some
slots, or of the meetings within some of the parties, are chosen anew by an integer programme, time and again; these
programmes grow while they are solved to the end, up to the whole.
"""

import numpy as np

from rbc_events.scheduling.kernels.weight.lns_subproblem import Assignment, left_by, run
from rbc_events.scheduling.kernels.weight.lp_bounds import as_dual, row_prices
from rbc_events.scheduling.kernels.weight.mip import Cells, Options, build, reduced_costs, uses
from rbc_events.scheduling.kernels.weight.problem import Bools, Ints, WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Prices, Standing
from rbc_events.scheduling.kernels.weight.search_state import SearchState
from rbc_events.scheduling.parameters import PARAMS

NOBODY = np.zeros(0, np.int64)


class Repair:
    """Makes plans better at the prices of plans that weigh at least `least`."""

    def __init__(
        self, search: SearchState, standing: Standing, prices: Prices, least: int, *, enough: float, slack: float
    ) -> None:
        """Both in meetings that stay.

        enough  how far from the best a plan may be left
        slack   options are left out whose reduced cost is more
        """
        self.search = search
        self.standing = standing
        self.unit = max(
            PARAMS.repair.tilt * prices.weight / prices.dual.scale, PARAMS.repair.cheapest
        )  # what a unit of weight is worth
        self.most = prices.most + self.unit * least
        self.enough = max(enough, PARAMS.repair.tolerance)
        self.cells = Cells(search.problem)
        self.limits = self.cells.limits()
        self.options = _worth_it(self.cells, standing, prices, slack)
        stays = standing.keeps(self.options.request, self.options.start, self.options.interpreter)
        self.worths = stays + self.unit * search.problem.weights[self.options.request]

    def worth(self, plan: Assignment) -> float:
        """The meetings that stay, and the weight at its price."""
        kept = self.standing.kept(plan.slot, plan.interpreter)
        return kept + self.unit * self.search.problem.value(plan.slot)

    def run(self, plan: Assignment, patience: int, reserve: float = 0) -> Assignment:
        """A plan worth no less: until it is worth enough, after so many programmes in vain, or at the limit.

        In vain: too hard to solve, or as large as they may be and without a gain.

        reserve  seconds to leave of those there are
        """
        random = np.random.default_rng([self.search.seed, 2])
        largest = 1 if len(self.options) <= PARAMS.repair.whole else PARAMS.repair.most_share
        worth, share, vain, number = self.worth(plan), PARAMS.repair.share, 0, 0
        while vain < patience and worth < self.most - self.enough and not self._over(reserve):
            free, inside = self._neighbourhood(plan, share, number, random)
            found, solved = self._solve(plan, free, inside, random)
            gain = self.worth(found) - worth
            if gain >= 0:
                plan, worth = found, worth + gain
            if solved and share == 1:
                break
            if not solved:
                vain, share = vain + 1, max(PARAMS.repair.shrinking * share, PARAMS.repair.least_share)
            elif gain < PARAMS.repair.gap:
                vain, share = vain + (share == largest), min(PARAMS.repair.growth * share, largest)
            number += 1
        return plan

    def _over(self, reserve: float) -> bool:
        left = self.search.seconds_left
        return self.search.spent() or (self.search.work_limit is None and left is not None and left < reserve)

    def _neighbourhood(
        self, plan: Assignment, share: float, number: int, random: np.random.Generator
    ) -> tuple[Bools, Bools]:
        """The requests that may change, and the slots in which: by turns some slots, and some parties in all slots."""
        problem = self.search.problem
        if number % 2:
            chosen = _some(problem.parties, share, random)
            within = np.append(chosen, True)[problem.request_parties].all(axis=1)  # -1 is nobody
            inside = np.ones(problem.slots, np.bool_)
        else:
            inside = _some(problem.slots, share, random)
            within = _lies_in(problem, np.arange(problem.requests), plan.slot, inside)
        return (plan.slot < 0) | within, inside

    def _solve(
        self, plan: Assignment, free: Bools, inside: Bools, random: np.random.Generator
    ) -> tuple[Assignment, bool]:
        """The plan with the free requests chosen anew; whether that was solved to the end."""
        import highspy

        search = self.search
        left = left_by(self.cells, self.limits, plan, ~free)
        here = free[self.options.request] & _lies_in(search.problem, self.options.request, self.options.start, inside)
        option, cell = uses(self.cells, self.options)
        here[option[(cell < self.cells.floor) & (left[cell] <= 0)]] = False
        options = self.options.select(here)
        if not len(options):
            return plan, True
        worths = self.worths[here] + PARAMS.repair.nudge * random.random(len(options))
        model = build(self.cells, options, left, worths, True, NOBODY, integer=True)
        seconds = None if search.work_limit is not None else search.seconds_left
        run(
            model.highs,
            gap=min(PARAMS.repair.gap, self.enough / 2),
            seed=int(random.integers(2**31)),
            seconds=seconds,
            patience=PARAMS.repair.patience,
        )
        info = model.highs.getInfo()
        search.count(int(info.simplex_iteration_count))
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return plan, False
        taken = np.flatnonzero(np.array(model.highs.getSolution().col_value[: model.columns]) > 0.5)
        slot, interpreter = np.where(free, -1, plan.slot), np.where(free, -1, plan.interpreter)
        slot[options.request[taken]] = options.start[taken]
        interpreter[options.request[taken]] = options.interpreter[taken]
        return Assignment(slot, interpreter), model.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal


def _some(count: int, share: float, random: np.random.Generator) -> Bools:
    """bool[count]: this share of them, at least two, chosen at random."""
    chosen = np.zeros(count, np.bool_)
    chosen[random.permutation(count)[: max(2, round(share * count))]] = True
    return chosen


def _lies_in(problem: WeightProblem, request: Ints, start: Ints, inside: Bools) -> Bools:
    """Whether meetings of these requests, begun in these slots (-1: none), lie wholly inside bool[slots]."""
    lengths = problem.lengths[request]
    lies = start >= 0
    for offset in range(int(lengths.max(initial=0))):
        lies &= (offset >= lengths) | inside[np.minimum(start + offset, problem.slots - 1)]
    return lies


def staying_prices(problem: WeightProblem, standing: Standing, least: int, seconds: float | None) -> Prices | None:
    """How many meetings can stay in a plan that weighs at least `least`: the linear programme over requests and slots.

    None where HiGHS doesn't solve it in time.
    """
    import highspy

    cells = Cells(problem)
    options = Options.of(problem, np.arange(problem.requests), problem.starts)
    stays = standing.keeps(options.request, options.start, options.interpreter).astype(float)
    model = build(cells, options, cells.limits(), stays, True, NOBODY, integer=False)
    weights = problem.weights[options.request].astype(float)
    columns = np.arange(len(options), dtype=np.int32)
    model.highs.addRow(float(least), highspy.kHighsInf, len(options), columns, weights)
    solved = row_prices(model, cells, interior=True, seconds=seconds)
    if solved is None:
        return None
    dual = as_dual(cells, solved)
    weight = abs(model.highs.getSolution().row_dual[-1])
    return Prices(dual, round(weight * dual.scale), -model.highs.getInfo().objective_function_value)


def _worth_it(cells: Cells, standing: Standing, prices: Prices, slack: float) -> Options:
    """The options whose request would lose no more than the slack against its best one, or against being left out."""
    problem = cells.problem
    options = Options.of(problem, np.arange(problem.requests), problem.starts)
    gain = standing.keeps(options.request, options.start, options.interpreter) * prices.dual.scale
    worth = gain + prices.weight * problem.weights[options.request]
    return options.select(reduced_costs(cells, options, prices.dual, worth) <= slack * prices.dual.scale)
