"""A lower bound that anybody can follow: prices on crowded slots.

Every busy party of a slot pays its price, and a slot has room for two parties a table. Let each party choose its own
cheapest day, its breaks and its prices together, whoever it meets; what all pay, less what the room of all slots is
worth, is a bound on the breaks of every timetable, for any prices (weak duality). The best prices are the multipliers
of a linear programme, solved by HiGHS; the bound itself is then computed in rationals.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import highspy
import numpy as np

from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem
from rbc_events.scheduling.parameters import PARAMS


@dataclass(frozen=True)
class _Step:
    """One slot of a party's day, between two states: (slot, meetings before it, busy in the slot before)."""

    begin: tuple[int, int, bool]
    end: tuple[int, int, bool]
    busy: bool
    breaks: int


def price_bound(problem: BreaksProblem, prices: list[Fraction]) -> int:
    """The bound that the prices (per slot, none negative) prove.

    Raises ValueError where a price is negative, or isn't zero although meetings aren't of two parties each or the
    tables aren't counted.
    """
    if min(prices) < 0 or (any(prices) and not _can_be_priced(problem)):
        raise ValueError("such prices prove nothing")
    paid = sum(_cheapest_day(problem, party, prices) for party in range(problem.parties))
    room = sum((2 * tables * price for tables, price in zip(problem.capacity, prices, strict=False)), Fraction(0))
    return max(0, ceil(paid - room))


def best_prices(problem: BreaksProblem, *, most_steps: int = 3_000) -> list[Fraction]:
    """Prices with the best bound; all zero where the programme would be larger or no price proves anything."""
    free = [Fraction(0)] * problem.slots
    if not _can_be_priced(problem):
        return free
    kinds: dict[tuple[_Step, ...], int] = defaultdict(int)
    for party in range(problem.parties):
        if steps := _steps(problem, party):
            kinds[tuple(steps)] += 1
            if sum(map(len, kinds)) > most_steps:
                return free
    return _multipliers(problem, kinds) if kinds else free


def _can_be_priced(problem: BreaksProblem) -> bool:
    return bool(problem.capacity) and all(len(present) == 2 for present in problem.meetings)


def _cheapest_day(problem: BreaksProblem, party: int, prices: list[Fraction]) -> Fraction:
    cost: dict[tuple[int, int, bool], Fraction] = {(0, 0, False): Fraction(0)}
    steps = _steps(problem, party)
    for step in steps:
        if step.begin in cost:
            paid = cost[step.begin] + step.breaks + (prices[step.begin[0]] if step.busy else 0)
            cost[step.end] = min(cost.get(step.end, paid), paid)
    return min((paid for (slot, _, _), paid in cost.items() if slot == problem.slots), default=Fraction(0))


def _steps(problem: BreaksProblem, party: int) -> list[_Step]:
    """All ways through a party's day, slot by slot; empty without meetings."""
    domains = [problem.domain(m) for m, present in enumerate(problem.meetings) if party in present]
    possible = set().union(*domains)
    forced = {slot for domain in domains if len(domain) == 1 for slot in domain}
    steps, reached = [], {(0, False)}
    for t in range(problem.slots if domains else 0):
        low = sum(max(domain) <= t for domain in domains)
        high = len(domains) - sum(min(domain) > t for domain in domains)
        left = len(possible - set(range(t + 1)))
        following = set()
        for count, was_busy in sorted(reached):
            for busy in (False, True):
                after = count + busy
                if (busy and t not in possible) or (not busy and t in forced):
                    continue
                if low <= after <= high and len(domains) - after <= left:
                    breaks = int(busy and count > 0 and not was_busy)
                    steps.append(_Step((t, count, was_busy), (t + 1, after, busy), busy, breaks))
                    following.add((after, busy))
        reached = following
    return steps


def _multipliers(problem: BreaksProblem, kinds: dict[tuple[_Step, ...], int]) -> list[Fraction]:
    """The multipliers of the slots' room in the linear programme of all parties' days, those of a kind as one flow."""
    costs: list[int] = []
    rows: dict[object, list[tuple[int, int]]] = {("room", t): [] for t in range(problem.slots)}
    right: dict[object, int] = {("room", t): 2 * tables for t, tables in enumerate(problem.capacity)}
    for number, (steps, parties) in enumerate(kinds.items()):
        right[number, (0, 0, False)] = parties
        for step in steps:
            column = len(costs)
            costs.append(step.breaks)
            rows.setdefault((number, step.begin), []).append((column, 1))
            if step.end[0] < problem.slots:
                rows.setdefault((number, step.end), []).append((column, -1))
            if step.busy:
                rows["room", step.begin[0]].append((column, 1))
    duals = _solve(costs, list(rows.values()), [right.get(name, 0) for name in rows], equal_from=problem.slots)
    return [
        max(Fraction(0), Fraction(round(-duals[t] * PARAMS.breaks.denominator), PARAMS.breaks.denominator))
        for t in range(problem.slots)
    ]


def _solve(costs: list[int], rows: list[list[tuple[int, int]]], right: list[int], *, equal_from: int) -> list[float]:
    """The duals of the rows of a minimisation: `<=` before `equal_from`, `=` from there."""
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(costs), len(rows)
    programme.col_cost_ = np.array(costs, float)
    programme.col_lower_ = np.zeros(len(costs))
    programme.col_upper_ = np.full(len(costs), highspy.kHighsInf)
    programme.row_upper_ = np.array(right, float)
    programme.row_lower_ = np.array([-highspy.kHighsInf] * equal_from + right[equal_from:], float)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = np.cumsum([0] + [len(row) for row in rows])
    programme.a_matrix_.index_ = np.array([column for row in rows for column, _ in row])
    programme.a_matrix_.value_ = np.array([value for row in rows for _, value in row], float)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(programme)
    solver.run()
    return list(solver.getSolution().row_dual)
