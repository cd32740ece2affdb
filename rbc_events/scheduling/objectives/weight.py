"""The weight of what is held."""

from rbc_events.scheduling.objectives.objective import Given, Objective
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots
from rbc_events.scheduling.verify.lagrangian import worth_at_most


def weight(table: Timetable) -> int:
    return sum(table.requests[request].weight for request in table.held_requests)


def _of_all(table: Timetable) -> int:
    """Of all requests that have a slot at all."""
    return sum(request.weight for request in table.problem.requests if possible_slots(table, request))


def _priced(given: Given, dual: Dual) -> int | None:
    worth = {request.id: request.weight for request in given.table.problem.requests}
    return worth_at_most(worth, dual, given.table, given.held_anyway)


WEIGHT = Objective(
    "weight",
    maximised=True,
    value=weight,
    trivial=_of_all,
    priced={"lp-dual": _priced},
    title=("Meetings, by priority", "面談（優先度による重み）"),
    counted=("Meetings, by priority", "面談（優先度による重み）"),
)
