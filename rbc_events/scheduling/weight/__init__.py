"""The heaviest set of requests that can be held, each in its slot, with a bound that anyone can check exactly.

`solve` is loaded when it is first asked for: it brings numba and HiGHS.
"""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.weight.certificate import Dual, dual_from_json, plan_bound, verify_bound
from rbc_events.scheduling.weight.faults import faults
from rbc_events.scheduling.weight.problem import WeightProblem

if TYPE_CHECKING:
    from rbc_events.scheduling.weight.solver import WeightResult, solve

__all__ = [
    "Dual", "WeightProblem", "WeightResult", "dual_from_json", "faults", "plan_bound", "solve", "verify_bound",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in ("solve", "WeightResult"):
        from rbc_events.scheduling.weight import solver

        return getattr(solver, name)
    raise AttributeError(name)
