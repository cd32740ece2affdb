"""A SAT solver that can be asked for a little at a time, so that the clock, the work and the caller are heard."""

from collections.abc import Iterable

import pysolvers
from pysat.solvers import Solver

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks.cnf import Formula
from rbc_events.scheduling.parameters import PARAMS

_OPTIONS = {"cadical153": {"stabilizeonly": 1, "rephaseint": 50, "walk": 0, "probe": 0}}
"""How CaDiCaL searches: steadily from the first conflict, with the values that a variable is given first reconsidered
often. By default each call begins with restarts in quick succession and with that order of values from its start, so
that a search that is asked for slice by slice never gets beyond both, and takes twice as long to a timetable."""


class OutOfBudget(Exception):
    """The time or the work is up, or the caller wants the run to end."""


class Oracle:
    """An incremental solver over a formula that may grow; every answer's conflicts are spent from the budget.

    conflicts  so many so far
    """

    def __init__(self, formula: Formula, budget: Budget, *, name: str = "cadical153") -> None:
        self.formula = formula
        self.budget = budget
        self._solver = Solver(name=name)
        if name in _OPTIONS:
            self._solver.configure(_OPTIONS[name])
        self._sent = 0
        self.conflicts = 0

    def solve(self, assumptions: Iterable[int] = ()) -> bool:
        """Whether a model under the assumptions exists. Raises OutOfBudget."""
        wanted = list(assumptions)
        while True:
            answer = self.attempt(wanted)
            if answer is not None:
                return answer

    def attempt(self, assumptions: list[int], conflicts: int | None = None) -> bool | None:
        """The same, or None where so many conflicts, or those of about a second, didn't decide it."""
        if self.budget.over:
            raise OutOfBudget
        for clause in self.formula.clauses[self._sent :]:
            self._solver.add_clause(clause)
        self._sent = len(self.formula.clauses)
        self._solver.conf_budget(
            min(conflicts or self._slice(), PARAMS.breaks.conflicts_per_step * self.budget.work_left)
        )
        try:
            answer: bool | None = self._solver.solve_limited(assumptions=assumptions)
        except pysolvers.error:  # which is what it makes of Ctrl-C
            raise KeyboardInterrupt from None
        self._spend()
        return answer

    def model(self) -> list[int]:
        """The model after a yes: position v - 1 holds v or -v."""
        model: list[int] = self._solver.get_model()
        return model

    def core(self) -> list[int]:
        """After a no: assumptions that can't hold together."""
        return list(self._solver.get_core() or [])

    def delete(self) -> None:
        """Give the solver's memory back."""
        self._solver.delete()

    def _slice(self) -> int:
        """Conflicts for about a second, by what those so far took, which is counted and the same on every machine."""
        stats = self._solver.accum_stats()
        likely = PARAMS.breaks.propagations * stats["conflicts"] // max(stats["propagations"], 1)
        return (
            min(max(likely, PARAMS.breaks.shortest_slice), PARAMS.breaks.longest_slice)
            if stats["conflicts"]
            else PARAMS.breaks.longest_slice
        )

    def _spend(self) -> None:
        conflicts = self._solver.accum_stats()["conflicts"]
        steps = conflicts // PARAMS.breaks.conflicts_per_step - self.conflicts // PARAMS.breaks.conflicts_per_step
        self.budget.spend(steps)
        self.conflicts = conflicts
