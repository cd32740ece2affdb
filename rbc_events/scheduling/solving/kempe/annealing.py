"""Simulated annealing of breaks, changes and inconvenience by Kempe chains, for whole plans of any kind.

Meetings of several slots, and those of parties that need time between rooms, stay where they are; nothing that is held
is lost but for something that weighs as much. Kirkpatrick, Gelatt, Vecchi, Science 220 (1983) 671-680; Kempe chains in
timetabling: Thompson, Dowsland, Annals of OR 63 (1996) 105-128.
"""

from collections.abc import Callable, Iterable

import numpy as np

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.jit.random import random_state
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.problem import Interpreter, Party
from rbc_events.scheduling.solving.compatibility import continent
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.kempe.chains import MOST_MOVED, anneal
from rbc_events.scheduling.solving.kempe.state import (
    BREAKS,
    BUSY,
    CAPACITY,
    FAIRNESS,
    FLOOR,
    FULL,
    LEAST_WEIGHT,
    LONGEST,
    MOST,
    MOST_BREAKS,
    MOST_CHANGES,
    MOST_HARM,
    MOST_PER_DAY,
    OBJECTIVE,
    OPEN,
    REST,
    SLOT,
    TOTAL_BREAKS,
    TOTAL_CHANGES,
    TOTAL_WEIGHT,
    WEIGHT,
    Ints,
    KempeState,
    breaks_in,
    put,
)
from rbc_events.scheduling.solving.objectives import value
from rbc_events.scheduling.solving.rules import CHAINS
from rbc_events.scheduling.solving.solution import Solution

LEVELS = ("breaks", "changes", "inconvenience")
MOST_SLOTS = 62
"""Slots are bits of a signed 64-bit number."""
MANY = 10**9


def can_anneal(instance: Instance) -> bool:
    """Whether all rules are known, and days and blocks are runs of at most 62 slots in all."""
    if not CHAINS.knows_all_of(instance.problem):
        return False
    runs = (*instance.days, *instance.blocks)
    return len(instance.slots) <= MOST_SLOTS and all(run[-1] - run[0] == len(run) - 1 for run in runs)


def improve(
    instance: Instance,
    solution: Solution,
    level: str,
    kept: Iterable[str],
    budget: Budget,
    *,
    seed: int,
    target: int,
    report: Callable[[Solution], None],
) -> Solution:
    """The best solution found on a level while the kept ones stay as good, cooling down once over the budget."""
    kept = [name for name in kept if name in LEVELS]
    state = _kempe_state(instance, solution, level, {name: value(instance, name, solution) for name in kept})
    best = np.stack([state.what[:, SLOT], state.members[:, -1]], axis=1)
    least = value(instance, level, solution)
    hot, cold = PARAMS.annealing.heat[level]
    random = random_state(seed)
    moved, old = np.zeros(MOST_MOVED, np.int64), np.zeros(MOST_MOVED, np.int64)
    while not budget.over and least > target:
        steps = min(PARAMS.annealing.round, max(budget.work_left, 1)) * PARAMS.annealing.steps
        temperature = hot * (cold / hot) ** budget.share_used
        found, taken = anneal(state, steps, temperature, temperature, target, random, moved, old, best, least)
        budget.spend(-(-taken // PARAMS.annealing.steps))
        if found < least:
            least = found
            report(_solution(instance, solution, best))
    return _solution(instance, solution, best)


def _solution(instance: Instance, solution: Solution, best: Ints) -> Solution:
    """A solution from the annealer's slots and interpreters; pools stay with their meetings."""
    new = Solution(best[:, 0].tolist(), solution.pool[:], (best[:, 1] - len(instance.problem.parties)).tolist())
    pools = _pools(instance, solution)
    for r, s in enumerate(new.slot):
        new.pool[r] = int(pools[r]) if s >= 0 else -1
        if s < 0 or instance.interpreters_of[r] is None:
            new.interpreter[r] = -1
    return new


def _pools(instance: Instance, solution: Solution) -> Ints:
    """int[requests]: each meeting's pool, and for one left out the pool that it would get."""
    if not instance.pools:
        return np.full(len(solution.slot), -1, np.int64)
    return np.array(
        [
            g if s >= 0 else (instance.pools_of[r] or (-1,))[0]
            for r, (s, g) in enumerate(zip(solution.slot, solution.pool, strict=True))
        ],
        np.int64,
    )


def _kempe_state(instance: Instance, solution: Solution, level: str, limits: dict[str, int]) -> KempeState:
    problem, slots = instance.problem, len(instance.slots)
    who = _who(instance, solution)
    days = len(instance.days)
    state = KempeState(
        what=_what(instance, solution),
        who=who,
        members=_members(instance, solution),
        cells=np.full((len(who), slots, int(who[:, CAPACITY].max(initial=1)) + MOST_MOVED), -1, np.int64),
        load=np.zeros((len(who), slots), np.int64),
        held=np.zeros((len(who), days), np.int64),
        rooms=np.stack([np.zeros_like(instance.pool_room), instance.pool_room]),
        spread=np.zeros(slots + 1, np.int64),
        totals=np.zeros(9, np.int64),
        harms=np.zeros(len(instance.continents), np.int64),
        harm=_harm(instance, solution),
        day_of=np.array(instance.day_of, np.int64),
        day_bits=_runs(instance.days),
        block_bits=_runs(instance.blocks),
        order=_order(instance),
        eligible=_eligible(instance),
    )
    state.totals[TOTAL_CHANGES] = len(instance.standing)
    state.totals[FAIRNESS] = -1 if problem.fairness is None else problem.fairness
    state.totals[OBJECTIVE] = LEVELS.index(level)
    for place, name in ((MOST_BREAKS, "breaks"), (MOST_CHANGES, "changes"), (MOST_HARM, "inconvenience")):
        state.totals[place] = limits.get(name, MANY)
    _fill(instance, solution, state)
    return state


def _fill(instance: Instance, solution: Solution, state: KempeState) -> None:
    for r, s in enumerate(solution.slot):
        if s >= 0:
            for position, t in enumerate(instance.covers(r, s)):
                put(state, r, t, 1)
                if position:  # a longer meeting counts once, and stays where it is
                    state.held[state.members[r][state.members[r] >= 0], state.day_of[t]] -= 1
                    state.totals[TOTAL_WEIGHT] -= state.what[r, WEIGHT]
            state.what[r, SLOT] = s
    for p in range(len(instance.problem.parties)):
        state.who[p, BREAKS] = breaks_in(state, state.who[p, BUSY])
        state.spread[state.who[p, BREAKS]] += 1
    state.totals[TOTAL_BREAKS] = state.who[:, BREAKS].sum()
    state.totals[LEAST_WEIGHT] = state.totals[TOTAL_WEIGHT]


def _what(instance: Instance, solution: Solution) -> Ints:
    columns = [
        np.full(len(solution.slot), -1, np.int64),
        _pools(instance, solution),
        _bits(instance.allowed),
        _movable(instance, solution),
        _weights(instance),
        *_standing(instance, solution).T,
    ]
    return np.stack(columns, axis=1)


def _who(instance: Instance, solution: Solution) -> Ints:
    people: tuple[Party | Interpreter, ...] = (*instance.problem.parties, *instance.problem.interpreters)
    available = _bits(np.concatenate([instance.free, instance.interpreter_free]))
    floors = _floors(instance, solution)
    rows = np.zeros((len(people), BREAKS + 1), np.int64)
    for q, one in enumerate(people):
        party = isinstance(one, Party)
        rows[q, OPEN] = available[q]
        rows[q, CAPACITY] = one.capacity if isinstance(one, Party) else 1
        rows[q, MOST] = MANY if one.most is None else one.most
        rows[q, MOST_PER_DAY] = MANY if one.most_per_day is None else one.most_per_day
        rows[q, LONGEST] = -1 if one.longest_run is None else one.longest_run
        rows[q, REST] = 1 if isinstance(one, Party) else max(one.rest, 1)
        rows[q, FLOOR] = floors[q] if party else 0
        rows[q, FULL] = 0 if rows[q, CAPACITY] else (1 << len(instance.slots)) - 1
    return rows


def _members(instance: Instance, solution: Solution) -> Ints:
    width = max((len(members) for members in instance.parties_of), default=0)
    rows = np.full((len(solution.slot), width + 1), -1, np.int64)
    for r, members in enumerate(instance.parties_of):
        rows[r, : len(members)] = members
        if solution.interpreter[r] >= 0:
            rows[r, width] = len(instance.problem.parties) + solution.interpreter[r]
    return rows


def _bits(rows: np.ndarray) -> Ints:
    return np.array([sum(1 << t for t in np.flatnonzero(row).tolist()) for row in rows], np.int64)


def _runs(runs: list[list[int]]) -> Ints:
    return np.array([sum(1 << t for t in run) for run in runs], np.int64)


def _movable(instance: Instance, solution: Solution) -> Ints:
    def may_move(r: int) -> bool:
        request = instance.problem.requests[r]
        held = solution.slot[r] >= 0
        if request.length > 1 or any(instance.tied_to_rooms(p) for p in instance.parties_of[r]):
            return False
        if not held and instance.problem.places and not instance.pools_of[r]:
            return False
        return not instance.must[r] or held

    return np.array([may_move(r) for r in range(len(solution.slot))], np.int64)


def _weights(instance: Instance) -> Ints:
    """Weights with which no must-have is ever exchanged for anything else."""
    weights = [request.weight for request in instance.problem.requests]
    more = sum(weights) + 1
    return np.array([w + must * more for w, must in zip(weights, instance.must, strict=True)], np.int64)


def _standing(instance: Instance, solution: Solution) -> Ints:
    """Slot and interpreter of standing meetings that could be kept; a meeting in another pool is changed already."""
    rows = np.full((len(instance.parties_of), 2), -2, np.int64)
    pools = _pools(instance, solution)
    for r, (slot, pool, interpreter) in instance.standing.items():
        if pool in (-1, pools[r]):
            person = interpreter + len(instance.problem.parties) if interpreter >= 0 else interpreter
            rows[r] = slot, person
    return rows


def _harm(instance: Instance, solution: Solution) -> Ints:
    harm = np.zeros((len(solution.slot), len(instance.slots), len(instance.continents)), np.int64)
    number = {name: c for c, name in enumerate(instance.continents)}
    pools = _pools(instance, solution)
    for p, quarters in instance.inconvenience.items():
        c = number[continent(instance.problem.parties[p])]
        for r in instance.requests_of[p]:
            if pools[r] < 0 or instance.pools[pools[r]].kind == "virtual":
                harm[r, :, c] += quarters
    return harm


def _floors(instance: Instance, solution: Solution) -> list[int]:
    """What each party must keep: its floor, or what it holds if that is less; all that it holds if a group counts."""
    held = [sum(solution.slot[r] >= 0 for r in requests) for requests in instance.requests_of]
    kept = [0] * len(held)
    for members, least in instance.floors:
        for p in members:
            kept[p] = max(kept[p], held[p] if len(members) > 1 else min(held[p], least))
    return kept


def _order(instance: Instance) -> Ints:
    of: list[tuple[list[int], list[int]]] = [([], []) for _ in instance.parties_of]
    for r, request in enumerate(instance.problem.requests):
        for name in request.after:
            first = instance.request_number[name]
            of[r][0].append(first)
            of[first][1].append(r)
    width = max((max(len(before), len(after)) for before, after in of), default=0)
    rows = np.full((len(of), width, 2), -1, np.int64)
    for r, sides in enumerate(of):
        for side, others in enumerate(sides):
            rows[r, : len(others), side] = others
    return rows


def _eligible(instance: Instance) -> Ints:
    parties = len(instance.problem.parties)
    rows = [[parties + i for i in usable or ()] for usable in instance.interpreters_of]
    width = max(map(len, rows), default=0) or 1
    return np.array([row + [-1] * (width - len(row)) for row in rows], np.int64).reshape(len(rows), width)
