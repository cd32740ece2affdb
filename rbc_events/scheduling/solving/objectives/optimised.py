"""What an engine has to know of an objective: its value, what is known without a search, its expression for CP-SAT."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel

Value = Callable[[Instance, Solution], int]


def _nothing_left(instance: Instance) -> int:
    return 0


def _nobody(instance: Instance, solution: Solution) -> list[int]:
    return []


@dataclass(frozen=True)
class Optimised:
    """One objective, over numbers.

    value       of a solution
    trivial     what no solution passes because there is no more, or nothing left to wish for
    counting    a bound from looking at one party, floor or meeting at a time
    expression  over a model's free requests and the parties that they touch, up to a constant
    part        what these contribute to the value in the solution that the model began from: the same constant left out
    hurt        the parties with whom a search may begin; empty: with any
    most        the most that a model's free requests can contribute, where each does by itself: it may then stand
                beside another, to choose among what is equally good
    by_slots    how often a neighbourhood is the meetings of some slots; else of some parties
    """

    name: str
    value: Value
    expression: Callable[["CpSatModel"], Any]
    part: Callable[["CpSatModel"], int]
    maximised: bool = False
    trivial: Callable[[Instance], int] = _nothing_left
    counting: Callable[[Instance], int] | None = None
    hurt: Callable[[Instance, Solution], Collection[int]] = _nobody
    most: Callable[["CpSatModel"], int] | None = None
    by_slots: float = 0.9

    def tighter(self, bound: int, other: int) -> bool:
        """Whether one bound says more than another."""
        return bound < other if self.maximised else bound > other


def of_free(value: Value) -> Callable[["CpSatModel"], int]:
    """The part of an objective to which each meeting contributes by itself."""

    def part(model: "CpSatModel") -> int:
        free, solution = set(model.free), model.solution
        alone = Solution(
            [s if r in free else -1 for r, s in enumerate(solution.slot)], solution.pool, solution.interpreter
        )
        return value(model.instance, alone)

    return part
