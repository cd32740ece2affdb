"""Meetings of the standing plan that are not held exactly as they were."""

from dataclasses import replace
from fractions import Fraction
from math import floor

from rbc_events.scheduling.objectives.objective import Given, Objective, nothing_left
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots
from rbc_events.scheduling.verify.lagrangian import Relaxation


def changes(table: Timetable) -> int:
    now = {m.request: m for m in table.held}
    return sum(not (m.request in now and unchanged(m, now[m.request])) for m in table.problem.standing)


def unchanged(before: Meeting, after: Meeting) -> bool:
    """Whether slot, place and interpreter are the same; what was not given before may be anything."""
    return (
        before.slot == after.slot
        and before.place in ("", after.place)
        and (not before.place or before.number in (0, after.number))
        and before.interpreter in ("", after.interpreter)
    )


def forced(table: Timetable) -> int:
    """Those that can't stay, whatever else is held."""
    return sum(not can_stay(table, meeting) for meeting in table.problem.standing)


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


def holding_fast(table: Timetable) -> Timetable:
    """The timetable of the problem in which every standing meeting that can stay is pinned beside those that are."""
    pinned = tuple(replace(m, pinned=True) for m in table.problem.standing if m.pinned or can_stay(table, m))
    return Timetable(replace(table.problem, standing=pinned), table.meetings)


def _priced(given: Given, dual: Dual) -> int | None:
    """All that stands less the most that can stay. Staying is worth one, and a unit of weight what the dual says.

    A plan that weighs no less than the timetable gets no less for its weight than the timetable's: what is left of the
    bound is for what stays.
    """
    table = given.table
    if dual.weight < 0:
        return None
    weights = {request.id: request.weight for request in table.problem.requests}
    worth = {request: Fraction(dual.weight * weight, dual.denominator) for request, weight in weights.items()}
    stays = [meeting for meeting in table.problem.standing if can_stay(table, meeting)]
    total = Relaxation(worth, dual, table, given.held_anyway, stays).total()
    if total is None:
        return None
    paid = dual.weight * sum(weights[meeting.request] for meeting in table.held)
    return len(table.problem.standing) - floor(Fraction(total - paid, dual.denominator))


def change_costs(table: Timetable) -> int:
    """What the changes cost, by what the standing plan says of each of its meetings."""
    now = {m.request: m for m in table.held}
    changed = (m for m in table.problem.standing if not (m.request in now and unchanged(m, now[m.request])))
    return sum(meeting.change_cost for meeting in changed)


def _forced_costs(table: Timetable) -> int:
    return sum(meeting.change_cost for meeting in table.problem.standing if not can_stay(table, meeting))


CHANGE_COSTS = Objective(
    "change_costs",
    maximised=False,
    value=change_costs,
    trivial=nothing_left,
    counting=_forced_costs,
    title=("What changes cost, told and soon ones more", "変更の影響（通知済み・直前ほど大きい）"),
    counted=("What changes cost", "変更の影響の合計"),
)
CHANGES = Objective(
    "changes",
    maximised=False,
    value=changes,
    trivial=nothing_left,
    counting=forced,
    priced={"lp-dual": _priced},
    title=("Meetings moved or taken out", "予定済みの面談の変更・取りやめ"),
    counted=("Meetings moved or taken out", "予定済みの面談の変更・取りやめ"),
)
