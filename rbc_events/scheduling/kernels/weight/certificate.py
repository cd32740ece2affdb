"""The bound's certificate: prices of capacities, and the exact check that no plan is worth more. It knows no solver.

Weak duality: a plan pays each capacity's price for what it uses, never more than the price of all there is. So its
value is at most the price of everything, plus for each request what its weight exceeds its cheapest start's price by.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem

if TYPE_CHECKING:
    from rbc_events.scheduling.kernels.weight.reference_plan import Standing


@dataclass(frozen=True, eq=False)
class Dual:
    """Prices, 0 or more, as numerators over the common denominator `scale`.

    party        int[parties, slots]: for a unit of a party's capacity in a slot
    tables       int[slots]: for a table in a slot
    interpreter  int[interpreters, slots]
    most         int[parties]: for one of a party's most meetings
    most_per_day int[parties, days]
    floor        int[parties], at most scale x floor_penalty: what a meeting towards the floor is paid
    """

    scale: int
    party: Ints
    tables: Ints
    interpreter: Ints
    most: Ints
    most_per_day: Ints
    floor: Ints

    def to_json(self) -> dict[str, object]:
        """As plain lists; a party's or interpreter's row that is the same in all slots is one number."""
        return {
            "scale": self.scale,
            "party": _short(self.party),
            "tables": self.tables.tolist(),
            "interpreter": _short(self.interpreter),
            "most": self.most.tolist(),
            "most_per_day": _short(self.most_per_day),
            "floor": self.floor.tolist(),
        }


def dual_from_json(problem: WeightProblem, form: dict[str, object]) -> Dual:
    """What `Dual.to_json` made. ValueError where it doesn't fit the problem."""
    days = int(problem.days.max(initial=0)) + 1
    crew = 0 if problem.interpreters is None else len(problem.interpreters)
    scale = form.get("scale")
    if type(scale) is not int or scale < 1:
        raise ValueError("scale: not a whole number above 0")
    return Dual(
        scale=scale,
        party=_rows(form, "party", problem.parties, problem.slots),
        tables=_row(form.get("tables"), "tables", problem.slots),
        interpreter=_rows(form, "interpreter", crew, problem.slots),
        most=_row(form.get("most"), "most", problem.parties),
        most_per_day=_rows(form, "most_per_day", problem.parties, days),
        floor=_row(form.get("floor"), "floor", problem.parties),
    )


def _short(rows: Ints) -> list[object]:
    return [int(row[0]) if len(row) and (row == row[0]).all() else row.tolist() for row in rows]


def _row(values: object, name: str, size: int) -> Ints:
    if not isinstance(values, list) or len(values) != size or any(type(v) is not int for v in values):
        raise ValueError(f"{name}: not {size} whole numbers")
    try:
        return np.array(values, np.int64)
    except OverflowError:
        raise ValueError(f"{name}: a number that is too large") from None


def _rows(form: dict[str, object], name: str, count: int, size: int) -> Ints:
    rows = form.get(name)
    if not isinstance(rows, list) or len(rows) != count:
        raise ValueError(f"{name}: not {count} rows")
    return np.array([_row([row] * size if type(row) is int else row, name, size) for row in rows], np.int64).reshape(
        count, size
    )


def verify_bound(problem: WeightProblem, dual: Dual) -> Fraction:
    """What no plan's value exceeds, exactly, by these prices. ValueError where they are no prices."""
    check_prices(problem, dual)
    numerator = price_of_everything(problem, dual)
    best, possible = best_margins(problem, dual)
    gains = np.maximum(best, 0)[possible]
    return Fraction(numerator + exact_sum(gains), dual.scale)


def plan_bound(problem: WeightProblem, bound: Fraction) -> int:
    """The greatest value a plan can have under a bound: all values are multiples of what all weights are."""
    unit = gcd(*(int(w) for w in np.unique(problem.weights)), problem.floor_penalty if problem.most_missing else 0) or 1
    base = -problem.floor_penalty * problem.most_missing
    return base + (bound - base) // unit * unit


def check_prices(problem: WeightProblem, dual: Dual) -> None:
    days = int(problem.days.max(initial=0)) + 1
    crew = 0 if problem.interpreters is None else len(problem.interpreters)
    shapes = {
        "party": (problem.parties, problem.slots),
        "tables": (problem.slots,),
        "interpreter": (crew, problem.slots),
        "most": (problem.parties,),
        "most_per_day": (problem.parties, days),
        "floor": (problem.parties,),
    }
    if dual.scale < 1:
        raise ValueError("scale: not above 0")
    for name, shape in shapes.items():
        prices = getattr(dual, name)
        if prices.shape != shape or prices.dtype != np.int64:
            raise ValueError(f"{name}: not int64{list(shape)}")
        if prices.size and (prices.min() < 0 or prices.max() > 2**55):
            raise ValueError(f"{name}: a price below 0 or above 2**55")
    if dual.floor.any() and int(dual.floor.max()) > dual.scale * problem.floor_penalty:
        raise ValueError("floor: more than the penalty")
    if problem.requests and int(problem.weights.max()) * dual.scale > 2**55:
        raise ValueError("scale: too fine for these weights")


def price_of_everything(problem: WeightProblem, dual: Dual) -> int:
    total = _exact_product(problem.capacity, dual.party) + _exact_product(problem.tables, dual.tables)
    if problem.interpreters is not None:
        total += _exact_product(problem.interpreters, dual.interpreter)
    for limit, prices in ((problem.most, dual.most), (problem.most_per_day, dual.most_per_day)):
        if limit is not None:
            total += _exact_product(limit if prices.ndim == 1 else limit[:, None] + 0 * prices, prices)
        elif prices.any():
            raise ValueError("most: a price where there is no limit")
    if problem.floor is not None:
        total -= _exact_product(problem.floor, dual.floor)
    elif dual.floor.any():
        raise ValueError("floor: a price where there is no floor")
    return total


def best_margins(
    problem: WeightProblem, dual: Dual, worth: Ints | None = None, standing: "Standing | None" = None
) -> tuple[Ints, np.ndarray]:
    """For each request the greatest of worth less price over its starts, and whether it has any start.

    worth     int[requests], over the dual's denominator; None: the weights
    standing  what stays of it is worth one more
    """
    lowest = np.iinfo(np.int64).min
    best = np.full(problem.requests, lowest, np.int64)
    worth = problem.weights * dual.scale if worth is None else worth
    crew = _cheapest_interpreters(problem, dual)
    for s in range(problem.slots):
        rows = np.flatnonzero(problem.starts[:, s])
        price = np.zeros(len(rows), np.int64)
        for offset in range(int(problem.lengths[rows].max(initial=0))):
            running = problem.lengths[rows] > offset
            t = min(s + offset, problem.slots - 1)
            price += running * dual.tables[t]
            for column in problem.request_parties.T:
                p = column[rows]
                price += (running & (p >= 0)) * dual.party[p, t]
        for column in problem.request_parties.T:
            p = column[rows]
            price += (p >= 0) * (dual.most[p] + dual.most_per_day[p, problem.days[s]] - dual.floor[p])
        anyone = price if crew is None else price + crew[rows, s]
        best[rows] = np.maximum(best[rows], worth[rows] - anyone)
        if standing is not None:
            here = standing.slot[rows] == s
            same = price[here] + _price_of_same(problem, dual, standing, rows[here], crew)
            best[rows[here]] = np.maximum(best[rows[here]], worth[rows[here]] + dual.scale - same)
    return best, best > lowest


def _price_of_same(problem: WeightProblem, dual: Dual, standing: "Standing", requests: Ints, crew: Ints | None) -> Ints:
    """int[len(requests)]: the price of who interprets them in the standing plan; of anybody, the cheapest's."""
    if crew is None:
        return np.zeros(len(requests), np.int64)
    prices = crew[requests, standing.slot[requests]]
    for n, r in enumerate(requests):
        if standing.interpreter[r] >= 0:
            run = slice(standing.slot[r], standing.slot[r] + problem.lengths[r])
            prices[n] = dual.interpreter[standing.interpreter[r], run].sum()
    return prices


def _cheapest_interpreters(problem: WeightProblem, dual: Dual) -> Ints | None:
    """int[requests, slots]: the price of the cheapest eligible interpreter; 0 where none is needed."""
    if problem.interpreters is None or problem.eligible is None:
        return None
    prices = np.zeros((problem.requests, problem.slots), np.int64)
    known: dict[tuple[tuple[int, ...], int], Ints] = {}
    for r, those in enumerate(problem.eligible):
        if those is None:
            continue
        key = tuple(those), int(problem.lengths[r])
        if key not in known:
            known[key] = _cheapest_runs(dual.interpreter[list(those)], problem.interpreters[list(those)], key[1])
        starts = problem.starts[r]
        prices[r, starts] = known[key][starts]
    return prices


def _cheapest_runs(prices: Ints, there: Ints, length: int) -> Ints:
    """int[slots]: the price of the cheapest of some interpreters who is there so long; of nobody, the most."""
    slots = prices.shape[1]
    cheapest = np.full(slots, np.iinfo(np.int64).max, np.int64)
    for s in range(slots - length + 1):
        run = slice(s, s + length)
        free = (there[:, run] > 0).all(axis=1)
        if free.any():
            cheapest[s] = prices[free, run].sum(axis=1).min()
    return cheapest


def exact_sum(values: Ints) -> int:
    return sum(values.tolist())


def _exact_product(a: Ints, b: Ints) -> int:
    used = b != 0
    return sum(x * y for x, y in zip(a[used].tolist(), b[used].tolist(), strict=True))
