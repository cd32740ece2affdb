"""The most that somebody's time can be charged: the most valuable slots in which the rules let them be busy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rbc_events.scheduling.problem import Interpreter, Party
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots

NOTHING_YET, PAUSE, BUSY, OVER = -1, 0, 1, -2
"""Where a party is in its day; above 0: so many slots into a run. Once it is over there is no more meeting."""


@dataclass(frozen=True)
class Costs:
    """What a party's days lose for what is counted in them.

    of_break   for each pause
    of_idle    for each slot of a pause
    of_uneven  for each meeting that the fullest day has more than the emptiest, of those on which it is available
    """

    of_break: int = 0
    of_idle: int = 0
    of_uneven: int = 0


FREE = Costs()


def best_of_party(table: Timetable, party: Party, prices: Mapping[str, int], costs: Costs = FREE) -> int:
    """The most that its meetings can be charged, by its hours and its longest run; less what its days lose.

    prices  for a meeting in a slot; below 0: the party is paid
    """
    most = _counted(table, party) if costs.of_uneven else 0
    days = [(_best_day(table, party, day, prices, costs, most), day) for day in table.days.values()]
    there = [best for best, day in days if party.available is None or not party.available.isdisjoint(day)]
    if not most or not there:
        return sum(max(best.values()) for best, _ in days)
    return _most_evenly(there, costs.of_uneven, most)


def _counted(table: Timetable, party: Party) -> int:
    """How many meetings a party can have at most; 0 where slots don't tell how many, because some take several."""
    lengths = [request.length for request in table.problem.requests if party.id in request.parties]
    return len(lengths) if all(length == 1 for length in lengths) else 0


def _most_evenly(days: list[dict[int, int]], cost: int, most: int) -> int:
    """The best of all days together, each with a number between the least and the most of all of them."""
    best = sum(day[0] for day in days)
    for least in range(most + 1):
        tops: list[int | None] = [None] * len(days)
        for number in range(least, most + 1):
            tops = [_larger(top, day.get(number)) for top, day in zip(tops, days, strict=True)]
            known = [top for top in tops if top is not None]
            if len(known) == len(days):
                best = max(best, sum(known) - cost * (number - least))
    return best


def _larger(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _best_day(
    table: Timetable, party: Party, day: list[str], prices: Mapping[str, int], costs: Costs, most: int
) -> dict[int, int]:
    """What a day is worth at best, by the number of meetings in it, up to `most`; where that is 0, however many."""
    best = {(NOTHING_YET, 0): 0}
    for slot in day:
        reached: dict[tuple[int, int], int] = {}
        for (state, held), worth in best.items():
            for idle, cost in _without_meeting(state, costs):
                _keep_most(reached, (idle, held), worth - cost)
            if run := 0 if state == OVER else _run(table, party, slot, state):
                begun = worth - costs.of_break * (state == PAUSE)
                for number in range(1, min(party.capacity, most - held) + 1 if most else 2):
                    charge = prices[slot] * number if most else max(prices[slot], party.capacity * prices[slot])
                    _keep_most(reached, (run, held + number if most else 0), begun + charge)
        best = reached
    found: dict[int, int] = {}
    for (_, held), worth in best.items():
        found[held] = max(worth, found.get(held, worth))
    return found


def _without_meeting(state: int, costs: Costs) -> list[tuple[int, int]]:
    """Where a party can be after a slot without a meeting, and what that costs."""
    if state in (NOTHING_YET, OVER):
        return [(state, 0)]
    return [(PAUSE, costs.of_idle), (OVER, 0)] if costs.of_idle else [(PAUSE, 0)]


def _keep_most(reached: dict[tuple[int, int], int], way: tuple[int, int], worth: int) -> None:
    reached[way] = max(worth, reached.get(way, worth))


def _run(table: Timetable, party: Party, slot: str, state: int) -> int:
    """The length of the run that a party is in if it is busy in a slot too; 0 where it can't be."""
    if party.capacity < 1 or (party.available is not None and slot not in party.available):
        return 0
    if party.longest_run is None:
        return 1
    begins = table.block[slot][0] == slot  # a run ends with its block, without a break
    run = 1 if begins else max(state, 0) + 1
    return run if run <= party.longest_run else 0


def cheapest_days(table: Timetable, party: Party, prices: Mapping[str, int], cost_of_break: int) -> int:
    """The least that a party's days cost, prices and breaks, if it holds each of its requests in a slot of its own.

    After each slot it must have held as many as can't be held later, and no more than may be held till then; 0 where
    there is no such way.
    """
    choices = [set(possible_slots(table, request)) for request in table.problem.requests if party.id in request.parties]
    open_slots = set().union(*choices)
    forced = {slot for slots in choices if len(slots) == 1 for slot in slots}
    ends = [max((table.position[slot] for slot in slots), default=-1) for slots in choices]
    begins = [min((table.position[slot] for slot in slots), default=-1) for slots in choices]
    best = {(0, NOTHING_YET): 0}
    for n, slot in enumerate(table.slots):
        least, most = sum(end <= n for end in ends), sum(begin <= n for begin in begins)
        first = table.days[table.slots[slot].day][0] == slot
        reached: dict[tuple[int, int], int] = {}
        for (held, before), paid in best.items():
            state = NOTHING_YET if first else before
            if slot in open_slots and held < most:
                cost = paid + prices.get(slot, 0) + cost_of_break * (state == PAUSE)
                _keep_least(reached, (held + 1, BUSY), cost)
            if slot not in forced and held >= least:
                _keep_least(reached, (held, NOTHING_YET if state == NOTHING_YET else PAUSE), paid)
        best = {way: cost for way, cost in reached.items() if way[0] >= least}
    return min(best.values(), default=0)


def _keep_least(reached: dict[tuple[int, int], int], way: tuple[int, int], cost: int) -> None:
    reached[way] = min(cost, reached.get(way, cost))


def best_of_interpreter(table: Timetable, person: Interpreter, charges: Mapping[str, int]) -> int:
    """The most by their hours, runs and rests, and by the slots that their most meetings can take; charges from 0."""
    longest = max((request.length for request in table.problem.requests), default=1)
    there = {slot: charges[slot] for slot in table.slots if person.available is None or slot in person.available}
    total = 0
    for day in table.days.values():
        blocks = [block for block in table.blocks if table.slots[block[0]].day == table.slots[day[0]].day]
        worked = sum(_best_block(person, block, there) for block in blocks)
        total += min(worked, _dearest((there.get(slot, 0) for slot in day), person.most_per_day, longest))
    return min(total, _dearest(there.values(), person.most, longest))


def _best_block(person: Interpreter, block: list[str], charges: Mapping[str, int]) -> int:
    """States are slots into a run or, below 0, slots that are left to rest."""
    if person.longest_run is None:
        return sum(charges.get(slot, 0) for slot in block)
    best = {0: 0}
    for slot in block:
        reached: dict[int, int] = {}
        for state, worth in best.items():
            idle = 1 - person.rest if state == person.longest_run else min(state + 1, 0)
            reached[idle] = max(worth, reached.get(idle, worth))
            if slot in charges and 0 <= state < person.longest_run:
                paid = worth + charges[slot]
                reached[state + 1] = max(paid, reached.get(state + 1, paid))
        best = reached
    return max(best.values())


def _dearest(charges: Iterable[int], meetings: int | None, longest: int) -> int:
    """What the dearest slots are worth, as many as so many meetings can take."""
    return sum(sorted(charges, reverse=True)[: None if meetings is None else meetings * longest])
