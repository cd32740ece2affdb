"""The objectives, each in one place: its name, which way is better, its value, what proves a bound, and its words.

No solver reads this: it is what `check` judges by, as by the rules.
"""

from rbc_events.scheduling.objectives.breaks import BREAKS
from rbc_events.scheduling.objectives.changes import CHANGE_COSTS, CHANGES
from rbc_events.scheduling.objectives.floors import FLOORS
from rbc_events.scheduling.objectives.idle_slots import IDLE_SLOTS
from rbc_events.scheduling.objectives.inconvenience import INCONVENIENCE
from rbc_events.scheduling.objectives.must_haves import MUST_HAVES, required
from rbc_events.scheduling.objectives.objective import Given, Objective
from rbc_events.scheduling.objectives.table_changes import TABLE_CHANGES
from rbc_events.scheduling.objectives.uneven_days import UNEVEN_DAYS
from rbc_events.scheduling.objectives.weight import WEIGHT
from rbc_events.scheduling.objectives.wishes import WISHES
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable

__all__ = ["OBJECTIVES", "Objective", "priced"]

OBJECTIVES: dict[str, Objective] = {
    objective.name: objective
    for objective in (
        MUST_HAVES,
        WEIGHT,
        FLOORS,
        BREAKS,
        CHANGES,
        INCONVENIENCE,
        TABLE_CHANGES,
        IDLE_SLOTS,
        UNEVEN_DAYS,
        WISHES,
        CHANGE_COSTS,
    )
}
"""By name, in the order in which they are offered."""


def priced(name: str, method: str, dual: Dual, table: Timetable) -> int | None:
    """The bound on an objective that multipliers prove by a method, exactly; None if they prove nothing.

    Of plans that compare with the timetable: they hold everything that has to be held if it does, and keep its values.
    """
    prove = OBJECTIVES[name].priced.get(method)
    if prove is None:
        return None
    needed = frozenset(required(table))
    held_anyway = needed if needed <= table.held_requests else frozenset()
    values = {kept: OBJECTIVES[kept].value(table) for kept in dual.kept}
    return prove(Given(table, held_anyway, values), dual)
