"""Slots without a meeting between the first and the last of a party's day: compact days have few."""

from rbc_events.scheduling.objectives.objective import Objective, by_multipliers, nothing_left
from rbc_events.scheduling.rules.timetable import Timetable


def idle_slots(table: Timetable) -> int:
    return sum(_of_party(table, party) for party in table.parties)


def _of_party(table: Timetable, party: str) -> int:
    busy = table.busy(table.meetings_of[party])
    total = 0
    for day in table.days.values():
        taken = [n for n, slot in enumerate(day) if slot in busy]
        if taken:
            total += taken[-1] - taken[0] + 1 - len(taken)
    return total


IDLE_SLOTS = Objective(
    "idle_slots",
    maximised=False,
    value=idle_slots,
    trivial=nothing_left,
    priced={"lp-dual": by_multipliers("idle_slots")},
    paid=True,
    title=("Compact days", "間の空かない日程"),
    counted=("Free slots between a day's first and last meeting", "その日の最初と最後の面談の間の空き枠"),
)
