"""Clauses, and the few kinds of constraints that are made of them."""

from collections.abc import Iterable, Sequence
from itertools import combinations


class Cnf:
    """A growing list of clauses; a literal is a variable's number, from 1, or its negative. `true` holds."""

    def __init__(self) -> None:
        self.true = self.variables = 1
        self._clauses: list[tuple[int, ...]] = []

    @property
    def clauses(self) -> list[tuple[int, ...]]:
        """All of them, the only one of a single literal last: a solver that is given one after the other then derives
        nothing in between, so that their numbers in its proof are their places here."""
        return [*self._clauses, (self.true,)]

    def new(self) -> int:
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """One clause; what is always true or always false is left out."""
        clause = tuple(dict.fromkeys(literal for literal in literals if literal != -self.true))
        if self.true in clause or any(-literal in clause for literal in clause):
            return
        self._clauses.append(clause if len(clause) > 1 else (*clause, -self.true))

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal that is true where one of the literals is."""
        if len(literals) == 1:
            return literals[0]
        some = self.new()
        for literal in literals:
            self.add(-literal, some)
        return some

    def at_most_one(self, literals: Iterable[int]) -> None:
        for one, other in combinations(literals, 2):
            self.add(-one, -other)

    def at_most(self, literals: Sequence[int], most: int) -> None:
        """A sequential counter (Sinz, CP 2005): `counted[k]` is true where more than k of those so far are."""
        if most >= len(literals):
            return
        counted: list[int] = []
        for literal in literals:
            after = [self.new() for _ in range(most)]
            for before, now in zip(counted, after, strict=False):
                self.add(-before, now)
            for before, now in zip(counted, after[1:], strict=False):
                self.add(-literal, -before, now)
            if most:
                self.add(-literal, after[0])
            if counted or not most:
                self.add(-literal, *(-full for full in counted[-1:]))
            counted = after

    def text(self) -> str:
        """In the DIMACS format."""
        lines = [" ".join(map(str, (*clause, 0))) for clause in self.clauses]
        return "\n".join((f"p cnf {self.variables} {len(lines)}", *lines, ""))
