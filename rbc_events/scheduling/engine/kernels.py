"""Which problems the kernels `weight` and `breaks` can take, and what they say about them in the engine's terms."""

from collections.abc import Sequence

from rbc_events.scheduling.breaks import BreaksProblem
from rbc_events.scheduling.engine.instance import Instance, State


def breaks_problem(instance: Instance, requests: Sequence[int]) -> BreaksProblem | None:
    """Holding all of these requests with the fewest breaks; None where rules apply that the kernel doesn't know.

    It knows one day of meetings of one slot, one at a time for each party, equal places, order and fairness.
    """
    if len(instance.days) != 1 or not _plain_parties(instance, requests) or not _plain_requests(instance, requests):
        return None
    number = {r: m for m, r in enumerate(requests)}
    before = [
        (number[first], number[r])
        for r in requests
        for name in instance.problem.requests[r].after
        if (first := instance.request_number[name]) in number
    ]
    return BreaksProblem(
        slots=len(instance.slots),
        parties=len(instance.problem.parties),
        meetings=tuple(instance.parties_of[r] for r in requests),
        capacity=tuple(instance.pool_room.sum(axis=0).tolist()) if instance.problem.places else (),
        allowed=tuple(frozenset(instance.starts[r]) for r in requests),
        before=tuple(before),
    )


def _plain_parties(instance: Instance, requests: Sequence[int]) -> bool:
    meetings = [0] * len(instance.problem.parties)
    for r in requests:
        for p in instance.parties_of[r]:
            meetings[p] += 1
    return all(
        party.capacity == 1
        and (party.most is None or party.most >= meetings[p])
        and (party.most_per_day is None or party.most_per_day >= meetings[p])
        and (party.longest_run is None or party.longest_run >= min(meetings[p], len(instance.slots)))
        and not instance.changes_rooms(p)
        for p, party in enumerate(instance.problem.parties)
    )


def _plain_requests(instance: Instance, requests: Sequence[int]) -> bool:
    everywhere = tuple(range(len(instance.pools)))
    return all(
        instance.problem.requests[r].length == 1
        and instance.interpreters_of[r] is None
        and instance.pools_of[r] == everywhere
        for r in requests
    )


def with_pools(instance: Instance, slots: Sequence[int], interpreters: Sequence[int]) -> State:
    """A state from slots and interpreters, where all pools suit every request and meetings take one slot: the standing
    pool where it has room, else the first that has."""
    state = State(list(slots), [-1] * len(slots), list(interpreters))
    if not instance.pools:
        return state
    room = instance.pool_room.copy()
    held = [r for r, s in enumerate(slots) if s >= 0]
    held.sort(key=lambda r: not _stays(instance, r, slots[r]))
    for r in held:
        s = slots[r]
        wanted = [instance.standing[r][1]] if _stays(instance, r, s) else []
        state.pool[r] = next(g for g in (*wanted, *range(len(room))) if g >= 0 and room[g, s] > 0)
        room[state.pool[r], s] -= 1
    return state


def _stays(instance: Instance, r: int, slot: int) -> bool:
    return r in instance.standing and instance.standing[r][0] == slot
