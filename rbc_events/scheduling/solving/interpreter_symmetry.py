"""Interpreters who can stand in for one another: the kernel `weight` counts them instead of naming them.

That leaves out plans which differ only in who of them sits where, of which there are very many.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.solving.instance import Instance


def crews_of(instance: Instance) -> list[list[int]]:
    """The interpreters by crew: those who can serve the same requests.

    Where a meeting takes several slots and needs one of them throughout, they are there at the same times as well.
    """
    served: list[list[int]] = [[] for _ in instance.problem.interpreters]
    distinct = {usable for usable in instance.interpreters_of if usable is not None}
    for n, usable in enumerate(sorted(distinct)):
        for i in usable:
            served[i].append(n)
    long = any(
        request.length > 1 and instance.interpreters_of[r] is not None
        for r, request in enumerate(instance.problem.requests)
    )
    crews: dict[object, list[int]] = defaultdict(list)
    for i, mine in enumerate(served):
        crews[tuple(mine), instance.interpreter_free[i].tobytes() if long else b""].append(i)
    return list(crews.values())


def crew_numbers(crews: Sequence[Sequence[int]]) -> dict[int, int]:
    """The crew of each interpreter; -1, nobody, stays so."""
    return {-1: -1, **{i: n for n, crew in enumerate(crews) for i in crew}}


def capacity_of(instance: Instance, crews: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """int[crews, slots]: how many of each crew are there."""
    rows = [instance.interpreter_free[list(crew)].sum(axis=0) for crew in crews]
    return np.array(rows, dtype=np.int64).reshape(len(crews), len(instance.slots))


def people_of(
    instance: Instance, crews: Sequence[Sequence[int]], slots: Sequence[int], crew: Sequence[int]
) -> list[int]:
    """Who of its crew interprets each meeting: whoever did in the standing plan, else the first who is free.

    Within a crew, meetings are intervals of which no more lie over one another than there are people.
    """
    people = [-1] * len(slots)
    by_crew: dict[int, list[int]] = defaultdict(list)
    for r, n in enumerate(crew):
        if slots[r] >= 0 and n >= 0:
            by_crew[n].append(r)
    for n, requests in by_crew.items():
        if not _give_out(instance, crews[n], slots, requests, people, keep=True):
            _give_out(instance, crews[n], slots, requests, people, keep=False)
    return people


def _give_out(
    instance: Instance, crew: Sequence[int], slots: Sequence[int], requests: list[int], people: list[int], *, keep: bool
) -> bool:
    """Fill in `people` in order of time; False where those who keep theirs leave nobody for a longer meeting."""
    free = {i: instance.interpreter_free[i].copy() for i in crew}
    kept = {r for r in requests if keep and _keeps(instance, r, slots[r], crew)}
    for r in sorted(requests, key=lambda r: (r not in kept, slots[r], r)):
        covered = instance.covers(r, slots[r])
        wanted = [instance.standing[r][2], *crew] if r in kept else crew
        person = next((i for i in wanted if free[i][covered].all()), None)
        if person is None:
            return False
        free[person][covered] = False
        people[r] = person
    return True


def _keeps(instance: Instance, r: int, slot: int, crew: Sequence[int]) -> bool:
    """Whether a meeting stays in its slot, and its interpreter is of the crew and there."""
    was, _, person = instance.standing.get(r, (-1, -1, -1))
    return was == slot and person in crew and bool(instance.interpreter_free[person, instance.covers(r, slot)].all())
