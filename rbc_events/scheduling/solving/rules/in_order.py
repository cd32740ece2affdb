"""Requests that come after others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.construction import PartialPlan
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
    from rbc_events.scheduling.solving.instance import Instance


def constrain(model: "CpSatModel") -> None:
    moving = set(model.free)
    for r, request in enumerate(model.instance.problem.requests):
        for before in request.after:
            first = model.instance.request_number[before]
            if r in moving or first in moving:
                _before(model, first, r)


def _before(model: "CpSatModel", first: int, second: int) -> None:
    """`first` ends before `second` begins: in the slot in which it ends, `second` hasn't begun."""
    begun = [model.cp.new_bool_var("") for _ in model.instance.slots]
    for before, after in pairwise(begun):
        model.cp.add_implication(before, after)
    for s, variable in model.positions(second):
        model.cp.add(begun[s] >= variable)
    for s, variable in model.positions(first):
        model.cp.add(begun[model.instance.covers(first, s)[-1]] + variable <= 1)


def fits(partial: "PartialPlan", r: int, s: int, pool: int) -> bool:
    instance, slot = partial.instance, partial.solution.slot
    begin, end = s, instance.covers(r, s)[-1]
    for before in instance.problem.requests[r].after:
        first = instance.request_number[before]
        if slot[first] >= 0 and instance.covers(first, slot[first])[-1] >= begin:
            return False
    return all(not 0 <= slot[second] <= end for second in partial.later[r])


def ties(instance: "Instance", p: int) -> bool:
    return False


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    for request in problem.requests:
        for before in request.after:
            yield Reason("why_order", {"request": request.id, "before": before}), _without(request.id, before)


def _without(request: str, before: str) -> Callable[[Problem], Problem]:
    def relax(problem: Problem) -> Problem:
        requests = (
            replace(r, after=tuple(a for a in r.after if a != before)) if r.id == request else r
            for r in problem.requests
        )
        return replace(problem, requests=tuple(requests))

    return relax
