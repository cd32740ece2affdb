"""Bounds on what plans count that keep what comes before, by multipliers, exactly.

A plan is worth its weight, at what the multipliers say of a unit, less what the level counts and, at what they say,
what others count that are kept before; of what is maximised, more. No plan is worth more than the relaxation: one that
keeps the timetable's weight and levels counts at least what is missing to the timetable's worth.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting, Party, Request
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import only_online, places_for, possible_slots
from rbc_events.scheduling.verify.hours import continent, continents, quarters_outside
from rbc_events.scheduling.verify.lagrangian import Relaxation
from rbc_events.scheduling.verify.pricing_dp import Costs, best_of_party

MORE_IS_BETTER = frozenset({"wishes"})


def bound_by(
    level: str, dual: Dual, table: Timetable, held_anyway: Collection[str], values: Mapping[str, int]
) -> int | None:
    """What no plan passes that weighs as much as the timetable, and keeps the levels before; None: not proved.

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
    paid += sum(price * values[name] * (1 if name in MORE_IS_BETTER else -1) for name, price in kept.items())
    if level in MORE_IS_BETTER:
        return floor(Fraction(total - paid, dual.denominator))
    return ceil(Fraction(paid - total, dual.denominator))


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


class _Counted(Relaxation):
    """What levels count is taken off, or added; parties charge prices of any sign for their time.

    Breaks, idle slots, uneven days: a party chooses the slots of each day in which it is busy as if everybody wanted to
    meet it, within its hours and its longest run, and loses something for each.

    Inconvenience: a meeting that can only be held online loses the quarters outside its parties' decent hours. The
    total of the worst-off continent counts once for each continent: no less than the totals of all continents, each
    taken so often as its multiplier says, if the multipliers are no more than the continents together.

    Changes and what they cost: all that stands is lost, and gained again where it stays in its slot with its
    interpreter. Wishes: each is gained by a meeting in a slot where it could be granted.
    """

    def __init__(self, costs: dict[str, int], *relaxation: Any) -> None:
        super().__init__(*relaxation)
        self.costs = costs
        self.of_days = Costs(costs.get("breaks", 0), costs.get("idle_slots", 0), costs.get("uneven_days", 0))
        self.cost_of_quarter = costs.get("inconvenience", 0)

    def total(self) -> int | None:
        shares = [self.dual.continents.get(name, 0) for name in continents(self.table)]
        if min(shares, default=0) < 0 or sum(shares) > len(shares) * self.cost_of_quarter:
            return None
        total = super().total()
        return None if total is None else total - sum(map(self._of_change, self.table.problem.standing))

    def prices_of_limits(self) -> tuple[dict[str, dict[str, int]], ...]:
        return self.interpreter_price, self.day_price

    def worth_of_time(self, party: Party) -> int:
        return best_of_party(self.table, party, self.party_price[party.id], self.of_days)

    def cost(self, request: Request, slot: str, interpreter: str) -> int:
        cost = self._quarters(request, slot) if self.cost_of_quarter else 0
        if wish := self.costs.get("wishes", 0):
            cost -= wish * self._granted(request, slot, interpreter)
        was = self._stays.get(request.id)
        if was is not None and was.slot == slot and was.interpreter in ("", interpreter):
            cost -= self._of_change(was)
        return cost

    def _quarters(self, request: Request, slot: str) -> int:
        covered = self.table.covered_by(request, slot)
        if not only_online(self.table, request, covered):
            return 0
        return sum(self._lost.get(name, {}).get(t, 0) for name in request.parties for t in covered)

    def _granted(self, request: Request, slot: str, interpreter: str) -> int:
        granted = (slot in request.wished_slots) + (interpreter in request.wished_interpreters)
        if not request.wished_places:
            return granted
        places = places_for(self.table, request, self.table.covered_by(request, slot))
        return granted + any(place in request.wished_places for place in places)

    def _of_change(self, standing: Meeting) -> int:
        return self.costs.get("changes", 0) + self.costs.get("change_costs", 0) * standing.change_cost

    @cached_property
    def _stays(self) -> dict[str, Meeting]:
        """The standing meetings that can stay, where it matters."""
        if not any(map(self._of_change, self.table.problem.standing)):
            return {}
        return {m.request: m for m in self.table.problem.standing if can_stay(self.table, m)}

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
