"""The first plan, and first bounds: from the kernel that knows this kind of problem, else from a greedy hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from math import floor, gcd

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels import adapters, breaks, weight
from rbc_events.scheduling.kernels.breaks import BreaksProblem
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.solving.construction import greedy
from rbc_events.scheduling.solving.counting_bounds import most_held
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives import BREAKS_KERNEL, OPTIMISED, value
from rbc_events.scheduling.solving.objectives.changes import kept
from rbc_events.scheduling.solving.solution import Solution

METHODS = {"counting": "kernel-counting", "SAT refutation": "sat-refutation"}
"""The certificate's words for the methods of the kernel `breaks`."""
Report = Callable[[str, int, int | None], None]
"""Told a level, its bound and its value."""


@dataclass(frozen=True)
class Bound:
    """What no plan can pass on a level, and how that is known."""

    value: int
    method: str
    dual: Dual | None = None


@dataclass
class Beginning:
    """What the levels begin with.

    solution     the plan
    bounds    by level
    settled   levels that the kernel has optimised under all rules
    suspects  requests that can't all be held together, where they are known
    """

    solution: Solution
    bounds: dict[str, Bound] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    suspects: tuple[str, ...] = ()


@dataclass
class Kernels:
    """Asks the kernel that knows a kind of problem; `order` are the levels, must-haves first."""

    instance: Instance
    order: list[str]
    budget: Budget
    seed: int
    workers: int
    should_stop: Callable[[], bool] | None
    report: Report

    def __post_init__(self) -> None:
        self.found = Beginning(Solution.empty(len(self.instance.parties_of)))

    def begin(self) -> Beginning:
        """The first plan and bounds."""
        instance, order, found = self.instance, self.order, self.found
        if all(instance.must) and "breaks" in order and BREAKS_KERNEL.takes("breaks", order[: order.index("breaks")]):
            problem = adapters.breaks_problem(instance)
            if problem is not None:
                self._fewest_breaks(problem)
        if "weight" in order and "breaks" not in found.bounds and instance.parties_of:
            self._most_weight()
        elif not any(slot >= 0 for slot in found.solution.slot):
            found.solution = greedy(instance, self.budget)
        return found

    def _most_weight(self) -> None:
        task, order = adapters.weight_task(self.instance), self.order
        again = bool(self.instance.standing) and order[1] == "weight" and "changes" in order[2:]
        last = order[-1] == ("changes" if again else "weight")
        share = self._share_for_bound if not task.exact else 0.92 if last else 0.5
        result = self._weigh(task, self.budget.part(share), again=again)
        self.found.solution = adapters.solution_of(
            self.instance, task, result.slot.tolist(), result.interpreter.tolist(), self.budget.part(0.5)
        )
        if not task.exact:
            begun = greedy(self.instance, self.budget.part(0.5))
            self.found.solution = begun if self._stands(begun) else max(self.found.solution, begun, key=self._worth)
        self._bounds_of_weight(task, result)
        if task.exact and order[1] == "weight":
            self.found.settled = frozenset({"must_haves", "weight"})

    @property
    def _share_for_bound(self) -> float:
        """Of a kernel that leaves rules out, whose plan is only begun with: enough time for its bound."""
        return 0.1 if self.budget.work is not None else max(0.1, min(0.3, 1 / max(self.budget.seconds_left, 0.1)))

    def _stands(self, solution: Solution) -> bool:
        """Whether most of the standing plan is in a solution, and is most of it: then it is improved, not made anew."""
        staying = sum(kept(self.instance, solution, r) for r in self.instance.standing)
        return staying > 0 and staying >= PARAMS.run.standing_share * max(
            len(self.instance.standing), sum(slot >= 0 for slot in solution.slot)
        )

    def _worth(self, solution: Solution) -> list[int]:
        """A solution's values in the levels' order, more of each being better."""
        wanted = (OPTIMISED[name] for name in self.order if name in OPTIMISED)
        return [(1 if level.maximised else -1) * level.value(self.instance, solution) for level in wanted]

    def _weigh(self, task: adapters.WeightTask, budget: Budget, *, again: bool) -> weight.WeightResult:
        """Let the kernel begin from what stands; `again`: and give up as little of it as the weight needs."""
        start = (
            adapters.weight_start(task, greedy(self.instance, self.budget.part(0.5)))
            if self.instance.problem.standing
            else None
        )
        find: Callable[..., weight.WeightResult] = weight.solve
        if again:
            find = partial(weight.make_again, standing=adapters.standing_of(self.instance, task))
        result = find(
            task.problem,
            seed=self.seed,
            time_limit=budget.seconds,
            work=budget.work,
            workers=self.workers,
            start=start,
            on_progress=lambda value, bound, _: self._report_weight(value, bound, task),
            should_stop=self.should_stop,
        )
        budget.spend(result.work)
        return result

    def _bounds_of_weight(self, task: adapters.WeightTask, result: weight.WeightResult) -> None:
        required = sum(self.instance.must)
        dual = adapters.weight_dual(self.instance, task.crews, result.dual)
        if task.must:
            scaled = replace(dual, denominator=dual.denominator * task.must)
            self.found.bounds["must_haves"] = Bound(min(floor(result.bound) // task.must, required), "lp-dual", scaled)
        if value(self.instance, "must_haves", self.found.solution) == required:
            unit = gcd(*(request.weight for request in self.instance.problem.requests)) or 1
            bound = floor(result.bound - task.must * required) // unit * unit
            self.found.bounds["weight"] = Bound(bound, "lp-dual", dual)
            if result.prices is not None:
                standing = adapters.standing_of(self.instance, task)
                held = value(self.instance, "weight", self.found.solution) + task.must * required
                stay = weight.most_staying(task.problem, standing, result.prices, held)
                dual = adapters.staying_dual(self.instance, task.crews, result.prices)
                self.found.bounds["changes"] = Bound(len(self.instance.standing) - stay, "lp-dual", dual)

    def _report_weight(self, value: int, bound: int, task: adapters.WeightTask) -> None:
        """Report what of the kernel's value and bound is weight, a must-have counting `task.must` more.

        The value of a kernel that leaves rules out is nobody's yet: the plan that keeps all of them may be worth less.
        """
        held = value // task.must if task.must else 0
        self.report("weight", bound - held * task.must, value - held * task.must if task.exact else None)

    def _fewest_breaks(self, problem: BreaksProblem) -> None:
        budget = self.budget.part(0.8)
        required = sum(self.instance.must)
        result = breaks.solve(
            problem,
            fairness=self.instance.problem.fairness,
            seed=self.seed,
            time_limit=budget.seconds,
            work=budget.work,
            workers=self.workers,
            on_progress=lambda value, bound: self.report("breaks", bound, value),
            should_stop=self.should_stop,
        )
        budget.spend(result.work)
        method = METHODS.get(result.method, "trivial")
        if result.status == "infeasible":
            counted = most_held(self.instance)
            if counted < required:
                self.found.bounds["must_haves"] = Bound(counted, "counting")
            else:
                self.found.bounds["must_haves"] = Bound(required - 1, method)
            self.found.suspects = tuple(
                self.instance.problem.requests[m].id for rule in result.reason for m in rule.meetings
            )
        self.found.bounds["breaks"] = Bound(result.bound, method, adapters.slot_prices(self.instance, result))
        if result.slots is not None:
            self.found.solution = adapters.with_pools(self.instance, result.slots, [-1] * required)
