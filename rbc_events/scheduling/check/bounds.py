"""What no plan can pass: bounds counted again, or computed exactly from the multipliers of a linear relaxation."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, gcd

from rbc_events.scheduling.check.least import LEVELS, least
from rbc_events.scheduling.check.possible import possible_slots
from rbc_events.scheduling.check.relaxation import Relaxation, places_in
from rbc_events.scheduling.check.values import all_floors, required
from rbc_events.scheduling.check.working import cheapest_days
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting, Party
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable


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
    """All must-haves less those that the most crowded party, or all places together, have no room for."""
    wanted = {request: possible_slots(table, table.requests[request]) for request in required(table)}
    of_parties: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for request, slots in wanted.items():
        for party in table.requests[request].parties:
            of_parties[party][request] = slots
    left = [
        _unmatched(slots_of, dict.fromkeys(table.slots, table.parties[party].capacity))
        for party, slots_of in of_parties.items()
    ]
    if table.places:
        left.append(_unmatched(wanted, {slot: places_in(table, slot) for slot in table.slots}))
    return len(wanted) - max(left, default=0)


def _unmatched(slots_of: Mapping[str, list[str]], room: Mapping[str, int]) -> int:
    """How many requests have no slot in a largest matching, each slot taking as many as it has room (Kuhn)."""
    taken: dict[str, list[str]] = {slot: [] for slot in room}
    return sum(not _place(request, slots_of, room, taken) for request in slots_of)


def _place(
    request: str, slots_of: Mapping[str, list[str]], room: Mapping[str, int], taken: dict[str, list[str]]
) -> bool:
    """Find a slot for a request, others making way one after the other; the shortest such chain is taken."""
    reached_by: dict[str, str] = {}
    waiting = deque([request])
    come_from = {request: ""}
    while waiting:
        asking = waiting.popleft()
        for slot in slots_of[asking]:
            if slot in reached_by:
                continue
            reached_by[slot] = asking
            if len(taken[slot]) < room[slot]:
                _make_way(slot, reached_by, come_from, taken)
                return True
            for other in taken[slot]:
                if other not in come_from:
                    come_from[other] = slot
                    waiting.append(other)
    return False


def _make_way(
    slot: str, reached_by: Mapping[str, str], come_from: Mapping[str, str], taken: dict[str, list[str]]
) -> None:
    """Let everybody on the way to a slot move one slot on."""
    while slot:
        moving = reached_by[slot]
        before = come_from[moving]
        if before:
            taken[before].remove(moving)
        taken[slot].append(moving)
        slot = before


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
    judging = (rule for rule in REGISTRY if not rule.whole and (not rule.fills or getattr(meeting, rule.fills)))
    return not any(rule.broken_in(alone) for rule in judging)


def holding_fast(table: Timetable) -> Timetable:
    """The timetable of the problem in which every standing meeting that can stay is pinned beside those that are."""
    pinned = tuple(replace(m, pinned=True) for m in table.problem.standing if m.pinned or can_stay(table, m))
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
    if level not in ("must_haves", "weight", *LEVELS):
        return None
    if level in LEVELS:
        return least(level, dual, table, held_anyway)
    if level == "must_haves":
        worth = {request: int(request in required(table)) for request in worth}
    total = Relaxation(worth, dual, table, held_anyway).total()
    if total is None:
        return None
    unit = gcd(*worth.values()) or 1
    return floor(Fraction(total, dual.denominator * unit)) * unit


def from_slot_prices(dual: Dual, table: Timetable) -> int | None:
    """The breaks that prices of slots prove, of plans that hold every request; None if they prove nothing.

    Every busy party pays the price of a slot, and no more pay it than there are places for. What the cheapest days of
    all parties cost, breaks and prices together, less what all room is worth, no plan undercuts. For parties that have
    one meeting at a time, each of one slot.
    """
    everything = {request.id for request in table.problem.requests}
    if required(table) != everything or any(request.length > 1 for request in table.problem.requests):
        return None
    if any(party.capacity > 1 for party in table.problem.parties):
        return None
    if dual != Dual(dual.denominator, slots=dual.slots):
        return None
    paid = sum(cheapest_days(table, party, dual.slots, dual.denominator) for party in table.problem.parties)
    most = max((len(request.parties) for request in table.problem.requests), default=0)
    room = sum(price * most * places_in(table, slot) for slot, price in dual.slots.items())
    return max(0, ceil(Fraction(paid - room, dual.denominator)))


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
