# mypy: disable-error-code="no-untyped-call,index"
"""Compiled moves that put a meeting into a slot, whoever is in its way: they look for another slot, or go out."""

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
    Board,
    Ints,
    breaks_in,
    energy,
    fair,
    kept,
    put,
    recount,
)


@compiled
def accepted(board: Board, before: int, temperature: float, state: Ints) -> bool:
    """Metropolis' rule: better is taken, worse with a chance that falls with the temperature."""
    change = energy(board) - before
    if change <= 0:
        return True
    return bool(draw(state) < math.exp(-change / temperature) * 2147483562.0)


@compiled
def eject(board: Board, r: int, s: int, temperature: float, state: Ints, moved: Ints, old: Ints) -> None:
    """Try to hold r in slot s; whoever is in its way goes where it fits best, or out if no weight, no floor is lost."""
    count = in_the_way(board, r, s, moved, state)
    if count < 0:
        return
    before, weight, came = energy(board), board.totals[TOTAL_WEIGHT], board.what[r, SLOT]
    if came >= 0:
        put(board, r, came, -1)
    for j in range(count):
        old[j] = board.what[moved[j], SLOT]
        put(board, moved[j], old[j], -1)
    put(board, r, s, 1)
    recount(board, r)
    good = kept(board, r)
    for j in range(count):
        recount(board, moved[j])
        good = good and reinsert(board, moved[j], state)
    good = good and (board.totals[TOTAL_WEIGHT] >= weight or board.totals[TOTAL_WEIGHT] >= board.totals[LEAST_WEIGHT])
    if good and fair(board) and accepted(board, before, temperature, state):
        return
    for j in range(count):
        if board.what[moved[j], SLOT] >= 0:
            put(board, moved[j], board.what[moved[j], SLOT], -1)
    put(board, r, s, -1)
    if came >= 0:
        put(board, r, came, 1)
    for j in range(count):
        put(board, moved[j], old[j], 1)
        recount(board, moved[j])
    recount(board, r)


@compiled
def reinsert(board: Board, r: int, state: Ints) -> bool:
    """Hold r in the slot that costs the fewest breaks; False if it fits nowhere and a party falls below its floor."""
    bits = board.what[r, ALLOWED]
    for k in range(board.members.shape[1]):
        q = board.members[r, k]
        if q >= 0:
            bits &= board.who[q, OPEN] & ~board.who[q, FULL]
    best, least = -1, 1 << 40
    slots = len(board.day_of)
    offset = below(state, slots)
    for j in range(slots):
        s = (j + offset) % slots
        if bits >> s & 1:
            cost = 0
            for k in range(board.members.shape[1] - 1):
                p = board.members[r, k]
                if p >= 0:
                    cost += breaks_in(board, board.who[p, BUSY] | 1 << s) - board.who[p, BREAKS]
            if cost < least:
                best, least = s, cost
    if best < 0:
        return not below_floor(board, r)
    put(board, r, best, 1)
    recount(board, r)
    return kept(board, r)


@compiled
def in_the_way(board: Board, r: int, s: int, moved: Ints, state: Ints) -> int:
    """Write who has to make room for r in slot s into `moved`; how many, or -1 if it can't be made."""
    count = 0
    for k in range(board.members.shape[1]):
        q = board.members[r, k]
        if q >= 0 and board.load[q, s] >= board.who[q, CAPACITY]:
            if board.who[q, CAPACITY] == 0:
                return -1
            other = board.cells[q, s, below(state, board.load[q, s])]
            if not board.what[other, MOVABLE]:
                return -1
            known = False
            for i in range(count):
                known = known or moved[i] == other
            if not known:
                moved[count] = other
                count += 1
    g = board.what[r, POOL]
    if g >= 0 and board.rooms[0, g, s] >= board.rooms[1, g, s]:
        for i in range(count):
            if board.what[moved[i], POOL] == g:
                return count
        return -1
    return count


@compiled
def below_floor(board: Board, r: int) -> bool:
    """Whether a party of r holds fewer meetings than its floor keeps."""
    for k in range(board.members.shape[1] - 1):
        p = board.members[r, k]
        if p >= 0 and board.held[p].sum() < board.who[p, FLOOR]:
            return True
    return False
