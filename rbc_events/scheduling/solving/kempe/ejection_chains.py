# mypy: disable-error-code="no-untyped-call,index"
"""Compiled moves that put a meeting into a slot, whoever is in its way: they look for another slot, or go out.

`random` is the state of the random numbers, `state` the plan in arrays.
"""

import math

from rbc_events.scheduling.jit.compiled import compiled
from rbc_events.scheduling.jit.random import below, draw
from rbc_events.scheduling.solving.kempe.state import (
    ALLOWED,
    BREAKS,
    BUSY,
    CAPACITY,
    FLOOR,
    FULL,
    LEAST_WEIGHT,
    MOVABLE,
    OPEN,
    POOL,
    SLOT,
    TOTAL_WEIGHT,
    Ints,
    KempeState,
    breaks_in,
    energy,
    fair,
    kept,
    put,
    recount,
)


@compiled
def accepted(state: KempeState, before: int, temperature: float, random: Ints) -> bool:
    """Metropolis' rule: better is taken, worse with a chance that falls with the temperature."""
    change = energy(state) - before
    if change <= 0:
        return True
    return bool(draw(random) < math.exp(-change / temperature) * 2147483562.0)


@compiled
def eject(state: KempeState, r: int, s: int, temperature: float, random: Ints, moved: Ints, old: Ints) -> None:
    """Try to hold r in slot s; whoever is in its way goes where it fits best, or out if no weight, no floor is lost."""
    count = in_the_way(state, r, s, moved, random)
    if count < 0:
        return
    before, weight, came = energy(state), state.totals[TOTAL_WEIGHT], state.what[r, SLOT]
    if came >= 0:
        put(state, r, came, -1)
    for j in range(count):
        old[j] = state.what[moved[j], SLOT]
        put(state, moved[j], old[j], -1)
    put(state, r, s, 1)
    recount(state, r)
    good = kept(state, r)
    for j in range(count):
        recount(state, moved[j])
        good = good and reinsert(state, moved[j], random)
    good = good and (state.totals[TOTAL_WEIGHT] >= weight or state.totals[TOTAL_WEIGHT] >= state.totals[LEAST_WEIGHT])
    if good and fair(state) and accepted(state, before, temperature, random):
        return
    for j in range(count):
        if state.what[moved[j], SLOT] >= 0:
            put(state, moved[j], state.what[moved[j], SLOT], -1)
    put(state, r, s, -1)
    if came >= 0:
        put(state, r, came, 1)
    for j in range(count):
        put(state, moved[j], old[j], 1)
        recount(state, moved[j])
    recount(state, r)


@compiled
def reinsert(state: KempeState, r: int, random: Ints) -> bool:
    """Hold r in the slot that costs the fewest breaks; False if it fits nowhere and a party falls below its floor."""
    bits = state.what[r, ALLOWED]
    for k in range(state.members.shape[1]):
        q = state.members[r, k]
        if q >= 0:
            bits &= state.who[q, OPEN] & ~state.who[q, FULL]
    best, least = -1, 1 << 40
    slots = len(state.day_of)
    offset = below(random, slots)
    for j in range(slots):
        s = (j + offset) % slots
        if bits >> s & 1:
            cost = 0
            for k in range(state.members.shape[1] - 1):
                p = state.members[r, k]
                if p >= 0:
                    cost += breaks_in(state, state.who[p, BUSY] | 1 << s) - state.who[p, BREAKS]
            if cost < least:
                best, least = s, cost
    if best < 0:
        return not below_floor(state, r)
    put(state, r, best, 1)
    recount(state, r)
    return kept(state, r)


@compiled
def in_the_way(state: KempeState, r: int, s: int, moved: Ints, random: Ints) -> int:
    """Write who has to make room for r in slot s into `moved`; how many, or -1 if it can't be made."""
    count = 0
    for k in range(state.members.shape[1]):
        q = state.members[r, k]
        if q >= 0 and state.load[q, s] >= state.who[q, CAPACITY]:
            if state.who[q, CAPACITY] == 0:
                return -1
            other = state.cells[q, s, below(random, state.load[q, s])]
            if not state.what[other, MOVABLE]:
                return -1
            known = False
            for i in range(count):
                known = known or moved[i] == other
            if not known:
                moved[count] = other
                count += 1
    g = state.what[r, POOL]
    if g >= 0 and state.rooms[0, g, s] >= state.rooms[1, g, s]:
        for i in range(count):
            if state.what[moved[i], POOL] == g:
                return count
        return -1
    return count


@compiled
def below_floor(state: KempeState, r: int) -> bool:
    """Whether a party of r holds fewer meetings than its floor keeps."""
    for k in range(state.members.shape[1] - 1):
        p = state.members[r, k]
        if p >= 0 and state.held[p].sum() < state.who[p, FLOOR]:
            return True
    return False
