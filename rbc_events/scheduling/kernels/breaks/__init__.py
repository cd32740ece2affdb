"""The fewest breaks in people's days when every meeting takes place, proved: a kernel of its own.

result = solve(problem, fairness=2)
"""

from rbc_events.scheduling.kernels.breaks.feasibility_check import breaks_of_parties, faults, total_breaks
from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem, BreaksResult, Rule
from rbc_events.scheduling.kernels.breaks.solver import solve

__all__ = [
    "BreaksProblem",
    "BreaksResult",
    "Rule",
    "breaks_of_parties",
    "faults",
    "solve",
    "total_breaks",
]
