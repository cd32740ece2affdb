"""Simulated annealing over whole plans, in which a request pushes out those in its way and these look for another slot.

A step takes a random request and one of its starts. Whoever is in the way is put out and moves to any slot that is
free, if there is one: a Kempe chain cut after its first link. The step stands if the value rises, or falls by no more
than the temperature lets it (Metropolis et al. 1953; Kirkpatrick, Gelatt, Vecchi 1983).
`random` is the state of the random numbers, `state` the plan in arrays.
"""

# ruff: noqa: SIM110 - numba compiles loops, but no generator in any() or all()

import math

from rbc_events.scheduling.jit.compiled import compiled, inlined
from rbc_events.scheduling.jit.random import LARGEST, below, draw
from rbc_events.scheduling.kernels.weight.annealing_state import (
    BITS,
    AnnealingState,
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
def takes_part(state, r, p):
    """Whether p is a party of r."""
    for k in range(state.members.shape[1]):
        if state.members[r, k] == p:
            return True
    return False


@inlined
def clear_cell(state, r, p, s, victims, count, random):
    """Add to the victims whom p must leave so that r has room with p in slot s. The new count; -1: impossible."""
    if state.free[p, s // BITS] >> (s % BITS) & 1:
        return count
    need = state.used[p, s] + 1 - state.capacity[p, s]
    for j in range(state.used[p, s]):
        other = state.who[state.base[p, s] + j]
        if other == r or in_list(victims, count, other):
            need -= 1
    if need <= 0:
        return count
    if need > 1 or count == MOST_VICTIMS:
        return -1
    offset = below(random, state.used[p, s])
    for j in range(state.used[p, s]):
        other = state.who[state.base[p, s] + (j + offset) % state.used[p, s]]
        if other != r and not in_list(victims, count, other):
            victims[count] = other
            return count + 1
    return -1


@inlined
def clear_table(state, r, s, victims, count, random):
    """The same for a table in slot s."""
    if state.tables_used[s] < state.tables[s]:
        return count
    if state.slot[r] >= 0 and state.slot[r] <= s < state.slot[r] + state.length[r]:
        return count
    for j in range(count):
        t = state.slot[victims[j]]
        if t <= s < t + state.length[victims[j]]:
            return count
    if count == MOST_VICTIMS or state.tables[s] == 0:
        return -1
    victims[count] = state.at_table[state.tables_base[s] + below(random, state.tables[s])]
    return count + 1


@compiled
def clear_limit(state, r, p, s, by_day, victims, count, random):
    """The same for p's most, or most per day, which r in slot s would exceed: a random meeting of p (of that day)."""
    day = state.day[s]
    size = state.held_on[p, day] if by_day else state.held[p]
    most = state.most_per_day[p] if by_day else state.most[p]
    if state.slot[r] >= 0 and (not by_day or state.day[state.slot[r]] == day):
        size -= 1
    for j in range(count):
        v = victims[j]
        if (not by_day or state.day[state.slot[v]] == day) and takes_part(state, v, p):
            size -= 1
    if size < most:
        return count
    if size > most or count == MOST_VICTIMS:
        return -1
    slots = len(state.day)
    offset = below(random, slots)
    for j in range(slots):
        t = (j + offset) % slots
        for c in range(state.used[p, t]):
            other = state.who[state.base[p, t] + c]
            if by_day and state.day[state.slot[other]] != day:
                continue
            if other != r and not in_list(victims, count, other):
                victims[count] = other
                return count + 1
    return -1


@inlined
def clear_parties(state, r, s, victims, random):
    """Collect the victims of r in slot s on account of its parties, their limits, and the tables."""
    count = 0
    for k in range(state.members.shape[1]):
        p = state.members[r, k]
        if p < 0:
            continue
        for t in range(s, s + state.length[r]):
            count = clear_cell(state, r, p, t, victims, count, random)
            if count < 0:
                return -1
    if state.limited[0]:
        for k in range(state.members.shape[1]):
            p = state.members[r, k]
            if p >= 0:
                count = clear_limit(state, r, p, s, True, victims, count, random)
                if count >= 0:
                    count = clear_limit(state, r, p, s, False, victims, count, random)
                if count < 0:
                    return -1
    for t in range(s, s + state.length[r]):
        count = clear_table(state, r, t, victims, count, random)
        if count < 0:
            return -1
    return count


@inlined
def choose_interpreter(state, r, s, random):
    """A free eligible interpreter, else a random one of those who are there throughout; -1: none is needed or there."""
    begin = state.first_eligible[r]
    size = state.first_eligible[r + 1] - begin
    if size == 0:
        return -1
    offset = below(random, size)
    person = free_interpreter(state, r, s, offset)
    if person >= 0:
        return person
    for j in range(size):
        person = state.eligible[begin + (j + offset) % size]
        there = True
        for t in range(s, s + state.length[r]):
            there = there and state.capacity[person, t] > 0
        if there:
            return person
    return -1


@inlined
def could_move(state, v, r, s):
    """Whether victim v could probably move elsewhere once r has left its old slot for s: limits are not looked at."""
    old = state.slot[r]
    own = state.slot[v]
    at_own = True  # it may keep its slot with another interpreter
    for k in range(state.members.shape[1]):
        p = state.members[v, k]
        if p >= 0 and takes_part(state, r, p):
            at_own = False
    begin, end = state.first_eligible[v], state.first_eligible[v + 1]
    for w in range(state.allowed.shape[1]):
        here = w == old // BITS and old >= 0
        bit = 1 << (old % BITS) if here else 0
        bits = state.allowed[v, w] & (state.tables_free[w] | bit)
        for k in range(state.members.shape[1]):
            p = state.members[v, k]
            if p >= 0:
                shared = here and takes_part(state, r, p)
                bits &= state.free[p, w] | (bit if shared else 0)
        if begin < end:
            if at_own and w == own // BITS:
                bits |= 1 << (own % BITS)
            someone = 0
            for j in range(begin, end):
                person = state.eligible[j]
                someone |= state.free[person, w] | (bit if person == state.interpreter[r] else 0)
            bits &= someone
        if w == s // BITS and not (at_own and begin < end):
            bits &= ~(1 << (s % BITS))
        if bits:
            return True
    return False


@inlined
def promising(state, r, s, victims, count, gain, limit):
    """Whether the value might change by at least `limit`."""
    change = gain
    for j in range(count):
        change -= state.weight[victims[j]]
    if change >= limit:
        return True
    for j in range(count):
        if could_move(state, victims[j], r, s):
            change += state.weight[victims[j]]
            if change >= limit:
                return True
    return False


@compiled
def put_back(state, r, old, old_interpreter, victims, slots, interpreters, count):
    """Undo a step."""
    for j in range(count):
        if state.slot[victims[j]] >= 0:
            remove(state, victims[j])
    if state.slot[r] >= 0:
        remove(state, r)
    for j in range(count):
        place(state, victims[j], slots[j], interpreters[j])
    if old >= 0:
        place(state, r, old, old_interpreter)


@inlined
def step(state, r, s, limit, random, victims, slots, interpreters):
    """Hold r in slot s if the value then changes by at least `limit`. The change; 0 where nothing was done."""
    old, old_interpreter = state.slot[r], state.interpreter[r]
    count = clear_parties(state, r, s, victims, random)
    if count < 0:
        return 0
    needs = state.first_eligible[r] < state.first_eligible[r + 1]
    person = choose_interpreter(state, r, s, random) if needs else -1
    if needs:
        if person < 0:
            return 0
        for t in range(s, s + state.length[r]):
            count = clear_cell(state, r, person, t, victims, count, random)
            if count < 0:
                return 0
    gain = worth(state, r) if old < 0 else 0
    if not promising(state, r, s, victims, count, gain, limit):
        return 0
    change = 0
    if old >= 0:
        remove(state, r)
        change -= worth(state, r)
    for j in range(count):
        slots[j], interpreters[j] = state.slot[victims[j]], state.interpreter[victims[j]]
        remove(state, victims[j])
        change -= worth(state, victims[j])
    possible = fits(state, r, s) and (not needs or free_throughout(state, person, s, state.length[r]))
    if possible:
        change += worth(state, r)
        place(state, r, s, person)
        for j in range(count):
            more = worth(state, victims[j])
            if place_anywhere(state, victims[j], draw(random)):
                change += more
    if not possible or change < limit:
        put_back(state, r, old, old_interpreter, victims, slots, interpreters, count)
        return 0
    return change


@compiled
def anneal(state, movable, steps, hot, cold, random, victims, slots, interpreters):
    """Take `steps` steps with requests of `movable`, the temperature falling from hot to cold. The value's change.

    The last three are int[MOST_VICTIMS] to work in: nothing is allocated here.
    """
    change = 0
    temperature = hot
    for k in range(steps):
        if k % 1024 == 0:
            temperature = hot * (cold / hot) ** (k / steps)
        r = movable[below(random, len(movable))]
        s = int(state.start[state.first[r] + below(random, state.first[r + 1] - state.first[r])])
        limit = temperature * math.log(draw(random) / LARGEST)
        if s != state.slot[r]:
            change += step(state, r, s, limit, random, victims, slots, interpreters)
    return change


def greedy(state: AnnealingState, order: Ints) -> None:
    """Hold what fits, in this order, each in its first slot that is free."""
    for r in order:
        if state.first[r] < state.first[r + 1] and state.slot[r] < 0:
            place_anywhere(state, int(r), 0)
