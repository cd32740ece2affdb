"""The search: a greedy plan, annealed, then large neighbourhoods re-solved, until it meets the bound or time is up."""

from collections.abc import Callable

import numpy as np

from rbc_events.scheduling.jit.random import random_state
from rbc_events.scheduling.kernels.weight.annealing import MOST_VICTIMS, anneal, greedy
from rbc_events.scheduling.kernels.weight.annealing_state import AnnealingState, put_all
from rbc_events.scheduling.kernels.weight.empty_state import make_state
from rbc_events.scheduling.kernels.weight.lns import improve
from rbc_events.scheduling.kernels.weight.lp_bounds import matching_bound
from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem
from rbc_events.scheduling.kernels.weight.search_state import SearchState, WeightResult
from rbc_events.scheduling.parameters import PARAMS


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
    """
    search = SearchState(problem, seed, time_limit, work, workers, on_progress, should_stop)
    _begin_with(search, start)
    if problem.requests:
        search.tighten(matching_bound(problem, search.seconds_left if work is None else None))
        search.report()
        anneal_plan(search, begun=start is not None)
        if search.slots_matter:
            search.tighten_by_slots()
        improve(search)
    return search.result()


def _begin_with(search: SearchState, start: tuple[Ints, Ints] | None) -> None:
    """Take the given plan, and whatever still fits beside it, the heaviest first."""
    state = make_state(search.problem)
    if start is not None:
        put_all(state, start[0], _people(search.problem, start[1]))
    greedy(state, np.argsort(-state.weight, kind="stable"))
    _take(search, state)


def _take(search: SearchState, state: AnnealingState) -> None:
    """Take the plan of a state over."""
    search.slot = state.slot.copy()
    search.interpreter = np.where(state.interpreter >= 0, state.interpreter - search.problem.parties, -1)


def _people(problem: WeightProblem, interpreter: Ints) -> Ints:
    """The state's numbers of people from interpreters'."""
    return np.where(interpreter >= 0, interpreter + problem.parties, -1)


def anneal_plan(search: SearchState, *, begun: bool) -> None:
    """Anneal the plan; one that was given begins cool, so that it is improved and not forgotten."""
    problem = search.problem
    state = make_state(problem)
    put_all(state, search.slot, _people(problem, search.interpreter))
    movable = np.flatnonzero(np.diff(state.first) > 0)
    if not len(movable):
        return
    middle = float(np.median(problem.weights[movable])) or 1.0
    hot, cold = (PARAMS.weight.cold if begun else PARAMS.weight.hot) * middle, PARAMS.weight.cold * middle
    total = min(PARAMS.weight.steps_each * len(movable), PARAMS.weight.all_steps)
    if search.work_limit is not None:
        total = min(total, int(search.work_limit * PARAMS.weight.annealing_share) * PARAMS.weight.annealing_steps)
    random = random_state(search.seed)
    scratch = [np.zeros(MOST_VICTIMS, np.int64) for _ in range(3)]
    begin, done = search.seconds, 0
    begun_with, slot, interpreter = search.value, search.slot, search.interpreter
    while done < total and not search.over():
        share = max(done / total, _share_of_time(search, begin))
        if share >= 1:
            break
        now, steps = hot * (cold / hot) ** share, min(PARAMS.weight.chunk, total - done)
        anneal(state, movable, steps, now, now, random, *scratch)  # type: ignore[no-untyped-call] # compiled
        done += steps
        search.work += -(-steps // PARAMS.weight.annealing_steps)
        _take(search, state)
        search.report()
    if search.value < begun_with:  # a start may be better than what annealing comes back to
        search.slot, search.interpreter = slot, interpreter


def _share_of_time(search: SearchState, begin: float) -> float:
    """How much of the time for annealing has gone, 0 to 1 and above; 0 without a time limit or with one of work."""
    if search.time_limit is None or search.work_limit is not None:
        return 0.0
    return (search.seconds - begin) / max((search.time_limit - begin) * PARAMS.weight.annealing_share, 1e-9)
