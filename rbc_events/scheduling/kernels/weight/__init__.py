"""The heaviest set of requests that can be held, each in its slot, with a bound that anyone can check exactly.

`solve`, which brings numba, and `make_again` are loaded when they are first asked for.
"""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.kernels.weight.certificate import Dual, dual_from_json, plan_bound, verify_bound
from rbc_events.scheduling.kernels.weight.feasibility_check import faults
from rbc_events.scheduling.kernels.weight.problem import WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Prices, Standing, most_staying

if TYPE_CHECKING:
    from rbc_events.scheduling.kernels.weight.reoptimise import make_again
    from rbc_events.scheduling.kernels.weight.search_state import WeightResult
    from rbc_events.scheduling.kernels.weight.solver import solve

__all__ = [
    "Dual", "Prices", "Standing", "WeightProblem", "WeightResult", "dual_from_json", "faults", "make_again",
    "most_staying", "plan_bound", "solve", "verify_bound",
]  # fmt: skip
LOADED = {"solve": "solver", "make_again": "reoptimise", "WeightResult": "search_state"}


def __getattr__(name: str) -> Any:
    if name in LOADED:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{LOADED[name]}"), name)
    raise AttributeError(name)
