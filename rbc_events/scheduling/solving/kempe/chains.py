# mypy: disable-error-code="no-untyped-call,index"
"""Compiled moves of meetings between slots that keep every rule: Kempe chains, exchanges, other interpreters.

A Kempe chain moves a meeting from slot a to slot b, whoever is in its way from b to a, whoever is then in the way from
a to b, and so on: nobody is ever in two meetings. Everything is in arrays, numbered as in `Instance`; a resource is a
party or, after all parties, an interpreter. The same code runs uncompiled (NUMBA_DISABLE_JIT=1) with equal results.
`random` is the state of the random numbers, `state` the plan in arrays.
"""

import math

from rbc_events.scheduling.jit.compiled import compiled
from rbc_events.scheduling.jit.random import below
from rbc_events.scheduling.solving.kempe.ejection_chains import accepted, eject
from rbc_events.scheduling.solving.kempe.state import (
    ALLOWED,
    CAPACITY,
    MOVABLE,
    SLOT,
    Ints,
    KempeState,
    energy,
    excess,
    fair,
    kept,
    put,
    recount,
)

MOST_MOVED = 24
"""The longest chain that is tried."""


@compiled
def collect(state: KempeState, r: int, a: int, b: int, moved: Ints) -> int:
    """Write the Kempe chain that begins with r going from a to b into `moved`; its length, or -1 if it is too long."""
    moved[0] = r
    count, done = 1, 0
    while done < count:
        m = moved[done]
        done += 1
        if not state.what[m, MOVABLE]:
            return -1
        target = b if state.what[m, SLOT] == a else a
        if not state.what[m, ALLOWED] >> target & 1:
            return -1
        for k in range(state.members.shape[1]):
            q = state.members[m, k]
            if q < 0 or state.load[q, target] < state.who[q, CAPACITY]:
                continue
            count = push_out(state, q, target, moved, count)
            if count < 0:
                return -1
    return count


@compiled
def push_out(state: KempeState, q: int, target: int, moved: Ints, count: int) -> int:
    """Add a meeting of a resource to the chain, unless those of the chain that come and go balance already."""
    room = state.who[q, CAPACITY] - state.load[q, target]
    for j in range(count):
        for k in range(state.members.shape[1]):
            if state.members[moved[j], k] == q:
                room += 1 if state.what[moved[j], SLOT] == target else -1
    if room >= 0:
        return count
    for j in range(state.load[q, target]):
        other = state.cells[q, target, j]
        known = False
        for i in range(count):
            known = known or moved[i] == other
        if not known:
            if count == len(moved):
                return -1
            moved[count] = other
            return count + 1
    return -1


@compiled
def flip(state: KempeState, moved: Ints, count: int, a: int, b: int, old: Ints) -> None:
    """Move each meeting of a chain to the other slot."""
    for j in range(count):
        old[j] = state.what[moved[j], SLOT]
        put(state, moved[j], old[j], -1)
    for j in range(count):
        put(state, moved[j], b if old[j] == a else a, 1)


@compiled
def chain_move(state: KempeState, r: int, b: int, temperature: float, random: Ints, moved: Ints, old: Ints) -> None:
    """Try to move r to slot b by a chain."""
    a = state.what[r, SLOT]
    count = collect(state, r, a, b, moved)
    if count < 0:
        return
    before = energy(state)
    flip(state, moved, count, a, b, old)
    good = True
    for j in range(count):
        recount(state, moved[j])
    for j in range(count):
        good = good and kept(state, moved[j])
    if good and fair(state) and accepted(state, before, temperature, random):
        return
    for j in range(count):
        put(state, moved[j], state.what[moved[j], SLOT], -1)
    for j in range(count):
        put(state, moved[j], old[j], 1)
    for j in range(count):
        recount(state, moved[j])


@compiled
def reinterpret(state: KempeState, r: int, person: int, temperature: float, random: Ints) -> None:
    """Try to give r another interpreter, who takes over from or swaps with the present one."""
    last = state.members.shape[1] - 1
    s, present = state.what[r, SLOT], state.members[r, last]
    if person == present or state.who[person, CAPACITY] == 0:
        return
    other = state.cells[person, s, 0] if state.load[person, s] > 0 else -1
    if other >= 0 and (not state.what[other, MOVABLE] or not can_interpret(state, other, present)):
        return
    before = energy(state)
    put(state, r, s, -1)
    if other >= 0:
        put(state, other, s, -1)
        state.members[other, last] = present
        put(state, other, s, 1)
    state.members[r, last] = person
    put(state, r, s, 1)
    good = kept(state, r) and (other < 0 or kept(state, other))
    if good and accepted(state, before, temperature, random):
        return
    put(state, r, s, -1)
    state.members[r, last] = present
    if other >= 0:
        put(state, other, s, -1)
        state.members[other, last] = person
        put(state, other, s, 1)
    put(state, r, s, 1)


@compiled
def can_interpret(state: KempeState, r: int, person: int) -> bool:
    """Whether a person is among those who could interpret r."""
    for j in range(state.eligible.shape[1]):  # noqa: SIM110 (compiled)
        if state.eligible[r, j] == person:
            return True
    return False


@compiled
def move(state: KempeState, r: int, s: int, temperature: float, random: Ints, moved: Ints, old: Ints) -> None:
    """Try to put r into slot s, by either way; where it is there already, to give it another interpreter."""
    if state.what[r, SLOT] < 0:
        propose_interpreter(state, r, random)
        eject(state, r, s, temperature, random, moved, old)
    elif s != state.what[r, SLOT]:
        if below(random, 2):
            eject(state, r, s, temperature, random, moved, old)
        else:
            chain_move(state, r, s, temperature, random, moved, old)
    elif state.eligible[r, 0] >= 0:
        j = below(random, state.eligible.shape[1])
        if state.eligible[r, j] >= 0:
            reinterpret(state, r, state.eligible[r, j], temperature, random)


@compiled
def anneal(
    state: KempeState,
    steps: int,
    hot: float,
    cold: float,
    target: int,
    random: Ints,
    moved: Ints,
    old: Ints,
    best: Ints,
    least: int,
) -> tuple[int, int]:
    """Take `steps` steps while the temperature falls from hot to cold, or until the energy is `target`.

    `best` (slot and interpreter, a request each) is overwritten where the energy falls below `least` and no kept level
    exceeds its limit, again and again. The least energy and the steps taken.
    """
    last = state.members.shape[1] - 1
    temperature = hot
    for n in range(steps):
        if n % 128 == 0:
            temperature = hot * math.pow(cold / hot, n / steps)
        r = below(random, len(state.what))
        if not state.what[r, MOVABLE]:
            continue
        s = below(random, len(state.day_of))
        if not state.what[r, ALLOWED] >> s & 1:
            continue
        move(state, r, s, temperature, random, moved, old)
        now = energy(state)
        if now < least and excess(state) == 0:
            least = now
            for i in range(len(state.what)):
                best[i, 0] = state.what[i, SLOT]
                best[i, 1] = state.members[i, last]
            if least <= target:
                return least, n + 1
    return least, steps


@compiled
def propose_interpreter(state: KempeState, r: int, random: Ints) -> None:
    """Give a request that is left out one of those who could interpret it."""
    if state.eligible[r, 0] >= 0:
        size = 0
        while size < state.eligible.shape[1] and state.eligible[r, size] >= 0:
            size += 1
        state.members[r, state.members.shape[1] - 1] = state.eligible[r, below(random, size)]
