"""From below: the least number of breaks by unsatisfiable cores (OLL).

Everybody is assumed to have no break. A core is a set of parties of whom one at least must have one: it raises the
bound by one. From then on its parties may have a break each, together one only, until a further core says otherwise.

Morgado, Dodaro, Marques-Silva, "Core-Guided MaxSAT with Soft Cardinality Constraints", CP 2014; Ignatiev, Morgado,
Marques-Silva, "RC2: an Efficient MaxSAT Solver", JSAT 11 (2019) 53-64, for the exhaustion of cores.
"""

from collections.abc import Callable

from rbc_events.scheduling.breaks.check import weighted_breaks
from rbc_events.scheduling.breaks.model import Model
from rbc_events.scheduling.breaks.oracle import Oracle

_CONFLICTS_OF_A_TRIAL = 1_000
"""Conflicts for the question whether the parties of a core need one more break still."""


class CoreGuided:
    """Search state that outlives an interruption: `slots` and `breaks` of the best timetable, `bound` below."""

    def __init__(self, model: Model, oracle: Oracle, report: Callable[[int, int], None]) -> None:
        self.model = model
        self.oracle = oracle
        self.slots: tuple[int, ...] | None = None
        self.breaks: int | None = None
        self.bound = 0
        self._report = report
        self._weights: dict[int, int] = {}  # assumed literal: what it costs to give it up
        self._next: dict[int, tuple[list[int], int]] = {}  # literal: the outputs it comes from, the index of the next
        for party, more_than in enumerate(model.breaks):
            if more_than:
                self._assume(more_than, 0, model.problem.weight(party))

    def first(self) -> bool:
        """Any timetable at all; False proves that there's none. Raises OutOfBudget."""
        return self._solve([])

    def run(self) -> None:
        """Until the bound meets the best timetable. Raises OutOfBudget."""
        while self.breaks is None or self.bound < self.breaks:
            if self._solve(list(self._weights)):
                self._raise_bound(self.breaks - self.bound if self.breaks is not None else 0)
                return
            self._relax(self.oracle.core())

    def _solve(self, assumptions: list[int]) -> bool:
        found = self.oracle.solve(assumptions)
        if found:
            self._keep()
        return found

    def _keep(self) -> None:
        slots = self.model.slots(self.oracle.model())
        breaks = weighted_breaks(self.model.problem, slots)
        if self.breaks is None or breaks < self.breaks:
            self.slots, self.breaks = slots, breaks
            self._report(breaks, self.bound)

    def _raise_bound(self, by: int) -> None:
        if by:
            self.bound += by
            if self.breaks is not None:
                self._report(self.breaks, self.bound)

    def _assume(self, outputs: list[int], index: int, weight: int) -> None:
        literal = -outputs[index]
        self._weights[literal] = self._weights.get(literal, 0) + weight
        self._next[literal] = (outputs, index + 1)

    def _relax(self, core: list[int]) -> None:
        """Raise the bound by the core's weight; allow more to each of its literals, and to all of them but one more."""
        weight = min(self._weights[literal] for literal in core)
        for literal in core:
            self._lower(literal, weight)
        self.oracle.formula.add(*(-literal for literal in core))
        self._raise_bound(weight)
        if len(core) > 1:
            outputs = self.oracle.formula.count([-literal for literal in core])
            self._assume(outputs, 1, weight)
            self._exhaust(-outputs[1], weight)

    def _exhaust(self, literal: int, weight: int) -> None:
        """Raise the bound again at once where the parties of the core need still more breaks."""
        while literal in self._weights and self.oracle.attempt([literal], _CONFLICTS_OF_A_TRIAL) is False:
            outputs, index = self._next[literal]
            self._lower(literal, weight)
            self.oracle.formula.add(-literal)
            self._raise_bound(weight)
            if index == len(outputs):
                return
            literal = -outputs[index]

    def _lower(self, literal: int, weight: int) -> None:
        """Take weight from a literal; the literal "one more" gets it."""
        self._weights[literal] -= weight
        if not self._weights[literal]:
            del self._weights[literal]
        outputs, index = self._next[literal]
        if index < len(outputs):
            self._assume(outputs, index, weight)
