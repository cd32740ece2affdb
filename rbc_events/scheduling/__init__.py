"""The scheduling core: the best timetable there is, with a proof that anyone can check.

A pure package: a `Problem` in, a `Plan` with its certificate out. Solver libraries are loaded by `solve` alone.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.plan import Certificate, Change, Level, Plan, Progress, Reason
from rbc_events.scheduling.problem import (
    LEVELS,
    Floor,
    Interpreter,
    Meeting,
    Party,
    Place,
    Problem,
    Request,
    Reserved,
    Slot,
)
from rbc_events.scheduling.validation import validate

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.lexicographic import solve

__all__ = [
    "LEVELS", "Certificate", "Change", "Floor", "InputError", "Interpreter", "Level", "Meeting", "Party", "Place",
    "Plan", "Problem", "Progress", "Reason", "Request", "Reserved", "Slot", "solve", "validate",
]  # fmt: skip


def __getattr__(name: str) -> Callable[..., Any]:
    if name == "solve":
        from rbc_events.scheduling.solving.lexicographic import solve

        return solve
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
