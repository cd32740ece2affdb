"""What no plan can pass: bounds counted again, or computed exactly from the multipliers of a linear relaxation.

The relaxation of must-haves and weight: each request at most once; each party at most its capacity, each slot at most
its places, each interpreter at most one meeting in a slot; meetings only where availability and the request itself
allow. Multipliers that are not negative give a bound, whatever they are (weak duality): nothing has to be believed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import floor, gcd

from rbc_events.scheduling.check.possible import interpreters_for, possible_slots
from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.check.values import all_floors, required
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting, Party, Request
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
    """The bound on must-haves, weight or changes that multipliers prove, exactly; None if one of them is negative.

    all_required: of plans that hold everything that has to be held. What counts is whole, and all plans are worth a
    multiple of the greatest common divisor: the bound is rounded down to one. Changes: of plans that weigh as much as
    the timetable.
    """
    worth = {request.id: request.weight for request in table.problem.requests}
    if level == "changes":
        return _fewest_changes(worth, dual, table, required(table) if all_required else set())
    if level == "must_haves":
        worth = {request: int(request in required(table)) for request in worth}
    total = _Relaxation(worth, dual, table, required(table) if all_required else set()).total()
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
    total = _Relaxation(worth, dual, table, held_anyway, stays).total()
    if total is None:
        return None
    paid = dual.weight * sum(weights[meeting.request] for meeting in table.held)
    return len(table.problem.standing) - floor(Fraction(total - paid, dual.denominator))


class _Relaxation:
    """The Lagrangian dual function of the relaxation, in whole numbers over the dual's denominator.

    standing  meetings that can stay, and are worth one more where they stay in their slots with their interpreters
    """

    def __init__(
        self,
        worth: Mapping[str, int | Fraction],
        dual: Dual,
        table: Timetable,
        held_anyway: set[str],
        standing: Iterable[Meeting] = (),
    ) -> None:
        self.worth = worth
        self.standing = {meeting.request: meeting for meeting in standing}
        self.dual = dual
        self.table = table
        self.held_anyway = held_anyway
        self.slot_price = {slot: dual.slots.get(slot, 0) for slot in table.slots}
        self.party_price = _prices(dual.parties, dual.party_slots, table.parties, table.slots)
        self.interpreter_price = _prices(dual.interpreters, dual.interpreter_slots, table.interpreters, table.slots)
        self.day_price = _prices(dual.most, dual.most_per_day, table.parties, table.days)

    def total(self) -> int | None:
        rows = (self.party_price, self.interpreter_price, self.day_price)
        prices = (price for table in rows for row in table.values() for price in row.values())
        if min(*self.slot_price.values(), *prices, 0) < 0:
            return None
        return self._capacities() + sum(self._surplus(request) for request in self.table.problem.requests)

    def _capacities(self) -> int:
        table = self.table
        total = sum(price * self._places(slot) for slot, price in self.slot_price.items() if price)
        for party in table.problem.parties:
            row = self.party_price[party.id]
            slots = table.slots if party.available is None else party.available
            total += party.capacity * sum(row[slot] for slot in slots)
            total += self._limits(party)
        for person in table.problem.interpreters:
            row = self.interpreter_price[person.id]
            total += sum(row[slot] for slot in (table.slots if person.available is None else person.available))
        return total

    def _limits(self, party: Party) -> int:
        """The price of all meetings that a party may have, in all and by day, where it has such limits."""
        in_all = self.dual.most.get(party.id, 0) if party.most is not None else 0
        by_day = self.dual.most_per_day.get(party.id, {}).values() if party.most_per_day is not None else ()
        return in_all * (party.most or 0) + sum(by_day) * (party.most_per_day or 0)

    def _places(self, slot: str) -> int:
        """How many meetings a slot can hold: as many as there are places, else as many as there are pairs to meet."""
        if not self.table.places:
            there = (p for p in self.table.problem.parties if p.available is None or slot in p.available)
            return sum(party.capacity for party in there) // 2
        return sum(place.number for place in self.table.places.values() if place.slots is None or slot in place.slots)

    def _surplus(self, request: Request) -> int:
        """What a request is worth beyond the prices in its best slot; at least nothing if it may be left out."""
        worth = int(self.worth[request.id] * self.dual.denominator)
        slots = possible_slots(self.table, request)
        surpluses = [worth - self._price(request, slot) for slot in slots]
        was = self.standing.get(request.id)
        if was is not None and was.slot in slots:
            surpluses.append(worth + self.dual.denominator - self._price(request, was.slot, was.interpreter))
        if request.id not in self.held_anyway:
            surpluses.append(0)
        return max(surpluses, default=0)

    def _price(self, request: Request, slot: str, interpreter: str = "") -> int:
        """What a request uses in a slot, with this interpreter or, by default, the cheapest."""
        covered = self.table.covered_by(request, slot)
        price = sum(self.slot_price[t] + sum(self.party_price[p][t] for p in request.parties) for t in covered)
        price += sum(self._price_of_limits(self.table.parties[p], slot) for p in request.parties)
        able = interpreters_for(self.table, request, covered)
        if able is not None:
            people = [interpreter] if interpreter else able
            price += min(sum(self.interpreter_price[person][t] for t in covered) for person in people)
        return price

    def _price_of_limits(self, party: Party, slot: str) -> int:
        in_all = self.dual.most.get(party.id, 0) if party.most is not None else 0
        if party.most_per_day is None:
            return in_all
        return in_all + self.dual.most_per_day.get(party.id, {}).get(self.table.slots[slot].day, 0)


def _prices(
    base: dict[str, int], added: dict[str, dict[str, int]], names: Iterable[str], slots: Iterable[str]
) -> dict[str, dict[str, int]]:
    return {
        name: {slot: base.get(name, 0) + (added[name].get(slot, 0) if name in added else 0) for slot in slots}
        for name in names
    }
