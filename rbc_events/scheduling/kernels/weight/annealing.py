"""Simulated annealing over whole plans, in which a request pushes out those in its way and these look for another slot.

A step takes a random request and one of its starts. Whoever is in the way is put out and moves to any slot that is
free, if there is one: a Kempe chain cut after its first link. The step stands if the value rises, or falls by no more
than the temperature lets it (Metropolis et al. 1953; Kirkpatrick, Gelatt, Vecchi 1983).
"""

# ruff: noqa: SIM110 - numba compiles loops, but no generator in any() or all()

import math

from rbc_events.scheduling.jit.compiled import compiled, inlined
from rbc_events.scheduling.jit.random import LARGEST, below, draw
from rbc_events.scheduling.kernels.weight.annealing_state import (
    BITS,
    Board,
    fits,
    free_interpreter,
    free_throughout,
    place,
    place_anywhere,
    remove,
    worth,
)
from rbc_events.scheduling.kernels.weight.problem import Ints

MOST_VICTIMS = 16


@inlined
def in_list(values, count, value):
    """Whether a value is among the first `count`."""
    for j in range(count):
        if values[j] == value:
            return True
    return False


@inlined
def takes_part(board, r, p):
    """Whether p is a party of r."""
    for k in range(board.members.shape[1]):
        if board.members[r, k] == p:
            return True
    return False


@inlined
def clear_cell(board, r, p, s, victims, count, state):
    """Add to the victims whom p must leave so that r has room with p in slot s. The new count; -1: impossible."""
    if board.free[p, s // BITS] >> (s % BITS) & 1:
        return count
    need = board.used[p, s] + 1 - board.capacity[p, s]
    for j in range(board.used[p, s]):
        other = board.who[board.base[p, s] + j]
        if other == r or in_list(victims, count, other):
            need -= 1
    if need <= 0:
        return count
    if need > 1 or count == MOST_VICTIMS:
        return -1
    offset = below(state, board.used[p, s])
    for j in range(board.used[p, s]):
        other = board.who[board.base[p, s] + (j + offset) % board.used[p, s]]
        if other != r and not in_list(victims, count, other):
            victims[count] = other
            return count + 1
    return -1


@inlined
def clear_table(board, r, s, victims, count, state):
    """The same for a table in slot s."""
    if board.tables_used[s] < board.tables[s]:
        return count
    if board.slot[r] >= 0 and board.slot[r] <= s < board.slot[r] + board.length[r]:
        return count
    for j in range(count):
        t = board.slot[victims[j]]
        if t <= s < t + board.length[victims[j]]:
            return count
    if count == MOST_VICTIMS or board.tables[s] == 0:
        return -1
    victims[count] = board.at_table[board.tables_base[s] + below(state, board.tables[s])]
    return count + 1


@compiled
def clear_limit(board, r, p, s, by_day, victims, count, state):
    """The same for p's most, or most per day, which r in slot s would exceed: a random meeting of p (of that day)."""
    day = board.day[s]
    size = board.held_on[p, day] if by_day else board.held[p]
    most = board.most_per_day[p] if by_day else board.most[p]
    if board.slot[r] >= 0 and (not by_day or board.day[board.slot[r]] == day):
        size -= 1
    for j in range(count):
        v = victims[j]
        if (not by_day or board.day[board.slot[v]] == day) and takes_part(board, v, p):
            size -= 1
    if size < most:
        return count
    if size > most or count == MOST_VICTIMS:
        return -1
    slots = len(board.day)
    offset = below(state, slots)
    for j in range(slots):
        t = (j + offset) % slots
        for c in range(board.used[p, t]):
            other = board.who[board.base[p, t] + c]
            if by_day and board.day[board.slot[other]] != day:
                continue
            if other != r and not in_list(victims, count, other):
                victims[count] = other
                return count + 1
    return -1


@inlined
def clear_parties(board, r, s, victims, state):
    """Collect the victims of r in slot s on account of its parties, their limits, and the tables."""
    count = 0
    for k in range(board.members.shape[1]):
        p = board.members[r, k]
        if p < 0:
            continue
        for t in range(s, s + board.length[r]):
            count = clear_cell(board, r, p, t, victims, count, state)
            if count < 0:
                return -1
    if board.limited[0]:
        for k in range(board.members.shape[1]):
            p = board.members[r, k]
            if p >= 0:
                count = clear_limit(board, r, p, s, True, victims, count, state)
                if count >= 0:
                    count = clear_limit(board, r, p, s, False, victims, count, state)
                if count < 0:
                    return -1
    for t in range(s, s + board.length[r]):
        count = clear_table(board, r, t, victims, count, state)
        if count < 0:
            return -1
    return count


@inlined
def choose_interpreter(board, r, s, state):
    """A free eligible interpreter, else a random one of those who are there throughout; -1: none is needed or there."""
    begin = board.first_eligible[r]
    size = board.first_eligible[r + 1] - begin
    if size == 0:
        return -1
    offset = below(state, size)
    person = free_interpreter(board, r, s, offset)
    if person >= 0:
        return person
    for j in range(size):
        person = board.eligible[begin + (j + offset) % size]
        there = True
        for t in range(s, s + board.length[r]):
            there = there and board.capacity[person, t] > 0
        if there:
            return person
    return -1


@inlined
def could_move(board, v, r, s):
    """Whether victim v could probably move elsewhere once r has left its old slot for s: limits are not looked at."""
    old = board.slot[r]
    own = board.slot[v]
    at_own = True  # it may keep its slot with another interpreter
    for k in range(board.members.shape[1]):
        p = board.members[v, k]
        if p >= 0 and takes_part(board, r, p):
            at_own = False
    begin, end = board.first_eligible[v], board.first_eligible[v + 1]
    for w in range(board.allowed.shape[1]):
        here = w == old // BITS and old >= 0
        bit = 1 << (old % BITS) if here else 0
        bits = board.allowed[v, w] & (board.tables_free[w] | bit)
        for k in range(board.members.shape[1]):
            p = board.members[v, k]
            if p >= 0:
                shared = here and takes_part(board, r, p)
                bits &= board.free[p, w] | (bit if shared else 0)
        if begin < end:
            if at_own and w == own // BITS:
                bits |= 1 << (own % BITS)
            someone = 0
            for j in range(begin, end):
                person = board.eligible[j]
                someone |= board.free[person, w] | (bit if person == board.interpreter[r] else 0)
            bits &= someone
        if w == s // BITS and not (at_own and begin < end):
            bits &= ~(1 << (s % BITS))
        if bits:
            return True
    return False


@inlined
def promising(board, r, s, victims, count, gain, limit):
    """Whether the value might change by at least `limit`."""
    change = gain
    for j in range(count):
        change -= board.weight[victims[j]]
    if change >= limit:
        return True
    for j in range(count):
        if could_move(board, victims[j], r, s):
            change += board.weight[victims[j]]
            if change >= limit:
                return True
    return False


@compiled
def put_back(board, r, old, old_interpreter, victims, slots, interpreters, count):
    """Undo a step."""
    for j in range(count):
        if board.slot[victims[j]] >= 0:
            remove(board, victims[j])
    if board.slot[r] >= 0:
        remove(board, r)
    for j in range(count):
        place(board, victims[j], slots[j], interpreters[j])
    if old >= 0:
        place(board, r, old, old_interpreter)


@inlined
def step(board, r, s, limit, state, victims, slots, interpreters):
    """Hold r in slot s if the value then changes by at least `limit`. The change; 0 where nothing was done."""
    old, old_interpreter = board.slot[r], board.interpreter[r]
    count = clear_parties(board, r, s, victims, state)
    if count < 0:
        return 0
    needs = board.first_eligible[r] < board.first_eligible[r + 1]
    person = choose_interpreter(board, r, s, state) if needs else -1
    if needs:
        if person < 0:
            return 0
        for t in range(s, s + board.length[r]):
            count = clear_cell(board, r, person, t, victims, count, state)
            if count < 0:
                return 0
    gain = worth(board, r) if old < 0 else 0
    if not promising(board, r, s, victims, count, gain, limit):
        return 0
    change = 0
    if old >= 0:
        remove(board, r)
        change -= worth(board, r)
    for j in range(count):
        slots[j], interpreters[j] = board.slot[victims[j]], board.interpreter[victims[j]]
        remove(board, victims[j])
        change -= worth(board, victims[j])
    possible = fits(board, r, s) and (not needs or free_throughout(board, person, s, board.length[r]))
    if possible:
        change += worth(board, r)
        place(board, r, s, person)
        for j in range(count):
            more = worth(board, victims[j])
            if place_anywhere(board, victims[j], draw(state)):
                change += more
    if not possible or change < limit:
        put_back(board, r, old, old_interpreter, victims, slots, interpreters, count)
        return 0
    return change


@compiled
def anneal(board, movable, steps, hot, cold, state, victims, slots, interpreters):
    """Take `steps` steps with requests of `movable`, the temperature falling from hot to cold. The value's change.

    The last three are int[MOST_VICTIMS] to work in: nothing is allocated here.
    """
    change = 0
    temperature = hot
    for k in range(steps):
        if k % 1024 == 0:
            temperature = hot * (cold / hot) ** (k / steps)
        r = movable[below(state, len(movable))]
        s = int(board.start[board.first[r] + below(state, board.first[r + 1] - board.first[r])])
        limit = temperature * math.log(draw(state) / LARGEST)
        if s != board.slot[r]:
            change += step(board, r, s, limit, state, victims, slots, interpreters)
    return change


def greedy(board: Board, order: Ints) -> None:
    """Hold what fits, in this order, each in its first slot that is free."""
    for r in order:
        if board.first[r] < board.first[r + 1] and board.slot[r] < 0:
            place_anywhere(board, int(r), 0)
