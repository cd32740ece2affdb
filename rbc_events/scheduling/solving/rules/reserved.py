"""Reserved slots. What they keep out is known of each meeting and place by itself: `Instance` asks here, and no engine
has to look at it again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import KINDS_OF_MODE, Problem, Reserved

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.construction import PartialPlan
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
    from rbc_events.scheduling.solving.instance import Instance


def open_to_request(instance: "Instance", r: int) -> NDArray[np.bool_]:
    """bool[slots]: those that are not reserved for meetings of another mode, or of groups of which no party is."""
    request = instance.problem.requests[r]
    groups = frozenset[str]().union(*(instance.problem.parties[p].groups for p in instance.parties_of[r]))
    row = np.ones(len(instance.slots), dtype=bool)
    for one in instance.problem.reserved:
        of_mode = not one.mode or request.mode in ("", one.mode)
        if not of_mode or (one.groups and groups.isdisjoint(one.groups)):
            row &= ~instance.open_slots(one.slots)
    return row


def open_to_kind(instance: "Instance", kind: str) -> NDArray[np.bool_]:
    """bool[slots]: those that are not reserved for places of other kinds."""
    row = np.ones(len(instance.slots), dtype=bool)
    for one in instance.problem.reserved:
        if kind not in KINDS_OF_MODE[one.mode] or (one.kinds and kind not in one.kinds):
            row &= ~instance.open_slots(one.slots)
    return row


def constrain(model: "CpSatModel") -> None:
    """Nothing: there are no variables for what is kept out."""


def fits(partial: "PartialPlan", r: int, s: int, pool: int) -> bool:
    return True


def ties(instance: "Instance", p: int) -> bool:
    return False


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    stated = {str(reason.arguments): reason for one in problem.reserved if (reason := _reason(one, problem))}
    for reason in stated.values():
        yield reason, _without(reason)


def _reason(one: Reserved, problem: Problem) -> Reason:
    slots = [slot.id for slot in sorted(problem.slots, key=lambda slot: slot.start) if slot.id in one.slots]
    limits = filter(None, (one.mode, *sorted(one.kinds), *sorted(one.groups)))
    return Reason("why_reserved", {"slots": ", ".join(slots), "limit": ", ".join(limits)})


def _without(reason: Reason) -> Callable[[Problem], Problem]:
    def relax(problem: Problem) -> Problem:
        kept = (one for one in problem.reserved if _reason(one, problem).arguments != reason.arguments)
        return replace(problem, reserved=tuple(kept))

    return relax
