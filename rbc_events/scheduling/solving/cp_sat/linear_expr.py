"""Linear expressions for CP-SAT, put together term by term."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sum:
    """A linear expression: a constant and terms."""

    constant: int = 0
    terms: list[tuple[Any, int]] = field(default_factory=list)

    def add(self, variable: Any, weight: int = 1) -> None:
        self.terms.append((variable, weight))

    def expression(self) -> Any:
        from ortools.sat.python import cp_model  # here: objectives are known without a solver

        variables = [v for v, _ in self.terms]
        return cp_model.LinearExpr.weighted_sum(variables, [w for _, w in self.terms]) + self.constant
