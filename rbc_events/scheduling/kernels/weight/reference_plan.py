"""A plan that is to be kept as far as possible, and how far that is."""

from dataclasses import dataclass

import numpy as np

from rbc_events.scheduling.kernels.weight.certificate import (
    Dual,
    best_margins,
    check_prices,
    exact_sum,
    price_of_everything,
)
from rbc_events.scheduling.kernels.weight.problem import Bools, Ints, WeightProblem


@dataclass(frozen=True, eq=False)
class Standing:
    """Where meetings stand: int[requests] each.

    slot         first slot; -1: nothing that could be kept
    interpreter  -1: any
    gone         meetings that can't stay whatever is held
    """

    slot: Ints
    interpreter: Ints
    gone: int = 0

    @property
    def size(self) -> int:
        """How many meetings there are to keep."""
        return int((self.slot >= 0).sum())

    def keeps(self, request: Ints, slot: Ints, interpreter: Ints) -> Bools:
        """Which of these requests stay as they were in these slots with these interpreters."""
        was, who = self.slot[request], self.interpreter[request]
        return np.asarray((was >= 0) & (slot == was) & ((who < 0) | (interpreter == who)))

    def kept(self, slot: Ints, interpreter: Ints) -> int:
        """How many meetings of a plan stay as they were."""
        return int(self.keeps(np.arange(len(slot)), slot, interpreter).sum())

    def changes(self, slot: Ints, interpreter: Ints) -> int:
        """How many meetings of a plan don't stay as they were."""
        return self.gone + self.size - self.kept(slot, interpreter)


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers that say how many meetings can stay in a plan that weighs at least so much.

    dual    prices of capacities
    weight  what a unit of weight is worth, over the same denominator
    most    the meetings that can stay, as the solver says
    """

    dual: Dual
    weight: int
    most: float


def fewest_changes(problem: WeightProblem, standing: Standing, prices: Prices, value: int) -> int:
    """How many meetings have to change in a plan that is worth at least `value`; raises as `most_staying`."""
    return standing.gone + standing.size - most_staying(problem, standing, prices, value)


def most_staying(problem: WeightProblem, standing: Standing, prices: Prices, value: int) -> int:
    """How many meetings can stay in a plan that is worth at least `value`, exactly. The problem has no floors.

    Whatever stays is worth one, and a unit of weight what the prices say. A plan that is worth no less than `value`
    gets no less for that than `value` does: what is left of the bound is for what stays. ValueError where these are no
    prices.
    """
    check_prices(problem, prices.dual)
    if prices.weight < 0 or prices.weight * int(problem.weights.max(initial=0)) > 2**55:
        raise ValueError("weight: a price below 0, or too large")
    best, possible = best_margins(problem, prices.dual, prices.weight * problem.weights, standing)
    total = price_of_everything(problem, prices.dual) + exact_sum(np.maximum(best, 0)[possible])
    return int((total - prices.weight * value) // prices.dual.scale)
