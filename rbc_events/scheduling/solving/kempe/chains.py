# mypy: disable-error-code="no-untyped-call,index"
"""Compiled moves of meetings between slots that keep every rule: Kempe chains, exchanges, other interpreters.

A Kempe chain moves a meeting from slot a to slot b, whoever is in its way from b to a, whoever is then in the way from
a to b, and so on: nobody is ever in two meetings. Everything is in arrays, numbered as in `Instance`; a resource is a
party or, after all parties, an interpreter. The same code runs uncompiled (NUMBA_DISABLE_JIT=1) with equal results.
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
    Board,
    Ints,
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
def collect(board: Board, r: int, a: int, b: int, moved: Ints) -> int:
    """Write the Kempe chain that begins with r going from a to b into `moved`; its length, or -1 if it is too long."""
    moved[0] = r
    count, done = 1, 0
    while done < count:
        m = moved[done]
        done += 1
        if not board.what[m, MOVABLE]:
            return -1
        target = b if board.what[m, SLOT] == a else a
        if not board.what[m, ALLOWED] >> target & 1:
            return -1
        for k in range(board.members.shape[1]):
            q = board.members[m, k]
            if q < 0 or board.load[q, target] < board.who[q, CAPACITY]:
                continue
            count = push_out(board, q, target, moved, count)
            if count < 0:
                return -1
    return count


@compiled
def push_out(board: Board, q: int, target: int, moved: Ints, count: int) -> int:
    """Add a meeting of a resource to the chain, unless those of the chain that come and go balance already."""
    room = board.who[q, CAPACITY] - board.load[q, target]
    for j in range(count):
        for k in range(board.members.shape[1]):
            if board.members[moved[j], k] == q:
                room += 1 if board.what[moved[j], SLOT] == target else -1
    if room >= 0:
        return count
    for j in range(board.load[q, target]):
        other = board.cells[q, target, j]
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
def flip(board: Board, moved: Ints, count: int, a: int, b: int, old: Ints) -> None:
    """Move each meeting of a chain to the other slot."""
    for j in range(count):
        old[j] = board.what[moved[j], SLOT]
        put(board, moved[j], old[j], -1)
    for j in range(count):
        put(board, moved[j], b if old[j] == a else a, 1)


@compiled
def chain_move(board: Board, r: int, b: int, temperature: float, state: Ints, moved: Ints, old: Ints) -> None:
    """Try to move r to slot b by a chain."""
    a = board.what[r, SLOT]
    count = collect(board, r, a, b, moved)
    if count < 0:
        return
    before = energy(board)
    flip(board, moved, count, a, b, old)
    good = True
    for j in range(count):
        recount(board, moved[j])
    for j in range(count):
        good = good and kept(board, moved[j])
    if good and fair(board) and accepted(board, before, temperature, state):
        return
    for j in range(count):
        put(board, moved[j], board.what[moved[j], SLOT], -1)
    for j in range(count):
        put(board, moved[j], old[j], 1)
    for j in range(count):
        recount(board, moved[j])


@compiled
def reinterpret(board: Board, r: int, person: int, temperature: float, state: Ints) -> None:
    """Try to give r another interpreter, who takes over from or swaps with the present one."""
    last = board.members.shape[1] - 1
    s, present = board.what[r, SLOT], board.members[r, last]
    if person == present or board.who[person, CAPACITY] == 0:
        return
    other = board.cells[person, s, 0] if board.load[person, s] > 0 else -1
    if other >= 0 and (not board.what[other, MOVABLE] or not can_interpret(board, other, present)):
        return
    before = energy(board)
    put(board, r, s, -1)
    if other >= 0:
        put(board, other, s, -1)
        board.members[other, last] = present
        put(board, other, s, 1)
    board.members[r, last] = person
    put(board, r, s, 1)
    good = kept(board, r) and (other < 0 or kept(board, other))
    if good and accepted(board, before, temperature, state):
        return
    put(board, r, s, -1)
    board.members[r, last] = present
    if other >= 0:
        put(board, other, s, -1)
        board.members[other, last] = person
        put(board, other, s, 1)
    put(board, r, s, 1)


@compiled
def can_interpret(board: Board, r: int, person: int) -> bool:
    """Whether a person is among those who could interpret r."""
    for j in range(board.eligible.shape[1]):  # noqa: SIM110 (compiled)
        if board.eligible[r, j] == person:
            return True
    return False


@compiled
def anneal(
    board: Board,
    steps: int,
    hot: float,
    cold: float,
    target: int,
    state: Ints,
    moved: Ints,
    old: Ints,
    best: Ints,
    least: int,
) -> tuple[int, int]:
    """Take `steps` steps while the temperature falls from hot to cold, or until the energy is `target`.

    `best` (slot and interpreter, a request each) is overwritten where the energy falls below `least` and no kept level
    exceeds its limit, again and again. The least energy and the steps taken.
    """
    last = board.members.shape[1] - 1
    temperature = hot
    for n in range(steps):
        if n % 128 == 0:
            temperature = hot * math.pow(cold / hot, n / steps)
        r = below(state, len(board.what))
        if not board.what[r, MOVABLE]:
            continue
        s = below(state, len(board.day_of))
        if not board.what[r, ALLOWED] >> s & 1:
            continue
        if board.what[r, SLOT] < 0:
            propose_interpreter(board, r, state)
            eject(board, r, s, temperature, state, moved, old)
        elif s != board.what[r, SLOT]:
            if below(state, 2):
                eject(board, r, s, temperature, state, moved, old)
            else:
                chain_move(board, r, s, temperature, state, moved, old)
        elif board.eligible[r, 0] >= 0:
            j = below(state, board.eligible.shape[1])
            if board.eligible[r, j] >= 0:
                reinterpret(board, r, board.eligible[r, j], temperature, state)
        now = energy(board)
        if now < least and excess(board) == 0:
            least = now
            for i in range(len(board.what)):
                best[i, 0] = board.what[i, SLOT]
                best[i, 1] = board.members[i, last]
            if least <= target:
                return least, n + 1
    return least, steps


@compiled
def propose_interpreter(board: Board, r: int, state: Ints) -> None:
    """Give a request that is left out one of those who could interpret it."""
    if board.eligible[r, 0] >= 0:
        size = 0
        while size < board.eligible.shape[1] and board.eligible[r, size] >= 0:
            size += 1
        board.members[r, board.members.shape[1] - 1] = board.eligible[r, below(state, size)]
