"""The event for Timefold (on PyPI as `timefold`; it needs Java 17), with its settings as they come.

Each request has a slot, of those in which both its parties are free, or none. Hard: nobody is in two meetings at once,
and a slot holds no more than there are tables. Soft: the weight. Imported only where Timefold is installed.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    Joiners,
    constraint_provider,
)


@dataclass
class Slot:
    number: Annotated[int, PlanningId]
    tables: int


@planning_entity
@dataclass
class Request:
    number: Annotated[int, PlanningId]
    one: int
    other: int
    weight: int
    slots: Annotated[list[Slot], ValueRangeProvider(id="slots")] = field(default_factory=list)
    slot: Annotated[Slot | None, PlanningVariable(value_range_provider_refs=["slots"], allows_unassigned=True)] = None


@planning_solution
@dataclass
class Timetable:
    slots: Annotated[list[Slot], ProblemFactCollectionProperty]
    requests: Annotated[list[Request], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = None


@constraint_provider
def constraints(factory: ConstraintFactory) -> list[Constraint]:
    same_slot = Joiners.equal(lambda request: request.slot)
    same_one = Joiners.equal(lambda request: request.one)
    same_other = Joiners.equal(lambda request: request.other)
    crossed = Joiners.equal(lambda request: request.one, lambda request: request.other)
    at_once = [
        factory.for_each_unique_pair(Request, same_slot, same_one),
        factory.for_each_unique_pair(Request, same_slot, same_other),
        factory.for_each(Request).join(Request, same_slot, crossed),
    ]
    tables = (
        factory.for_each(Request)
        .group_by(lambda r: r.slot, ConstraintCollectors.count())
        .filter(lambda slot, count: count > slot.tables)
        .penalize(HardSoftScore.ONE_HARD, lambda slot, count: count - slot.tables)
        .as_constraint("tables")
    )
    weight = factory.for_each(Request).reward(HardSoftScore.ONE_SOFT, lambda r: r.weight).as_constraint("weight")
    twice = [
        pairs.penalize(HardSoftScore.ONE_HARD).as_constraint(f"at once {number}")
        for number, pairs in enumerate(at_once)
    ]
    return [*twice, tables, weight]


def solve(event: dict[str, Any], seconds: float) -> int:
    """The weight of the meetings held after so many seconds of search; 0 where a hard rule is broken."""
    slots = [Slot(number, event["tables"]) for number in range(event["slots"])]
    free = [set(mine) for mine in event["free"]]
    requests = [
        Request(number, a, b, weight, [slots[t] for t in sorted(free[a] & free[b])])
        for number, (a, b, weight) in enumerate(event["requests"])
    ]
    config = SolverConfig(
        solution_class=Timetable,
        entity_class_list=[Request],
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=constraints),
        termination_config=TerminationConfig(spent_limit=Duration(milliseconds=round(1000 * seconds))),
    )
    made = SolverFactory.create(config).build_solver().solve(Timetable(slots, [r for r in requests if r.slots]))
    return made.score.soft_score if made.score.hard_score == 0 else 0
