"""Large neighbourhoods: everything held in a few slots is taken out and put back the best way, by an integer programme.

Such a programme over a few slots is nearly a matching in each, and its linear relaxation is mostly integral, so HiGHS
solves it in some milliseconds (large neighbourhood search: Shaw 1998).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rbc_events.scheduling.kernels.weight.mip import Cells, Options, build, uses
from rbc_events.scheduling.kernels.weight.problem import Bools, Ints, WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Standing
from rbc_events.scheduling.parameters import PARAMS


@dataclass(frozen=True, eq=False)
class Assignment:
    """int[requests] each: first slot, and interpreter; -1: none."""

    slot: Ints
    interpreter: Ints


@dataclass(frozen=True)
class Outcome:
    """What a neighbourhood gave: the requests looked at, their slots and interpreters now; how hard it was.

    gain is that of weights and floors; `whole`: solved to the end. iterations are the simplex's.
    """

    requests: Ints
    slot: Ints
    interpreter: Ints
    gain: int
    whole: bool
    nodes: int
    iterations: int


class Neighbourhoods:
    """Re-solves parts of a plan. What doesn't change from one to the next is kept here."""

    def __init__(self, problem: WeightProblem, unit: int, standing: Standing | None = None) -> None:
        self.problem = problem
        self.standing = standing
        self.scale = 1 if standing is None else standing.size + 1  # no unit of weight for any number of meetings kept
        self.unit = unit if standing is None else 1
        self.cells = Cells(problem)
        self.limits = self.cells.limits()
        self.covers = self._covers()

    def _covers(self) -> list[Bools]:
        """For each length, bool[slots, slots]: the slots that a meeting begun in a slot takes."""
        slots = self.problem.slots
        gap = np.arange(slots)[None, :] - np.arange(slots)[:, None]
        longest = int(self.problem.lengths.max(initial=1))
        return [(gap >= 0) & (gap < n) for n in range(longest + 1)]

    def options(self, plan: Assignment, slots: Ints, candidates: Bools) -> tuple[Ints, Options]:
        """The requests that may change, and their options, when only these slots and candidates may.

        Held requests that lie in these slots wholly may change; of those left out, the candidates.
        """
        inside = np.zeros(self.problem.slots, np.bool_)
        inside[slots] = True
        within = np.array([~(cover & ~inside).any(axis=1) for cover in self.covers])
        starts = np.flatnonzero(within[1]) if len(within) == 2 else np.arange(self.problem.slots)
        held_here = (plan.slot >= 0) & within[self.problem.lengths, plan.slot]
        requests = np.flatnonzero(held_here | ((plan.slot < 0) & candidates))
        can = np.zeros((len(requests), self.problem.slots), np.bool_)
        can[:, starts] = (
            self.problem.starts[np.ix_(requests, starts)] & within[self.problem.lengths[requests]][:, starts]
        )
        return requests, Options.of(self.problem, requests, can)

    def solve(self, plan: Assignment, slots: Ints, candidates: Bools, seed: int, seconds: float | None) -> Outcome:
        """The best way to hold the requests that may change, or the present way where none better was found."""
        requests, options = self.options(plan, slots, candidates)
        stays = plan.slot >= 0
        stays[requests] = False
        left = left_by(self.cells, self.limits, plan, stays)
        _, cell = taken = uses(self.cells, options)
        counted = (cell < self.cells.floor) & (left[cell] <= 0)
        blocked = np.zeros(len(options), np.bool_)
        blocked[taken[0][counted]] = True
        options = options.select(~blocked)
        if not len(options):
            return self._outcome(plan, requests, plan.slot[requests], plan.interpreter[requests], True, 0, 0)
        return self._run(plan, requests, options, left, seed, seconds)

    def _run(
        self, plan: Assignment, requests: Ints, options: Options, left: Ints, seed: int, seconds: float | None
    ) -> Outcome:
        import highspy

        random = np.random.default_rng(seed)
        held = max(int((plan.slot[requests] >= 0).sum()), 1)
        nudge = 0.2 * self.unit / held * random.random(len(options))  # among equals, others than last time
        weights = self.scale * self.problem.weights[options.request] + nudge
        if self.standing is not None:
            weights += self.standing.keeps(options.request, options.start, options.interpreter)
        nobody = np.zeros(0, np.int64)
        model = build(self.cells, options, left, weights, True, nobody, integer=True)
        highs = model.highs
        highs.setOptionValue("mip_max_nodes", PARAMS.rounds.nodes)
        run(highs, gap=0.5 * self.unit, seed=seed, seconds=seconds, patience=PARAMS.rounds.neighbourhood_patience)
        info = highs.getInfo()
        whole = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = np.array(highs.getSolution().col_value[: model.columns])
        taken = np.flatnonzero(values > 0.5)
        slot, interpreter = np.full(len(requests), -1, np.int64), np.full(len(requests), -1, np.int64)
        at = np.searchsorted(requests, options.request[taken])
        slot[at], interpreter[at] = options.start[taken], options.interpreter[taken]
        iterations = max(int(info.simplex_iteration_count), 0)
        return self._outcome(plan, requests, slot, interpreter, whole, max(int(info.mip_node_count), 0), iterations)

    def _outcome(
        self, plan: Assignment, requests: Ints, slot: Ints, interpreter: Ints, whole: bool, nodes: int, iterations: int
    ) -> Outcome:
        after = Assignment(plan.slot.copy(), plan.interpreter.copy())
        after.slot[requests], after.interpreter[requests] = slot, interpreter
        gain = self._worth(after) - self._worth(plan)
        return Outcome(requests, slot, interpreter, gain, whole, nodes, iterations)

    def _worth(self, plan: Assignment) -> int:
        """The value, and then the meetings that are kept."""
        value = self.problem.value(plan.slot)
        return value if self.standing is None else self.scale * value + self.standing.kept(plan.slot, plan.interpreter)


def left_by(cells: Cells, limits: Ints, plan: Assignment, stays: Bools) -> Ints:
    """int[cells]: what the requests that stay leave of the limits; bool[requests], those left out use nothing."""
    those = np.flatnonzero(stays & (plan.slot >= 0))
    fixed = Options(those, plan.slot[those], plan.interpreter[those])
    used = np.bincount(uses(cells, fixed)[1], minlength=len(limits))
    return np.asarray(np.maximum(limits - used, 0))


def run(highs: Any, *, gap: float, seed: int, seconds: float | None, patience: int) -> None:
    """Let HiGHS solve an integer programme until no other plan is `gap` better.

    It ends after so many seconds, or once it has asked so many times whether to stop, which is the same every time.
    """
    import highspy

    highs.setOptionValue("mip_abs_gap", gap)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("random_seed", seed % 2**31)
    for heuristic in PARAMS.rounds.heuristics:
        highs.setOptionValue(f"mip_heuristic_run_{heuristic}", False)
    if seconds is not None:
        highs.setOptionValue("time_limit", max(seconds, 0.01))
    calls = [0, patience]  # HiGHS doesn't keep it alive
    highs.setCallback(_stop_when_hard, calls)
    highs.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    highs.run()


def _stop_when_hard(kind: int, message: str, out: Any, into: Any, calls: list[int]) -> None:
    """HiGHS's callback: stop once it has asked too often; `calls` are how often it has, and how often it may."""
    calls[0] += 1
    into.user_interrupt = calls[0] > calls[1]
