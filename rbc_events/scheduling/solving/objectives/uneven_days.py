"""By how many meetings each party's fullest day exceeds its emptiest."""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def uneven_days(instance: Instance, solution: Solution) -> int:
    return sum(_of_parties(instance, solution))


def _of_parties(instance: Instance, solution: Solution) -> list[int]:
    held = [[0] * len(instance.days) for _ in instance.problem.parties]
    for r, s in enumerate(solution.slot):
        if s >= 0:
            for p in instance.parties_of[r]:
                held[p][instance.day_of[s]] += 1
    return [_apart([numbers[n] for n in _days(instance, p)]) for p, numbers in enumerate(held)]


def _days(instance: Instance, p: int) -> list[int]:
    """The days on which a party is available."""
    return [n for n, day in enumerate(instance.days) if instance.free[p, day].any()]


def _apart(numbers: list[int]) -> int:
    return max(numbers) - min(numbers) if numbers else 0


def _expression(model: "CpSatModel") -> Any:
    return sum(_of_party(model, p) for p in model.touched)


def _of_party(model: "CpSatModel", p: int) -> Any:
    days = _days(model.instance, p)
    if len(days) < 2:
        return 0
    most = len(model.instance.requests_of[p])
    high, low = model.cp.new_int_var(0, most, ""), model.cp.new_int_var(0, most, "")
    for n in days:
        held = model.held_by(p, frozenset(model.instance.days[n])).expression()
        model.cp.add(high >= held)
        model.cp.add(low <= held)
    return high - low


def _part(model: "CpSatModel") -> int:
    counted = _of_parties(model.instance, model.solution)
    return sum(counted[p] for p in model.touched)


def _hurt(instance: Instance, solution: Solution) -> list[int]:
    return [p for p, number in enumerate(_of_parties(instance, solution)) if number]


UNEVEN_DAYS = Optimised("uneven_days", uneven_days, _expression, _part, hurt=_hurt, by_slots=0.5)
