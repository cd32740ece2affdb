"""Slots without a meeting between the first and the last of a party's day."""

from typing import TYPE_CHECKING, Any

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.breaks import busy_slots
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.solution import Solution

if TYPE_CHECKING:
    from rbc_events.scheduling.solving.cp_sat.model import CpSatModel


def idle_slots(instance: Instance, solution: Solution) -> int:
    return sum(_of_parties(instance, solution))


def _of_parties(instance: Instance, solution: Solution) -> list[int]:
    return [sum(_idle(busy.intersection(day)) for day in _positions(instance)) for busy in _busy(instance, solution)]


def _busy(instance: Instance, solution: Solution) -> list[set[tuple[int, int]]]:
    """For each party the day and the place in it of each slot in which it has a meeting."""
    return [{instance.place_in_day[t] for t in slots} for slots in busy_slots(instance, solution)]


def _positions(instance: Instance) -> list[list[tuple[int, int]]]:
    return [[instance.place_in_day[t] for t in day] for day in instance.days]


def _idle(busy: set[tuple[int, int]]) -> int:
    places = [place for _day, place in busy]
    return max(places) - min(places) + 1 - len(places) if places else 0


def _expression(model: "CpSatModel") -> Any:
    return sum(idle for p in model.touched for day in model.instance.days for idle in _of_day(model, p, day))


def _of_day(model: "CpSatModel", p: int, day: list[int]) -> list[Any]:
    """For each slot of a day whether a party is idle: it was busy before, will be again, and isn't now."""
    busy = [model.busy[p].get(t, 0) for t in day]
    begun, again = _so_far(model, busy), _so_far(model, busy[::-1])[::-1]
    idle = []
    for now, before, after in zip(busy, begun, again, strict=True):
        if now is not before and now is not after:
            one = model.cp.new_bool_var("")
            model.cp.add(one + now + 1 >= before + after)
            idle.append(one)
    return idle


def _so_far(model: "CpSatModel", busy: list[Any]) -> list[Any]:
    """For each slot whether it or one before it is busy, at least; nobody is kept from saying so too early."""
    reached: list[Any] = []
    for now in busy:
        if not reached or _is(reached[-1], 0) or _is(now, 1):
            reached.append(now)
        elif _is(now, 0) or _is(reached[-1], 1):
            reached.append(reached[-1])
        else:
            either = model.cp.new_bool_var("")
            model.cp.add_implication(now, either)
            model.cp.add_implication(reached[-1], either)
            reached.append(either)
    return reached


def _is(busy: Any, number: int) -> bool:
    return isinstance(busy, int) and busy == number


def _part(model: "CpSatModel") -> int:
    counted = _of_parties(model.instance, model.solution)
    return sum(counted[p] for p in model.touched)


def _hurt(instance: Instance, solution: Solution) -> list[int]:
    return [p for p, number in enumerate(_of_parties(instance, solution)) if number]


IDLE_SLOTS = Optimised("idle_slots", idle_slots, _expression, _part, hurt=_hurt, by_slots=0.5)
