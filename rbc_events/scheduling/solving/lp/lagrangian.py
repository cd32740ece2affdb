"""What multipliers prove, in whole numbers: the solver's own sum, which `check` does a second time in its own way.

Every plan pays the price of what it uses. So none is worth more than all that can be sold, plus for each request what
it is worth beyond its cheapest option.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.kernels.weight import Dual as KernelDual
from rbc_events.scheduling.kernels.weight.mip import Cells, Options, uses
from rbc_events.scheduling.kernels.weight.problem import Ints
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp.pricing_dp import FREE, DayCosts, best_of_interpreter, best_of_party

LARGEST = 2**60
"""Of larger numbers nothing is proved: they may not fit when they are added up."""


@dataclass(frozen=True, eq=False)
class Lagrangian:
    """A problem's options and the prices of its cells.

    crews         the interpreters whose time has one price
    hold          all that has to be held is held in the plans that compare
    signed        a party's time may be paid for, within its hours and runs, and its days may cost something
    """

    instance: Instance
    cells: Cells
    options: Options
    crews: Sequence[Sequence[int]]
    dual: KernelDual
    hold: bool
    signed: bool = False
    of_days: DayCosts = FREE
    costs: Ints | None = field(default=None)

    def total(self, worth: Ints) -> int | None:
        """What no plan is worth more than, over the dual's denominator; None where the numbers are too large.

        worth  int[requests], likewise; `costs` (int[options]) are what an option loses besides, below 0: gains
        """
        column, cell = uses(self.cells, self.options)
        prices = self.cells.prices(self._limited())
        largest = max(int(np.abs(numbers).max(initial=0)) for numbers in (prices, worth, self._costs()))
        if largest > LARGEST // (2 + _most(column)):
            return None
        paid = np.zeros(len(self.options), np.int64)
        np.add.at(paid, column, prices[cell])
        margin = worth[self.options.request] - paid - self._costs()
        return self._sold() + self._surplus(margin[self._served()], self.options.request[self._served()])

    def _costs(self) -> Ints:
        return np.zeros(len(self.options), np.int64) if self.costs is None else self.costs

    def _limited(self) -> KernelDual:
        """The prices without those of limits that nobody has."""
        parties = self.instance.problem.parties
        most = np.array([party.most is not None for party in parties], bool)
        per_day = np.array([party.most_per_day is not None for party in parties], bool)
        dual = self.dual
        return KernelDual(
            dual.scale, dual.party, dual.tables, dual.interpreter, dual.most * most,
            dual.most_per_day * per_day[:, None], dual.floor,
        )  # fmt: skip

    def _served(self) -> NDArray[np.bool_]:
        """Options with nobody to interpret, or with a crew of whom somebody is there throughout."""
        there = self.cells.problem.interpreters
        served = np.ones(len(self.options), bool)
        if there is None:
            return served
        crew, start = self.options.interpreter, self.options.start
        lengths = self.cells.problem.lengths[self.options.request]
        for offset in range(int(lengths.max(initial=1))):
            asked = (crew >= 0) & (lengths > offset)
            served[asked] &= there[crew[asked], start[asked] + offset] > 0
        return served

    def _surplus(self, margin: Ints, request: Ints) -> int:
        """What requests are worth beyond their best options' prices; at least nothing if they may be left out."""
        lowest = np.iinfo(np.int64).min
        best = np.full(len(self.instance.parties_of), lowest, np.int64)
        np.maximum.at(best, request, margin)
        free = ~np.array(self.instance.must, bool) if self.hold else np.ones(len(best), bool)
        best[free] = np.maximum(best[free], 0)
        return sum(best[best > lowest].tolist())

    def _sold(self) -> int:
        """The most that all time, places and limits together can be charged."""
        return self._places() + sum(self._of_parties()) + sum(self._of_interpreters())

    def _places(self) -> int:
        there, prices = self.cells.problem.tables, self.dual.tables
        return sum(number * price for number, price in zip(there.tolist(), prices.tolist(), strict=True))

    def _of_parties(self) -> Iterator[int]:
        prices = self.dual.party.tolist()
        for p, party in enumerate(self.instance.problem.parties):
            free = self.instance.free[p].tolist()
            if self.signed:
                yield best_of_party(self.instance, p, prices[p], self.of_days)
            elif party.longest_run is None:
                yield party.capacity * sum(price for price, there in zip(prices[p], free, strict=True) if there)
            else:
                yield best_of_party(self.instance, p, prices[p])
            if party.most is not None:
                yield party.most * int(self.dual.most[p])
            if party.most_per_day is not None:
                yield party.most_per_day * sum(self.dual.most_per_day[p].tolist())

    def _of_interpreters(self) -> Iterator[int]:
        if not len(self.dual.interpreter):
            return
        for prices, crew in zip(self.dual.interpreter.tolist(), self.crews, strict=True):
            for i in crew:
                yield best_of_interpreter(self.instance, i, prices)


def _most(column: Ints) -> int:
    """The most cells that an option takes."""
    return int(np.bincount(column).max(initial=0)) if len(column) else 0


def most_weight(lagrangian: Lagrangian) -> int | None:
    """The weight that no plan exceeds: all weights are multiples of their greatest common divisor."""
    weights = np.array([request.weight for request in lagrangian.instance.problem.requests], np.int64)
    scale = lagrangian.dual.scale
    total = lagrangian.total(weights * scale)
    unit = gcd(*weights.tolist()) or 1
    return None if total is None else total // (scale * unit) * unit


def bound_of_counted(
    lagrangian: Lagrangian, weight: int, prices_of_kept: Mapping[str, int], counted: Mapping[str, int], constant: int
) -> int | None:
    """What no plan is below that is no worse on what is kept.

    weight          what a unit of weight is worth, over the dual's denominator
    prices_of_kept  the same of other levels
    counted         what is kept: the weight where it has a price, and what the others count, of which less is better
    constant        what all levels with a price lose, whatever is held; in `costs` there is what is gained again
    """
    weights = np.array([request.weight for request in lagrangian.instance.problem.requests], np.int64)
    if weight * int(weights.max(initial=0)) > LARGEST:
        return None
    total = lagrangian.total(weight * weights)
    if total is None:
        return None
    paid = weight * counted["weight"] if weight else 0
    paid -= sum(price * counted[name] for name, price in prices_of_kept.items())
    return ceil(Fraction(paid - total + constant, lagrangian.dual.scale))
