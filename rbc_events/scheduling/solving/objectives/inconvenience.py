"""Quarters of an hour outside decent hours of meetings online, and the worst-off continent's once more for each."""

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.compatibility import continent
from rbc_events.scheduling.solving.cp_sat.linear_expr import Sum
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def inconvenience(instance: Instance, solution: Solution) -> int:
    totals = inconvenience_by_continent(instance, solution)
    return sum(totals.values()) + len(totals) * max(totals.values(), default=0)


def inconvenience_by_continent(
    instance: Instance, solution: Solution, without: Set[int] = frozenset()
) -> dict[str, int]:
    """Quarters of an hour outside decent hours, by continent, of the meetings held online."""
    totals = dict.fromkeys(instance.continents, 0)
    if not totals:
        return totals
    for r, s in enumerate(solution.slot):
        if s >= 0 and r not in without and _is_online(instance, solution.pool[r]):
            for p in instance.parties_of[r]:
                if p in instance.inconvenience:
                    name = continent(instance.problem.parties[p])
                    totals[name] += sum(instance.inconvenience[p][t] for t in instance.covers(r, s))
    return totals


def _is_online(instance: Instance, pool: int) -> bool:
    return pool < 0 or instance.pools[pool].kind == "virtual"


def _part(model: "CpSatModel") -> int:
    return inconvenience(model.instance, model.solution)  # the worst-off continent is that of all meetings


def _expression(model: "CpSatModel") -> Any:
    fixed = inconvenience_by_continent(model.instance, model.solution, without=set(model.free))
    totals = {name: Sum(constant) for name, constant in fixed.items()}
    for r, s, variable in _online(model):
        for p in model.instance.parties_of[r]:
            if p in model.instance.inconvenience:
                quarters = sum(model.instance.inconvenience[p][t] for t in model.instance.covers(r, s))
                if quarters:
                    totals[continent(model.instance.problem.parties[p])].add(variable, quarters)
    if not totals:
        return 0
    highest = sum(total.constant + sum(w for _, w in total.terms) for total in totals.values())
    worst = model.cp.new_int_var(0, highest, "")
    for total in totals.values():
        model.cp.add(worst >= total.expression())
    return sum(total.expression() for total in totals.values()) + len(totals) * worst


def _online(model: "CpSatModel") -> Iterable[tuple[int, int, Any]]:
    """(request, slot, variable) of what would be online: in a virtual room, or anywhere if there are no places."""
    if not model.instance.problem.places:
        return [(r, s, variable) for (r, s), variable in model.at.items()]
    virtual = {g for g, pool in enumerate(model.instance.pools) if pool.kind == "virtual"}
    return [(r, s, variable) for (r, s, g), variable in model.in_pool.items() if g in virtual]


def _hurt(instance: Instance, solution: Solution) -> list[int]:
    """The parties with meetings outside their hours."""
    held = {p: [s for r in instance.requests_of[p] if (s := solution.slot[r]) >= 0] for p in instance.inconvenience}
    return [p for p, slots in held.items() if any(instance.inconvenience[p][s] for s in slots)]


INCONVENIENCE = Optimised("inconvenience", inconvenience, _expression, _part, hurt=_hurt, by_slots=0.5)
