"""The least breaks or inconvenience of plans that weigh so much, by multipliers, exactly.

A plan is worth its weight, at what the multipliers say of a unit, less what the level counts and, at what they say,
what the other counts where it is kept before. No plan is worth more than the relaxation: one that keeps the timetable's
weight and levels has at least what is missing to the timetable's worth.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Party, Request
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import only_online
from rbc_events.scheduling.verify.hours import continent, continents, quarters_outside
from rbc_events.scheduling.verify.lagrangian import Relaxation
from rbc_events.scheduling.verify.pricing_dp import best_of_party


def least(
    level: str, dual: Dual, table: Timetable, held_anyway: Collection[str], values: Mapping[str, int]
) -> int | None:
    """What no plan is below that weighs as much as the timetable, and keeps the levels before; None: not proved.

    held_anyway  requests that are held in all plans that compare
    values       of what has a price because it is kept
    """
    kept = {name: price for name, price in dual.kept.items() if name != level}
    if min(dual.weight, *kept.values(), 0) < 0:
        return None
    worth = {r.id: Fraction(dual.weight * r.weight, dual.denominator) for r in table.problem.requests}
    total = _Counted({**kept, level: dual.denominator}, worth, dual, table, held_anyway).total()
    if total is None:
        return None
    paid = dual.weight * sum(table.requests[meeting.request].weight for meeting in table.held)
    paid -= sum(price * values[name] for name, price in kept.items())
    return ceil(Fraction(paid - total, dual.denominator))


class _Counted(Relaxation):
    """What breaks and inconvenience cost is taken off; parties charge prices of any sign for their time.

    Breaks: a party chooses the slots of each day in which it is busy as if everybody wanted to meet it, within its
    hours and its longest run, and loses something for each break.

    Inconvenience: a meeting that can only be held online loses the quarters outside its parties' decent hours. The
    total of the worst-off continent counts once for each continent: no less than the totals of all continents, each
    taken so often as its multiplier says, if the multipliers are no more than the continents together.
    """

    def __init__(self, costs: dict[str, int], *relaxation: Any) -> None:
        super().__init__(*relaxation)
        self.cost_of_break = costs.get("breaks", 0)
        self.cost_of_quarter = costs.get("inconvenience", 0)

    def total(self) -> int | None:
        shares = [self.dual.continents.get(name, 0) for name in continents(self.table)]
        if min(shares, default=0) < 0 or sum(shares) > len(shares) * self.cost_of_quarter:
            return None
        return super().total()

    def prices_of_limits(self) -> tuple[dict[str, dict[str, int]], ...]:
        return self.interpreter_price, self.day_price

    def worth_of_time(self, party: Party) -> int:
        prices = self.party_price[party.id]
        charges = {slot: max(price, party.capacity * price) for slot, price in prices.items()}
        return best_of_party(self.table, party, charges, self.cost_of_break)

    def cost(self, request: Request, slot: str) -> int:
        covered = self.table.covered_by(request, slot)
        if not self.cost_of_quarter or not only_online(self.table, request, covered):
            return 0
        return sum(self._lost.get(name, {}).get(t, 0) for name in request.parties for t in covered)

    @cached_property
    def _lost(self) -> dict[str, dict[str, int]]:
        """What each party with decent hours loses in each slot."""
        return {
            party.id: {
                slot.id: self._share(party) * quarters_outside(party, slot) for slot in self.table.slots.values()
            }
            for party in self.table.problem.parties
            if party.decent_hours
        }

    def _share(self, party: Party) -> int:
        return self.cost_of_quarter + self.dual.continents.get(continent(party), 0)
