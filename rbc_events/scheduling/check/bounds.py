"""What no plan can pass: bounds counted again, or computed exactly from the multipliers of a linear relaxation."""

from dataclasses import replace
from fractions import Fraction
from math import floor, gcd

from rbc_events.scheduling.check.least import LEVELS, least
from rbc_events.scheduling.check.possible import possible_slots
from rbc_events.scheduling.check.relaxation import Relaxation
from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.check.values import all_floors, required
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting, Party
from rbc_events.scheduling.rules import RULES


def trivial(level: str, table: Timetable) -> int:
    """All must-haves or the weight of all requests, of those that have a slot at all; or nothing left to wish."""
    if level == "must_haves":
        return sum(bool(possible_slots(table, table.requests[request])) for request in required(table))
    if level == "weight":
        return sum(request.weight for request in table.problem.requests if possible_slots(table, request))
    return 0


def counting(level: str, table: Timetable) -> int | None:
    """A bound from looking at one party, floor or meeting at a time; None for a level without one."""
    if level == "must_haves":
        return _held_at_most(table)
    if level == "floors":
        return _missing_at_least(table)
    if level == "changes":
        return sum(not can_stay(table, meeting) for meeting in table.problem.standing)
    return None


def _held_at_most(table: Timetable) -> int:
    """All must-haves less those that the most crowded party has no slot for, and no more than there are places."""
    wanted = [table.requests[request] for request in required(table)]
    slots_of = {request.id: possible_slots(table, request) for request in wanted}
    unmatched = max((_unmatched(table, party, slots_of) for party in table.problem.parties), default=0)
    if not table.places:
        return len(wanted) - unmatched
    places = sum(
        place.number * len(table.slots if place.slots is None else place.slots) for place in table.problem.places
    )
    return min(len(wanted) - unmatched, places)


def _unmatched(table: Timetable, party: Party, slots_of: dict[str, list[str]]) -> int:
    """How many of a party's must-haves have no slot in a largest matching (Kuhn's augmenting paths)."""
    mine = [request for request in slots_of if party.id in table.requests[request].parties]
    taken: dict[tuple[str, int], str] = {}

    def place(request: str, seen: set[tuple[str, int]]) -> bool:
        for seat in ((slot, n) for slot in slots_of[request] for n in range(party.capacity)):
            if seat not in seen:
                seen.add(seat)
                if seat not in taken or place(taken[seat], seen):
                    taken[seat] = request
                    return True
        return False

    return sum(not place(request, set()) for request in mine)


def _missing_at_least(table: Timetable) -> int:
    """No party holds more meetings than it has requests that have a slot, or slots to hold them in, or its `most`."""
    possible = {r.id: bool(possible_slots(table, r)) for r in table.problem.requests}
    requests = dict.fromkeys(table.parties, 0)
    for request in table.problem.requests:
        for party in request.parties:
            requests[party] += possible[request.id]
    highest = {p.id: min(requests[p.id], _room_of(table, p)) for p in table.problem.parties}
    return sum(max(0, least - sum(highest[party] for party in members)) for members, least in all_floors(table))


def _room_of(table: Timetable, party: Party) -> int:
    slots = len(table.slots) if party.available is None else len(party.available)
    room = slots * party.capacity
    return room if party.most is None else min(room, party.most)


def can_stay(table: Timetable, meeting: Meeting) -> bool:
    """Whether a standing meeting could be held exactly as it was if nothing else were held."""
    request = table.requests[meeting.request]
    if meeting.slot not in table.slots or meeting.slot not in possible_slots(table, request):
        return False
    members = tuple(party for party in table.problem.parties if party.booth or party.id in request.parties)
    numbered = replace(meeting, number=meeting.number or 1) if meeting.place else meeting
    alone = Timetable(replace(table.problem, parties=members, requests=(request,), fairness=None), [numbered])
    unstated = {
        "place_given": not meeting.place,
        "interpreter_where_needed": not meeting.interpreter,
        "pins_kept": True,
    }
    return not any(True for rule in RULES if not unstated.get(rule.__name__) for _ in rule(alone))


def holding_fast(table: Timetable) -> Timetable:
    """The timetable of the problem in which every standing meeting that can stay is pinned."""
    pinned = tuple(replace(m, pinned=True) for m in table.problem.standing if can_stay(table, m))
    return Timetable(replace(table.problem, standing=pinned), table.meetings)


def from_dual(level: str, dual: Dual, table: Timetable, *, all_required: bool = False) -> int | None:
    """The bound on a level (but floors and table changes) that multipliers prove, exactly; None if they prove nothing.

    all_required: of plans that hold everything that has to be held. What counts is whole, and all plans are worth a
    multiple of the greatest common divisor: the bound is rounded down to one. Changes, breaks, inconvenience: of plans
    that weigh as much as the timetable.
    """
    worth = {request.id: request.weight for request in table.problem.requests}
    held_anyway = required(table) if all_required else set()
    if level == "changes":
        return _fewest_changes(worth, dual, table, held_anyway)
    if level in LEVELS:
        return least(level, dual, table, held_anyway)
    if level == "must_haves":
        worth = {request: int(request in required(table)) for request in worth}
    total = Relaxation(worth, dual, table, held_anyway).total()
    if total is None:
        return None
    unit = gcd(*worth.values()) or 1
    return floor(Fraction(total, dual.denominator * unit)) * unit


def _fewest_changes(weights: dict[str, int], dual: Dual, table: Timetable, held_anyway: set[str]) -> int | None:
    """All that stands less the most that can stay. Staying is worth one, and a unit of weight what the dual says.

    A plan that weighs no less than the timetable gets no less for its weight than the timetable's: what is left of the
    bound is for what stays.
    """
    if dual.weight < 0:
        return None
    worth = {request: Fraction(dual.weight * weight, dual.denominator) for request, weight in weights.items()}
    stays = [meeting for meeting in table.problem.standing if can_stay(table, meeting)]
    total = Relaxation(worth, dual, table, held_anyway, stays).total()
    if total is None:
        return None
    paid = dual.weight * sum(weights[meeting.request] for meeting in table.held)
    return len(table.problem.standing) - floor(Fraction(total - paid, dual.denominator))
