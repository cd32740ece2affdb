"""Bounds from looking at one meeting or one party at a time."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.solving.fix_and_optimise import forced_changes
from rbc_events.scheduling.solving.instance import Instance

Way = TypeVar("Way", bound=Hashable)


def fewest_changes(instance: Instance) -> int:
    """The standing meetings that can't stay, whatever else is held."""
    return len(forced_changes(instance))


def fewest_missing(instance: Instance) -> int:
    """Meetings missing to the floors if every party held as many as it has requests and slots for."""
    possible = np.asarray(instance.allowed.any(axis=1), dtype=bool)
    highest = [
        min(int(possible[requests].sum()), _room(instance, p)) for p, requests in enumerate(instance.requests_of)
    ]
    return sum(max(0, least - sum(highest[p] for p in members)) for members, least in instance.floors)


def most_held(instance: Instance) -> int:
    """The must-haves less those that the most crowded party, or all places together, have no room for."""
    must = np.flatnonzero(instance.must)
    capacity = [party.capacity for party in instance.problem.parties]
    missing = [0]
    for p, requests in enumerate(instance.requests_of):
        mine = [r for r in requests if instance.must[r]]
        if mine:
            missing.append(_unmatched(instance, mine, np.full(len(instance.slots), capacity[p])))
    if instance.problem.places:
        missing.append(_unmatched(instance, must.tolist(), instance.pool_room.sum(axis=0)))
    return len(must) - max(missing)


def _unmatched(instance: Instance, requests: Sequence[int], room: NDArray[np.int64]) -> int:
    """How many requests find no slot to begin in, each slot taking as many as it has room."""
    starts = [instance.starts[r] for r in requests]
    return len(requests) - most_matched(starts, dict(enumerate(room.tolist())))


def most_matched(ways: Sequence[Sequence[Way]], room: Mapping[Way, int]) -> int:
    """How many find one of their ways free, each taking as many as it has room for: by a largest flow."""
    if not ways:
        return 0
    from ortools.graph.python import max_flow  # here: a plan without must-haves or wishes needs none

    flow, number = max_flow.SimpleMaxFlow(), {way: len(ways) + n for n, way in enumerate(room)}
    source, sink = len(ways) + len(room), len(ways) + len(room) + 1
    for n, its in enumerate(ways):
        flow.add_arc_with_capacity(source, n, 1)
        for way in its:
            flow.add_arc_with_capacity(n, number[way], 1)
    for way, places in room.items():
        flow.add_arc_with_capacity(number[way], sink, places)
    flow.solve(source, sink)
    return int(flow.optimal_flow())


def _room(instance: Instance, p: int) -> int:
    party = instance.problem.parties[p]
    room = int(instance.free[p].sum()) * party.capacity
    return room if party.most is None else min(room, party.most)
