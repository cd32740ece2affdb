"""Meetings of the standing plan that are not held exactly as they were."""

from dataclasses import replace

from rbc_events.scheduling.objectives.objective import Objective, by_multipliers, nothing_left
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.lagrangian_bounds import can_stay


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


def holding_fast(table: Timetable) -> Timetable:
    """The timetable of the problem in which every standing meeting that can stay is pinned beside those that are."""
    pinned = tuple(replace(m, pinned=True) for m in table.problem.standing if m.pinned or can_stay(table, m))
    return Timetable(replace(table.problem, standing=pinned), table.meetings)


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
    priced={"lp-dual": by_multipliers("change_costs")},
    paid=True,
    title=("What changes cost, told and soon ones more", "変更の影響（通知済み・直前ほど大きい）"),
    counted=("What changes cost", "変更の影響の合計"),
)
CHANGES = Objective(
    "changes",
    maximised=False,
    value=changes,
    trivial=nothing_left,
    counting=forced,
    priced={"lp-dual": by_multipliers("changes")},
    paid=True,
    title=("Meetings moved or taken out", "予定済みの面談の変更・取りやめ"),
    counted=("Meetings moved or taken out", "予定済みの面談の変更・取りやめ"),
)
