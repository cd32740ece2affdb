"""Pauses in people's days, a long one counted once."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def breaks(instance: Instance, solution: Solution) -> int:
    return sum(breaks_of_parties(instance, solution))


def breaks_of_parties(instance: Instance, solution: Solution) -> list[int]:
    """The breaks of each party: over its days, the runs of busy slots less one."""
    return [pauses(sorted(instance.place_in_day[t] for t in slots)) for slots in busy_slots(instance, solution)]


def busy_slots(instance: Instance, solution: Solution) -> list[set[int]]:
    """The slots in which each party has a meeting."""
    busy: list[set[int]] = [set() for _ in instance.problem.parties]
    for r, s in enumerate(solution.slot):
        if s >= 0:
            for p in instance.parties_of[r]:
                busy[p].update(instance.covers(r, s))
    return busy


def pauses(busy: list[tuple[int, int]]) -> int:
    """The pauses between busy slots, each given by its day and its place in it."""
    return sum(day == next_day and later - earlier > 1 for (day, earlier), (next_day, later) in pairwise(busy))


def _expression(model: "CpSatModel") -> Any:
    return sum(model.breaks.of(p).expression() for p in model.touched)


def _part(model: "CpSatModel") -> int:
    counted = breaks_of_parties(model.instance, model.solution)
    return sum(counted[p] for p in model.touched)


def _hurt(instance: Instance, solution: Solution) -> list[int]:
    return [p for p, number in enumerate(breaks_of_parties(instance, solution)) if number]


BREAKS = Optimised("breaks", breaks, _expression, _part, hurt=_hurt, by_slots=0.5)
