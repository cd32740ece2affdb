"""The fewest breaks, or the least inconvenience, of plans that weigh so much: multipliers of a linear programme.

The programme over requests, slots and interpreters of the kernel `weight`, with the plan's weight as one more row. Each
party's day is a way through three states: nothing yet, busy, in a pause; whoever goes from a pause to a meeting had a
break. What is wanted are the multipliers alone: `check` computes the bound from them, and takes them for nothing else.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rbc_events.scheduling.budget import STEP, Budget
from rbc_events.scheduling.engine import kernels
from rbc_events.scheduling.engine.instance import Instance
from rbc_events.scheduling.engine.people import continent
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.weight.bound import as_dual, row_duals
from rbc_events.scheduling.weight.model import Cells, Options, build

LEVELS = ("breaks", "inconvenience")
MOST_OPTIONS = 30_000
"""Of larger programmes nothing is asked: 26,000 options take 12 s, 37,000 more than a minute."""
SHARE = 0.25
"""The share of a level's time or work that its programme may take."""


def multipliers(instance: Instance, level: str, weight: int | None, *, hold: bool, budget: Budget) -> Dual | None:
    """Multipliers that bound a level; None where the programme is too large for the budget.

    weight  what the plans that compare weigh at least; None: anything
    hold    all that has to be held is held in them
    """
    task = kernels.weight_task(instance)
    options = Options.of(task.problem, np.arange(task.problem.requests), task.problem.starts)
    steps = 1 + len(options) // 100 + len(options) ** 2 // 700_000  # about what it takes
    part = budget.part(SHARE)
    if len(options) > MOST_OPTIONS or part.work_left < steps or part.seconds_left < steps * STEP:
        return None
    programme = _Programme(instance, Cells(task.problem), options, level, hold)
    if weight is not None:
        programme.add_weight(weight)
    budget.spend(steps)
    duals = row_duals(programme.model, interior=True, seconds=None if budget.work is not None else part.seconds_left)
    return None if duals is None else programme.named(duals, task.crews)


@dataclass
class _Rows:
    """Rows to be added to a programme: lower and upper limits, and columns with coefficients."""

    limits: list[tuple[float, float]] = field(default_factory=list)
    entries: list[list[tuple[int, float]]] = field(default_factory=list)

    def add(self, upper: float, *entries: tuple[int, float], lower: float = -np.inf) -> None:
        self.limits.append((lower, upper))
        self.entries.append(list(entries))

    def give(self, highs: Any) -> None:
        lower, upper = np.array(self.limits, float).reshape(-1, 2).T
        begins = np.cumsum([0, *map(len, self.entries)])[:-1].astype(np.int32)
        columns = np.array([column for row in self.entries for column, _ in row], np.int32)
        values = np.array([value for row in self.entries for _, value in row], float)
        highs.addRows(len(lower), lower, upper, len(columns), begins, columns, values)


class _Programme:
    """The least of a level: of `model`, rows of the kernel's cells come first, then those of the level."""

    def __init__(self, instance: Instance, cells: Cells, options: Options, level: str, hold: bool) -> None:
        self.instance, self.cells, self.options, self.level = instance, cells, options, level
        required = np.flatnonzero(instance.must) if hold else np.zeros(0, np.int64)
        harm = self._harm() if level == "inconvenience" else np.zeros((len(options), 0))
        self.model = build(cells, options, cells.limits(), -harm.sum(axis=1), True, required, integer=False)
        self.columns = self.model.columns
        self.rows = _Rows()
        self.weight_row = -1
        if level == "breaks":
            self._add_days()
        else:
            self._add_worst(harm)
        self.rows.give(self.model.highs)

    def add_weight(self, weight: int) -> None:
        """Plans weigh at least so much."""
        self.weight_row = self.model.highs.getNumRow()
        weights = np.array([request.weight for request in self.instance.problem.requests], float)
        columns = np.arange(len(self.options), dtype=np.int32)
        self.model.highs.addRow(float(weight), np.inf, len(columns), columns, weights[self.options.request])

    def named(self, duals: np.ndarray, crews: list[list[int]]) -> Dual:
        """The rows' duals as prices by name. Those of a party's time have the sign that they have."""
        cells, rows = self.cells, self.model.rows
        prices = np.zeros(cells.request)
        prices[: cells.tables] = -1.0  # a break's worth: nobody is busy where nothing can be held
        own = np.flatnonzero(rows < cells.request)
        prices[rows[own]] = -duals[own]
        limits = slice(cells.tables if self.level == "breaks" else 0, None)
        prices[limits] = np.maximum(prices[limits], 0.0)
        dual = as_dual(cells, prices)
        named = kernels.weight_dual(self.instance, crews, dual)
        weight = max(0, round(duals[self.weight_row] * dual.scale)) if self.weight_row >= 0 else 0
        return replace(named, weight=weight, continents=self._shares(duals, dual.scale))

    def _add_column(self, cost: float = 0.0, upper: float = 1.0, row: int = -1) -> int:
        """A new variable, which counts against a row."""
        entries = [] if row < 0 else [row]
        self.model.highs.addCol(
            cost, 0.0, upper, len(entries), np.array(entries, np.int32), np.full(len(entries), -1.0)
        )
        self.columns += 1
        return self.columns - 1

    # Breaks

    def _add_days(self) -> None:
        """A party is busy in a slot if it has a meeting there; its days are ways through the three states."""
        slots = self.cells.problem.slots
        row_of = {int(cell): n for n, cell in enumerate(self.model.rows) if cell < self.cells.tables}
        for p, party in enumerate(self.instance.problem.parties):
            busy = {
                t: self._add_busy(row_of[p * slots + t], party.capacity)
                for t in range(slots)
                if p * slots + t in row_of
            }
            for day in self.instance.days:
                self._add_day(day, busy)
            if party.longest_run is not None:
                self._add_runs(party.longest_run, busy)

    def _add_busy(self, row: int, capacity: int) -> int:
        """The row of a party's meetings in a slot becomes: one if it is busy, and perhaps more at once."""
        self.model.highs.changeRowBounds(row, 0.0, 0.0)
        busy = self._add_column(row=row)
        if capacity > 1:
            more = self._add_column(upper=capacity - 1.0, row=row)
            self.rows.add(0.0, (more, 1.0), (busy, 1.0 - capacity))
        return busy

    def _add_day(self, day: list[int], busy: dict[int, int]) -> None:
        """Who is busy was so before, or begins the day, or had a break."""
        waiting = before = -1
        for t in day:
            if t in busy:
                still, after_break = self._add_column(), self._add_column(cost=1.0)
                entries = [(busy[t], 1.0), (still, 1.0), (after_break, -1.0)]
                entries += [(before, -1.0)] if before >= 0 else []
                self.rows.add(1.0, (busy[t], 1.0), (still, 1.0))
                if waiting >= 0:
                    self.rows.add(0.0, (still, 1.0), (waiting, -1.0))
                    entries.append((waiting, -1.0))
                self.rows.add(0.0 if waiting >= 0 else 1.0, *entries)
                waiting = still
            before = busy.get(t, -1)

    def _add_runs(self, longest: int, busy: dict[int, int]) -> None:
        for block in self.instance.blocks:
            for begin in range(len(block) - longest):
                window = block[begin : begin + longest + 1]
                if all(t in busy for t in window):
                    self.rows.add(longest, *((busy[t], 1.0) for t in window))

    # Inconvenience

    def _harm(self) -> np.ndarray:
        """float[options, continents]: quarters of an hour outside decent hours, where there is nothing but online."""
        instance = self.instance
        number = {name: c for c, name in enumerate(instance.continents)}
        harm = np.zeros((len(self.options), len(number)))
        real = [g for g, pool in enumerate(instance.pools) if pool.kind != "virtual"]
        for n, (r, s) in enumerate(zip(self.options.request.tolist(), self.options.start.tolist(), strict=True)):
            covered = instance.covers(r, s)
            if not any(g in real and instance.pool_room[g, covered].all() for g in instance.pools_of[r]):
                for p in instance.parties_of[r]:
                    if p in instance.inconvenience:
                        c = number[continent(instance.problem.parties[p])]
                        harm[n, c] += sum(instance.inconvenience[p][t] for t in covered)
        return harm

    def _add_worst(self, harm: np.ndarray) -> None:
        """No continent's total is above the worst-off one's, which counts once for each."""
        worst = self._add_column(cost=float(harm.shape[1]), upper=np.inf)
        for column in harm.T:
            there = np.flatnonzero(column)
            self.rows.add(0.0, (worst, -1.0), *zip(there.tolist(), column[there].tolist(), strict=True))

    def _shares(self, duals: np.ndarray, scale: int) -> dict[str, int]:
        """The multipliers of the continents' rows, together no more than there are continents."""
        names = self.instance.continents
        if self.level != "inconvenience" or not names:
            return {}
        shares = np.maximum(-duals[len(self.model.rows) : len(self.model.rows) + len(names)], 0.0)
        shares *= min(1.0, len(names) / max(shares.sum(), 1e-9))
        return {name: int(share * scale) for name, share in zip(names, shares, strict=True) if int(share * scale)}
