"""Large neighbourhood search: free some requests, let CP-SAT place them best, keep what is no worse."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from rbc_events.scheduling.budget import STEP, Budget
from rbc_events.scheduling.engine import values
from rbc_events.scheduling.engine.instance import Instance, State
from rbc_events.scheduling.engine.model import Model
from rbc_events.scheduling.plan import MAXIMISED

SIZE = 120
"""Requests that a neighbourhood frees to begin with; it grows while they are solved to the end and shrinks when not."""


@dataclass
class Outcome:
    """What CP-SAT made of a model: a state or none, and whether nothing better exists (or nothing at all)."""

    state: State | None
    complete: bool
    bound: int | None


class Search:
    """Improves a state level by level; `kept` are the levels that must not get worse."""

    def __init__(self, instance: Instance, state: State, *, seed: int, workers: int = 1) -> None:
        self.instance = instance
        self.state = state
        self.random = random.Random(seed)  # noqa: S311
        self.seed = seed
        self.workers = workers
        self.size = SIZE

    def value(self, level: str) -> int:
        return values.value(self.instance, level, self.state)

    def solve(self, model: Model, level: str, kept: Iterable[str], budget: Budget) -> Outcome:
        """Optimise one level of a model while the kept ones stay at least as good as in the state it began from."""
        base = _contribution(self.instance, model)
        for name in kept:
            expression = model.level(name)
            if not isinstance(expression, int):
                model.cp.add(expression >= base(name) if name in MAXIMISED else expression <= base(name))
        objective = model.level(level)
        if level in MAXIMISED:
            model.cp.maximize(objective)
        else:
            model.cp.minimize(objective)
        model.hint()
        solver = self._solver(budget)
        status = solver.solve(model.cp)
        budget.spend(max(1, round(solver.response_proto.deterministic_time / STEP)))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            bound = round(solver.best_objective_bound)
            offset = self.value(level) - base(level)
            return Outcome(model.read(solver), status == cp_model.OPTIMAL, bound + offset)
        return Outcome(None, status == cp_model.INFEASIBLE, None)

    def _solver(self, budget: Budget) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = self.workers
        parameters.random_seed = self.random.randrange(2**30)
        parameters.linearization_level = 2
        if budget.work is not None:
            parameters.interleave_search = self.workers > 1
            parameters.max_deterministic_time = max(budget.work_left * STEP, STEP)
        else:
            parameters.max_time_in_seconds = max(budget.seconds_left, 0.01)
        return solver

    def exactly(self, level: str, kept: Iterable[str], budget: Budget) -> Outcome:
        """Let CP-SAT have the whole problem; the state improves if it finds a better one."""
        outcome = self.solve(Model(self.instance, self.state, range(len(self.state.slot))), level, kept, budget)
        if outcome.state is not None:
            self.state = outcome.state
        return outcome

    def improve(
        self, level: str, kept: Iterable[str], budget: Budget, target: int | None, report: Callable[[], None]
    ) -> None:
        """Search neighbourhoods until the level reaches `target` or the budget is spent."""
        kept = tuple(kept)
        while not budget.over and self.value(level) != target:
            free, domain = self._neighbourhood(level)
            if not free:
                budget.spend(1)
                continue
            step = budget.part(1.0)
            step.seconds = None if step.seconds is None else min(step.seconds, 2.0)
            step.work = None if step.work is None else min(step.work, 100)
            outcome = self.solve(Model(self.instance, self.state, free, domain), level, kept, step)
            if outcome.state is not None:
                self.state = outcome.state
            self.size = min(self.size * 11 // 10 + 1, 2000) if outcome.complete else max(self.size * 3 // 4, 8)
            report()

    # Neighbourhoods

    def _neighbourhood(self, level: str) -> tuple[list[int], frozenset[int] | None]:
        if self.random.random() < (0.5 if level == "breaks" else 0.9):
            return self._some_slots()
        return self._some_parties(level)

    def _some_slots(self) -> tuple[list[int], frozenset[int]]:
        """The meetings of a few slots, and requests left out that could be held in them."""
        slots = list(range(len(self.instance.slots)))
        self.random.shuffle(slots)
        held, chosen = 0, set()
        for t in slots:
            chosen.add(t)
            held += sum(s == t for s in self.state.slot)
            if len(chosen) >= 2 and held >= self.size:
                break
        free = [r for r, s in enumerate(self.state.slot) if s in chosen]
        waiting = [r for r, s in enumerate(self.state.slot) if s < 0 and self.instance.allowed[r, list(chosen)].any()]
        self.random.shuffle(waiting)
        return free + waiting[: 4 * self.size], frozenset(chosen)

    def _some_parties(self, level: str) -> tuple[list[int], None]:
        """All requests of a few parties that know one another, beginning where the level hurts."""
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
        return sorted(free)[: 3 * self.size], None

    def _begin(self, level: str) -> int:
        parties = range(len(self.instance.problem.parties))
        if level == "breaks":
            hurt = [p for p, n in enumerate(values.breaks(self.instance, self.state)) if n]
            if hurt:
                return self.random.choice(hurt)
        return self.random.choice(parties)


def _contribution(instance: Instance, model: Model) -> Callable[[str], int]:
    """What the free requests and touched parties of a model contribute to a level in the state that it began from."""
    free = set(model.free)
    touched = model.touched

    def of(level: str) -> int:
        state = model.state
        if level == "breaks":
            counted = values.breaks(instance, state)
            return sum(counted[p] for p in touched)
        if level == "floors":
            return values.floors(instance, state, touched)
        if level == "changes":
            return sum(1 for r in instance.standing if r in free and not values.kept(instance, state, r))
        if level == "inconvenience":
            return values.inconvenience(instance, state)
        return _sum_over(instance, level, state, free)

    return of


def _sum_over(instance: Instance, level: str, state: State, free: set[int]) -> int:
    part = State([s if r in free else -1 for r, s in enumerate(state.slot)], state.pool, state.interpreter)
    return values.value(instance, level, part)
