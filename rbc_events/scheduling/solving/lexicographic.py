"""Make a timetable: the levels one after the other, each kept while the next is improved."""

import platform
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.formats.canonical_json import input_hash
from rbc_events.scheduling.kernels import adapters
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.plan import Certificate, Conflict, Level, Plan, Progress
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.solving import table_assignment
from rbc_events.scheduling.solving.decode import name_changes, name_meetings
from rbc_events.scheduling.solving.fix_and_optimise import forced_changes, frozen
from rbc_events.scheduling.solving.initial_solution import Beginning, Bound, Kernels
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lns import LargeNeighbourhoodSearch
from rbc_events.scheduling.solving.lp import duals, relaxation
from rbc_events.scheduling.solving.objectives import CHAINS, CP_SAT, OF_CHANGES, OPTIMISED, PROGRAMME, value
from rbc_events.scheduling.solving.solution import Solution

SOLVER, ANNEALER = "ortools.sat.python.cp_model", "rbc_events.scheduling.solving.kempe.chains"
LOADING = {SOLVER: 1.0, ANNEALER: 1.0}
"""Seconds that it takes to load a module and what it solves with: with less time left, a level stays as it is."""


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    time_limit: float | None = None,
    work: int | None = None,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """The best plan found within `time_limit` seconds or `work` steps (60 s if neither is given), with its certificate.

    The same problem, seed, workers and `work` give the same plan. `on_progress` is called as the run goes on;
    `should_stop` is asked often, and where it says yes the best plan so far is returned.
    """
    if time_limit is None and work is None:
        time_limit = PARAMS.run.default_seconds
    begin = time.monotonic()
    digest = input_hash(problem)
    if time_limit is not None:  # naming the plan's meetings at the end takes about as long as the hash
        time_limit = max(time_limit - 2 * (time.monotonic() - begin), 0.0)
    run = _Run(problem, seed, workers, Budget(time_limit, work, should_stop), should_stop, on_progress)
    return run.plan(digest)


class _Run:
    def __init__(
        self,
        problem: Problem,
        seed: int,
        workers: int,
        budget: Budget,
        should_stop: Callable[[], bool] | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem = problem
        self.seed = seed
        self.workers = workers
        self.budget = budget
        self.should_stop = should_stop
        self.on_progress = on_progress
        self.instance = Instance(problem)
        self.search = LargeNeighbourhoodSearch(
            self.instance, Solution.empty(len(problem.requests)), seed=seed, workers=workers
        )
        self.levels: dict[str, Level] = {}
        self.conflict = Conflict()
        self.begun = Beginning(self.search.solution)
        self.bounds: dict[str, Bound] = {}
        self.priced: set[str] = set()
        self.small = int(self.instance.allowed.sum()) <= PARAMS.run.exact_size

    def plan(self, digest: str) -> Plan:
        """Optimise, and name the result; `digest` is the input's hash."""
        order = ["must_haves", *(name for name in self.problem.levels if name != "must_haves")]
        if not (self.problem.standing and order[1:] and order[1] in OF_CHANGES and self._plan_around_standing(order)):
            self._optimise(order)
        return self._named(order, digest)

    def _optimise(self, order: list[str]) -> None:
        self.begun = Kernels(
            self.instance,
            order,
            self.budget,
            seed=self.seed,
            workers=self.workers,
            should_stop=self.should_stop,
            report=self._report,
        ).begin()
        self.search.solution = self.begun.solution
        self.bounds = {name: self._first_bound(name) for name in order if name in OPTIMISED}
        self._round()
        while self._status() != "infeasible" and any(self._open(name, SOLVER) for name in self.bounds):
            self._round()  # with what levels that were soon proved have left

    def _round(self) -> None:
        """Improve the levels one after the other; of those that need any of what is left, the earlier get the more."""
        names = list(self.bounds)
        for position, name in enumerate(names):
            waiting = sum(map(self._open, names[position:]))
            self.levels[name] = self._level(name, names[:position], 2 / (max(waiting, 1) + 1))
            if name == "must_haves" and self._status() == "infeasible":
                from rbc_events.scheduling.solving.iis import conflict  # here: CP-SAT takes half a second to load

                self.conflict = conflict(self.problem, self.budget.part(0.5), self.begun.suspects)

    def _plan_around_standing(self, order: list[str]) -> bool:
        """Where all that can stay can stay together, hold it fast and optimise what is left. Whether that was so.

        The forced changes are then the fewest, every plan with so few keeps exactly the rest, and the bounds of the
        smaller problem hold for this one.
        """
        around = _Run(
            frozen(self.instance), self.seed, self.workers, self.budget.part(0.95), self.should_stop, self.on_progress
        )
        around._optimise(["must_haves", *(name for name in around.problem.levels if name != "must_haves")])
        solution = around.search.solution
        if around.search.value("must_haves") < sum(around.instance.must):
            return False
        self.search.solution = adapters.with_standing_pools(self.instance, solution)
        if self.search.value("changes") > len(forced_changes(self.instance)):
            return False
        must = Level("must_haves", self.search.value("must_haves"), self._trivial("must_haves"), "trivial")
        self.levels = around.levels | {"must_haves": must}
        for name in OF_CHANGES:
            if name in order and (bound := self._counted(name)) is not None:
                self.levels[name] = Level(name, bound.value, bound.value, "counting")
        return True

    # The levels

    def _level(self, name: str, kept: list[str], share: float) -> Level:
        budget = self.budget.part(share * PARAMS.run.hopeless_share if self._hopeless() else share)
        if self._open(name) and name not in self.priced:
            self.priced.add(name)
            self._tighten(name, self._priced(name, kept, budget))
        if self.small and CP_SAT.takes(name, kept) and self._open(name, SOLVER):
            outcome = self.search.exactly(name, kept, budget.part(0.3))
            self._tighten(name, None if outcome.bound is None else Bound(outcome.bound, "cp-sat"))
        if CHAINS.takes(name, kept) and self._open(name, ANNEALER):
            self._anneal(name, kept, budget.part(0.7 if "weight" in kept else 0.2))  # it gives up no weight
        if self._open(name, SOLVER):
            self.search.improve(name, kept, budget, self.bounds[name].value, lambda: self._report(name))
        bound = self.bounds[name]
        return Level(name, self.search.value(name), bound.value, bound.method, bound.dual)

    def _tighten(self, name: str, bound: Bound | None) -> None:
        """Keep a level's bound if it says more than the one that is known."""
        if bound is not None and OPTIMISED[name].tighter(bound.value, self.bounds[name].value):
            self.bounds[name] = bound
        self._report(name)

    def _priced(self, name: str, kept: list[str], budget: Budget) -> Bound | None:
        """The bound by multipliers: on the weight, or on what plans count that are no worse on what is kept."""
        hold = self.search.value("must_haves") == sum(self.instance.must)
        bound = dual = None
        if name not in PROGRAMME.optimises or (name == "changes" and name in self.begun.bounds):
            return None  # the kernel `weight` has looked for the changes' multipliers in the same programme
        if name == "weight":
            priced = relaxation.bound_of_weight(self.instance, hold=hold, budget=budget)
            bound, dual, self.search.reduced_costs = priced or (None, None, None)
        else:
            values_kept = {name: self.search.value(name) for name in kept}
            found = duals.bound_of_level(self.instance, name, values_kept, hold=hold, budget=budget)
            bound, dual = found or (None, None)
        return None if bound is None else Bound(bound, "lp-dual", dual)

    def _open(self, name: str, module: str | None = None) -> bool:
        """Whether to search on: not at the bound, not settled by a kernel, and time left (to load a solver with)."""
        loading = 0.0 if module is None or module in sys.modules else LOADING[module]
        if self.budget.over or not self.budget.suffices(loading):
            return False
        settled = name in self.begun.settled and not self.small  # where CP-SAT can prove what the kernel couldn't
        return self.search.value(name) != self.bounds[name].value and not settled

    def _anneal(self, name: str, kept: list[str], budget: Budget) -> None:
        from rbc_events.scheduling.solving.kempe import (
            annealing,  # here: numba takes half a second to load
        )

        if not annealing.can_anneal(self.instance):
            return

        def report(solution: Solution) -> None:
            self._report(name, value=value(self.instance, name, solution))

        self.search.solution = annealing.improve(
            self.instance,
            self.search.solution,
            name,
            kept,
            budget,
            seed=self.seed,
            target=self.bounds[name].value,
            report=report,
        )

    def _hopeless(self) -> bool:
        """Whether it is known that not all must-haves can be held."""
        known = self.begun.bounds.get("must_haves")
        return known is not None and known.value < sum(self.instance.must)

    def _first_bound(self, name: str) -> Bound:
        """The best of what is known without searching."""
        best = Bound(self._trivial(name), "trivial")
        for bound in (self.begun.bounds.get(name), self._counted(name)):
            if bound is not None and OPTIMISED[name].tighter(bound.value, best.value):
                best = bound
        return best

    def _counted(self, name: str) -> Bound | None:
        counting = OPTIMISED[name].counting
        return None if counting is None else Bound(counting(self.instance), "counting")

    def _trivial(self, name: str) -> int:
        return OPTIMISED[name].trivial(self.instance)

    def _report(self, name: str, bound: int | None = None, value: int | None = None) -> None:
        if self.on_progress is not None:
            bound = self.bounds[name].value if bound is None else bound
            value = self.search.value(name) if value is None else value
            self.on_progress(Progress(name, value, bound, self.budget.share_used))

    # The end

    def _named(self, order: list[str], digest: str) -> Plan:
        solution = self.search.solution
        numbers = table_assignment.place(self.instance, solution)
        meetings = name_meetings(self.instance, solution, numbers)
        changes = name_changes(self.problem.standing, meetings)
        counted = {name: self.search.value(name) for name in self.levels}  # a later level may have helped
        counted |= {
            "table_changes": table_assignment.table_changes(self.instance, solution, numbers),
            "changes": sum(change.kind != "added" for change in changes),
            "change_costs": sum(c.before.change_cost for c in changes if c.before is not None),
        }
        self.levels.setdefault("table_changes", Level("table_changes", 0, 0, "trivial"))
        self.levels = {name: replace(self.levels[name], value=counted[name]) for name in order}
        left_out = tuple(r.id for r, s in zip(self.problem.requests, solution.slot, strict=True) if s < 0)
        return Plan(meetings, left_out, changes, self._certificate(digest))

    def _status(self) -> str:
        must, required = self.levels["must_haves"], sum(self.instance.must)
        if must.value < required:
            return "infeasible" if must.bound is not None and must.bound < required else "unknown"
        return "optimal" if all(level.proved for level in self.levels.values()) else "feasible"

    def _certificate(self, digest: str) -> Certificate:
        return Certificate(
            self._status(),
            tuple(self.levels.values()),
            digest,
            self.seed,
            self.budget.used,
            round(self.budget.elapsed, 3),
            versions(),
            self.conflict.reasons,
            self.conflict.minimal,
        )


def versions() -> dict[str, str]:
    """What made the plan: Python and the solver libraries."""
    found = {"python": platform.python_version()}
    for package in ("rbc-events", "ortools", "highspy", "python-sat", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
