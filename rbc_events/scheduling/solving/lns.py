"""Large neighbourhood search: free some requests, let CP-SAT place them best, keep what is no worse."""

import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives import OPTIMISED, value
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.solver import Outcome


class LargeNeighbourhoodSearch:
    """Improves a solution level by level; `kept` are the levels that must not get worse."""

    def __init__(self, instance: Instance, solution: Solution, *, seed: int, workers: int = 1) -> None:
        self.instance = instance
        self.solution = solution
        self.random = random.Random(seed)  # noqa: S311
        self.seed = seed
        self.workers = workers
        self.size = PARAMS.neighbourhoods.size
        self.late = 0.0
        """Seconds by which the last neighbourhood ended late, or that its model took to write, if that is more."""
        self.reduced_costs: NDArray[np.float64] | None = None
        """float[requests, slots]: what a request loses in a slot by the prices of the bound, where they are known."""
        weights = [request.weight for request in instance.problem.requests]
        self.slack = PARAMS.neighbourhoods.slack * sum(weights) / max(len(weights), 1)

    def value(self, level: str) -> int:
        return value(self.instance, level, self.solution)

    def exactly(self, level: str, kept: Iterable[str], budget: Budget) -> "Outcome":
        """Let CP-SAT have the whole problem; the solution improves if it finds a better one."""
        return self._optimise(range(len(self.solution.slot)), None, level, kept, budget)

    def _optimise(
        self,
        free: Iterable[int],
        domain: frozenset[int] | None,
        level: str,
        kept: Iterable[str],
        budget: Budget,
        beside: str | None = None,
    ) -> "Outcome":
        """Let CP-SAT place the free requests, within the slots of a domain; the solution becomes what it finds."""
        from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
        from rbc_events.scheduling.solving.cp_sat.solver import optimise  # loads OR-Tools

        begun = budget.elapsed
        model = CpSatModel(self.instance, self.solution, free, domain)
        self.late = budget.elapsed - begun
        seed = self.random.randrange(2**30)
        outcome = optimise(model, level, kept, budget, seed=seed, workers=self.workers, beside=beside)
        if outcome.solution is not None:
            self.solution = outcome.solution
        return outcome

    def improve(
        self, level: str, kept: Iterable[str], budget: Budget, target: int | None, report: Callable[[], None]
    ) -> None:
        """Search neighbourhoods until the level reaches `target` or the budget is spent."""
        kept = tuple(kept)
        others = [name for name in self.instance.problem.levels if name not in (level, *kept)]
        beside = next((name for name in others if name in OPTIMISED and OPTIMISED[name].most is not None), None)
        while not budget.over and self._in_time(budget) and self.value(level) != target:
            free, domain = self._neighbourhood(level)
            if not free:
                budget.spend(1)
                continue
            step = budget.part(1.0)
            step.seconds = None if step.seconds is None else min(step.seconds, 2.0)
            step.work = None if step.work is None else min(step.work, 100)
            outcome = self._optimise(free, domain, level, kept, step, beside)
            if step.seconds is not None:
                self.late = max(self.late, step.elapsed - step.seconds)
            self.size = min(self.size * 11 // 10 + 1, 2000) if outcome.complete else max(self.size * 3 // 4, 8)
            report()

    def _in_time(self, budget: Budget) -> bool:
        """Whether another neighbourhood would end in time."""
        return budget.work is not None or budget.seconds_left > self.late

    # Neighbourhoods

    def _neighbourhood(self, level: str) -> tuple[list[int], frozenset[int] | None]:
        if self.random.random() < OPTIMISED[level].by_slots:
            return self._some_slots(level)
        return self._some_parties(level)

    def _some_slots(self, level: str) -> tuple[list[int], frozenset[int]]:
        """The meetings of a few slots, and requests left out that could be held in them."""
        slots = list(range(len(self.instance.slots)))
        if self.random.random() < 0.5:  # neighbours, of which runs and rests are made
            first = self.random.choice(slots)
            slots = slots[first:] + slots[:first]
        else:
            self.random.shuffle(slots)
        held, chosen = 0, set()
        for t in slots:
            chosen.add(t)
            held += sum(s == t for s in self.solution.slot)
            if len(chosen) >= 2 and held >= self.size:
                break
        free = [r for r, s in enumerate(self.solution.slot) if s in chosen]
        promising = self.instance.allowed[:, sorted(chosen)]
        if level == "weight" and self.reduced_costs is not None:
            promising = promising & (self.reduced_costs[:, sorted(chosen)] < self.slack)
        waiting = [r for r in np.flatnonzero(promising.any(axis=1)).tolist() if self.solution.slot[r] < 0]
        self.random.shuffle(waiting)
        return free + waiting[: 4 * self.size], frozenset(chosen)

    def _some_parties(self, level: str) -> tuple[list[int], frozenset[int] | None]:
        """All requests of a few parties that know one another, beginning where the level hurts; in any slot, or in some
        where there are too many for one model."""
        queue = [self._begin(level)]
        seen = set(queue)
        free: set[int] = set()
        while queue and len(free) < self.size:
            p = queue.pop(self.random.randrange(len(queue)))
            free.update(self.instance.requests_of[p])
            near = {q for r in self.instance.requests_of[p] for q in self.instance.parties_of[r]} - seen
            chosen = self.random.sample(sorted(near), min(3, len(near)))
            seen.update(chosen)
            queue.extend(chosen)
        slots = range(len(self.instance.slots))
        domain = (
            frozenset(self.random.sample(slots, PARAMS.neighbourhoods.many_slots))
            if len(slots) > PARAMS.neighbourhoods.many_slots
            else None
        )
        return sorted(free)[: 3 * self.size], domain

    def _begin(self, level: str) -> int:
        parties = range(len(self.instance.problem.parties))
        return self.random.choice(list(OPTIMISED[level].hurt(self.instance, self.solution)) or parties)
