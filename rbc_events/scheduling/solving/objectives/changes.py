"""Meetings of the standing plan that don't stay as they are."""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.counting_bounds import fewest_changes
from rbc_events.scheduling.solving.fix_and_optimise import forced_changes
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def changes(instance: Instance, solution: Solution) -> int:
    return sum(1 for r in instance.standing if not kept(instance, solution, r))


def kept(instance: Instance, solution: Solution, r: int) -> bool:
    """Whether a standing meeting stays as it is; a place or interpreter that it did not have may be any."""
    now = (solution.slot[r], solution.pool[r], solution.interpreter[r])
    return all(was in (-1, has) for was, has in zip(instance.standing[r], now, strict=True))


def _part(model: "CpSatModel") -> int:
    free = set(model.free)
    return sum(r in free and not kept(model.instance, model.solution, r) for r in model.instance.standing)


def _expression(model: "CpSatModel") -> Any:
    return sum(1 - _kept(model, r) for r in model.free if r in model.instance.standing)


def _kept(model: "CpSatModel", r: int) -> Any:
    slot, pool, interpreter = model.instance.standing[r]
    parts = [model.at.get((r, slot), 0)]
    if pool != -1:
        parts.append(model.in_pool.get((r, slot, pool), 0))
    if interpreter != -1:
        parts.append(model.by.get((r, slot, interpreter), 0))
    if any(isinstance(part, int) for part in parts):
        return 0
    if len(parts) == 1:
        return parts[0]
    kept = model.cp.new_bool_var("")
    for part in parts:
        model.cp.add_implication(kept, part)
    return kept


def change_costs(instance: Instance, solution: Solution) -> int:
    return sum(instance.standing_meeting[r].change_cost for r in instance.standing if not kept(instance, solution, r))


def _forced_costs(instance: Instance) -> int:
    """What those cost that can't stay, whatever else is held."""
    return sum(instance.standing_meeting[r].change_cost for r in forced_changes(instance))


def _costs(model: "CpSatModel") -> Any:
    instance = model.instance
    standing = (r for r in model.free if r in instance.standing)
    return sum(instance.standing_meeting[r].change_cost * (1 - _kept(model, r)) for r in standing)


def _part_of_costs(model: "CpSatModel") -> int:
    instance = model.instance
    changed = (r for r in model.free if r in instance.standing and not kept(instance, model.solution, r))
    return sum(instance.standing_meeting[r].change_cost for r in changed)


def _most(model: "CpSatModel") -> int:
    return sum(r in model.instance.standing for r in model.free)


def _most_costs(model: "CpSatModel") -> int:
    standing = model.instance.standing_meeting
    return sum(standing[r].change_cost for r in model.free if r in standing)


CHANGE_COSTS = Optimised("change_costs", change_costs, _costs, _part_of_costs, counting=_forced_costs, most=_most_costs)
CHANGES = Optimised("changes", changes, _expression, _part, counting=fewest_changes, most=_most)
