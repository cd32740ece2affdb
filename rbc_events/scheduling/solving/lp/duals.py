"""The fewest breaks, or the least inconvenience, of plans that weigh so much: multipliers of a linear programme.

The programme over requests, slots and interpreters of the kernel `weight`, with the plan's weight as one more row. Each
party's day is a way through three states: nothing yet, busy, in a pause; whoever goes from a pause to a meeting had a
break. What is wanted are the multipliers alone: the bound is computed from them, exactly, and by `check` once more.
"""

from dataclasses import replace

import numpy as np

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels import adapters
from rbc_events.scheduling.kernels.weight import Dual as KernelDual
from rbc_events.scheduling.kernels.weight.lp_bounds import as_dual, row_duals
from rbc_events.scheduling.kernels.weight.mip import Cells, Options, build
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.solving.compatibility import continent
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp import relaxation
from rbc_events.scheduling.solving.lp.lagrangian import Lagrangian, least_of_level

LEVELS = ("breaks", "inconvenience")


def bound_of_level(
    instance: Instance, level: str, kept: dict[str, int], *, hold: bool, budget: Budget
) -> tuple[int | None, Dual] | None:
    """A bound on a level and its multipliers; None where the programme is too large for the budget, or nothing has to
    be held.

    kept  values of levels, of which weight, breaks and inconvenience are no worse in the plans that compare
    hold  all that has to be held is held in them
    """
    if "weight" not in kept and not (hold and any(instance.must)):
        return None
    task = adapters.weight_task(instance)
    options = relaxation.options_within(instance, task, budget)
    if options is None:
        return None
    programme = _Programme(instance, Cells(task.problem), options, task.crews, level, kept, hold)
    duals = row_duals(programme.model, interior=True, seconds=relaxation.seconds_of(budget))
    return None if duals is None else programme.bound(duals)


class _Programme:
    """The least of a level: of `model`, rows of the kernel's cells come first, then those of the level."""

    def __init__(
        self,
        instance: Instance,
        cells: Cells,
        options: Options,
        crews: list[list[int]],
        level: str,
        kept: dict[str, int],
        hold: bool,
    ) -> None:
        self.instance, self.cells, self.options, self.crews = instance, cells, options, crews
        self.level, self.kept, self.hold = level, kept, hold
        required = np.flatnonzero(instance.must) if hold else np.zeros(0, np.int64)
        nothing = np.zeros(len(options))
        self.model = build(cells, options, cells.limits(), nothing, True, required, integer=False)
        self.columns = self.model.columns
        self.rows = relaxation.Rows()
        self.windows = list(relaxation.windows_of_crews(instance, cells, crews))
        for window, taken in zip(self.windows, relaxation.entries_of(self.windows, cells, options), strict=True):
            self.rows.add(window.limit, *taken)
        self.rows_of_kept: dict[str, int] = {}
        self.rows_of_continents: dict[str, int] = {}
        if "weight" in kept:
            weights = np.array([request.weight for request in instance.problem.requests], float)
            entries = enumerate(weights[options.request].tolist())
            self.rows_of_kept["weight"] = self.rows.add(np.inf, *entries, lower=kept["weight"])
        costs = {"inconvenience": self._add_worst, "breaks": self._add_days}
        for name in LEVELS:
            if name == level:
                for column, cost in costs[name]():
                    self.model.highs.changeColCost(column, float(cost))
            elif name in kept:
                self.rows_of_kept[name] = self.rows.add(kept[name], *costs[name]())
        self.rows.give(self.model.highs)

    def bound(self, duals: np.ndarray) -> tuple[int | None, Dual]:
        """What the rows' duals prove, and they as prices by name. Those of a party's time have the sign they have."""
        cells, rows = self.cells, self.model.rows
        added = duals[len(rows) :]
        prices_of_kept = {name: abs(added[row]) for name, row in self.rows_of_kept.items()}
        prices = np.zeros(cells.request)
        prices[: cells.tables] = -max(
            1.0, prices_of_kept.get("breaks", 0.0)
        )  # nobody is busy where nothing can be held
        own = np.flatnonzero(rows < cells.request)
        prices[rows[own]] = -duals[own]
        relaxation.add_prices(prices, self.windows, -added[: len(self.windows)])
        prices[cells.tables :] = np.maximum(prices[cells.tables :], 0.0)
        dual = as_dual(cells, prices)
        named = adapters.weight_dual(self.instance, self.crews, dual)
        kept = {name: round(price * dual.scale) for name, price in prices_of_kept.items()}
        weight = kept.pop("weight", 0)
        shares = self._shares(added, kept.get("inconvenience", dual.scale), dual.scale)
        kept = {name: price for name, price in kept.items() if price}
        value = self._least(dual, weight, kept, shares)
        return value, replace(named, weight=weight, kept=kept, continents=shares)

    def _least(self, dual: KernelDual, weight: int, kept: dict[str, int], shares: dict[str, int]) -> int | None:
        costs = {**kept, self.level: dual.scale}
        lost = None
        if quarter := costs.get("inconvenience", 0):
            of_continents = [quarter + shares.get(name, 0) for name in self.instance.continents]
            lost = np.rint(self._harm()).astype(np.int64) @ np.array(of_continents, np.int64)
        lagrangian = Lagrangian(
            self.instance, self.cells, self.options, self.crews, dual, self.hold,
            signed=True, cost_of_break=costs.get("breaks", 0), costs=lost,
        )  # fmt: skip
        return least_of_level(lagrangian, weight, kept, self.kept)

    def _add_column(self, upper: float = 1.0, row: int = -1) -> int:
        """A new variable, which counts against a row."""
        entries = [] if row < 0 else [row]
        self.model.highs.addCol(0.0, 0.0, upper, len(entries), np.array(entries, np.int32), np.full(len(entries), -1.0))
        self.columns += 1
        return self.columns - 1

    # Breaks

    def _add_days(self) -> list[tuple[int, float]]:
        """A party is busy in a slot if it has a meeting there; its days are ways through three states. The breaks."""
        breaks: list[tuple[int, float]] = []
        slots = self.cells.problem.slots
        row_of = {int(cell): n for n, cell in enumerate(self.model.rows) if cell < self.cells.tables}
        for p, party in enumerate(self.instance.problem.parties):
            busy = {
                t: self._add_busy(row_of[p * slots + t], party.capacity)
                for t in range(slots)
                if p * slots + t in row_of
            }
            for day in self.instance.days:
                breaks += self._add_day(day, busy)
            if party.longest_run is not None:
                self._add_runs(party.longest_run, busy)
        return breaks

    def _add_busy(self, row: int, capacity: int) -> int:
        """The row of a party's meetings in a slot becomes: one if it is busy, and perhaps more at once."""
        self.model.highs.changeRowBounds(row, 0.0, 0.0)
        busy = self._add_column(row=row)
        if capacity > 1:
            more = self._add_column(upper=capacity - 1.0, row=row)
            self.rows.add(0.0, (more, 1.0), (busy, 1.0 - capacity))
        return busy

    def _add_day(self, day: list[int], busy: dict[int, int]) -> list[tuple[int, float]]:
        """Who is busy was so before, or begins the day, or had a break. The breaks."""
        breaks = []
        waiting = before = -1
        for t in day:
            if t in busy:
                still, after_break = self._add_column(), self._add_column()
                breaks.append((after_break, 1.0))
                entries = [(busy[t], 1.0), (still, 1.0), (after_break, -1.0)]
                entries += [(before, -1.0)] if before >= 0 else []
                self.rows.add(1.0, (busy[t], 1.0), (still, 1.0))
                if waiting >= 0:
                    self.rows.add(0.0, (still, 1.0), (waiting, -1.0))
                    entries.append((waiting, -1.0))
                self.rows.add(0.0 if waiting >= 0 else 1.0, *entries)
                waiting = still
            before = busy.get(t, -1)
        return breaks

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

    def _add_worst(self) -> list[tuple[int, float]]:
        """No continent's total is above the worst-off one's, which counts once for each. What all that adds up to."""
        harm = self._harm()
        worst = self._add_column(upper=np.inf)
        for name, column in zip(self.instance.continents, harm.T, strict=True):
            self.rows_of_continents[name] = self.rows.add(0.0, (worst, -1.0), *_entries(column))
        return [(worst, float(harm.shape[1])), *_entries(harm.sum(axis=1))]

    def _shares(self, added: np.ndarray, unit: int, scale: int) -> dict[str, int]:
        """The multipliers of the continents' rows, together no more than a unit for each of them."""
        rows = self.rows_of_continents
        shares = {name: max(-added[row] * scale, 0.0) for name, row in rows.items()}
        fit = min(1.0, len(rows) * unit / max(sum(shares.values()), 1e-9))
        return {name: int(share * fit) for name, share in shares.items() if int(share * fit)}


def _entries(column: np.ndarray) -> list[tuple[int, float]]:
    """The numbers that are not 0, with their places."""
    there = np.flatnonzero(column)
    return list(zip(there.tolist(), column[there].tolist(), strict=True))
