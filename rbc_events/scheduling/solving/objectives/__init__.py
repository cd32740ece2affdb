"""Objectives on the side of what solves: which engine optimises which, keeps which, and declines which."""

from collections.abc import Iterable
from dataclasses import dataclass

from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.breaks import BREAKS
from rbc_events.scheduling.solving.objectives.changes import CHANGE_COSTS, CHANGES
from rbc_events.scheduling.solving.objectives.floors import FLOORS
from rbc_events.scheduling.solving.objectives.idle_slots import IDLE_SLOTS
from rbc_events.scheduling.solving.objectives.inconvenience import INCONVENIENCE
from rbc_events.scheduling.solving.objectives.must_haves import MUST_HAVES
from rbc_events.scheduling.solving.objectives.optimised import Optimised
from rbc_events.scheduling.solving.objectives.uneven_days import UNEVEN_DAYS
from rbc_events.scheduling.solving.objectives.weight import WEIGHT
from rbc_events.scheduling.solving.objectives.wishes import WISHES
from rbc_events.scheduling.solving.solution import Solution

OPTIMISED: dict[str, Optimised] = {
    objective.name: objective
    for objective in (
        MUST_HAVES,
        WEIGHT,
        FLOORS,
        BREAKS,
        CHANGES,
        INCONVENIENCE,
        IDLE_SLOTS,
        UNEVEN_DAYS,
        WISHES,
        CHANGE_COSTS,
    )
}
"""By name. Changes of table are known only once numbers are given out (`solving/table_assignment.py`)."""


def value(instance: Instance, level: str, solution: Solution) -> int:
    """The value of a level in a solution."""
    return OPTIMISED[level].value(instance, solution)


@dataclass(frozen=True)
class Engine:
    """What solves, with the objectives that it makes better, those that it never makes worse, and all others."""

    optimises: frozenset[str]
    keeps: frozenset[str] = frozenset()
    declines: frozenset[str] = frozenset()

    def takes(self, level: str, kept: Iterable[str]) -> bool:
        """Whether it makes a level better while what is kept stays as good."""
        return level in self.optimises and (self.optimises | self.keeps).issuperset(kept)


BY_CP_SAT = frozenset({"idle_slots", "uneven_days", "wishes", "change_costs"})
"""What no other engine makes better."""
CP_SAT = Engine(frozenset(OPTIMISED), declines=frozenset({"table_changes"}))
"""Takes what any other declines."""
CHAINS = Engine(
    frozenset({"breaks", "changes", "inconvenience"}),
    keeps=frozenset({"must_haves", "weight", "floors"}),
    declines=BY_CP_SAT | {"table_changes"},
)
PROGRAMME = Engine(
    frozenset({"weight", "breaks", "changes", "inconvenience"}) | BY_CP_SAT,
    declines=frozenset({"must_haves", "floors", "table_changes"}),
)
"""The linear programmes, for bounds: one that leaves a level out still holds."""
WEIGHT_KERNEL = Engine(
    frozenset({"must_haves", "weight", "changes"}),
    declines=BY_CP_SAT | {"floors", "breaks", "inconvenience", "table_changes"},
)
BREAKS_KERNEL = Engine(
    frozenset({"breaks"}),
    keeps=frozenset({"must_haves", "weight", "floors"}),
    declines=BY_CP_SAT | {"changes", "inconvenience", "table_changes"},
)
"""It holds everything, or says that nobody can."""
NUMBERS = Engine(
    frozenset({"table_changes", "changes", "change_costs"}),
    keeps=BY_CP_SAT - {"change_costs"} | {"must_haves", "weight", "floors", "breaks", "inconvenience"},
)
"""What gives out the numbers of tables at the end, whatever the order of the levels."""
OF_CHANGES = ("changes", "change_costs")
"""Levels that are least where everything stays that can; each change costs something."""
ENGINES = {
    "cp-sat": CP_SAT,
    "chains": CHAINS,
    "programme": PROGRAMME,
    "weight": WEIGHT_KERNEL,
    "breaks": BREAKS_KERNEL,
    "numbers": NUMBERS,
}
