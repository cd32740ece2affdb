"""From below: the least number of breaks by unsatisfiable cores (OLL).

Everybody is assumed to have no break. A core is a set of parties of whom one at least must have one: it raises the
bound by one. From then on its parties may have a break each, together one only, until a further core says otherwise.

Morgado, Dodaro, Marques-Silva, "Core-Guided MaxSAT with Soft Cardinality Constraints", CP 2014.
"""

from collections.abc import Callable
from typing import Protocol

from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.feasibility_check import total_breaks
from rbc_events.scheduling.kernels.breaks.independent_sets import partitions
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle
from rbc_events.scheduling.parameters import PARAMS


class Partner(Protocol):
    """Somebody who works on the same assumptions at the same time."""

    def tell(self, core: list[int]) -> None:
        """The next core, as positions among the assumptions."""

    def cores(self, number: int) -> list[list[int]]:
        """Cores that it found after so many; one of them at most is of use."""

    def timetable(self) -> tuple[int, ...] | None:
        """A timetable that it found."""


class CoreGuided:
    """Search state that outlives an interruption: `slots` and `breaks` of the best timetable, `bound` below.

    floor  a bound known beforehand
    """

    def __init__(
        self, model: CnfModel, oracle: Oracle, report: Callable[[int, int], None] | None = None, floor: int = 0
    ) -> None:
        self.model = model
        self.oracle = oracle
        self.slots: tuple[int, ...] | None = None
        self.breaks: int | None = None
        self.bound = floor
        self.relaxed = 0  # number of cores so far, each of which raised the bound by one
        self._within, self._total = -1, list[int]()  # a bound, and outputs of which one says that it is exceeded
        self._report = report or (lambda breaks, bound: None)
        self._assumed: dict[
            int, tuple[list[int], int]
        ] = {}  # literal: the outputs it comes from, the index of the next
        self._partitions = partitions(model.problem)  # over which tables aren't counted yet
        self._answered = 0  # conflicts up to the last answer
        if any(partition.covers_well for partition in self._partitions):
            self._count_tables()
        for more_than in model.breaks:
            if more_than:
                self._assume(more_than, 0)

    def first(self) -> bool:
        """Any timetable at all; False proves that there's none. Raises OutOfBudget."""
        while (found := self._asked([])) is None:
            pass
        if found:
            self.keep(self.found())
        return found

    def run(self, partner: Partner | None = None) -> None:
        """Until the bound meets the best timetable. Raises OutOfBudget."""
        while self.breaks is None or self.bound < self.breaks:
            answer = self.attempt()
            if answer:
                self.keep(self.found())
            elif answer is False:
                core = self.core()
                self.relax(core)
                if partner is not None:
                    partner.tell(core)
            elif self.relaxed < self.bound:
                self._try_bound()
            if partner is not None:
                self._listen(partner)

    def attempt(self, conflicts: int | None = None) -> bool | None:
        """Whether nothing that is assumed needs to be given up; None where a slice of work didn't decide it."""
        return self._asked(list(self._assumed), conflicts)

    def found(self) -> tuple[int, ...]:
        """The timetable of the last attempt, after a yes."""
        return self.model.slots(self.oracle.model())

    def core(self) -> list[int]:
        """After a no: the positions of assumptions that can't hold together."""
        core = set(self.oracle.core())
        return [position for position, literal in enumerate(self._assumed) if literal in core]

    def keep(self, slots: tuple[int, ...]) -> None:
        """Take a timetable if it's the best so far."""
        breaks = total_breaks(self.model.problem, slots)
        if self.breaks is None or breaks < self.breaks:
            self.slots, self.breaks = slots, breaks
            self._report(breaks, self.bound)

    def relax(self, positions: list[int]) -> None:
        """Raise the bound by one; allow more to each of its literals, and to all of them but one more."""
        literals = list(self._assumed)
        core = [literals[position] for position in positions]
        self.oracle.formula.add(*(-literal for literal in core))
        for literal in core:
            self._allow_one_more(literal)
        if len(core) > 1:
            self._assume(self.oracle.formula.count([-literal for literal in core]), 1)
        self.relaxed += 1
        self._raise_bound(self.relaxed)

    def _asked(self, assumptions: list[int], conflicts: int | None = None) -> bool | None:
        """The oracle's answer to one slice of work. Where answers stay out, more is said of the tables."""
        answer = self.oracle.attempt(assumptions, conflicts)
        if answer is not None:
            self._answered = self.oracle.conflicts
        elif self.oracle.conflicts - self._answered > PARAMS.breaks.patience_without_sets:
            self._count_tables()
        return answer

    def _count_tables(self) -> None:
        for partition in self._partitions:
            self.model.count_tables_of(partition)
        self._partitions = []

    def _listen(self, partner: Partner) -> None:
        for core in partner.cores(self.relaxed):
            self.relax(core)
            partner.tell(core)
        if slots := partner.timetable():
            self.keep(slots)

    def _try_bound(self) -> None:
        """For a slice of work: is there a timetable as good as the bound, whoever has the breaks?"""
        if self._within != self.bound:
            everything = [output for more_than in self.model.breaks for output in more_than]
            self._within, self._total = self.bound, self.oracle.formula.count(everything, self.bound + 1)
        answer = self._asked([-output for output in self._total[self.bound :]])
        if answer:
            self.keep(self.found())
        elif answer is False:
            self._raise_bound(self.bound + 1)

    def _raise_bound(self, bound: int) -> None:
        if bound > self.bound:
            self.bound = bound
            if self.breaks is not None:
                self._report(self.breaks, self.bound)

    def _assume(self, outputs: list[int], index: int) -> None:
        self._assumed[-outputs[index]] = (outputs, index + 1)

    def _allow_one_more(self, literal: int) -> None:
        """Give an assumption up for that of one more."""
        outputs, index = self._assumed.pop(literal)
        if index < len(outputs):
            self._assume(outputs, index)
