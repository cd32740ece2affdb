"""The weight of what is held."""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised, of_free
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def weight(instance: Instance, solution: Solution) -> int:
    return sum(instance.problem.requests[r].weight for r, s in enumerate(solution.slot) if s >= 0)


def _of_all(instance: Instance) -> int:
    """Of all requests that have a slot at all."""
    possible = zip(instance.problem.requests, instance.allowed, strict=True)
    return sum(request.weight for request, row in possible if row.any())


def _expression(model: "CpSatModel") -> Any:
    return sum(model.instance.problem.requests[r].weight * model.held[r] for r in model.free)


def _most(model: "CpSatModel") -> int:
    return sum(model.instance.problem.requests[r].weight for r in model.free)


WEIGHT = Optimised("weight", weight, _expression, of_free(weight), maximised=True, trivial=_of_all, most=_most)
