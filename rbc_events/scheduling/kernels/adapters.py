"""Which problems the kernels `weight` and `breaks` can take, and what they say about them in the engine's terms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import lcm

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks import BreaksProblem, BreaksResult
from rbc_events.scheduling.kernels.weight import Dual as KernelDual
from rbc_events.scheduling.kernels.weight import Standing, WeightProblem
from rbc_events.scheduling.kernels.weight.reference_plan import Prices
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.solving.construction import PartialPlan
from rbc_events.scheduling.solving.fix_and_optimise import forced_changes
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.interpreter_symmetry import capacity_of, crew_numbers, crews_of, people_of
from rbc_events.scheduling.solving.rules import BREAKS, WEIGHT
from rbc_events.scheduling.solving.rules.time_to_change_rooms import changes_rooms
from rbc_events.scheduling.solving.solution import Solution

MANY = 10**6
"""A limit on somebody's meetings that nobody reaches."""


def breaks_problem(instance: Instance) -> BreaksProblem | None:
    """Holding all requests with the fewest breaks; None where rules apply that the kernel doesn't know.

    It knows one day of meetings of one slot, one at a time for each party, equal places, order and fairness.
    """
    if not BREAKS.knows_all_of(instance.problem):
        return None
    if len(instance.days) != 1 or not _plain_parties(instance) or not _plain_requests(instance):
        return None
    before = [
        (instance.request_number[name], r)
        for r, request in enumerate(instance.problem.requests)
        for name in request.after
    ]
    return BreaksProblem(
        slots=len(instance.slots),
        parties=len(instance.problem.parties),
        meetings=tuple(instance.parties_of),
        capacity=tuple(instance.pool_room.sum(axis=0).tolist()) if instance.problem.places else (),
        allowed=tuple(map(frozenset, instance.starts)),
        before=tuple(before),
    )


def _plain_parties(instance: Instance) -> bool:
    meetings = [len(requests) for requests in instance.requests_of]
    return all(
        party.capacity == 1
        and (party.most is None or party.most >= meetings[p])
        and (party.most_per_day is None or party.most_per_day >= meetings[p])
        and (party.longest_run is None or party.longest_run >= min(meetings[p], len(instance.slots)))
        and not changes_rooms(instance, p)
        for p, party in enumerate(instance.problem.parties)
    )


def _plain_requests(instance: Instance) -> bool:
    everywhere = tuple(range(len(instance.pools)))
    return all(
        request.length == 1 and instance.interpreters_of[r] is None and instance.pools_of[r] == everywhere
        for r, request in enumerate(instance.problem.requests)
    )


def with_pools(instance: Instance, slots: Sequence[int], interpreters: Sequence[int]) -> Solution:
    """A solution from slots and interpreters, where all pools suit every request and meetings take one slot.

    A meeting has its standing pool where that has room, else the first that has.
    """
    solution = Solution(list(slots), [-1] * len(slots), list(interpreters))
    if not instance.pools:
        return solution
    room = instance.pool_room.copy()
    held = [r for r, s in enumerate(slots) if s >= 0]
    held.sort(key=lambda r: not _stays(instance, r, slots[r]))
    for r in held:
        s = slots[r]
        wanted = [instance.standing[r][1]] if _stays(instance, r, s) else []
        solution.pool[r] = next(g for g in (*wanted, *range(len(room))) if g >= 0 and room[g, s] > 0)
        room[solution.pool[r], s] -= 1
    return solution


def with_standing_pools(instance: Instance, solution: Solution) -> Solution:
    """A solution in which, where all pools suit every request, meetings that keep their slot keep their pool."""
    return with_pools(instance, solution.slot, solution.interpreter) if instance.interchangeable else solution


def _stays(instance: Instance, r: int, slot: int) -> bool:
    return r in instance.standing and instance.standing[r][0] == slot


# Weight


@dataclass(frozen=True)
class WeightTask:
    """What the kernel `weight` is asked: a must-have weighs `must` more; `exact` where no rule is left out.

    The kernel's interpreters are `crews` of ours.
    """

    problem: WeightProblem
    must: int
    exact: bool
    crews: list[list[int]]


def weight_task(instance: Instance) -> WeightTask:
    """The most must-haves and then the most weight. Rules that the kernel doesn't know are left out, so that its bound
    holds in any case."""
    requests, parties = instance.problem.requests, instance.problem.parties
    weights = np.array([request.weight for request in requests], dtype=np.int64)
    required = np.array(instance.must, dtype=bool)
    must = int(weights.sum()) + 1 if required.any() else 0
    most_at_once = np.array([party.capacity for party in parties], dtype=np.int64)
    capacity = instance.free.astype(np.int64) * most_at_once[:, None]
    crews = crews_of(instance)
    width = max((len(members) for members in instance.parties_of), default=1)
    problem = WeightProblem(
        capacity=capacity,
        tables=_tables(instance, capacity),
        request_parties=np.array(
            [(*members, *(-1,) * (width - len(members))) for members in instance.parties_of], dtype=np.int64
        ).reshape(len(requests), width),
        weights=weights + must * required,
        allowed=instance.allowed,
        length=_unless_all([request.length for request in requests], 1),
        interpreters=capacity_of(instance, crews) if instance.interpreters_needed else None,
        eligible=_eligible(instance, crews) if instance.interpreters_needed else None,
        most=_unless_all([_or_many(party.most) for party in parties], MANY),
        day=np.array(instance.day_of, dtype=np.int64),
        most_per_day=_unless_all([_or_many(party.most_per_day) for party in parties], MANY),
    )
    return WeightTask(problem, must, _knows_all_rules(instance), crews)


def _eligible(instance: Instance, crews: list[list[int]]) -> list[tuple[int, ...] | None]:
    of = crew_numbers(crews)
    return [
        None if usable is None else tuple(sorted({of[person] for person in usable}))
        for usable in instance.interpreters_of
    ]


def _tables(instance: Instance, capacity: NDArray[np.int64]) -> NDArray[np.int64]:
    if instance.problem.places:
        return np.asarray(instance.pool_room.sum(axis=0), dtype=np.int64)
    return np.asarray(capacity.sum(axis=0) // 2, dtype=np.int64)


def _unless_all(values: list[int], usual: int) -> NDArray[np.int64] | None:
    return None if all(value == usual for value in values) else np.array(values, dtype=np.int64)


def _or_many(limit: int | None) -> int:
    return MANY if limit is None else limit


def _knows_all_rules(instance: Instance) -> bool:
    problem = instance.problem
    everywhere = tuple(range(len(instance.pools)))
    long = any(request.length > 1 for request in problem.requests)
    return (
        WEIGHT.knows_all_of(problem)
        and all(pools == everywhere for pools in instance.pools_of)
        and not (long and len(instance.pools) > 1)
    )


def weight_start(task: WeightTask, solution: Solution) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A solution as the kernel takes it: first slots and crews."""
    of = crew_numbers(task.crews)
    return np.array(solution.slot, dtype=np.int64), np.array([of[i] for i in solution.interpreter], dtype=np.int64)


def standing_of(instance: Instance, task: WeightTask) -> Standing:
    """What could stay of the standing plan, as the kernel takes it."""
    of = crew_numbers(task.crews)
    forced = forced_changes(instance)
    slot = np.full(len(instance.parties_of), -1, dtype=np.int64)
    crew = slot.copy()
    for r, (s, _, person) in instance.standing.items():
        if r not in forced:
            slot[r], crew[r] = s, of[person]
    return Standing(slot, crew, len(forced))


def solution_of(
    instance: Instance, task: WeightTask, slots: Sequence[int], crews: Sequence[int], budget: Budget
) -> Solution:
    """The kernel's plan: whole if it knew all rules, else as much of it as they allow and what else fits."""
    if task.exact:
        return with_pools(instance, slots, people_of(instance, task.crews, slots, crews))
    partial = PartialPlan(instance)
    by_weight = np.argsort(-task.problem.weights, kind="stable").tolist()
    for r in by_weight:
        if slots[r] >= 0 and (fit := partial.fit(r, slots[r])) is not None:
            partial.add(r, slots[r], *fit)
    partial.fill(by_weight, budget)
    return partial.solution


def weight_dual(instance: Instance, crews: list[list[int]], dual: KernelDual) -> Dual:
    """The kernel's prices by name, in the certificate's form; prices of nothing are left out."""
    problem = instance.problem
    slots = [slot.id for slot in instance.slots]
    parties, party_slots = _named_prices([party.id for party in problem.parties], slots, dual.party)
    of = crew_numbers(crews)
    paid = (
        dual.interpreter[[of[i] for i in range(len(problem.interpreters))]]
        if len(dual.interpreter)
        else dual.interpreter
    )
    people, people_slots = _named_prices([person.id for person in problem.interpreters], slots, paid)
    days = [instance.slots[day[0]].day for day in instance.days]
    return Dual(
        denominator=dual.scale,
        slots={slot: int(price) for slot, price in zip(slots, dual.tables, strict=True) if price},
        parties=parties,
        party_slots=party_slots,
        interpreters=people,
        interpreter_slots=people_slots,
        most={
            party.id: int(price)
            for party, price in zip(problem.parties, dual.most, strict=True)
            if price and party.most is not None
        },
        most_per_day={
            party.id: {day: int(price) for day, price in zip(days, row, strict=True) if price}
            for party, row in zip(problem.parties, dual.most_per_day, strict=True)
            if row.any() and party.most_per_day is not None
        },
    )


def slot_prices(instance: Instance, result: BreaksResult) -> Dual | None:
    """The prices of slots on which a number of breaks rests, in the certificate's form; None where it rests on more."""
    if result.status == "infeasible" or not result.prices:
        return None
    denominator = lcm(*(price.denominator for price in result.prices))
    priced = zip(instance.slots, result.prices, strict=True)
    return Dual(denominator, slots={slot.id: int(price * denominator) for slot, price in priced if price})


def staying_dual(instance: Instance, crews: list[list[int]], prices: Prices) -> Dual:
    """The same of prices that say how many meetings can stay."""
    return replace(weight_dual(instance, crews, prices.dual), weight=prices.weight)


def _named_prices(
    names: list[str], slots: list[str], prices: NDArray[np.int64]
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """For each name the least of its prices, and for the slots in which it is higher what is added."""
    base = prices.min(axis=1, initial=2**62) if len(prices) else np.zeros(0, dtype=np.int64)
    low = {name: int(price) for name, price in zip(names, base, strict=False) if price}
    added = {
        name: {slot: int(price - least) for slot, price in zip(slots, row, strict=True) if price > least}
        for name, row, least in zip(names, prices, base, strict=False)
        if (row > least).any()
    }
    return low, added
