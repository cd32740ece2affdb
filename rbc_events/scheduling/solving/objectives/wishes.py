"""Wishes that are granted: a meeting held in a slot, in a pool of places or with an interpreter as wished."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.counting_bounds import most_matched
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised, of_free
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel

Ways = dict[int, list[tuple[Hashable, int]]]
"""By request, each way to grant its wish: what is taken of what there is, and the slot in which it begins."""
Room = Callable[[Any, int], int]
"""How many meetings what is taken has room for in a slot."""


def wishes(instance: Instance, solution: Solution) -> int:
    return sum(_granted(instance, solution, r) for r in instance.wished if solution.slot[r] >= 0)


def _granted(instance: Instance, solution: Solution, r: int) -> int:
    wished = instance.wished[r]
    now = zip(wished, (solution.slot[r], solution.pool[r], solution.interpreter[r]), strict=True)
    return sum(has in wanted for wanted, has in now)


def _expression(model: "CpSatModel") -> Any:
    return sum(granted for r in model.free if r in model.instance.wished for granted in _of_request(model, r))


def _of_request(model: "CpSatModel", r: int) -> Iterator[Any]:
    slots, pools, people = model.instance.wished[r]
    for s in model.slots_of[r]:
        if s in slots:
            yield model.at[r, s]
        for table, wanted in ((model.in_pool, pools), (model.by, people)):
            yield from (table[r, s, one] for one in wanted if (r, s, one) in table)


def _hurt(instance: Instance, solution: Solution) -> list[int]:
    """The parties of meetings whose wishes aren't all granted."""
    waiting = (r for r, wished in instance.wished.items() if _granted(instance, solution, r) < sum(map(bool, wished)))
    return sorted({p for r in waiting for p in instance.parties_of[r]})


def _most(model: "CpSatModel") -> int:
    return sum(sum(map(bool, model.instance.wished[r])) for r in model.free if r in model.instance.wished)


# Bounds


def _possible(instance: Instance) -> int:
    """Those that could be granted if their request were the only one."""
    return len(_by_slot(instance)) + len(_by_place(instance)) + len(_by_interpreter(instance))


def _by_slot(instance: Instance) -> Ways:
    wishing = [r for r, wished in instance.wished.items() if wished[0]]
    return _ways(instance, lambda r, s: [""] if s in instance.wished[r][0] else [], wishing)


def _by_place(instance: Instance) -> Ways:
    def places(r: int, s: int) -> set[str]:
        return {instance.pools[g].units[0][0] for g in _pools(instance, r, s) if g in instance.wished[r][1]}

    return _ways(instance, places, [r for r, wished in instance.wished.items() if wished[1]])


def _by_interpreter(instance: Instance) -> Ways:
    wishing = [r for r, wished in instance.wished.items() if wished[2]]
    return _ways(
        instance, lambda r, s: [i for i in _people(instance, r, s) or () if i in instance.wished[r][2]], wishing
    )


def _pools(instance: Instance, r: int, s: int) -> list[int]:
    """The pools that are open to a request throughout."""
    return [g for g in instance.pools_of[r] if instance.pool_room[g, instance.covers(r, s)].all()]


def _people(instance: Instance, r: int, s: int) -> list[int] | None:
    """Who could interpret it throughout; None where nobody has to."""
    able = instance.interpreters_of[r]
    covered = instance.covers(r, s)
    return None if able is None else [i for i in able if instance.interpreter_free[i, covered].all()]


def _ways(instance: Instance, taken: Callable[[int, int], Iterable[Hashable]], wishing: Iterable[int]) -> Ways:
    found: Ways = {}
    for r in wishing:
        ways = [(thing, s) for s in instance.starts[r] for thing in taken(r, s)]
        if ways := [(thing, s) for thing, s in ways if _can_be_held(instance, r, s)]:
            found[r] = ways
    return found


def _can_be_held(instance: Instance, r: int, s: int) -> bool:
    """Whether one place and one interpreter are there throughout."""
    return (not instance.pools or bool(_pools(instance, r, s))) and _people(instance, r, s) != []


def _room_for(instance: Instance) -> int:
    """Those for which there is room, of each kind by itself: in no slot more than places, and no more of a party's than
    it can hold; no more at a place than it has tables, and one with an interpreter at a time."""
    by_slot = _by_slot(instance)
    at_parties = _of_one_party_each(instance, by_slot).items()
    slots = sum(_matched(ways, _always(instance.problem.parties[p].capacity)) for p, ways in at_parties)
    if instance.problem.places:
        room = instance.pool_room.sum(axis=0).tolist()
        slots = min(slots, _matched(by_slot, lambda _, s: room[s]))
    tables = {place.id: place.number for place in instance.problem.places}
    places = _matched(_by_place(instance), lambda place, s: tables[place])
    return slots + places + _matched(_by_interpreter(instance), _always(1))


def _always(number: int) -> Room:
    return lambda thing, s: number


def _of_one_party_each(instance: Instance, ways: Ways) -> Mapping[int, Ways]:
    """Each request with that of its parties that has the most such requests."""
    number = [0] * len(instance.problem.parties)
    for r in ways:
        for p in instance.parties_of[r]:
            number[p] += 1
    found: dict[int, Ways] = defaultdict(dict)
    for r, its in ways.items():
        found[max(instance.parties_of[r], key=lambda p: number[p])][r] = its
    return found


def _matched(ways: Ways, room: Room) -> int:
    rooms = {way: room(*way) for its in ways.values() for way in its}
    return most_matched(list(ways.values()), rooms)


WISHES = Optimised(
    "wishes",
    wishes,
    _expression,
    of_free(wishes),
    maximised=True,
    trivial=_possible,
    counting=_room_for,
    hurt=_hurt,
    most=_most,
    by_slots=0.5,
)
