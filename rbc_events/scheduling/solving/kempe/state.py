# mypy: disable-error-code="no-untyped-call,index"
"""A plan in arrays that compiled moves change in place: who is busy when, what is counted, which rules are kept.

Everything is numbered as in `Instance`; a resource is a party or, after all parties, an interpreter.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rbc_events.scheduling.jit.compiled import compiled

Ints = npt.NDArray[np.int64]
SLOT, POOL, ALLOWED, MOVABLE, WEIGHT, STANDING, STANDING_PERSON = range(7)
"""Columns of `KempeState.what`: the slot held in (-1: left out), the pool (-1: none), bits of slots, whether it may
move, the weight, and the slot (-2: none) and interpreter (-1: any) of the standing plan."""
BUSY, FULL, OPEN, CAPACITY, MOST, MOST_PER_DAY, LONGEST, REST, FLOOR, BREAKS = range(10)
"""Columns of `KempeState.who`: bits of the slots in which a resource is busy, has no room, is available; its limits;
the longest run (-1: any) and the rest after it; the meetings that it must keep; its breaks (of parties)."""
TOTAL_BREAKS, TOTAL_CHANGES, TOTAL_WEIGHT, FAIRNESS, OBJECTIVE, MOST_BREAKS, MOST_CHANGES, MOST_HARM, LEAST_WEIGHT = (
    range(9)
)
"""Places in `KempeState.totals`: what is counted, then limits.

The objective is 0 breaks, 1 changes, 2 inconvenience."""

EXCESS = 20
"""What each unit by which a kept level exceeds its limit costs, in units of the objective: more than it gains."""


class KempeState(NamedTuple):
    """A plan with its loads. Shapes: R requests, Q resources, S slots, D days, G pools, C continents."""

    what: Ints  # [R, 7]
    who: Ints  # [Q, 10]
    members: Ints  # [R, K] resources, padded with -1; the last column is the interpreter's
    cells: Ints  # [Q, S, most at once] the requests held, -1: none
    load: Ints  # [Q, S]
    held: Ints  # [Q, D] meetings
    rooms: Ints  # [2, G, S] meetings in each pool, and how many it takes
    spread: Ints  # [S + 1] how many parties have so many breaks
    totals: Ints  # [9]
    harms: Ints  # [C] inconvenience by continent
    harm: Ints  # [R, S, C] that of each request
    day_of: Ints  # [S]
    day_bits: Ints  # [D]
    block_bits: Ints  # one for each block
    order: Ints  # [R, E, 2] requests that end before it, and that begin after it, padded with -1
    eligible: Ints  # [R, I] resources that could interpret, padded with -1


@compiled
def ones(bits: int) -> int:
    """How many bits are set."""
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@compiled
def breaks_in(state: KempeState, busy: int) -> int:
    """Breaks of a day's bits: over all days, the runs less one."""
    total = 0
    for day in state.day_bits:
        bits = busy & day
        if bits:
            total += ones(bits & ~(bits << 1)) - 1
    return total


@compiled
def put(state: KempeState, r: int, s: int, sign: int) -> None:
    """Hold a request in a slot (sign 1), or take it out of it (-1)."""
    for k in range(state.members.shape[1]):
        q = state.members[r, k]
        if q < 0:
            continue
        n = state.load[q, s]
        if sign > 0:
            state.cells[q, s, n] = r
        else:
            for j in range(n):
                if state.cells[q, s, j] == r:
                    state.cells[q, s, j] = state.cells[q, s, n - 1]
                    break
            state.cells[q, s, n - 1] = -1
        state.load[q, s] = n + sign
        state.held[q, state.day_of[s]] += sign
        bit = 1 << s
        state.who[q, BUSY] = state.who[q, BUSY] | bit if n + sign > 0 else state.who[q, BUSY] & ~bit
        full = n + sign >= state.who[q, CAPACITY]
        state.who[q, FULL] = state.who[q, FULL] | bit if full else state.who[q, FULL] & ~bit
    if state.what[r, POOL] >= 0:
        state.rooms[0, state.what[r, POOL], s] += sign
    state.totals[TOTAL_WEIGHT] += sign * state.what[r, WEIGHT]
    for c in range(state.harm.shape[2]):
        state.harms[c] += sign * state.harm[r, s, c]
    if state.what[r, STANDING] == s and (
        state.what[r, STANDING_PERSON] < 0
        or state.what[r, STANDING_PERSON] == state.members[r, state.members.shape[1] - 1]
    ):
        state.totals[TOTAL_CHANGES] -= sign
    state.what[r, SLOT] = s if sign > 0 else -1


@compiled
def recount(state: KempeState, r: int) -> None:
    """Count the breaks of a request's parties again."""
    for k in range(state.members.shape[1] - 1):
        p = state.members[r, k]
        if p >= 0:
            now = breaks_in(state, state.who[p, BUSY])
            before = state.who[p, BREAKS]
            if now != before:
                state.spread[before] -= 1
                state.spread[now] += 1
                state.who[p, BREAKS] = now
                state.totals[TOTAL_BREAKS] += now - before


@compiled
def tired(state: KempeState, q: int) -> bool:
    """Whether a resource works on after its longest run, or before its rest is over."""
    longest = state.who[q, LONGEST]
    if longest < 0:
        return False
    for block in state.block_bits:
        bits = state.who[q, BUSY] & block
        runs = bits
        for _ in range(longest - 1):
            runs &= runs << 1
        for _ in range(state.who[q, REST]):
            runs = (runs << 1) & block
            if runs & bits:
                return True
    return False


@compiled
def kept(state: KempeState, r: int) -> bool:
    """Whether a request where it is now, and its resources, keep the rules that concern more than one slot."""
    s = state.what[r, SLOT]
    if not state.what[r, ALLOWED] >> s & 1:
        return False
    g = state.what[r, POOL]
    if g >= 0 and state.rooms[0, g, s] > state.rooms[1, g, s]:
        return False
    for k in range(state.members.shape[1]):
        q = state.members[r, k]
        if q < 0:
            continue
        if not state.who[q, OPEN] >> s & 1 or state.load[q, s] > state.who[q, CAPACITY]:
            return False
        if state.held[q, state.day_of[s]] > state.who[q, MOST_PER_DAY]:
            return False
        if state.held[q].sum() > state.who[q, MOST] or tired(state, q):
            return False
    for j in range(state.order.shape[1]):
        other = state.order[r, j, 0]
        if other >= 0 and state.what[other, SLOT] >= s:
            return False
        other = state.order[r, j, 1]
        if other >= 0 and 0 <= state.what[other, SLOT] <= s:
            return False
    return True


@compiled
def fair(state: KempeState) -> bool:
    """Whether nobody has more breaks than allowed above another."""
    if state.totals[FAIRNESS] < 0:
        return True
    low = 0
    while state.spread[low] == 0:
        low += 1
    high = len(state.spread) - 1
    while state.spread[high] == 0:
        high -= 1
    return bool(high - low <= state.totals[FAIRNESS])


@compiled
def inconvenience(state: KempeState) -> int:
    """The value of that level."""
    total, worst = 0, 0
    for c in range(state.harm.shape[2]):
        total += state.harms[c]
        worst = max(worst, state.harms[c])
    return int(total + state.harm.shape[2] * worst)


@compiled
def excess(state: KempeState) -> int:
    """By how much kept levels exceed their limits."""
    return int(
        max(0, state.totals[TOTAL_BREAKS] - state.totals[MOST_BREAKS])
        + max(0, state.totals[TOTAL_CHANGES] - state.totals[MOST_CHANGES])
        + max(0, inconvenience(state) - state.totals[MOST_HARM])
    )


@compiled
def energy(state: KempeState) -> int:
    """The objective's value (0 breaks, 1 changes, 2 inconvenience), and the price of what kept levels exceed."""
    objective = state.totals[OBJECTIVE]
    value = inconvenience(state) if objective == 2 else state.totals[objective]
    return int(value + EXCESS * excess(state))
