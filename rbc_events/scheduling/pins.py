"""What is wrong with pins: a time, place or interpreter that can't serve the meeting, whatever else is held."""

from collections.abc import Iterator
from dataclasses import dataclass

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.problem import Meeting, Problem
from rbc_events.scheduling.rules import interpreters, meetings, parties, places

FIELDS_OF_RULES = (
    (meetings.begins_where_allowed, "slot"),
    (meetings.lies_in_session, "slot"),
    (meetings.lies_in_one_block, "slot"),
    (parties.parties_available, "slot"),
    (places.place_open, "place"),
    (places.place_suits_mode, "place"),
    (places.booths, "place"),
    (interpreters.interpreter_where_needed, "interpreter"),
    (interpreters.interpreters_available, "interpreter"),
)
"""The rules that a pin can break by itself, and the field of it that is to blame."""


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
    for rule, field in FIELDS_OF_RULES:
        for reason in rule(table):
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
    if pin.interpreter and not interpreters.needs_interpreter(table, request):
        idle = {"request": pin.request, "interpreter": pin.interpreter}
        error = InputError("pinned_interpreter_not_needed", f"{pointer}/interpreter", **idle)
        yield PinFault(pin.request, "interpreter", error)
