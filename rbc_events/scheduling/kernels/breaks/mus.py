"""A minimal set of rules that can't hold together, by deletion from an unsatisfiable core.

Marques-Silva, "Minimal Unsatisfiability: Models, Algorithms and Applications", ISMVL 2010 (deletion-based extraction
with refinement by cores).
"""

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem, Rule
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle, OutOfBudget
from rbc_events.scheduling.parameters import PARAMS

_ORDER = ("before", "allowed", "fairness", "capacity", "busy", "held")
"""The order in which rules are tried to be left out."""


def refutation_reason(problem: BreaksProblem, fairness: int | None, budget: Budget) -> tuple[tuple[Rule, ...], bool]:
    """The reason of a problem known to be infeasible, and whether it is proved minimal."""
    model = CnfModel(problem, fairness=fairness, guarded=True)
    oracle = Oracle(model.formula, budget)
    guards = model.formula.guards
    needed = sorted(guards, key=lambda rule: (_ORDER.index(rule.code), rule))
    undecided = 0
    try:
        position = 0
        while position < len(needed) and undecided < PARAMS.breaks.undecided:
            fewer = needed[:position] + needed[position + 1 :]
            answer = oracle.attempt([guards[rule] for rule in fewer], PARAMS.breaks.reason_patience)
            if answer is False:
                core = set(oracle.core())
                needed = [rule for rule in fewer if guards[rule] in core]
                continue
            undecided += answer is None
            position += 1
        return _joined(needed), undecided == 0
    except OutOfBudget:
        return _joined(needed), False
    finally:
        oracle.delete()


def _joined(rules: list[Rule]) -> tuple[Rule, ...]:
    """The meetings that must be held as one rule, before the others."""
    held = sorted(m for rule in rules if rule.code == "held" for m in rule.meetings)
    return (Rule("held", meetings=tuple(held)), *sorted(rule for rule in rules if rule.code != "held"))
