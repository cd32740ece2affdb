"""Must-haves and pinned requests that are held."""

from collections import defaultdict

from rbc_events.scheduling.objectives.objective import Given, Objective
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots
from rbc_events.scheduling.verify.lagrangian import places_in, worth_at_most
from rbc_events.scheduling.verify.matching import unmatched


def required(table: Timetable) -> set[str]:
    """The requests that have to be held."""
    pinned = {m.request for m in table.problem.standing if m.pinned}
    return pinned | {request.id for request in table.problem.requests if request.must_have}


def must_haves(table: Timetable) -> int:
    return len(required(table) & table.held_requests)


def _possible(table: Timetable) -> int:
    """All that have a slot at all."""
    return sum(bool(possible_slots(table, table.requests[request])) for request in required(table))


def held_at_most(table: Timetable) -> int:
    """All must-haves less those that the most crowded party, or all places together, have no room for."""
    wanted = {request: possible_slots(table, table.requests[request]) for request in required(table)}
    of_parties: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for request, slots in wanted.items():
        for party in table.requests[request].parties:
            of_parties[party][request] = slots
    left = [
        unmatched(slots_of, dict.fromkeys(table.slots, table.parties[party].capacity))
        for party, slots_of in of_parties.items()
    ]
    if table.places:
        left.append(unmatched(wanted, {slot: places_in(table, slot) for slot in table.slots}))
    return len(wanted) - max(left, default=0)


def _priced(given: Given, dual: Dual) -> int | None:
    needed = required(given.table)
    worth = {request: int(request in needed) for request in given.table.requests}
    return worth_at_most(worth, dual, given.table)


MUST_HAVES = Objective(
    "must_haves",
    maximised=True,
    value=must_haves,
    trivial=_possible,
    counting=held_at_most,
    priced={"lp-dual": _priced},
    title=("Meetings that must be held", "必須の面談"),
    counted=("Meetings that must be held", "必須の面談"),
)
