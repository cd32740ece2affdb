"""Large neighbourhoods, one after the other: what is in a few random slots is taken out and put back the best way."""

from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import cycle

import numpy as np

from rbc_events.scheduling.kernels.weight.certificate import best_margins
from rbc_events.scheduling.kernels.weight.lns_subproblem import Assignment, Neighbourhoods, Outcome
from rbc_events.scheduling.kernels.weight.problem import Bools, Ints
from rbc_events.scheduling.kernels.weight.proximity_search import approach, can_approach
from rbc_events.scheduling.kernels.weight.reference_plan import Standing
from rbc_events.scheduling.kernels.weight.search_state import SearchState
from rbc_events.scheduling.parameters import PARAMS


def improve(search: SearchState, standing: Standing | None = None) -> None:
    """Re-solve the plan in a few random slots at a time; of plans of equal weight, those that keep more are better."""
    problem = search.problem
    neighbourhoods = Neighbourhoods(problem, search.unit, standing)
    random = np.random.default_rng([search.seed, 1])
    margins, possible = best_margins(problem, search.dual)
    sizes, rounds, idle = [float(PARAMS.rounds.options)] * 2, 0, 0
    near, aims = standing is None and can_approach(search), cycle(PARAMS.nearby.aims)
    pool = ThreadPoolExecutor(search.workers) if search.workers > 1 else nullcontext()
    with pool as executor:
        while not search.over() and (idle < PARAMS.rounds.patience or search.limited):
            if near and (rounds == 0 or idle % PARAMS.rounds.rested == PARAMS.rounds.rested - 1):
                approach(search, aims)
            # No plan better than this one leaves more of the bound unused than the gap.
            gap = int((search.bound - search.value) * search.dual.scale)
            wide = int(rounds == 0 or random.random() < 0.25)
            rounds += 1
            candidates = possible & (margins >= -gap * wide)
            outcomes, whole = _round(search, neighbourhoods, candidates, sizes[wide], random, executor)
            search.exhausted = bool(wide) and whole and outcomes[0].whole
            for outcome in outcomes:
                search.count(outcome.iterations)
                factor = PARAMS.rounds.growth if outcome.whole else PARAMS.rounds.shrinking
                sizes[wide] = min(max(sizes[wide] * factor, PARAMS.rounds.least_options), PARAMS.rounds.most_options)
            gains = sum(_take(search, outcome) for outcome in outcomes)
            idle = 0 if gains else idle + 1
            if idle == PARAMS.rounds.stalled and not search.slots_matter:
                search.tighten_by_slots()
                margins, possible = best_margins(problem, search.dual)
            if gains:
                search.report()


def _take(search: SearchState, outcome: Outcome) -> int:
    """Take what a neighbourhood gave unless it is worse; what that gained."""
    if outcome.gain < 0:
        return 0
    search.slot[outcome.requests] = outcome.slot
    search.interpreter[outcome.requests] = outcome.interpreter
    return outcome.gain


def _round(
    search: SearchState,
    neighbourhoods: Neighbourhoods,
    candidates: Bools,
    size: float,
    random: np.random.Generator,
    executor: Executor | None,
) -> tuple[list[Outcome], bool]:
    """One or two neighbourhoods with no slot and no candidate in common: the order of solving changes nothing.

    Their outcomes, and whether it was one of all slots.
    """
    problem = search.problem
    plan = Assignment(search.slot, search.interpreter)
    order = random.permutation(problem.slots)
    apart = problem.most is None and problem.most_per_day is None and problem.floor is None and problem.length is None
    mine = random.random(problem.requests) < 0.5
    parts = []
    slots, rest = _take_slots(neighbourhoods, plan, candidates, order, size)
    parts.append((slots, candidates))
    if apart and len(rest) >= len(slots) >= 2:
        parts = [(slots, candidates & mine), (rest[: len(slots)], candidates & ~mine)]
    seeds = random.integers(2**31, size=len(parts)).tolist()
    seconds = None if search.work_limit is not None else search.seconds_left

    def run(part: int) -> Outcome:
        return neighbourhoods.solve(plan, *parts[part], seeds[part], seconds)

    if executor is None:
        return [run(part) for part in range(len(parts))], not len(rest)
    return list(executor.map(run, range(len(parts)))), not len(rest)


def _take_slots(
    neighbourhoods: Neighbourhoods, plan: Assignment, candidates: Bools, order: Ints, size: float
) -> tuple[Ints, Ints]:
    """The first slots of an order that together have about `size` options, at least two; and the others."""
    count = min(2, len(order))
    while count < len(order):
        have = len(neighbourhoods.options(plan, order[:count], candidates)[1])
        if have * (count + 1) > size * count:
            break
        count += 1
    return order[:count], order[count:]
