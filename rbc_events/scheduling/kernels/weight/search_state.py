"""What a run of the weight search knows: the plan in the making, the bound, and what it has spent."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

import numpy as np

from rbc_events.scheduling.kernels.weight.certificate import Dual, plan_bound
from rbc_events.scheduling.kernels.weight.lp_bounds import no_bound, slot_bound
from rbc_events.scheduling.kernels.weight.problem import Ints, WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Prices
from rbc_events.scheduling.parameters import PARAMS


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
    prices       with a standing plan: what proves how many meetings can stay, where that is known
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
    prices: Prices | None = None


@dataclass
class SearchState:
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
    def proved(self) -> bool:
        """Whether no plan is worth more."""
        return self.value >= plan_bound(self.problem, self.bound)

    @property
    def limited(self) -> bool:
        """Whether time or work is limited."""
        return self.time_limit is not None or self.work_limit is not None

    def spent(self) -> bool:
        """Whether time or work have run out, or the caller wants the run to end."""
        if self.time_limit is not None and self.seconds >= self.time_limit:
            return True
        if self.work_limit is not None and self.work >= self.work_limit:
            return True
        return self.should_stop is not None and self.should_stop()

    def count(self, iterations: int) -> None:
        """Count the work of a programme that took so many iterations of the simplex method."""
        self.work += 1 + max(iterations, 0) // PARAMS.weight.iterations

    def over(self) -> bool:
        """Whether to end: spent, or nothing better is possible."""
        return self.exhausted or self.spent() or self.proved

    def report(self) -> None:
        """Tell the caller value, bound and seconds."""
        if self.on_progress is not None:
            self.on_progress(self.value, plan_bound(self.problem, self.bound), self.seconds)

    def tighten(self, found: tuple[Fraction, Dual] | None) -> None:
        """Keep a bound if it is better than the one so far."""
        if found is not None and found[0] < self.bound:
            self.bound, self.dual = found

    def tighten_by_slots(self) -> None:
        """The slower bound, where the problem is small enough for it and not proved yet."""
        size = int(self.problem.starts.sum())
        if self.over() or size > PARAMS.weight.slot_options:
            return
        left = self.seconds_left
        self.tighten(slot_bound(self.problem, None if left is None or self.work_limit is not None else left / 3))
        self.work += size // 100
        self.report()

    @property
    def slots_matter(self) -> bool:
        """Whether the programme that forgets the slots may be loose, so that the slower one is worth its time early."""
        problem = self.problem
        if problem.starts.sum() <= PARAMS.weight.few_options:
            return True
        return problem.interpreters is not None or problem.length is not None or problem.most_per_day is not None

    def result(self, prices: Prices | None = None) -> WeightResult:
        """The plan in the making, as the run's result."""
        self.report()
        return WeightResult(
            slot=self.slot,
            interpreter=self.interpreter,
            value=self.value,
            bound=self.bound,
            dual=self.dual,
            proved=self.proved,
            exhausted=self.exhausted,
            work=self.work,
            seconds=self.seconds,
            prices=prices,
        )
