"""The most that somebody can be charged for their time, if they choose the slots that the rules let them work in."""

from collections.abc import Sequence

from rbc_events.scheduling.solving.instance import Instance

NEVER = -(10**40)
"""Below all sums: where there is no such way."""


def best_of_party(
    instance: Instance, longest: int | None, free: Sequence[bool], charges: Sequence[int], cost_of_break: int
) -> int:
    """The charges of the dearest days, runs of at most `longest` slots in a block, less what their breaks cost."""
    starts = {block[0] for block in instance.blocks}
    total = 0
    for day in instance.days:
        not_yet, pause, runs = 0, NEVER, [NEVER] * (longest or 1)
        for t in day:
            busy = max(runs)
            begun = max(not_yet, pause - cost_of_break)
            if not free[t]:
                grown = [NEVER] * len(runs)
            elif longest is None:
                grown = [charges[t] + max(begun, busy)]
            else:
                first = max(begun, busy) if t in starts else begun
                going_on = [NEVER] * (longest - 1) if t in starts else runs[:-1]
                grown = [charges[t] + worth for worth in (first, *going_on)]
            pause, runs = max(pause, busy), grown
        total += max(not_yet, pause, *runs)
    return total


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
