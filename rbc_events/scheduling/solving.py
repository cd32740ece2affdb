"""Make a timetable: the levels one after the other, each kept while the next is improved."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from math import floor, gcd

from rbc_events.scheduling import breaks, weight
from rbc_events.scheduling.breaks import BreaksProblem
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.check import bounds
from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.engine import counting, kernels, placing, values
from rbc_events.scheduling.engine.board import greedy
from rbc_events.scheduling.engine.freezing import forced_changes, frozen
from rbc_events.scheduling.engine.instance import Instance, State
from rbc_events.scheduling.engine.naming import name_changes, name_meetings
from rbc_events.scheduling.engine.search import Search
from rbc_events.scheduling.json_form import input_hash
from rbc_events.scheduling.plan import MAXIMISED, Certificate, Conflict, Dual, Level, Plan, Progress
from rbc_events.scheduling.problem import Problem

DEFAULT_SECONDS = 60.0
EXACT_SIZE = 4_000
"""Meeting and slot pairs up to which CP-SAT gets the whole problem in one model, to prove a level."""

ANNEALED = ("breaks", "changes", "inconvenience")
CONSTANT = frozenset({"must_haves", "weight", "floors"})
"""Levels that have the same value in every plan that holds all requests."""
HOPELESS = 0.1
"""The share of its time that a level gets where must-haves can't all be held: the reason is wanted, not the plan."""
METHODS = {"counting": "kernel-counting", "SAT refutation": "sat-refutation"}
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
        self.search = Search(self.instance, State.empty(len(problem.requests)), seed=seed, workers=workers)
        self.levels: list[Level] = []
        self.conflict = Conflict()
        self.bounds: dict[str, Bound] = {}
        self.suspects: tuple[str, ...] = ()
        self.settled: frozenset[str] = frozenset()

    def plan(self, digest: str) -> Plan:
        """Optimise, and name the result; `digest` is the input's hash."""
        order = ["must_haves", *(name for name in self.problem.levels if name != "must_haves")]
        if not (self.problem.standing and order[1:2] == ["changes"] and self._plan_around_standing(order)):
            self._optimise(order)
        return self._named(order, digest)

    def _optimise(self, order: list[str]) -> None:
        self._begin(order)
        for position, name in enumerate(order):
            if name != "table_changes":
                kept = [level.name for level in self.levels]
                self.levels.append(self._level(name, kept, 1 / (len(order) - position)))
            if name == "must_haves" and self._status() == "infeasible":
                from rbc_events.scheduling.conflict import conflict  # here: CP-SAT takes half a second to load

                self.conflict = conflict(self.problem, self.budget.part(0.5), self.suspects)

    def _plan_around_standing(self, order: list[str]) -> bool:
        """Where all that can stay can stay together, hold it fast and optimise what is left. Whether that was so.

        The forced changes are then the fewest, every plan with so few keeps exactly the rest, and the bounds of the
        smaller problem hold for this one.
        """
        around = _Run(
            frozen(self.instance), self.seed, self.workers, self.budget.part(0.95), self.should_stop, self.on_progress
        )
        around._optimise(["must_haves", *(name for name in around.problem.levels if name != "must_haves")])
        state = around.search.state
        if around.search.value("must_haves") < sum(around.instance.must):
            return False
        self.search.state = kernels.with_standing_pools(self.instance, state)
        forced = len(forced_changes(self.instance))
        if self.search.value("changes") > forced:
            return False
        must = Level("must_haves", self.search.value("must_haves"), self._trivial("must_haves"), "trivial")
        changes = Level("changes", forced, forced, "counting")
        others = {level.name: level for level in around.levels}
        self.levels = [
            {"must_haves": must, "changes": changes}.get(name) or others[name]
            for name in order
            if name in others or name == "changes"
        ]
        return True

    # The kernels

    def _begin(self, order: list[str]) -> None:
        """Let the kernel that knows this kind of problem find the first plan and bounds."""
        if all(self.instance.must) and "breaks" in order and CONSTANT.issuperset(order[: order.index("breaks")]):
            problem = kernels.breaks_problem(self.instance)
            if problem is not None:
                self._fewest_breaks(problem)
        if "weight" in order and "breaks" not in self.bounds and self.problem.requests:
            self._most_weight(order)
        elif not any(slot >= 0 for slot in self.search.state.slot):
            self.search.state = greedy(self.instance)

    def _most_weight(self, order: list[str]) -> None:
        task = kernels.weight_task(self.instance)
        again = bool(self.problem.standing) and task.exact and few_changes_after_weight(order)
        share = 0.3 if not task.exact else 0.95 if order[-1] == ("changes" if again else "weight") else 0.5
        result = self._weigh(task, self.budget.part(share), again=again)
        self.search.state = kernels.state_of(self.instance, task, result.slot.tolist(), result.interpreter.tolist())
        self._bounds_of_weight(task, result)
        if task.exact and order[1] == "weight":
            self.settled = frozenset({"must_haves", "weight"})

    def _weigh(self, task: kernels.WeightTask, budget: Budget, *, again: bool) -> weight.WeightResult:
        """Let the kernel begin from what stands; `again`: and give up as little of it as the weight needs."""
        start = kernels.weight_start(task, greedy(self.instance)) if self.problem.standing else None
        find: Callable[..., weight.WeightResult] = weight.solve
        if again:
            find = partial(weight.make_again, standing=kernels.standing_of(self.instance, task))
        result = find(
            task.problem,
            seed=self.seed,
            time_limit=budget.seconds,
            work=budget.work,
            workers=self.workers,
            start=start,
            on_progress=lambda value, bound, _: self._report_weight(value, bound, task.must),
            should_stop=self.should_stop,
        )
        budget.spend(result.work)
        return result

    def _bounds_of_weight(self, task: kernels.WeightTask, result: weight.WeightResult) -> None:
        required = sum(self.instance.must)
        dual = kernels.weight_dual(self.instance, task.crews, result.dual)
        if task.must:
            scaled = replace(dual, denominator=dual.denominator * task.must)
            self.bounds["must_haves"] = Bound(min(floor(result.bound) // task.must, required), "lp-dual", scaled)
        if self.search.value("must_haves") == required:
            unit = gcd(*(request.weight for request in self.problem.requests)) or 1
            bound = floor(result.bound - task.must * required) // unit * unit
            self.bounds["weight"] = Bound(bound, "lp-dual", dual)
            if result.prices is not None:
                stay = weight.most_staying(
                    task.problem, kernels.standing_of(self.instance, task), result.prices, result.value
                )
                dual = kernels.staying_dual(self.instance, task.crews, result.prices)
                self.bounds["changes"] = Bound(len(self.instance.standing) - stay, "lp-dual", dual)

    def _report_weight(self, value: int, bound: int, must: int) -> None:
        """Report what of the kernel's value and bound is weight, a must-have counting `must` more."""
        held = value // must if must else 0
        self._report("weight", bound - held * must, value - held * must)

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
            counted = bounds.counting("must_haves", Timetable(self.problem, ()))
            if counted is not None and counted < required:
                self.bounds["must_haves"] = Bound(counted, "counting")
            else:
                self.bounds["must_haves"] = Bound(required - 1, method)
            self.suspects = tuple(self.problem.requests[m].id for rule in result.reason for m in rule.meetings)
        self.bounds["breaks"] = Bound(result.bound, method)
        if result.slots is not None:
            self.search.state = kernels.with_pools(self.instance, result.slots, [-1] * required)

    # The levels

    def _level(self, name: str, kept: list[str], share: float) -> Level:
        bound = self._first_bound(name)
        budget = self.budget.part(share * HOPELESS if self._hopeless() else share)
        if not self._reached(name, bound) and int(self.instance.allowed.sum()) <= EXACT_SIZE:
            outcome = self.search.exactly(name, kept, budget.part(0.3))
            if outcome.bound is not None and tighter(name, outcome.bound, bound.value):
                bound = Bound(outcome.bound, "cp-sat")
            self._report(name, bound.value)
        if not self._reached(name, bound) and name in ANNEALED:
            self._anneal(name, kept, budget.part(0.7), bound)
        if not self._reached(name, bound):
            self.search.improve(name, kept, budget, bound.value, lambda: self._report(name, bound.value))
        return Level(name, self.search.value(name), bound.value, bound.method, bound.dual)

    def _reached(self, name: str, bound: Bound) -> bool:
        """Whether a level needs no more search: at its bound, settled by a kernel, or out of budget."""
        return self.search.value(name) == bound.value or name in self.settled or self.budget.over

    def _anneal(self, name: str, kept: list[str], budget: Budget, bound: Bound) -> None:
        from rbc_events.scheduling.engine import annealing  # here: numba takes half a second to load

        if not annealing.can_anneal(self.instance):
            return

        def report(state: State) -> None:
            self._report(name, bound.value, values.value(self.instance, name, state))

        self.search.state = annealing.improve(
            self.instance,
            self.search.state,
            name,
            kept,
            budget,
            seed=self.seed,
            target=bound.value,
            report=report,
        )

    def _hopeless(self) -> bool:
        """Whether it is known that not all must-haves can be held."""
        known = self.bounds.get("must_haves")
        return known is not None and known.value < sum(self.instance.must)

    def _first_bound(self, name: str) -> Bound:
        """The best of what is known without searching."""
        best = Bound(self._trivial(name), "trivial")
        for bound in (self.bounds.get(name), self._counted(name)):
            if bound is not None and tighter(name, bound.value, best.value):
                best = bound
        return best

    def _counted(self, name: str) -> Bound | None:
        if name == "changes":
            return Bound(counting.fewest_changes(self.instance), "counting")
        if name == "floors":
            return Bound(counting.fewest_missing(self.instance), "counting")
        return None

    def _trivial(self, name: str) -> int:
        if name not in MAXIMISED:
            return 0
        possible = [bool(row.any()) for row in self.instance.allowed]
        if name == "must_haves":
            return sum(must and can for must, can in zip(self.instance.must, possible, strict=True))
        return sum(request.weight for request, can in zip(self.problem.requests, possible, strict=True) if can)

    def _report(self, name: str, bound: int | None, value: int | None = None) -> None:
        if self.on_progress is not None:
            value = self.search.value(name) if value is None else value
            self.on_progress(Progress(name, value, bound, self.budget.share_used))

    # The end

    def _named(self, order: list[str], digest: str) -> Plan:
        state = self.search.state
        numbers = placing.place(self.instance, state)
        meetings = name_meetings(self.instance, state, numbers)
        changes = name_changes(self.problem.standing, meetings)
        counted = {level.name: self.search.value(level.name) for level in self.levels}  # a later level may have helped
        counted |= {
            "table_changes": placing.table_changes(self.instance, state, numbers),
            "changes": sum(change.kind != "added" for change in changes),
        }
        levels = {level.name: replace(level, value=counted.get(level.name, level.value)) for level in self.levels}
        levels.setdefault("table_changes", Level("table_changes", counted["table_changes"], 0, "trivial"))
        self.levels = [levels[name] for name in order]
        left_out = tuple(r.id for r, s in zip(self.problem.requests, state.slot, strict=True) if s < 0)
        return Plan(meetings, left_out, changes, self._certificate(digest))

    def _status(self) -> str:
        must, required = self.levels[0], sum(self.instance.must)
        if must.value < required:
            return "infeasible" if must.bound is not None and must.bound < required else "unknown"
        return "optimal" if all(level.proved for level in self.levels) else "feasible"

    def _certificate(self, digest: str) -> Certificate:
        return Certificate(
            self._status(),
            tuple(self.levels),
            digest,
            self.seed,
            self.budget.used,
            round(self.budget.elapsed, 3),
            versions(),
            self.conflict.reasons,
            self.conflict.minimal,
        )


def few_changes_after_weight(order: list[str]) -> bool:
    """Whether changes come after weight, with nothing but floors in between."""
    return order[1] == "weight" and [name for name in order[2:4] if name != "floors"][:1] == ["changes"]


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
