"""The relaxation that multipliers speak of: what no plan is worth more than, by their prices.

Each request at most once; each party at most its capacity, each slot at most its places, each interpreter at most one
meeting in a slot; both as long in a row as they can, interpreters with their rest and as often as they may; meetings
only where availability and the request itself allow. Multipliers that are not negative give a bound, whatever they are
(weak duality): nothing has to be believed.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import floor, gcd

from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Party, Request
from rbc_events.scheduling.rules.reserved import takes_kind
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for, possible_slots
from rbc_events.scheduling.verify.pricing_dp import best_of_interpreter, best_of_party


class Relaxation:
    """The Lagrangian dual function of the relaxation, in whole numbers over the dual's denominator."""

    def __init__(
        self,
        worth: Mapping[str, int | Fraction],
        dual: Dual,
        table: Timetable,
        held_anyway: Collection[str],
    ) -> None:
        self.worth = worth
        self.dual = dual
        self.table = table
        self.held_anyway = held_anyway
        self.slot_price = {slot: dual.slots.get(slot, 0) for slot in table.slots}
        self.party_price = _prices(dual.parties, dual.party_slots, table.parties, table.slots)
        self.interpreter_price = _prices(dual.interpreters, dual.interpreter_slots, table.interpreters, table.slots)
        self.day_price = _prices(dual.most, dual.most_per_day, table.parties, table.days)

    def total(self) -> int | None:
        """What no plan is worth more than; None where a price is negative that must not be."""
        prices = (price for table in self.prices_of_limits() for row in table.values() for price in row.values())
        if min(*self.slot_price.values(), *prices, 0) < 0:
            return None
        return self._capacities() + sum(self._surplus(request) for request in self.table.problem.requests)

    def prices_of_limits(self) -> tuple[dict[str, dict[str, int]], ...]:
        """The prices that stand for a limit, and so are not negative, besides those of slots."""
        return self.party_price, self.interpreter_price, self.day_price

    def worth_of_time(self, party: Party) -> int:
        """The most that a party's time can be charged."""
        row = self.party_price[party.id]
        if party.longest_run is None:
            slots = self.table.slots if party.available is None else party.available
            return party.capacity * sum(row[slot] for slot in slots)
        return best_of_party(self.table, party, row)

    def cost(self, request: Request, slot: str, interpreter: str) -> int:
        """What else a request loses if it begins in a slot with somebody ("": nobody); below 0, what it gains.

        Nothing, unless the level counts something of that kind.
        """
        return 0

    def _capacities(self) -> int:
        table = self.table
        total = sum(price * places_in(self.table, slot) for slot, price in self.slot_price.items() if price)
        total += sum(self.worth_of_time(party) + self._limits(party) for party in table.problem.parties)
        for person in table.problem.interpreters:
            total += best_of_interpreter(table, person, self.interpreter_price[person.id])
        return total

    def _limits(self, party: Party) -> int:
        """The price of all meetings that a party may have, in all and by day, where it has such limits."""
        in_all = self.dual.most.get(party.id, 0) if party.most is not None else 0
        by_day = self.dual.most_per_day.get(party.id, {}).values() if party.most_per_day is not None else ()
        return in_all * (party.most or 0) + sum(by_day) * (party.most_per_day or 0)

    def _surplus(self, request: Request) -> int:
        """What a request is worth beyond the prices in its best slot; at least nothing if it may be left out."""
        worth = int(self.worth[request.id] * self.dual.denominator)
        surpluses = [worth - self._price(request, slot) for slot in possible_slots(self.table, request)]
        if request.id not in self.held_anyway:
            surpluses.append(0)
        return max(surpluses, default=0)

    def _price(self, request: Request, slot: str) -> int:
        """What a request uses and loses in a slot, with the interpreter with whom that is least."""
        covered = self.table.covered_by(request, slot)
        price = sum(self.slot_price[t] + sum(self.party_price[p][t] for p in request.parties) for t in covered)
        price += sum(self._price_of_limits(self.table.parties[p], slot) for p in request.parties)
        able = interpreters_for(self.table, request, covered)
        if able is None:
            return price + self.cost(request, slot, "")
        of_people = self.interpreter_price
        return price + min(sum(of_people[i][t] for t in covered) + self.cost(request, slot, i) for i in able)

    def _price_of_limits(self, party: Party, slot: str) -> int:
        in_all = self.dual.most.get(party.id, 0) if party.most is not None else 0
        if party.most_per_day is None:
            return in_all
        return in_all + self.dual.most_per_day.get(party.id, {}).get(self.table.slots[slot].day, 0)


def worth_at_most(
    worth: Mapping[str, int], dual: Dual, table: Timetable, held_anyway: Collection[str] = ()
) -> int | None:
    """What no plan is worth more than, by these multipliers; None if they prove nothing.

    All plans are worth a multiple of the greatest common divisor: the bound is rounded down to one.
    """
    total = Relaxation(worth, dual, table, held_anyway).total()
    if total is None:
        return None
    unit = gcd(*worth.values()) or 1
    return floor(Fraction(total, dual.denominator * unit)) * unit


def places_in(table: Timetable, slot: str) -> int:
    """How many meetings a slot can hold: as many as there are places, else as many as there are pairs to meet."""
    if not table.places:
        there = (p for p in table.problem.parties if p.available is None or slot in p.available)
        return sum(party.capacity for party in there) // 2
    opened = (place for place in table.places.values() if place.slots is None or slot in place.slots)
    return sum(place.number for place in opened if takes_kind(table, slot, place.kind))


def _prices(
    base: dict[str, int], added: dict[str, dict[str, int]], names: Iterable[str], slots: Iterable[str]
) -> dict[str, dict[str, int]]:
    return {
        name: {slot: base.get(name, 0) + (added[name].get(slot, 0) if name in added else 0) for slot in slots}
        for name in names
    }
