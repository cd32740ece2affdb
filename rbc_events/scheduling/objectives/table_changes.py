"""How often a party changes its table between two meetings that follow each other on one day."""

from itertools import pairwise

from rbc_events.scheduling.objectives.objective import Objective, nothing_left
from rbc_events.scheduling.rules.timetable import Timetable


def table_changes(table: Timetable) -> int:
    return sum(
        table.day(before) == table.day(after) and (before.place, before.number) != (after.place, after.number)
        for meetings in table.meetings_of.values()
        for before, after in pairwise(meetings)
    )


TABLE_CHANGES = Objective(
    "table_changes",
    maximised=False,
    value=table_changes,
    trivial=nothing_left,
    title=("Changes of table", "席の移動"),
    counted=("Changes of table", "席の移動"),
)
