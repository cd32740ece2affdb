"""The minutes that a party needs to change rooms and sites. What a conflict may name of them is a party's own limit."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.construction import PartialPlan
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
    from rbc_events.scheduling.solving.instance import Instance


def changes_rooms(instance: "Instance", p: int) -> bool:
    """Whether a party needs time between rooms or sites (known of those that hold one meeting at a time)."""
    of = instance.problem.parties[p]
    return of.capacity == 1 and bool(of.room_change or of.site_change) and bool(instance.problem.places)


def _too_short(instance: "Instance", p: int, t: int, u: int, here: tuple[str, str], there: tuple[str, str]) -> bool:
    """Whether the time from the end of slot `t` to the begin of `u` is too short to change from here to there."""
    of = instance.problem.parties[p]
    needed = of.site_change if here[1] != there[1] else of.room_change
    return (instance.slots[u].start - instance.slots[t].end).total_seconds() / 60 < needed


def constrain(model: "CpSatModel") -> None:
    for p in model.touched:
        if changes_rooms(model.instance, p):
            _moves(model, p)


def _moves(model: "CpSatModel", p: int) -> None:
    """A party is not in two rooms or sites within the minutes that it needs to change them."""
    at: dict[int, list[tuple[tuple[str, str], Any]]] = defaultdict(list)
    for (t, location), here in _locations(model, p).items():
        at[t].append((location, here))
    for t, u in _close_slots(model, p, sorted(at)):
        for a, here in at[t]:
            for b, there in at[u]:
                if a != b and _too_short(model.instance, p, t, u, a, b):
                    model.cp.add(here + there <= 1)


def _close_slots(model: "CpSatModel", p: int, slots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of slots between which there may not be time to change rooms or sites."""
    party = model.instance.problem.parties[p]
    longest = timedelta(minutes=max(party.room_change, party.site_change))
    for n, t in enumerate(slots):
        for u in slots[n + 1 :]:
            if model.instance.slots[u].start - model.instance.slots[t].end >= longest:
                break
            yield t, u


def _locations(model: "CpSatModel", p: int) -> dict[tuple[int, tuple[str, str]], Any]:
    where: dict[tuple[int, tuple[str, str]], list[Any]] = defaultdict(list)
    for r, s, pool, variable in model.placements(p):
        for t in model.instance.covers(r, s):
            where[t, model.instance.pools[pool].location].append(variable)
    return {key: sum(values) for key, values in where.items()}


def fits(partial: "PartialPlan", r: int, s: int, pool: int) -> bool:
    instance, covered = partial.instance, partial.instance.covers(r, s)
    for p in instance.parties_of[r]:
        if changes_rooms(instance, p):
            there = instance.pools[pool].location
            for t, here in partial.location[p].items():
                first, last = (t, covered[0]) if t < covered[0] else (covered[-1], t)
                if here != there and _too_short(instance, p, first, last, here, there):
                    return False
    return True


def ties(instance: "Instance", p: int) -> bool:
    return changes_rooms(instance, p)


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    yield from ()
