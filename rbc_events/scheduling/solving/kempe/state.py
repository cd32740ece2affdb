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
"""Columns of `Board.what`: the slot held in (-1: left out), the pool (-1: none), bits of slots, whether it may move,
the weight, and the slot (-2: none) and interpreter (-1: any) of the standing plan."""
BUSY, FULL, OPEN, CAPACITY, MOST, MOST_PER_DAY, LONGEST, REST, FLOOR, BREAKS = range(10)
"""Columns of `Board.who`: bits of the slots in which a resource is busy, has no room, is available; its limits; the
longest run (-1: any) and the rest after it; the meetings that it must keep; its breaks (of parties)."""
TOTAL_BREAKS, TOTAL_CHANGES, TOTAL_WEIGHT, FAIRNESS, OBJECTIVE, MOST_BREAKS, MOST_CHANGES, MOST_HARM, LEAST_WEIGHT = (
    range(9)
)
"""Places in `Board.totals`: what is counted, then limits; the objective is 0 breaks, 1 changes, 2 inconvenience."""

EXCESS = 20
"""What each unit by which a kept level exceeds its limit costs, in units of the objective: more than it gains."""


class Board(NamedTuple):
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
def breaks_in(board: Board, busy: int) -> int:
    """Breaks of a day's bits: over all days, the runs less one."""
    total = 0
    for day in board.day_bits:
        bits = busy & day
        if bits:
            total += ones(bits & ~(bits << 1)) - 1
    return total


@compiled
def put(board: Board, r: int, s: int, sign: int) -> None:
    """Hold a request in a slot (sign 1), or take it out of it (-1)."""
    for k in range(board.members.shape[1]):
        q = board.members[r, k]
        if q < 0:
            continue
        n = board.load[q, s]
        if sign > 0:
            board.cells[q, s, n] = r
        else:
            for j in range(n):
                if board.cells[q, s, j] == r:
                    board.cells[q, s, j] = board.cells[q, s, n - 1]
                    break
            board.cells[q, s, n - 1] = -1
        board.load[q, s] = n + sign
        board.held[q, board.day_of[s]] += sign
        bit = 1 << s
        board.who[q, BUSY] = board.who[q, BUSY] | bit if n + sign > 0 else board.who[q, BUSY] & ~bit
        full = n + sign >= board.who[q, CAPACITY]
        board.who[q, FULL] = board.who[q, FULL] | bit if full else board.who[q, FULL] & ~bit
    if board.what[r, POOL] >= 0:
        board.rooms[0, board.what[r, POOL], s] += sign
    board.totals[TOTAL_WEIGHT] += sign * board.what[r, WEIGHT]
    for c in range(board.harm.shape[2]):
        board.harms[c] += sign * board.harm[r, s, c]
    if board.what[r, STANDING] == s and (
        board.what[r, STANDING_PERSON] < 0
        or board.what[r, STANDING_PERSON] == board.members[r, board.members.shape[1] - 1]
    ):
        board.totals[TOTAL_CHANGES] -= sign
    board.what[r, SLOT] = s if sign > 0 else -1


@compiled
def recount(board: Board, r: int) -> None:
    """Count the breaks of a request's parties again."""
    for k in range(board.members.shape[1] - 1):
        p = board.members[r, k]
        if p >= 0:
            now = breaks_in(board, board.who[p, BUSY])
            before = board.who[p, BREAKS]
            if now != before:
                board.spread[before] -= 1
                board.spread[now] += 1
                board.who[p, BREAKS] = now
                board.totals[TOTAL_BREAKS] += now - before


@compiled
def tired(board: Board, q: int) -> bool:
    """Whether a resource works on after its longest run, or before its rest is over."""
    longest = board.who[q, LONGEST]
    if longest < 0:
        return False
    for block in board.block_bits:
        bits = board.who[q, BUSY] & block
        runs = bits
        for _ in range(longest - 1):
            runs &= runs << 1
        for _ in range(board.who[q, REST]):
            runs = (runs << 1) & block
            if runs & bits:
                return True
    return False


@compiled
def kept(board: Board, r: int) -> bool:
    """Whether a request where it is now, and its resources, keep the rules that concern more than one slot."""
    s = board.what[r, SLOT]
    if not board.what[r, ALLOWED] >> s & 1:
        return False
    g = board.what[r, POOL]
    if g >= 0 and board.rooms[0, g, s] > board.rooms[1, g, s]:
        return False
    for k in range(board.members.shape[1]):
        q = board.members[r, k]
        if q < 0:
            continue
        if not board.who[q, OPEN] >> s & 1 or board.load[q, s] > board.who[q, CAPACITY]:
            return False
        if board.held[q, board.day_of[s]] > board.who[q, MOST_PER_DAY]:
            return False
        if board.held[q].sum() > board.who[q, MOST] or tired(board, q):
            return False
    for j in range(board.order.shape[1]):
        other = board.order[r, j, 0]
        if other >= 0 and board.what[other, SLOT] >= s:
            return False
        other = board.order[r, j, 1]
        if other >= 0 and 0 <= board.what[other, SLOT] <= s:
            return False
    return True


@compiled
def fair(board: Board) -> bool:
    """Whether nobody has more breaks than allowed above another."""
    if board.totals[FAIRNESS] < 0:
        return True
    low = 0
    while board.spread[low] == 0:
        low += 1
    high = len(board.spread) - 1
    while board.spread[high] == 0:
        high -= 1
    return bool(high - low <= board.totals[FAIRNESS])


@compiled
def inconvenience(board: Board) -> int:
    """The value of that level."""
    total, worst = 0, 0
    for c in range(board.harm.shape[2]):
        total += board.harms[c]
        worst = max(worst, board.harms[c])
    return int(total + board.harm.shape[2] * worst)


@compiled
def excess(board: Board) -> int:
    """By how much kept levels exceed their limits."""
    return int(
        max(0, board.totals[TOTAL_BREAKS] - board.totals[MOST_BREAKS])
        + max(0, board.totals[TOTAL_CHANGES] - board.totals[MOST_CHANGES])
        + max(0, inconvenience(board) - board.totals[MOST_HARM])
    )


@compiled
def energy(board: Board) -> int:
    """The objective's value (0 breaks, 1 changes, 2 inconvenience), and the price of what kept levels exceed."""
    objective = board.totals[OBJECTIVE]
    value = inconvenience(board) if objective == 2 else board.totals[objective]
    return int(value + EXCESS * excess(board))
