"""The most that somebody can be charged for their time, if they choose the slots that the rules let them work in."""

from collections.abc import Sequence
from dataclasses import dataclass

from rbc_events.scheduling.solving.instance import Instance

NEVER = -(10**40)
"""Below all sums: where there is no such way."""


@dataclass(frozen=True)
class DayCosts:
    """What a party loses for each break, each idle slot, and each meeting of its fullest day beyond its emptiest."""

    of_break: int = 0
    of_idle: int = 0
    of_uneven: int = 0


FREE = DayCosts()

Row = list[int]
"""The most by the number of meetings so far; just one where these aren't counted."""


def best_of_party(instance: Instance, p: int, prices: Sequence[int], costs: DayCosts = FREE) -> int:
    """The most that a party can be charged for its meetings within its hours and its longest run, less what days cost.

    prices  of a meeting in each slot; below 0: the party is paid
    """
    counted = bool(costs.of_uneven) and counts_by_slots(instance, p)
    most = len(instance.requests_of[p]) if counted else 0
    days = [_best_of_day(instance, p, day, prices, costs, most) for day in instance.days]
    if not most:
        return sum(row[0] for row in days)
    free = instance.free[p]
    there = [row for row, day in zip(days, instance.days, strict=True) if free[day].any()]
    return _evenly(there, costs.of_uneven)


def counts_by_slots(instance: Instance, p: int) -> bool:
    """Whether each meeting of a party takes one slot, so that its time tells how many it has."""
    return all(instance.problem.requests[r].length == 1 for r in instance.requests_of[p])


def _evenly(days: Sequence[Row], cost: int) -> int:
    """The best number of meetings for each day, between a least and a most for all; these lie apart at a cost."""
    if not days:
        return 0
    best = NEVER
    size = len(days[0])
    for least in range(size):
        tops = [NEVER] * len(days)
        for most in range(least, size):
            tops = [max(top, row[most]) for top, row in zip(tops, days, strict=True)]
            best = max(best, sum(tops) - cost * (most - least))
    return best


def _best_of_day(
    instance: Instance, p: int, day: Sequence[int], prices: Sequence[int], costs: DayCosts, most: int
) -> Row:
    party, free = instance.problem.parties[p], instance.free[p].tolist()
    starts = {block[0] for block in instance.blocks}
    longest = party.longest_run
    never: Row = [NEVER] * (most + 1)
    not_yet, pause, over, runs = [0] + [NEVER] * most, never, never, [never] * (longest or 1)
    for t in day:
        busy = _most(*runs)
        begun = _most(not_yet, _less(pause, costs.of_break))
        if not free[t] or party.capacity < 1:
            befores = []
        elif longest is None:
            befores = [_most(begun, busy)]
        elif t in starts:
            befores = [_most(begun, busy)] + [never] * (longest - 1)
        else:
            befores = [begun, *runs[:-1]]
        grown = [_with_meetings(row, prices[t], party.capacity, most) for row in befores] or [never] * len(runs)
        over = _most(over, busy)
        pause, runs = _less(_most(pause, busy), costs.of_idle), grown
    return _most(not_yet, pause, over, *runs)


def _with_meetings(row: Row, price: int, capacity: int, most: int) -> Row:
    """One meeting more in a slot, or as many as a party can have at once."""
    if not most:
        return [row[0] + max(price, capacity * price)]
    grown = [NEVER] * (most + 1)
    for number in range(1, min(capacity, most) + 1):
        for held in range(most + 1 - number):
            grown[held + number] = max(grown[held + number], row[held] + number * price)
    return grown


def _most(*rows: Row) -> Row:
    return rows[0] if len(rows) == 1 else list(map(max, *rows))


def _less(row: Row, cost: int) -> Row:
    return [worth - cost for worth in row] if cost else row


def best_of_interpreter(instance: Instance, i: int, charges: Sequence[int]) -> int:
    """The charges of the dearest slots within their hours, runs, rests, and the most meetings that they take."""
    person = instance.problem.interpreters[i]
    there = [charge if free else 0 for charge, free in zip(charges, instance.interpreter_free[i].tolist(), strict=True)]
    free = instance.interpreter_free[i].tolist()
    longest = max((request.length for request in instance.problem.requests), default=1)
    of_days = [0] * len(instance.days)
    for block in instance.blocks:
        of_days[instance.day_of[block[0]]] += _best_of_block(person.longest_run, person.rest, block, free, there)
    for n, day in enumerate(instance.days):
        of_days[n] = min(of_days[n], _dearest([there[t] for t in day], person.most_per_day, longest))
    return min(sum(of_days), _dearest(there, person.most, longest))


def _best_of_block(
    longest: int | None, rest: int, block: Sequence[int], free: Sequence[bool], charges: Sequence[int]
) -> int:
    """`worked[k]`: k slots into a run, 0 when rested; `tired[j]`: so many slots more before the next run."""
    if longest is None:
        return sum(charges[t] for t in block)
    worked, tired = [0] + [NEVER] * longest, [NEVER] * rest
    for t in block:
        rested = [*tired[1:], worked[longest]]
        idle = max(*worked[:longest], rested[0])
        going_on = [charges[t] + worth if free[t] else NEVER for worth in worked[:longest]]
        worked, tired = [idle, *going_on], [NEVER, *rested[1:]]
    return max(*worked, *tired)


def _dearest(charges: Sequence[int], meetings: int | None, longest: int) -> int:
    """What the dearest slots are charged, as many as so many meetings can take."""
    return sum(sorted(charges, reverse=True)[: None if meetings is None else meetings * longest])
