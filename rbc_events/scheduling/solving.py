"""Make a timetable: the levels one after the other, each kept while the next is improved."""

import platform
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.engine import placing
from rbc_events.scheduling.engine.board import greedy
from rbc_events.scheduling.engine.instance import Instance, State
from rbc_events.scheduling.engine.search import Search
from rbc_events.scheduling.json_form import input_hash
from rbc_events.scheduling.plan import MAXIMISED, Certificate, Change, Level, Plan, Progress
from rbc_events.scheduling.problem import Meeting, Problem

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

    def plan(self) -> Plan:
        order = ["must_haves", *(name for name in self.problem.levels if name != "must_haves")]
        for position, name in enumerate(order):
            if name != "table_changes":
                self.levels.append(
                    self._level(name, [level.name for level in self.levels], 1 / (len(order) - position))
                )
        meetings = named(self.instance, self.search.state)
        if "table_changes" in order:
            taken = placing.place(self.instance, self.search.state)
            changed = placing.table_changes(self.instance, self.search.state, taken)
            self.levels.append(Level("table_changes", changed, 0, "trivial"))
        return Plan(
            meetings,
            left_out=tuple(r.id for r, s in zip(self.problem.requests, self.search.state.slot, strict=True) if s < 0),
            changes=changes(self.problem.standing, meetings),
            certificate=self._certificate(),
        )

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

    def _certificate(self) -> Certificate:
        must = self.levels[0]
        if must.value < sum(self.instance.must):
            status = "infeasible" if must.bound is not None and must.bound < sum(self.instance.must) else "unknown"
        else:
            status = "optimal" if all(level.proved for level in self.levels) else "feasible"
        return Certificate(
            status,
            tuple(self.levels),
            input_hash(self.problem),
            self.seed,
            self.budget.used,
            round(self.budget.elapsed, 3),
            versions(),
        )


def tighter(level: str, bound: int, other: int) -> bool:
    """Whether one bound of a level says more than another."""
    return bound < other if level in MAXIMISED else bound > other


def named(instance: Instance, state: State) -> tuple[Meeting, ...]:
    """The meetings of a state by identifiers, with their numbers of tables and rooms, in order of time."""
    taken = placing.place(instance, state)
    held = sorted((s, r) for r, s in enumerate(state.slot) if s >= 0)
    return tuple(_named(instance, state, r, taken.get(r, ("", 0))) for _, r in held)


def _named(instance: Instance, state: State, r: int, unit: tuple[str, int]) -> Meeting:
    problem = instance.problem
    interpreter = state.interpreter[r]
    return Meeting(
        problem.requests[r].id,
        instance.slots[state.slot[r]].id,
        *unit,
        problem.interpreters[interpreter].id if interpreter >= 0 else "",
        r in instance.pins,
    )


def changes(standing: Iterable[Meeting], meetings: Iterable[Meeting]) -> tuple[Change, ...]:
    """How a plan differs from the standing one; () where there is none."""
    before = {m.request: m for m in standing}
    after = {m.request: m for m in meetings}
    if not before:
        return ()
    found = [Change(r, "added", None, m) for r, m in after.items() if r not in before]
    for r, m in before.items():
        kind = _kind_of_change(m, after.get(r))
        if kind:
            found.append(Change(r, kind, m, after.get(r)))
    return tuple(found)


def _kind_of_change(before: Meeting, after: Meeting | None) -> str:
    if after is None:
        return "dropped"
    if before.slot != after.slot:
        return "moved"
    if before.interpreter and before.interpreter != after.interpreter:
        return "interpreter"
    if before.place and (before.place, before.number or 1) != (after.place, after.number):
        return "place"
    return ""


def versions() -> dict[str, str]:
    """What made the plan: Python and the solver libraries."""
    found = {"python": platform.python_version()}
    for package in ("rbc-events", "ortools", "highspy", "python-sat", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
