"""Make a timetable: the levels one after the other, each kept while the next is improved."""

import platform
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.conflict import conflict
from rbc_events.scheduling.engine import placing
from rbc_events.scheduling.engine.board import greedy
from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.naming import name_changes, name_meetings
from rbc_events.scheduling.engine.search import Search
from rbc_events.scheduling.json_form import input_hash
from rbc_events.scheduling.plan import MAXIMISED, Certificate, Level, Plan, Progress, Reason
from rbc_events.scheduling.problem import Problem

DEFAULT_SECONDS = 60.0
EXACT_SIZE = 40_000
"""Meeting and slot pairs up to which CP-SAT gets the whole problem in one model, to prove a level."""


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
    return _Run(problem, seed, workers, Budget(time_limit, work, should_stop), on_progress).plan()


class _Run:
    def __init__(
        self,
        problem: Problem,
        seed: int,
        workers: int,
        budget: Budget,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem = problem
        self.seed = seed
        self.budget = budget
        self.on_progress = on_progress
        self.instance = Instance(problem)
        self.search = Search(self.instance, greedy(self.instance), seed=seed, workers=workers)
        self.levels: list[Level] = []
        self.conflict: tuple[Reason, ...] = ()

    def plan(self) -> Plan:
        order = ["must_haves", *(name for name in self.problem.levels if name != "must_haves")]
        for position, name in enumerate(order):
            if name != "table_changes":
                kept = [level.name for level in self.levels]
                self.levels.append(self._level(name, kept, 1 / (len(order) - position)))
            if name == "must_haves" and self._status() == "infeasible":
                self.conflict = conflict(self.problem, self.budget.part(0.5))
        return self._named(order)

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

    def _level(self, name: str, kept: list[str], share: float) -> Level:
        trivial = self._trivial(name)
        budget = self.budget.part(share)
        if self.search.value(name) == trivial:
            return Level(name, trivial, trivial, "trivial")
        bound, method = trivial, "trivial"
        if sum(map(len, self.instance.starts)) <= EXACT_SIZE:
            outcome = self.search.exactly(name, kept, budget.part(0.5))
            if outcome.bound is not None and tighter(name, outcome.bound, bound):
                bound, method = outcome.bound, "cp-sat"
            self._report(name, bound)
        self.search.improve(name, kept, budget, bound, lambda: self._report(name, bound))
        return Level(name, self.search.value(name), bound, method)

    def _trivial(self, name: str) -> int:
        if name not in MAXIMISED:
            return 0
        everything = [r for r, starts in enumerate(self.instance.starts) if starts]
        if name == "must_haves":
            return sum(self.instance.must[r] for r in everything)
        return sum(self.problem.requests[r].weight for r in everything)

    def _report(self, name: str, bound: int | None) -> None:
        if self.on_progress is not None:
            self.on_progress(Progress(name, self.search.value(name), bound, self.budget.share_used))

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
