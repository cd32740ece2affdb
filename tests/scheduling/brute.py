"""The best plan by trying everything: what the engine is compared with on small problems."""

from collections.abc import Iterator
from itertools import product

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.check.values import VALUES
from rbc_events.scheduling.plan import MAXIMISED
from rbc_events.scheduling.problem import Meeting, Problem, Request
from rbc_events.scheduling.rules import RULES

HARD = [rule for rule in RULES if rule.__name__ != "pins_kept"]


def best_values(problem: Problem) -> dict[str, int]:
    """The values of the levels of a best plan, in the problem's order."""
    best = best_plan(problem)
    return {name: VALUES[name](best) for name in _levels(problem)}


def best_plan(problem: Problem) -> Timetable:
    """A best plan, by the levels in the problem's order."""

    def key(table: Timetable) -> tuple[int, ...]:
        return tuple(VALUES[name](table) * (1 if name in MAXIMISED else -1) for name in _levels(problem))

    return max(_plans(problem), key=key)


def _levels(problem: Problem) -> list[str]:
    return ["must_haves", *(name for name in problem.levels if name != "must_haves")]


def _plans(problem: Problem) -> Iterator[Timetable]:
    for meetings in product(*(list(_options(problem, request)) for request in problem.requests)):
        table = Timetable(problem, [meeting for meeting in meetings if meeting is not None])
        if not any(True for rule in HARD for _ in rule(table)):
            yield table


def _options(problem: Problem, request: Request) -> Iterator[Meeting | None]:
    """Every way to hold a request that no rule forbids by itself, and None."""
    yield None
    pin = next((m for m in problem.standing if m.pinned and m.request == request.id), None)
    units = [(place.id, n) for place in problem.places for n in range(1, place.number + 1)] or [("", 0)]
    people = ["", *(person.id for person in problem.interpreters)]
    for slot, unit, person in product(problem.slots, units, people):
        meeting = Meeting(request.id, slot.id, *unit, person)
        alone = Timetable(problem, [meeting])
        pinned_elsewhere = pin is not None and (
            pin.slot != slot.id or (pin.place and (pin.place, pin.number or unit[1]) != unit)
        )
        if not pinned_elsewhere and not any(True for rule in HARD for _ in rule(alone)):
            yield meeting
