"""Clauses with cardinality constraints: a thin layer over PySAT's encodings, with a guard for each rule.

Ignatiev, Morgado, Marques-Silva, "PySAT: A Python Toolkit for Prototyping with SAT Oracles", SAT 2018.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

from pysat.card import CardEnc, EncType, ITotalizer

from rbc_events.scheduling.kernels.breaks.problem import Rule
from rbc_events.scheduling.parameters import PARAMS


class Formula:
    """A list of clauses that grows; `guards` holds, per guarded rule, the literal that turns it on."""

    def __init__(self) -> None:
        self.true = 1
        self.top = 1
        self.clauses: list[list[int]] = [[self.true]]
        self.guards: dict[Rule, int] = {}
        self._guard: list[int] = []

    def new(self) -> int:
        """A fresh variable."""
        self.top += 1
        return self.top

    def add(self, *literals: int) -> None:
        """One clause; what is always true or always false is left out."""
        if self.true not in literals:
            self.clauses.append([*(literal for literal in literals if literal != -self.true), *self._guard])

    @contextmanager
    def under(self, rule: Rule, *, guarded: bool) -> Iterator[None]:
        """Build what follows so that it holds only where the rule's guard does."""
        if not guarded:
            yield
            return
        if rule not in self.guards:
            self.guards[rule] = self.new()
        self._guard = [-self.guards[rule]]
        yield
        self._guard = []

    def at_most_one(self, literals: list[int]) -> None:
        for one, other in combinations(literals, 2):
            self.add(-one, -other)

    def at_most(self, literals: list[int], bound: int) -> None:
        if bound >= len(literals):
            return
        small = bound <= 1 or bound * len(literals) < PARAMS.breaks.small
        encoding = EncType.seqcounter if small else EncType.cardnetwrk
        self._take(CardEnc.atmost(literals, bound, top_id=self.top, encoding=encoding))

    def count(self, literals: list[int], upto: int | None = None) -> list[int]:
        """Outputs k = 0, 1, ...: true if more than k of the literals are; `upto` limits their number."""
        number = len(literals) if upto is None else min(upto, len(literals))
        if len(literals) < 2 or number == 0:
            return literals[:number]
        totaliser = ITotalizer(literals, ubound=min(number, len(literals) - 1), top_id=self.top)
        self.top = max(self.top, totaliser.top_id)
        for clause in totaliser.cnf.clauses:
            self.add(*clause)
        outputs: list[int] = list(totaliser.rhs[:number])
        totaliser.delete()
        return outputs

    def _take(self, encoded: CardEnc) -> None:
        self.top = max(self.top, encoded.nv)
        for clause in encoded.clauses:
            self.add(*clause)
