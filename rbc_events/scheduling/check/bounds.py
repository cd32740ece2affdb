"""What no plan can pass: bounds counted again, or computed exactly from the multipliers of a linear relaxation.

The relaxation of the weight: each request at most once; each party at most its capacity, each slot at most its places,
each interpreter at most one meeting in a slot; meetings only where availability and the request itself allow.
Multipliers that are not negative give a bound, whatever they are (weak duality), so that nothing has to be believed.
"""

from collections.abc import Iterable
from fractions import Fraction

from rbc_events.scheduling.check.possible import interpreters_for, possible_slots
from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.check.values import all_floors, required, unchanged
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting, Party, Request


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
        return sum(not _can_stay(table, meeting) for meeting in table.problem.standing)
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


def _can_stay(table: Timetable, meeting: Meeting) -> bool:
    """Whether a standing meeting could be held exactly as it was if nothing else were held."""
    request = table.requests[meeting.request]
    if meeting.slot not in table.slots or meeting.slot not in possible_slots(table, request):
        return False
    covered = table.covered_by(request, meeting.slot)
    if meeting.place:
        place = table.places.get(meeting.place)
        if (
            place is None
            or meeting.number > place.number
            or (place.slots is not None and not place.slots.issuperset(covered))
        ):
            return False
    if meeting.interpreter:
        person = table.interpreters.get(meeting.interpreter)
        if person is None or (person.available is not None and not person.available.issuperset(covered)):
            return False
    return unchanged(meeting, meeting)


def weight_from_dual(dual: Dual, table: Timetable) -> int | None:
    """The bound that multipliers prove, exactly, rounded down (weights are whole); None if one of them is negative."""
    return _Relaxation(dual, table).bound()


class _Relaxation:
    """The Lagrangian dual function of the relaxation, in whole numbers over the dual's denominator."""

    def __init__(self, dual: Dual, table: Timetable) -> None:
        self.dual = dual
        self.table = table
        self.slot_price = {slot: dual.slots.get(slot, 0) if table.places else 0 for slot in table.slots}
        self.party_price = _prices(dual.parties, dual.party_slots, table.parties, table.slots)
        self.interpreter_price = _prices(dual.interpreters, dual.interpreter_slots, table.interpreters, table.slots)

    def bound(self) -> int | None:
        rows = [self.slot_price, *self.party_price.values(), *self.interpreter_price.values()]
        if any(price < 0 for row in rows for price in row.values()):
            return None
        total = self._capacities() + sum(self._surplus(request) for request in self.table.problem.requests)
        return int(Fraction(total, self.dual.denominator).__floor__())

    def _capacities(self) -> int:
        table = self.table
        total = sum(price * self._places(slot) for slot, price in self.slot_price.items() if price)
        for party in table.problem.parties:
            row = self.party_price[party.id]
            slots = table.slots if party.available is None else party.available
            total += party.capacity * sum(row[slot] for slot in slots)
        for person in table.problem.interpreters:
            row = self.interpreter_price[person.id]
            total += sum(row[slot] for slot in (table.slots if person.available is None else person.available))
        return total

    def _places(self, slot: str) -> int:
        return sum(place.number for place in self.table.places.values() if place.slots is None or slot in place.slots)

    def _surplus(self, request: Request) -> int:
        """What a request is worth beyond the prices in its best slot; nothing if that is negative."""
        worth = request.weight * self.dual.denominator
        best = 0
        for slot in possible_slots(self.table, request):
            covered = self.table.covered_by(request, slot)
            price = sum(self._price(request, t) for t in covered)
            able = interpreters_for(self.table, request, covered)
            if able is not None:
                price += min(sum(self.interpreter_price[person][t] for t in covered) for person in able)
            best = max(best, worth - price)
        return best

    def _price(self, request: Request, slot: str) -> int:
        return self.slot_price[slot] + sum(self.party_price[party][slot] for party in request.parties)


def _prices(
    base: dict[str, int], added: dict[str, dict[str, int]], names: Iterable[str], slots: Iterable[str]
) -> dict[str, dict[str, int]]:
    return {
        name: {slot: base.get(name, 0) + (added[name].get(slot, 0) if name in added else 0) for slot in slots}
        for name in names
    }
