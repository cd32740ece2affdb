"""Meetings that are missing to what parties and groups should at least get."""

from collections.abc import Set
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.counting_bounds import fewest_missing
from rbc_events.scheduling.solving.cp_sat.linear_expr import Sum
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def floors(instance: Instance, solution: Solution, touching: Set[int] | None = None) -> int:
    """Meetings missing to the floors; with `touching`, to those that concern one of these parties."""
    held = [sum(solution.slot[r] >= 0 for r in requests) for requests in instance.requests_of]
    return sum(
        max(0, least - sum(held[p] for p in members))
        for members, least in instance.floors
        if touching is None or not touching.isdisjoint(members)
    )


def _part(model: "CpSatModel") -> int:
    return floors(model.instance, model.solution, model.touched)


def _expression(model: "CpSatModel") -> Any:
    total: list[Any] = []
    for members, least in model.instance.floors:
        if not model.touched.isdisjoint(members):
            held = Sum()
            for p in members:
                of_party = model.held_by(p)
                held.constant += of_party.constant
                held.terms += of_party.terms
            if least > held.constant:
                missing = model.cp.new_int_var(0, least - held.constant, "")
                model.cp.add(missing + held.expression() >= least)
                total.append(missing)
    return sum(total)


FLOORS = Optimised("floors", floors, _expression, _part, counting=fewest_missing)
