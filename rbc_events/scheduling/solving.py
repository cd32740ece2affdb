"""Make a timetable: the levels one after the other, each kept while the next is improved."""

import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

from rbc_events.scheduling import breaks
from rbc_events.scheduling.breaks import BreaksProblem
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.conflict import conflict
from rbc_events.scheduling.engine import kernels, placing
from rbc_events.scheduling.engine.board import greedy
from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.naming import name_changes, name_meetings
from rbc_events.scheduling.engine.search import Search
from rbc_events.scheduling.json_form import input_hash
from rbc_events.scheduling.plan import MAXIMISED, Certificate, Dual, Level, Plan, Progress, Reason
from rbc_events.scheduling.problem import Problem

DEFAULT_SECONDS = 60.0
EXACT_SIZE = 40_000
"""Meeting and slot pairs up to which CP-SAT gets the whole problem in one model, to prove a level."""

CONSTANT = ("must_haves", "weight", "floors")
"""Levels that have the same value in every plan that holds all requests."""
HOPELESS = 0.1
"""The share of its time that a level gets where must-haves can't all be held: the reason is wanted, not the plan."""
METHODS = {"counting": "counting", "SAT refutation": "sat-refutation"}
"""The certificate's words for the methods of the kernel `breaks`."""


@dataclass(frozen=True)
class Bound:
    """What no plan can pass on a level, and how that is known."""

    value: int
    method: str
    dual: Dual | None = None


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
        time_limit = DEFAULT_SECONDS
    return _Run(problem, seed, workers, Budget(time_limit, work, should_stop), should_stop, on_progress).plan()


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
        self.search = Search(self.instance, greedy(self.instance), seed=seed, workers=workers)
        self.levels: list[Level] = []
        self.conflict: tuple[Reason, ...] = ()
        self.bounds: dict[str, Bound] = {}
        self.suspects: tuple[str, ...] = ()

    def plan(self) -> Plan:
        order = ["must_haves", *(name for name in self.problem.levels if name != "must_haves")]
        self._begin(order)
        for position, name in enumerate(order):
            if name != "table_changes":
                kept = [level.name for level in self.levels]
                self.levels.append(self._level(name, kept, 1 / (len(order) - position)))
            if name == "must_haves" and self._status() == "infeasible":
                self.conflict = conflict(self.problem, self.budget.part(0.5), self.suspects)
        return self._named(order)

    # The kernels

    def _begin(self, order: list[str]) -> None:
        """Let the kernel that knows this kind of problem find the first plan and bounds."""
        if all(self.instance.must) and all(name in CONSTANT for name in order[: order.index("breaks")]):
            problem = kernels.breaks_problem(self.instance, range(len(self.instance.must)))
            if problem is not None:
                self._fewest_breaks(problem)

    def _fewest_breaks(self, problem: BreaksProblem) -> None:
        budget = self.budget.part(0.8)
        required = sum(self.instance.must)
        result = breaks.solve(
            problem,
            fairness=self.problem.fairness,
            seed=self.seed,
            time_limit=budget.seconds,
            work=budget.work,
            workers=self.workers,
            on_progress=lambda value, bound: self._report("breaks", bound, value),
            should_stop=self.should_stop,
        )
        budget.spend(result.work)
        method = METHODS.get(result.method, "trivial")
        if result.status == "infeasible":
            self.bounds["must_haves"] = Bound(required - 1, method)
            self.suspects = tuple(self.problem.requests[m].id for rule in result.reason for m in rule.meetings)
        self.bounds["breaks"] = Bound(result.bound, method)
        if result.slots is not None:
            self.search.state = kernels.with_pools(self.instance, result.slots, [-1] * required)

    # The levels

    def _level(self, name: str, kept: list[str], share: float) -> Level:
        bound = self._first_bound(name)
        budget = self.budget.part(share * HOPELESS if self._hopeless() else share)
        if self.search.value(name) != bound.value and not budget.over:
            if sum(map(len, self.instance.starts)) <= EXACT_SIZE:
                outcome = self.search.exactly(name, kept, budget.part(0.5))
                if outcome.bound is not None and tighter(name, outcome.bound, bound.value):
                    bound = Bound(outcome.bound, "cp-sat")
                self._report(name, bound.value)
            self.search.improve(name, kept, budget, bound.value, lambda: self._report(name, bound.value))
        return Level(name, self.search.value(name), bound.value, bound.method, bound.dual)

    def _hopeless(self) -> bool:
        """Whether it is known that not all must-haves can be held."""
        known = self.bounds.get("must_haves")
        return known is not None and known.value < sum(self.instance.must)

    def _first_bound(self, name: str) -> Bound:
        trivial, known = Bound(self._trivial(name), "trivial"), self.bounds.get(name)
        return known if known is not None and tighter(name, known.value, trivial.value) else trivial

    def _trivial(self, name: str) -> int:
        if name not in MAXIMISED:
            return 0
        everything = [r for r, starts in enumerate(self.instance.starts) if starts]
        if name == "must_haves":
            return sum(self.instance.must[r] for r in everything)
        return sum(self.problem.requests[r].weight for r in everything)

    def _report(self, name: str, bound: int | None, value: int | None = None) -> None:
        if self.on_progress is not None:
            value = self.search.value(name) if value is None else value
            self.on_progress(Progress(name, value, bound, self.budget.share_used))

    # The end

    def _named(self, order: list[str]) -> Plan:
        state = self.search.state
        numbers = placing.place(self.instance, state)
        meetings = name_meetings(self.instance, state, numbers)
        changes = name_changes(self.problem.standing, meetings)
        counted = {
            "table_changes": placing.table_changes(self.instance, state, numbers),
            "changes": sum(change.kind != "added" for change in changes),
        }
        levels = {level.name: replace(level, value=counted.get(level.name, level.value)) for level in self.levels}
        levels.setdefault("table_changes", Level("table_changes", counted["table_changes"], 0, "trivial"))
        self.levels = [levels[name] for name in order]
        left_out = tuple(r.id for r, s in zip(self.problem.requests, state.slot, strict=True) if s < 0)
        return Plan(meetings, left_out, changes, self._certificate())

    def _status(self) -> str:
        must, required = self.levels[0], sum(self.instance.must)
        if must.value < required:
            return "infeasible" if must.bound is not None and must.bound < required else "unknown"
        return "optimal" if all(level.proved for level in self.levels) else "feasible"

    def _certificate(self) -> Certificate:
        return Certificate(
            self._status(),
            tuple(self.levels),
            input_hash(self.problem),
            self.seed,
            self.budget.used,
            round(self.budget.elapsed, 3),
            versions(),
            self.conflict,
        )


def tighter(level: str, bound: int, other: int) -> bool:
    """Whether one bound of a level says more than another."""
    return bound < other if level in MAXIMISED else bound > other


def versions() -> dict[str, str]:
    """What made the plan: Python and the solver libraries."""
    found = {"python": platform.python_version()}
    for package in ("rbc-events", "ortools", "highspy", "python-sat", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
