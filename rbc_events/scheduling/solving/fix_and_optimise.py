"""Where changes come before everything else: what can stay is held fast, and the rest is a smaller problem."""

from dataclasses import replace

from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.solving.instance import Instance


def forced_changes(instance: Instance) -> set[int]:
    """The standing meetings that can't be held as they were, whatever else is."""
    return {r for r in instance.standing if not _can_stay(instance, r)}


def _can_stay(instance: Instance, r: int) -> bool:
    slot, pool, interpreter = instance.standing[r]
    if slot < 0 or not instance.allowed[r, slot]:
        return False
    covered = instance.covers(r, slot)
    if pool != -1 and not (pool in instance.pools_of[r] and all(instance.pool_room[pool, t] for t in covered)):
        return False
    usable = instance.interpreters_of[r]
    if interpreter == -1:
        return True
    if interpreter < 0 or not instance.interpreter_free[interpreter, covered].all():
        return False
    return usable is None or interpreter in usable


def frozen(instance: Instance) -> Problem:
    """The problem in which every standing meeting that can stay is pinned to its slot, place and interpreter; changes
    are no level. Where all places suit everybody, they are left free: who keeps a slot keeps the place as well, where
    places are given out."""
    forced, free = forced_changes(instance), instance.interchangeable
    standing = tuple(
        meeting if meeting.pinned else replace(meeting, place="" if free else meeting.place, number=0, pinned=True)
        for meeting in instance.problem.standing
        if meeting.pinned or instance.request_number[meeting.request] not in forced
    )
    levels = tuple(name for name in instance.problem.levels if name not in ("changes", "change_costs", "table_changes"))
    return replace(instance.problem, standing=standing, levels=levels)
