"""Requests that have to be held."""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised, of_free
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def must_haves(instance: Instance, solution: Solution) -> int:
    return sum(1 for r, s in enumerate(solution.slot) if s >= 0 and instance.must[r])


def _possible(instance: Instance) -> int:
    """All that have a slot at all."""
    return sum(must and bool(row.any()) for must, row in zip(instance.must, instance.allowed, strict=True))


def _expression(model: "CpSatModel") -> Any:
    return sum(model.held[r] for r in model.free if model.instance.must[r])


MUST_HAVES = Optimised("must_haves", must_haves, _expression, of_free(must_haves), maximised=True, trivial=_possible)
