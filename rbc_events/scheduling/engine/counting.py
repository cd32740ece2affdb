"""Bounds from looking at one meeting or one party at a time."""

import numpy as np

from rbc_events.scheduling.engine.freezing import forced_changes
from rbc_events.scheduling.engine.instance import Instance


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


def _room(instance: Instance, p: int) -> int:
    party = instance.problem.parties[p]
    room = int(instance.free[p].sum()) * party.capacity
    return room if party.most is None else min(room, party.most)
