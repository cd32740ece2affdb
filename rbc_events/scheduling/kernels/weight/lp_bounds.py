"""Upper bounds by linear programming, as exact prices."""

from fractions import Fraction

import numpy as np

from rbc_events.scheduling.kernels.weight.certificate import Dual, verify_bound
from rbc_events.scheduling.kernels.weight.mip import Cells, MipModel, Options, build
from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem

SCALE = 720720
"""The prices' common denominator: divisible by 1 to 16, as the corners of such programmes have small denominators."""
LARGEST = 2**55


def matching_bound(problem: WeightProblem, seconds: float | None = None) -> tuple[Fraction, Dual] | None:
    """The bound by the b-matching's programme, which forgets the slots; None where HiGHS finds none in time.

    A party's capacities are added up over the slots, the tables' and each interpreter's too.
    """
    cells = Cells(problem)
    whole = np.flatnonzero(problem.starts.any(axis=1))
    first = np.zeros((len(whole), problem.slots), np.bool_)
    first[:, 0] = True
    limits = cells.limits()
    together = limits.copy()
    slots, days = problem.slots, cells.days
    together[: cells.most].reshape(-1, slots)[:, 0] = limits[: cells.most].reshape(-1, slots).sum(axis=1)
    together[cells.day : cells.floor].reshape(-1, days)[:, 0] *= days
    prices = _solve(cells, Options.of(problem, whole, first), together, False, seconds)
    if prices is None:
        return None
    prices[: cells.most] = np.repeat(prices[: cells.most : slots], slots)
    prices[cells.day : cells.floor] = np.repeat(prices[cells.day : cells.floor : days], days)
    return _proved(problem, as_dual(cells, prices))


def slot_bound(problem: WeightProblem, seconds: float | None = None) -> tuple[Fraction, Dual] | None:
    """The bound by the programme over requests and slots: at least as tight, and much slower. None as above."""
    cells = Cells(problem)
    whole = np.arange(problem.requests)
    prices = _solve(cells, Options.of(problem, whole, problem.starts), cells.limits(), True, seconds)
    return None if prices is None else _proved(problem, as_dual(cells, prices))


def no_bound(problem: WeightProblem) -> tuple[Fraction, Dual]:
    """The bound by prices of 0: the weight of everything that could be held alone."""
    return _proved(problem, as_dual(Cells(problem), np.zeros(Cells(problem).request)))


def _proved(problem: WeightProblem, dual: Dual) -> tuple[Fraction, Dual]:
    return verify_bound(problem, dual), dual


def _solve(cells: Cells, options: Options, limits: Ints, by_slot: bool, seconds: float | None) -> np.ndarray | None:
    """float[cells before the requests'] of prices by HiGHS."""
    problem = cells.problem
    if not len(options):
        return np.zeros(cells.request)
    weights = problem.weights[options.request].astype(float)
    model = build(cells, options, limits, weights, by_slot, np.zeros(0, np.int64), integer=False)
    return row_prices(model, cells, interior=by_slot, seconds=seconds)


def row_prices(model: MipModel, cells: Cells, *, interior: bool, seconds: float | None) -> np.ndarray | None:
    """float[cells before the requests'] of prices of a linear programme's rows; None where it isn't solved in time."""
    duals = row_duals(model, interior=interior, seconds=seconds)
    if duals is None:
        return None
    own = np.flatnonzero(model.rows < cells.request)
    prices = np.zeros(cells.request)
    prices[model.rows[own]] = np.abs(duals[own])
    return prices


def row_duals(model: MipModel, *, interior: bool, seconds: float | None) -> np.ndarray | None:
    """float[rows]: the duals of a linear programme; None where it isn't solved in time.

    interior  by inner points: programmes over slots are so degenerate that the simplex method takes fifty times as long
    """
    import highspy

    highs = model.highs
    if interior:
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
    if seconds is not None:
        highs.setOptionValue("time_limit", max(seconds, 0.0))  # of one below 0 HiGHS would make none
    highs.run()
    if interior and highs.getModelStatus() not in (
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kTimeLimit,
    ):  # the inner points of a tiny polyhedron may be none
        highs.setOptionValue("solver", "simplex")
        highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().row_dual)


def as_dual(cells: Cells, prices: np.ndarray) -> Dual:
    """Prices rounded to the scale: any prices of 0 or more prove a bound, so nothing else is to be repaired."""
    problem = cells.problem
    heaviest = max(int(problem.weights.max(initial=0)), problem.floor_penalty, 1)
    scale = max(1, min(SCALE, LARGEST // heaviest))
    rounded = np.rint(prices * scale).astype(np.int64)
    return Dual(
        scale=scale,
        party=rounded[: cells.tables].reshape(problem.parties, problem.slots),
        tables=rounded[cells.tables : cells.interpreter],
        interpreter=rounded[cells.interpreter : cells.most].reshape(-1, problem.slots),
        most=rounded[cells.most : cells.day],
        most_per_day=rounded[cells.day : cells.floor].reshape(problem.parties, cells.days),
        floor=np.minimum(rounded[cells.floor : cells.request], scale * problem.floor_penalty),
    )
