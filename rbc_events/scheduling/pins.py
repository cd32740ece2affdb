"""What is wrong with pins: a time, place or interpreter that can't serve the meeting, whatever else is held."""

from collections.abc import Iterator
from dataclasses import dataclass

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.problem import Meeting, Problem
from rbc_events.scheduling.rules import REGISTRY, needs_interpreter
from rbc_events.scheduling.rules.timetable import Timetable


@dataclass(frozen=True)
class PinFault:
    """A pin's field (`request` where it can't be held at all), and the error that a problem with it has."""

    request: str
    field: str
    error: InputError


def faults_of_pins(problem: Problem) -> Iterator[PinFault]:
    """All of them. Everything that the pins name exists."""
    pins = {m.request: (f"/standing/{i}", m) for i, m in enumerate(problem.standing) if m.pinned}
    table = Timetable(problem, [pin for _, pin in pins.values()])
    for pointer, pin in pins.values():
        yield from _by_itself(table, pin, pointer)
    for rule in REGISTRY:
        field = rule.field
        for reason in rule(table) if field else ():
            pointer, pin = pins[str(reason.arguments["request"])]
            if name := getattr(pin, field):
                wrong = {"request": pin.request, field: name, "slot": pin.slot}
                error = InputError(f"pinned_to_forbidden_{field}", f"{pointer}/{field}", **wrong)
                yield PinFault(pin.request, field, error)


def _by_itself(table: Timetable, pin: Meeting, pointer: str) -> Iterator[PinFault]:
    request = table.requests[pin.request]
    if pin.place and pin.number > table.places[pin.place].number:
        error = InputError("number_out_of_place", f"{pointer}/number", place=pin.place, number=pin.number)
        yield PinFault(pin.request, "number", error)
    if request.veto:
        yield PinFault(pin.request, "request", InputError("pinned_veto", pointer, request=request.id))
    if pin.interpreter and not needs_interpreter(table, request):
        idle = {"request": pin.request, "interpreter": pin.interpreter}
        error = InputError("pinned_interpreter_not_needed", f"{pointer}/interpreter", **idle)
        yield PinFault(pin.request, "interpreter", error)
