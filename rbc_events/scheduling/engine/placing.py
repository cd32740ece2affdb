"""Numbers of tables and rooms: who sits where, once slots and pools are decided."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice, pairwise

from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.state import State

Unit = tuple[str, int]


def place(instance: Instance, state: State) -> dict[int, Unit]:
    """A (place, number) for each meeting held that has a pool: the standing one where it can, else where its parties
    were last. Meetings of several slots keep theirs throughout. Pools are interval graphs, so numbers suffice."""
    taken: dict[int, Unit] = {}
    by_pool: dict[int, list[int]] = defaultdict(list)
    for r, g in enumerate(state.pool):
        if state.slot[r] >= 0 and g >= 0:
            by_pool[g].append(r)
    for g, requests in by_pool.items():
        if not _give_out(instance, state, g, requests, taken, keep=True):
            _give_out(instance, state, g, requests, taken, keep=False)
    return taken


def _give_out(
    instance: Instance, state: State, pool: int, requests: list[int], taken: dict[int, Unit], *, keep: bool
) -> bool:
    """Give out the numbers of a pool in order of time; False where kept ones leave no room for a longer meeting."""
    used: dict[Unit, set[int]] = defaultdict(set)
    kept = {r for r in requests if keep and _stands(instance, state, r)}
    for r in kept:
        taken[r] = _standing_unit(instance, r)
        used[taken[r]].update(instance.covers(r, state.slot[r]))
    last: dict[int, Unit] = {}
    first_free: dict[int, int] = defaultdict(int)
    for r in sorted(requests, key=lambda r: (state.slot[r], r)):
        if r not in kept:
            covered = instance.covers(r, state.slot[r])
            wanted = [last[p] for p in instance.parties_of[r] if p in last]
            unit = _free_unit(instance.pools[pool].units, wanted, covered, used, first_free)
            if unit is None:
                return False
            taken[r] = unit
            used[unit].update(covered)
        for p in instance.parties_of[r]:
            last[p] = taken[r]
    return True


def _free_unit(
    units: Sequence[Unit],
    wanted: Sequence[Unit],
    covered: Sequence[int],
    used: dict[Unit, set[int]],
    first_free: dict[int, int],
) -> Unit | None:
    """A wanted number that is free throughout, else the first that is; `first_free` skips what is taken in a slot."""
    for unit in wanted:
        if used[unit].isdisjoint(covered):
            return unit
    slot = covered[0]
    while first_free[slot] < len(units) and slot in used[units[first_free[slot]]]:
        first_free[slot] += 1
    return next((unit for unit in islice(units, first_free[slot], None) if used[unit].isdisjoint(covered)), None)


def _standing_unit(instance: Instance, r: int) -> Unit:
    meeting = instance.standing_meeting[r]
    return meeting.place, meeting.number or 1


def _stands(instance: Instance, state: State, r: int) -> bool:
    meeting = instance.standing_meeting.get(r)
    if meeting is None or not meeting.place or meeting.slot != instance.slots[state.slot[r]].id:
        return False
    return _standing_unit(instance, r) in instance.pools[state.pool[r]].units


def table_changes(instance: Instance, state: State, taken: dict[int, Unit]) -> int:
    """How often a party changes place or number between two meetings that follow each other on one day."""
    visits: dict[int, list[tuple[int, Unit]]] = defaultdict(list)
    for r, unit in taken.items():
        for p in instance.parties_of[r]:
            visits[p].append((state.slot[r], unit))
    total = 0
    for of_party in visits.values():
        of_party.sort()
        for (t, here), (u, there) in pairwise(of_party):
            total += instance.day_of[t] == instance.day_of[u] and here != there
    return total
