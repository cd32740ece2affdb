"""The minutes that an interpreter needs to change rooms and sites."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Interpreter, Problem

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.construction import PartialPlan
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
    from rbc_events.scheduling.solving.instance import Instance

Location = tuple[str, str]
"""A room and its site."""


def has_a_way(instance: "Instance", i: int) -> bool:
    person = instance.problem.interpreters[i]
    return bool(person.room_change or person.site_change) and bool(instance.problem.places)


def too_short(instance: "Instance", i: int, t: int, u: int, here: Location, there: Location) -> bool:
    """Whether the time from the end of slot `t` to the begin of `u` is too short to change from here to there."""
    person = instance.problem.interpreters[i]
    needed = person.site_change if here[1] != there[1] else person.room_change if here[0] != there[0] else 0
    return instance.slots[u].start - instance.slots[t].end < timedelta(minutes=needed)


def constrain(model: "CpSatModel") -> None:
    for i in model.interpreter_load:
        if has_a_way(model.instance, i):
            _way(model, i)


def _way(model: "CpSatModel", i: int) -> None:
    """Somebody who interprets here in one slot doesn't interpret there in another that follows too soon."""
    at = _locations(model, i)
    for t, u in _close_slots(model.instance, i, sorted(at)):
        for a, here in at[t].items():
            for b, there in at[u].items():
                if a != b and too_short(model.instance, i, t, u, a, b):
                    model.cp.add(here + there <= 1)


def _close_slots(instance: "Instance", i: int, slots: Sequence[int]) -> Iterator[tuple[int, int]]:
    person = instance.problem.interpreters[i]
    longest = timedelta(minutes=max(person.room_change, person.site_change))
    for n, t in enumerate(slots):
        for u in slots[n + 1 :]:
            if instance.slots[u].start - instance.slots[t].end >= longest:
                break
            yield t, u


def _locations(model: "CpSatModel", i: int) -> dict[int, dict[Location, Any]]:
    """By slot and location whether an interpreter interprets there: 1, or a variable that is true at least then."""
    at: dict[int, dict[Location, Any]] = defaultdict(dict)
    solution, moving = model.solution, set(model.free)
    for r, s in enumerate(solution.slot):
        if r not in moving and s >= 0 and solution.interpreter[r] == i and solution.pool[r] >= 0:
            for t in model.instance.covers(r, s):
                at[t][model.instance.pools[solution.pool[r]].location] = 1
    for (r, s, person), by in model.by.items():
        for g in (model.pools_open_to(r, s) or ()) if person == i else ():
            for t in model.instance.covers(r, s):
                there = at[t].setdefault(model.instance.pools[g].location, None)
                if there is None:
                    there = at[t][model.instance.pools[g].location] = model.cp.new_bool_var("")
                if not isinstance(there, int):
                    model.cp.add_bool_or(~by, ~model.in_pool[r, s, g], there)
    return at


def serves(partial: "PartialPlan", i: int, covered: Sequence[int], pool: int) -> bool:
    """Whether somebody has the time to come to a meeting from the one before, and from it to the next."""
    if not has_a_way(partial.instance, i):
        return True
    there = partial.instance.pools[pool].location
    for t, here in partial.interpreter_at[i].items():
        first, last = (t, covered[0]) if t < covered[0] else (covered[-1], t)
        ways = (here, there) if t < covered[0] else (there, here)
        if here != there and too_short(partial.instance, i, first, last, *ways):
            return False
    return True


def fits(partial: "PartialPlan", r: int, s: int, pool: int) -> bool:
    """By the parties alone; of those who could interpret `serves` is asked."""
    return True


def ties(instance: "Instance", p: int) -> bool:
    """Everybody who may need an interpreter, whose other meetings are then elsewhere."""
    if not any(has_a_way(instance, i) for i in range(len(instance.problem.interpreters))):
        return False
    return any(instance.interpreters_of[r] is not None for r in instance.requests_of[p])


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    for person in problem.interpreters:
        for field in ("room_change", "site_change"):
            if minutes := getattr(person, field):
                yield (
                    Reason(f"why_interpreter_{field}", {"interpreter": person.id, "limit": minutes}),
                    _without(person, field),
                )


def _without(person: Interpreter, field: str) -> Callable[[Problem], Problem]:
    def relax(problem: Problem) -> Problem:
        people = (replace(one, **{field: 0}) if one.id == person.id else one for one in problem.interpreters)  # type: ignore[arg-type]
        return replace(problem, interpreters=tuple(people))

    return relax
