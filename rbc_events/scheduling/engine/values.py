"""The values of the levels in a state, counted directly."""

from collections.abc import Set
from itertools import pairwise

from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.people import continent
from rbc_events.scheduling.engine.state import State


def value(instance: Instance, level: str, state: State) -> int:
    """The value of a level; `table_changes` is known only once numbers are given out (see `placing`)."""
    return _VALUES[level](instance, state)


def must_haves(instance: Instance, state: State) -> int:
    return sum(1 for r, s in enumerate(state.slot) if s >= 0 and instance.must[r])


def weight(instance: Instance, state: State) -> int:
    return sum(instance.problem.requests[r].weight for r, s in enumerate(state.slot) if s >= 0)


def floors(instance: Instance, state: State, touching: Set[int] | None = None) -> int:
    """Meetings missing to the floors; with `touching`, to those that concern one of these parties."""
    held = [sum(state.slot[r] >= 0 for r in requests) for requests in instance.requests_of]
    return sum(
        max(0, least - sum(held[p] for p in members))
        for members, least in instance.floors
        if touching is None or not touching.isdisjoint(members)
    )


def breaks(instance: Instance, state: State) -> list[int]:
    """The breaks of each party: over its days, the runs of busy slots less one."""
    busy: list[set[int]] = [set() for _ in instance.problem.parties]
    for r, s in enumerate(state.slot):
        if s >= 0:
            for p in instance.parties_of[r]:
                busy[p].update(instance.covers(r, s))
    return [_pauses(sorted(instance.place_in_day[t] for t in slots)) for slots in busy]


def _pauses(busy: list[tuple[int, int]]) -> int:
    """The pauses between busy slots, each given by its day and its place in it."""
    return sum(day == next_day and later - earlier > 1 for (day, earlier), (next_day, later) in pairwise(busy))


def changes(instance: Instance, state: State) -> int:
    return sum(1 for r in instance.standing if not kept(instance, state, r))


def kept(instance: Instance, state: State, r: int) -> bool:
    """Whether a standing meeting stays as it is; a place or interpreter that it did not have may be any."""
    now = (state.slot[r], state.pool[r], state.interpreter[r])
    return all(was in (-1, has) for was, has in zip(instance.standing[r], now, strict=True))


def inconvenience_by_continent(instance: Instance, state: State, without: Set[int] = frozenset()) -> dict[str, int]:
    """Quarters of an hour outside decent hours, by continent, of the meetings held online."""
    totals = dict.fromkeys(instance.continents, 0)
    if not totals:
        return totals
    for r, s in enumerate(state.slot):
        if s >= 0 and r not in without and _online(instance, state.pool[r]):
            for p in instance.parties_of[r]:
                if p in instance.inconvenience:
                    name = continent(instance.problem.parties[p])
                    totals[name] += sum(instance.inconvenience[p][t] for t in instance.covers(r, s))
    return totals


def _online(instance: Instance, pool: int) -> bool:
    return pool < 0 or instance.pools[pool].kind == "virtual"


def inconvenience(instance: Instance, state: State) -> int:
    totals = inconvenience_by_continent(instance, state)
    return sum(totals.values()) + len(totals) * max(totals.values(), default=0)


_VALUES = {
    "must_haves": must_haves,
    "weight": weight,
    "floors": floors,
    "breaks": lambda instance, state: sum(breaks(instance, state)),
    "changes": changes,
    "inconvenience": inconvenience,
}
