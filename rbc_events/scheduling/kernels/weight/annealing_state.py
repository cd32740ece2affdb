"""A plan in arrays that compiled code changes in place: who is busy where, and what may still be put where.

People are the parties and, after them, the interpreters. Sets of slots are rows of words of `BITS` bits each, so that
what two parties have free in common is one `&`. With NUMBA_DISABLE_JIT=1 all of it runs the same in plain Python.
`empty_state.make_state` makes one of a problem.
"""

# ruff: noqa: SIM110 - numba compiles loops, but no generator in any() or all()

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rbc_events.scheduling.jit.compiled import compiled, inlined
from rbc_events.scheduling.kernels.weight.problem import Ints

BITS = 62
NO_LIMIT = 2**31


class AnnealingState(NamedTuple):
    """The problem, then the plan. R requests, P people of whom the first N are parties, S slots, W words."""

    weight: Ints  # [R]; what it is worth to hold it
    length: Ints  # [R]
    members: Ints  # [R, k], -1: none
    first: Ints  # [R + 1]; the starts of r are start[first[r] : first[r + 1]]
    start: Ints
    allowed: Ints  # [R, W]; the same as bits
    first_eligible: Ints  # [R + 1]; people in eligible[first_eligible[r] : ...]; none: needs no interpreter
    eligible: Ints
    capacity: npt.NDArray[np.int32]  # [P, S]
    tables: Ints  # [S]
    most: Ints  # [N]
    most_per_day: Ints  # [N]
    day: Ints  # [S]
    floor: Ints  # [N]
    penalty: Ints  # [1]
    limited: Ints  # [1]; whether anybody has a most or a most per day
    slot: Ints  # [R]; first slot, -1: left out
    interpreter: Ints  # [R]; the person, -1: none
    used: Ints  # [P, S]
    base: Ints  # [P, S]; those who meet p in s are who[base[p, s] : base[p, s] + used[p, s]]
    who: Ints
    free: Ints  # [P, W]; slots in which somebody has room
    tables_used: Ints  # [S]
    tables_base: Ints  # [S]; those at the tables in s are at_table[tables_base[s] : ... + tables_used[s]]
    at_table: Ints
    seat: Ints  # [R, longest]; its place in at_table
    tables_free: Ints  # [W]
    held: Ints  # [N]
    held_on: Ints  # [N, days]


def put_all(state: AnnealingState, slot: Ints, interpreter: Ints) -> None:
    """Hold all requests that a plan holds; they must fit."""
    for r in np.flatnonzero(slot >= 0):
        place(state, int(r), int(slot[r]), int(interpreter[r]))


@inlined
def room(state, p, s):
    """Note whether p has room in s."""
    bit = 1 << (s % BITS)
    if state.used[p, s] < state.capacity[p, s]:
        state.free[p, s // BITS] |= bit
    else:
        state.free[p, s // BITS] &= ~bit


@inlined
def tables_room(state, s):
    """Note whether a table is free in s."""
    bit = 1 << (s % BITS)
    if state.tables_used[s] < state.tables[s]:
        state.tables_free[s // BITS] |= bit
    else:
        state.tables_free[s // BITS] &= ~bit


@inlined
def join(state, r, p, s):
    """p meets in r in slot s."""
    state.who[state.base[p, s] + state.used[p, s]] = r
    state.used[p, s] += 1
    room(state, p, s)


@inlined
def leave(state, r, p, s):
    """p no longer meets in r in slot s."""
    last = state.base[p, s] + state.used[p, s] - 1
    at = last
    while state.who[at] != r:
        at -= 1
    state.who[at] = state.who[last]
    state.used[p, s] -= 1
    room(state, p, s)


@compiled
def place(state, r, s, interpreter):
    """Hold request r from slot s on; it must fit."""
    for t in range(s, s + state.length[r]):
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0:
                join(state, r, p, t)
        if interpreter >= 0:
            join(state, r, interpreter, t)
        state.seat[r, t - s] = state.tables_used[t]
        state.at_table[state.tables_base[t] + state.tables_used[t]] = r
        state.tables_used[t] += 1
        tables_room(state, t)
    for k in range(state.members.shape[1]):
        p = state.members[r, k]
        if p >= 0:
            state.held[p] += 1
            state.held_on[p, state.day[s]] += 1
    state.slot[r] = s
    state.interpreter[r] = interpreter


@compiled
def remove(state, r):
    """Leave request r out."""
    s = state.slot[r]
    for t in range(s, s + state.length[r]):
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0:
                leave(state, r, p, t)
        if state.interpreter[r] >= 0:
            leave(state, r, state.interpreter[r], t)
        state.tables_used[t] -= 1
        moved = state.at_table[state.tables_base[t] + state.tables_used[t]]
        seat = state.seat[r, t - s]
        state.at_table[state.tables_base[t] + seat] = moved
        state.seat[moved, t - state.slot[moved]] = seat
        tables_room(state, t)
    for k in range(state.members.shape[1]):
        p = state.members[r, k]
        if p >= 0:
            state.held[p] -= 1
            state.held_on[p, state.day[s]] -= 1
    state.slot[r] = -1
    state.interpreter[r] = -1


@inlined
def worth(state, r):
    """What the value would gain if r, which is left out, were held."""
    gain = state.weight[r]
    if state.penalty[0]:
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0 and state.held[p] < state.floor[p]:
                gain += state.penalty[0]
    return gain


@inlined
def within_limits(state, r, s):
    """Whether the most and the most per day of r's parties leave room for it in slot s."""
    if state.limited[0]:
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0 and (state.held[p] >= state.most[p] or state.held_on[p, state.day[s]] >= state.most_per_day[p]):
                return False
    return True


@inlined
def free_throughout(state, p, s, length):
    """Whether p has room in `length` slots from s on."""
    for t in range(s, s + length):
        if state.used[p, t] >= state.capacity[p, t]:
            return False
    return True


@inlined
def free_interpreter(state, r, s, offset):
    """An eligible interpreter with room for r in slot s, tried from `offset` on; -1: none."""
    begin, end = state.first_eligible[r], state.first_eligible[r + 1]
    for j in range(end - begin):
        person = state.eligible[begin + (j + offset) % (end - begin)]
        if free_throughout(state, person, s, state.length[r]):
            return person
    return -1


@inlined
def fits(state, r, s):
    """Whether r's parties and a table are free in slot s, one of its starts, and nobody's most forbids it."""
    for t in range(s, s + state.length[r]):
        if state.tables_used[t] >= state.tables[t]:
            return False
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0 and state.used[p, t] >= state.capacity[p, t]:
                return False
    return within_limits(state, r, s)


@compiled
def place_anywhere(state, r, offset):
    """Hold r, which is left out, where it fits, slots tried from one given by `offset` on; whether it fits at all."""
    words = state.allowed.shape[1]
    low = (1 << (offset % BITS)) - 1
    for half in range(2):
        for j in range(words):
            w = (j + offset) % words
            bits = state.allowed[r, w] & state.tables_free[w] & (low if half else ~low)
            for k in range(state.members.shape[1]):
                p = state.members[r, k]
                if p >= 0:
                    bits &= state.free[p, w]
            s = w * BITS
            while bits:
                if bits & 1 and fits(state, r, s):
                    needs = state.first_eligible[r] < state.first_eligible[r + 1]
                    person = free_interpreter(state, r, s, offset) if needs else -1
                    if person >= 0 or not needs:
                        place(state, r, s, person)
                        return True
                bits >>= 1
                s += 1
    return False
