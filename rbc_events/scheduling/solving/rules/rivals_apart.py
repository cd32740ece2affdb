"""Rivals never meet anybody in the same block and room."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.construction import PartialPlan
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
    from rbc_events.scheduling.solving.instance import Instance

Zone = tuple[int, tuple[str, str]]
"""A block, by its first slot, and a room with its site."""


def constrain(model: "CpSatModel") -> None:
    """For each pair and zone one of the two may be there: where the variable is true, the first."""
    for p, q in _pairs(model.instance):
        if not model.touched.isdisjoint((p, q)):
            _apart(model, p, q)


def _pairs(instance: "Instance") -> Iterator[tuple[int, int]]:
    """The rivals that are there."""
    for names in instance.problem.rivals:
        if names[0] in instance.party_number and names[1] in instance.party_number:
            yield instance.party_number[names[0]], instance.party_number[names[1]]


def _apart(model: "CpSatModel", p: int, q: int) -> None:
    first_there: dict[Zone, Any] = {}
    for party in (p, q):
        for _r, s, pool, variable in model.placements(party):
            zone = _zone(model.instance, s, pool)
            if zone is not None:
                if zone not in first_there:
                    first_there[zone] = model.cp.new_bool_var("")
                allowed = first_there[zone] if party == p else 1 - first_there[zone]
                model.cp.add(variable <= allowed)


def fits(partial: "PartialPlan", r: int, s: int, pool: int) -> bool:
    instance, solution = partial.instance, partial.solution
    members = instance.parties_of[r]
    pairs = [pair for pair in _pairs(instance) if not set(pair).isdisjoint(members)]
    rivals = {q for p, q in pairs if p in members} | {p for p, q in pairs if q in members}
    zone = _zone(instance, s, pool) if rivals else None
    if zone is None:
        return True
    return rivals.isdisjoint(members) and not any(
        solution.slot[other] >= 0 and _zone(instance, solution.slot[other], solution.pool[other]) == zone
        for q in rivals
        for other in instance.requests_of[q]
    )


def _zone(instance: "Instance", s: int, pool: int) -> Zone | None:
    """Where a meeting is; None where nobody else is: in a virtual room, or where place is no object."""
    if pool < 0 or instance.pools[pool].kind == "virtual":
        return None
    return instance.block_of[s][0], instance.pools[pool].location


def ties(instance: "Instance", p: int) -> bool:
    return any(p in pair for pair in _pairs(instance))


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    for pair in problem.rivals:
        yield Reason("why_rivals_apart", {"party": pair[0], "rival": pair[1]}), _without(pair)


def _without(pair: tuple[str, str]) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, rivals=tuple(one for one in problem.rivals if one != pair))
