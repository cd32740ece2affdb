"""Pauses in people's days, a long one counted once."""

from fractions import Fraction
from math import ceil

from rbc_events.scheduling.objectives.objective import Given, Objective, by_multipliers, nothing_left
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules import breaks_of
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.lagrangian import places_in
from rbc_events.scheduling.verify.pricing_dp import cheapest_days


def breaks(table: Timetable) -> int:
    return sum(breaks_of(table, party) for party in table.parties)


def from_slot_prices(given: Given, dual: Dual) -> int | None:
    """What prices of slots prove of plans that hold every request; None if they prove nothing.

    Every busy party pays the price of a slot, and no more pay it than there are places for. What the cheapest days of
    all parties cost, breaks and prices together, less what all room is worth, no plan undercuts. For parties that have
    one meeting at a time, each of one slot.
    """
    table = given.table
    if given.held_anyway != {request.id for request in table.problem.requests}:
        return None
    if any(request.length > 1 for request in table.problem.requests):
        return None
    if any(party.capacity > 1 for party in table.problem.parties):
        return None
    if dual != Dual(dual.denominator, slots=dual.slots):
        return None
    paid = sum(cheapest_days(table, party, dual.slots, dual.denominator) for party in table.problem.parties)
    most = max((len(request.parties) for request in table.problem.requests), default=0)
    room = sum(price * most * places_in(table, slot) for slot, price in dual.slots.items())
    return max(0, ceil(Fraction(paid - room, dual.denominator)))


BREAKS = Objective(
    "breaks",
    maximised=False,
    value=breaks,
    trivial=nothing_left,
    priced={"lp-dual": by_multipliers("breaks"), "kernel-counting": from_slot_prices},
    paid=True,
    title=("Gaps in people's days", "一日の空き時間"),
    counted=("Gaps in people's days", "一日の空き時間"),
)
