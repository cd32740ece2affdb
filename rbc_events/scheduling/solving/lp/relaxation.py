"""The linear programme that bounds are asked of: the kernel's, and how long and how often people can work.

The kernel `weight` leaves out longest runs, and the most meetings of interpreters. Each such rule allows so many busy
slots in a window: a run and the slot after it, a day, all slots. Its price is added to that of the time in it. Which
slots are worth most under the rules is added up exactly by `lagrangian`, and once more by `check`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.budget import STEP, Budget
from rbc_events.scheduling.kernels import adapters
from rbc_events.scheduling.kernels.weight import Dual as KernelDual
from rbc_events.scheduling.kernels.weight.lp_bounds import as_dual, row_prices
from rbc_events.scheduling.kernels.weight.mip import NO_LIMIT, Cells, Options, build, reduced_costs, uses
from rbc_events.scheduling.kernels.weight.problem import Ints
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp.lagrangian import Lagrangian, most_weight

ReducedCosts = NDArray[np.float64]
"""float[requests, slots], in units of weight; infinite where a request can't be held."""


def bound_of_weight(instance: Instance, *, hold: bool, budget: Budget) -> tuple[int | None, Dual, ReducedCosts] | None:
    """A bound on the weight, its multipliers, and what options lose by them; None where the budget is too small.

    hold  all that has to be held is held in the plans that compare
    """
    task = adapters.weight_task(instance)
    cells = Cells(task.problem)
    found = windows(instance, cells, task.crews)
    options = options_within(instance, task, budget, ease=PARAMS.programmes.ease)
    if options is None:
        return None
    weights = np.array([request.weight for request in instance.problem.requests], float)[options.request]
    required = np.flatnonzero(instance.must) if hold else np.zeros(0, np.int64)
    model = build(cells, options, cells.limits(), weights, True, required, integer=False)
    rows = Rows()
    for window, entries in zip(found, entries_of(found, cells, options), strict=True):
        rows.add(window.limit, *entries)
    if found:
        rows.give(model.highs)
    prices = row_prices(model, cells, interior=True, seconds=seconds_of(budget))
    if prices is None:
        return None
    add_prices(prices, found, np.abs(model.highs.getSolution().row_dual[len(model.rows) :]))
    dual = as_dual(cells, prices)
    value = most_weight(Lagrangian(instance, cells, options, task.crews, dual, hold))
    return value, adapters.weight_dual(instance, task.crews, dual), reduced_costs_by_slot(cells, options, weights, dual)


def reduced_costs_by_slot(cells: Cells, options: Options, weights: np.ndarray, dual: KernelDual) -> ReducedCosts:
    """What a request loses in a slot against the best that the prices leave for it, or against being left out.

    weights  float[options]
    """
    lost = np.full((cells.problem.requests, cells.problem.slots), np.inf)
    of_options = reduced_costs(cells, options, dual, weights * dual.scale) / dual.scale
    np.minimum.at(lost, (options.request, options.start), of_options)
    return lost


def options_within(instance: Instance, task: adapters.WeightTask, budget: Budget, *, ease: int = 1) -> Options | None:
    """All options, and their programme's work is counted; None where it is too large for its share of the budget."""
    if int(instance.allowed.sum()) > PARAMS.programmes.most_options * ease:
        return None
    options = Options.of(task.problem, np.arange(task.problem.requests), task.problem.starts)
    steps = 1 + (len(options) // 100 + len(options) ** 2 // 700_000) // ease  # about what it takes
    part = budget.part(PARAMS.programmes.share)
    if (
        len(options) > PARAMS.programmes.most_options * ease
        or part.work_left < steps
        or part.seconds_left < steps * STEP
    ):
        return None
    budget.spend(steps)
    return options


def seconds_of(budget: Budget) -> float | None:
    """The seconds that a programme may take; None where work is counted."""
    return None if budget.work is not None else budget.part(PARAMS.programmes.share).seconds_left


@dataclass
class Rows:
    """Rows to be added to a programme: lower and upper limits, and columns with coefficients."""

    limits: list[tuple[float, float]] = field(default_factory=list)
    entries: list[list[tuple[int, float]]] = field(default_factory=list)

    def add(self, upper: float, *entries: tuple[int, float], lower: float = -np.inf) -> int:
        """The number of the row."""
        self.limits.append((lower, upper))
        self.entries.append(list(entries))
        return len(self.entries) - 1

    def give(self, highs: Any) -> None:
        lower, upper = np.array(self.limits, float).reshape(-1, 2).T
        begins = np.cumsum([0, *map(len, self.entries)])[:-1].astype(np.int32)
        columns = np.array([column for row in self.entries for column, _ in row], np.int32)
        values = np.array([value for row in self.entries for _, value in row], float)
        highs.addRows(len(lower), lower, upper, len(columns), begins, columns, values)


# Windows


@dataclass(frozen=True, eq=False)
class Window:
    """Cells of a party's or a crew's time of which a plan takes at most `limit` units."""

    cells: Ints
    limit: int


def windows(instance: Instance, cells: Cells, crews: Sequence[Sequence[int]]) -> list[Window]:
    """What longest runs, and the most meetings of interpreters, allow."""
    return [*windows_of_parties(instance, cells), *windows_of_crews(instance, cells, crews)]


def windows_of_parties(instance: Instance, cells: Cells) -> Iterator[Window]:
    """A run and the slot after it: one of them is free."""
    for p, party in enumerate(instance.problem.parties):
        if party.longest_run is not None:
            for slots in _longer(instance, party.longest_run):
                yield Window(p * cells.problem.slots + slots, party.longest_run * party.capacity)


def windows_of_crews(instance: Instance, cells: Cells, crews: Sequence[Sequence[int]]) -> Iterator[Window]:
    """Likewise, and days and all slots: what the people of a crew can do together."""
    if cells.problem.interpreters is None:  # nobody needs one: their time is no row of the programme
        return
    longest = max((request.length for request in instance.problem.requests), default=1)
    for n, crew in enumerate(crews):
        people = [instance.problem.interpreters[i] for i in crew]
        free = instance.interpreter_free[list(crew)]
        parts: list[tuple[Ints, list[int]]] = []  # slots, and what each of the people can do in them
        for run in sorted({person.longest_run for person in people if person.longest_run is not None}):
            each = [run + 1 - (run + 1) // ((person.longest_run or run + 1) + 1) for person in people]
            parts += [(slots, each) for slots in _longer(instance, run)]
        if any(person.most_per_day is not None for person in people):
            each = [_slots_of(person.most_per_day, longest) for person in people]
            parts += [(np.array(day), each) for day in instance.days]
        if any(person.most is not None for person in people):
            parts.append((np.arange(cells.problem.slots), [_slots_of(person.most, longest) for person in people]))
        for slots, each in parts:
            limit = np.minimum(free[:, slots].sum(axis=1), each).sum()
            yield Window(cells.interpreter + n * cells.problem.slots + slots, int(limit))


def _longer(instance: Instance, run: int) -> Iterator[Ints]:
    """The windows of one slot more than a run."""
    for block in instance.blocks:
        for begin in range(len(block) - run):
            yield np.array(block[begin : begin + run + 1])


def _slots_of(meetings: int | None, longest: int) -> int:
    """The most slots that so many meetings take."""
    return NO_LIMIT if meetings is None else meetings * longest


def entries_of(found: Sequence[Window], cells: Cells, options: Options) -> Iterator[list[tuple[int, float]]]:
    """For each window the options that take units of it, with how many."""
    column, cell = uses(cells, options)
    order = np.argsort(cell, kind="stable")
    column, cell = column[order], cell[order]
    for window in found:
        begins, ends = np.searchsorted(cell, window.cells), np.searchsorted(cell, window.cells, side="right")
        there = np.concatenate([column[begin:end] for begin, end in zip(begins, ends, strict=True)])
        columns, units = np.unique(there, return_counts=True)
        yield list(zip(columns.tolist(), units.astype(float).tolist(), strict=True))


def add_prices(prices: np.ndarray, found: Sequence[Window], of_windows: np.ndarray) -> None:
    """Let the time in each window cost so much more."""
    for window, price in zip(found, of_windows, strict=True):
        prices[window.cells] += price
