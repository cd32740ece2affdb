"""A minimal set of rules that can't hold together, by deletion from an unsatisfiable core.

Marques-Silva, "Minimal Unsatisfiability: Models, Algorithms and Applications", ISMVL 2010 (deletion-based extraction
with refinement by cores).
"""

from rbc_events.scheduling.breaks.model import Model
from rbc_events.scheduling.breaks.oracle import Oracle, OutOfBudget
from rbc_events.scheduling.breaks.problem import BreaksProblem, Rule
from rbc_events.scheduling.budget import Budget

_ORDER = ("before", "fixed", "allowed", "unavailable", "fairness", "capacity", "busy", "held")
"""The order in which rules are tried to be left out."""


def refutation_reason(problem: BreaksProblem, fairness: int | None, budget: Budget) -> tuple[tuple[Rule, ...], bool]:
    """The reason of a problem known to be infeasible, and whether the budget sufficed to make it minimal."""
    model = Model(problem, fairness=fairness, guarded=True)
    oracle = Oracle(model.formula, budget)
    guards = model.formula.guards
    needed = sorted(guards, key=lambda rule: (_ORDER.index(rule.code), rule))
    try:
        needed = _smaller(oracle, guards, needed)
        position = 0
        while position < len(needed):
            fewer = needed[:position] + needed[position + 1 :]
            smaller = _smaller(oracle, guards, fewer)
            position += not smaller
            needed = smaller or needed
        return _joined(needed), True
    except OutOfBudget:
        return _joined(needed), False
    finally:
        oracle.delete()


def _smaller(oracle: Oracle, guards: dict[Rule, int], rules: list[Rule]) -> list[Rule]:
    """Those of the rules that already contradict each other; empty where the rules can hold together."""
    if oracle.solve([guards[rule] for rule in rules]):
        return []
    core = set(oracle.core())
    return [rule for rule in rules if guards[rule] in core]


def _joined(rules: list[Rule]) -> tuple[Rule, ...]:
    """The meetings that must be held as one rule, before the others."""
    held = sorted(m for rule in rules if rule.code == "held" for m in rule.meetings)
    return (Rule("held", meetings=tuple(held)), *sorted(rule for rule in rules if rule.code != "held"))
