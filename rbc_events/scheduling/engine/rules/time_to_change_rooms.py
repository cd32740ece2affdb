"""The minutes that a party needs to change rooms and sites. What a conflict may name of them is a party's own limit."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem

if TYPE_CHECKING:
    from rbc_events.scheduling.engine.board import Board
    from rbc_events.scheduling.engine.instance import Instance
    from rbc_events.scheduling.engine.model import Model


def constrain(model: "Model") -> None:
    for p in model.touched:
        if model.instance.changes_rooms(p):
            _moves(model, p)


def _moves(model: "Model", p: int) -> None:
    """A party is not in two rooms or sites within the minutes that it needs to change them."""
    at: dict[int, list[tuple[tuple[str, str], Any]]] = defaultdict(list)
    for (t, location), here in _locations(model, p).items():
        at[t].append((location, here))
    for t, u in _close_slots(model, p, sorted(at)):
        for a, here in at[t]:
            for b, there in at[u]:
                if a != b and model.instance.too_short(p, t, u, a, b):
                    model.cp.add(here + there <= 1)


def _close_slots(model: "Model", p: int, slots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of slots between which there may not be time to change rooms or sites."""
    party = model.instance.problem.parties[p]
    longest = timedelta(minutes=max(party.room_change, party.site_change))
    for n, t in enumerate(slots):
        for u in slots[n + 1 :]:
            if model.instance.slots[u].start - model.instance.slots[t].end >= longest:
                break
            yield t, u


def _locations(model: "Model", p: int) -> dict[tuple[int, tuple[str, str]], Any]:
    where: dict[tuple[int, tuple[str, str]], list[Any]] = defaultdict(list)
    for r, s, pool, variable in model.placements(p):
        for t in model.instance.covers(r, s):
            where[t, model.instance.pools[pool].location].append(variable)
    return {key: sum(values) for key, values in where.items()}


def fits(board: "Board", r: int, s: int, pool: int) -> bool:
    instance, covered = board.instance, board.instance.covers(r, s)
    for p in instance.parties_of[r]:
        if instance.changes_rooms(p):
            there = instance.pools[pool].location
            for t, here in board.location[p].items():
                first, last = (t, covered[0]) if t < covered[0] else (covered[-1], t)
                if here != there and instance.too_short(p, first, last, here, there):
                    return False
    return True


def ties(instance: "Instance", p: int) -> bool:
    return instance.changes_rooms(p)


def relaxations(problem: Problem) -> Iterator[tuple[Reason, Callable[[Problem], Problem]]]:
    yield from ()
