"""The search: a greedy plan, annealed, then large neighbourhoods re-solved, until it meets the bound or time is up."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

import numpy as np

from rbc_events.scheduling.weight.anneal import MOST_VICTIMS, anneal, greedy, random_state
from rbc_events.scheduling.weight.board import full_weights, make_board, put_all
from rbc_events.scheduling.weight.bound import matching_bound, no_bound, slot_bound
from rbc_events.scheduling.weight.certificate import Dual, best_margins, plan_bound
from rbc_events.scheduling.weight.neighbourhood import Neighbourhoods, Outcome, Plan
from rbc_events.scheduling.weight.problem import Bools, Ints, WeightProblem

STEPS = 30_000
"""Annealing steps that count as one step of work, about a hundredth of a second."""
ITERATIONS = 200
"""Iterations of the simplex method that count as one."""
STEPS_EACH, ALL_STEPS = 20_000, 20_000_000
"""Annealing steps for each request, and the most, when nothing else limits them."""
CHUNK = 300_000
"""Annealing steps between two looks at the clock, at most."""
ANNEALING_SHARE = 0.6
HOT, COLD = 0.3, 0.05
"""Temperatures at the beginning and the end, of the middle weight."""
OPTIONS, LEAST_OPTIONS, MOST_OPTIONS = 900, 200, 4_000
"""Options of the first neighbourhoods, of the smallest and the largest: beyond, a programme takes seconds for the gain
that several smaller ones make in tenths."""
GROWTH, SHRINKING = 1.03, 0.85
"""How their size changes after a programme that was solved, and one that was too hard."""
PATIENCE = 400
"""Rounds without a gain after which a run without limits ends."""
FEW_OPTIONS, SLOT_OPTIONS = 2_500, 60_000
"""Options up to which the tighter and slower bound is found at once, and up to which it is tried at all."""
STALLED = 100
"""Rounds without a gain after which it is tried."""


@dataclass(frozen=True, eq=False)
class WeightResult:
    """A plan and its proof.

    slot         int[requests]: first slot; -1: left out
    interpreter  int[requests]: interpreter; -1: none
    value        weight held less the penalties for floors
    bound        what no plan's value exceeds, exactly; `dual` proves it (`certificate.verify_bound`)
    proved       whether no plan is worth more: the value is the greatest that the bound allows
    exhausted    whether HiGHS has searched all plans by branch and bound and found none better: no certificate says so
    work         steps of work done
    seconds      wall-clock time
    """

    slot: Ints
    interpreter: Ints
    value: int
    bound: Fraction
    dual: Dual
    proved: bool
    exhausted: bool
    work: int
    seconds: float


@dataclass
class Search:
    """What a run knows: the plan in the making, the bound, and what it has spent."""

    problem: WeightProblem
    seed: int
    time_limit: float | None
    work_limit: int | None
    workers: int
    on_progress: Callable[[int, int, float], None] | None
    should_stop: Callable[[], bool] | None
    begin: float = field(default_factory=time.monotonic)
    work: int = 0
    exhausted: bool = False

    def __post_init__(self) -> None:
        problem = self.problem
        self.unit = gcd(*np.unique(problem.weights).tolist(), problem.floor_penalty) or 1
        self.weights = full_weights(problem)
        self.slot = np.full(problem.requests, -1, np.int64)
        self.interpreter = np.full(problem.requests, -1, np.int64)
        self.bound, self.dual = no_bound(problem)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.begin

    @property
    def seconds_left(self) -> float | None:
        """None: no limit."""
        return None if self.time_limit is None else max(self.time_limit - self.seconds, 0.0)

    @property
    def value(self) -> int:
        """Of the plan in the making."""
        return self.problem.value(self.slot)

    @property
    def full_value(self) -> int:
        """The same, where a fixed request that is held counts more than all others."""
        bonus = self.weights - self.problem.weights
        return self.value + int(bonus[self.slot >= 0].sum())

    @property
    def all_fixed_held(self) -> bool:
        """Whether each fixed request is held."""
        return self.problem.fixed is None or bool((self.slot[self.problem.fixed >= 0] >= 0).all())

    @property
    def proved(self) -> bool:
        """Whether no plan is worth more."""
        return self.all_fixed_held and self.value >= plan_bound(self.problem, self.bound)

    def over(self) -> bool:
        """Whether to end: proved, out of time or work, or told to stop."""
        if self.time_limit is not None and self.seconds >= self.time_limit:
            return True
        if self.work_limit is not None and self.work >= self.work_limit:
            return True
        return self.exhausted or (self.should_stop is not None and self.should_stop()) or self.proved

    def report(self) -> None:
        """Tell the caller value, bound and seconds."""
        if self.on_progress is not None:
            self.on_progress(self.value, plan_bound(self.problem, self.bound), self.seconds)

    def tighten(self, found: tuple[Fraction, Dual] | None) -> None:
        """Keep a bound if it is better than the one so far."""
        if found is not None and found[0] < self.bound:
            self.bound, self.dual = found


def solve(
    problem: WeightProblem,
    *,
    seed: int = 0,
    time_limit: float | None = None,
    work: int | None = None,
    workers: int = 1,
    start: tuple[Ints, Ints] | None = None,
    on_progress: Callable[[int, int, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> WeightResult:
    """The best plan found for the problem, with a bound on all plans.

    time_limit   seconds; work: steps of work, after which the plan depends on the seed alone. Neither: until proved or
                 until nothing better has been found for long
    workers      threads; they change the time, never the plan that a seed and work give
    start        a plan to begin from, that must fit: (first slots, interpreters), int[requests] each, -1: none
    on_progress  called with value, greatest value that the bound allows, and seconds
    should_stop  asked often; the run ends soon after it says so

    A fixed request that could not be held has slot -1, and nothing is proved then.
    """
    search = Search(problem, seed, time_limit, work, workers, on_progress, should_stop)
    _begin_plan(search, start)
    if problem.requests:
        search.tighten(matching_bound(problem, search.seconds_left if work is None else None))
        search.report()
        _anneal(search, begun=start is not None)
        if _slots_matter(problem):
            _tighten_by_slots(search)
        _search_neighbourhoods(search)
    search.report()
    return WeightResult(
        slot=search.slot,
        interpreter=search.interpreter,
        value=search.value,
        bound=search.bound,
        dual=search.dual,
        proved=search.proved,
        exhausted=search.exhausted,
        work=search.work,
        seconds=search.seconds,
    )


def _begin_plan(search: Search, start: tuple[Ints, Ints] | None) -> None:
    """The given plan, and whatever still fits beside it, the heaviest first."""
    board = make_board(search.problem)
    if start is not None:
        put_all(board, start[0], _people(search.problem, start[1]))
    greedy(board, np.argsort(-board.weight, kind="stable"))
    search.slot, search.interpreter = board.slot.copy(), _interpreters(search.problem, board.interpreter)


def _people(problem: WeightProblem, interpreter: Ints) -> Ints:
    """The board's numbers of people from interpreters'."""
    return np.where(interpreter >= 0, interpreter + problem.parties, -1)


def _interpreters(problem: WeightProblem, person: Ints) -> Ints:
    """And back."""
    return np.where(person >= 0, person - problem.parties, -1)


def _anneal(search: Search, *, begun: bool) -> None:
    """Anneal the plan; one that was given begins cool, so that it is improved and not forgotten."""
    problem = search.problem
    board = make_board(problem)
    put_all(board, search.slot, _people(problem, search.interpreter))
    movable = np.flatnonzero(np.diff(board.first) > 0)
    if not len(movable):
        return
    middle = float(np.median(problem.weights[movable])) or 1.0
    hot, cold = (COLD if begun else HOT) * middle, COLD * middle
    total = min(STEPS_EACH * len(movable), ALL_STEPS)
    if search.work_limit is not None:
        total = min(total, int(search.work_limit * ANNEALING_SHARE) * STEPS)
    state = random_state(search.seed)
    scratch = [np.zeros(MOST_VICTIMS, np.int64) for _ in range(3)]
    begin, done = search.seconds, 0
    begun_with, slot, interpreter = search.full_value, search.slot, search.interpreter
    while done < total and not search.over():
        share = max(done / total, _share_of_time(search, begin))
        if share >= 1:
            break
        now, steps = hot * (cold / hot) ** share, min(CHUNK, total - done)
        anneal(board, movable, steps, now, now, state, *scratch)  # type: ignore[no-untyped-call] # compiled
        done += steps
        search.work += -(-steps // STEPS)
        search.slot, search.interpreter = board.slot.copy(), _interpreters(problem, board.interpreter)
        search.report()
    if search.full_value < begun_with:  # a start may be better than what annealing comes back to
        search.slot, search.interpreter = slot, interpreter


def _share_of_time(search: Search, begin: float) -> float:
    """How much of the time for annealing has gone, 0 to 1 and above; 0 without a time limit or with one of work."""
    if search.time_limit is None or search.work_limit is not None:
        return 0.0
    return (search.seconds - begin) / max((search.time_limit - begin) * ANNEALING_SHARE, 1e-9)


def _tighten_by_slots(search: Search) -> None:
    """The slower bound, where the problem is small enough for it and not proved yet."""
    size = int(search.problem.starts.sum())
    if search.over() or size > SLOT_OPTIONS:
        return
    left = search.seconds_left
    search.tighten(slot_bound(search.problem, None if left is None or search.work_limit is not None else left / 3))
    search.work += size // 100
    search.report()


def _slots_matter(problem: WeightProblem) -> bool:
    """Whether the programme that forgets the slots may be loose, so that the slower one is worth its time early."""
    if problem.starts.sum() <= FEW_OPTIONS:
        return True
    return problem.interpreters is not None or problem.length is not None or problem.most_per_day is not None


def _search_neighbourhoods(search: Search) -> None:
    """Re-solve the plan in a few random slots at a time."""
    problem = search.problem
    neighbourhoods = Neighbourhoods(problem, search.weights, search.unit)
    random = np.random.default_rng([search.seed, 1])
    margins, possible = best_margins(problem, search.dual)
    sizes, rounds, idle = [float(OPTIONS)] * 2, 0, 0
    pool = ThreadPoolExecutor(search.workers) if search.workers > 1 else nullcontext()
    with pool as executor:
        while not search.over() and (idle < PATIENCE or search.time_limit is not None or search.work_limit is not None):
            # No plan better than this one leaves more of the bound unused than the gap.
            gap = int((search.bound - search.value) * search.dual.scale)
            wide = int(rounds == 0 or random.random() < 0.25)
            rounds += 1
            candidates = possible & (margins >= -gap * wide)
            outcomes, whole = _round(search, neighbourhoods, candidates, sizes[wide], random, executor)
            search.exhausted = bool(wide) and whole and outcomes[0].whole
            gains = 0
            for outcome in outcomes:
                search.work += 1 + outcome.iterations // ITERATIONS
                factor = GROWTH if outcome.whole else SHRINKING
                sizes[wide] = min(max(sizes[wide] * factor, LEAST_OPTIONS), MOST_OPTIONS)
                if outcome.gain >= 0:
                    search.slot[outcome.requests] = outcome.slot
                    search.interpreter[outcome.requests] = outcome.interpreter
                    gains += outcome.gain
            idle = 0 if gains else idle + 1
            if idle == STALLED and not _slots_matter(problem):
                _tighten_by_slots(search)
                margins, possible = best_margins(problem, search.dual)
            if gains:
                search.report()


def _round(
    search: Search,
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
    plan = Plan(search.slot, search.interpreter)
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
    neighbourhoods: Neighbourhoods, plan: Plan, candidates: Bools, order: Ints, size: float
) -> tuple[Ints, Ints]:
    """The first slots of an order that together have about `size` options, at least two; and the others."""
    count = min(2, len(order))
    while count < len(order):
        have = len(neighbourhoods.options(plan, order[:count], candidates)[1])
        if have * (count + 1) > size * count:
            break
        count += 1
    return order[:count], order[count:]
