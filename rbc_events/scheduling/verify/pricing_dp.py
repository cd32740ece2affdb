"""The most that somebody's time can be charged: the most valuable slots in which the rules let them be busy."""

from collections.abc import Iterable, Mapping

from rbc_events.scheduling.problem import Interpreter, Party
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots

NOTHING_YET, PAUSE, BUSY = -1, 0, 1
"""Where a party is in its day; above 0: so many slots into a run."""


def best_of_party(table: Timetable, party: Party, charges: Mapping[str, int], cost_of_break: int = 0) -> int:
    """The most by its hours and its longest run. A break costs; so may a slot, with a charge below 0."""
    return sum(_best_day(table, party, day, charges, cost_of_break) for day in table.days.values())


def _best_day(table: Timetable, party: Party, day: list[str], charges: Mapping[str, int], cost_of_break: int) -> int:
    best = {NOTHING_YET: 0}
    for slot in day:
        reached: dict[int, int] = {}
        for state, worth in best.items():
            idle = NOTHING_YET if state == NOTHING_YET else PAUSE
            reached[idle] = max(worth, reached.get(idle, worth))
            run = _run(table, party, slot, state)
            if run:
                paid = worth + charges[slot] - cost_of_break * (state == PAUSE)
                reached[run] = max(paid, reached.get(run, paid))
        best = reached
    return max(best.values())


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
