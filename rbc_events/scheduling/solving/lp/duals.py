"""Bounds on what is counted in plans that keep the levels before: multipliers of a linear programme.

The programme over requests, slots and interpreters of the kernel `weight`, with what is kept as one more row each. What
is wanted are the multipliers alone: the bound is computed from them, exactly, and by `check` once more.
"""

from dataclasses import replace
from functools import cached_property

import numpy as np

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels import adapters
from rbc_events.scheduling.kernels.weight import Dual as KernelDual
from rbc_events.scheduling.kernels.weight.lp_bounds import as_dual, row_duals
from rbc_events.scheduling.kernels.weight.mip import Cells, Options, build
from rbc_events.scheduling.kernels.weight.problem import Ints
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp import option_costs, relaxation
from rbc_events.scheduling.solving.lp.day_rows import Columns, DayRows, Entries
from rbc_events.scheduling.solving.lp.lagrangian import Lagrangian, bound_of_counted
from rbc_events.scheduling.solving.lp.pricing_dp import DayCosts
from rbc_events.scheduling.solving.objectives import OPTIMISED

OF_DAYS = ("breaks", "idle_slots", "uneven_days")
GAINED = ("wishes", "changes", "change_costs")
"""What a meeting gains: of wishes more is better, of the others all is lost before."""
LEVELS = (*OF_DAYS, "inconvenience", *GAINED)


def bound_of_level(
    instance: Instance, level: str, kept: dict[str, int], *, hold: bool, budget: Budget
) -> tuple[int | None, Dual] | None:
    """A bound on a level and its multipliers; None where the programme is too large for the budget, or nothing has to
    be held that could count.

    kept  values of levels, of which weight and `LEVELS` are no worse in the plans that compare
    hold  all that has to be held is held in them
    """
    if level not in GAINED and "weight" not in kept and not (hold and any(instance.must)):
        return None
    task = adapters.weight_task(instance)
    options = relaxation.options_within(instance, task, budget)
    if options is None:
        return None
    programme = _Programme(instance, Cells(task.problem), options, task.crews, level, kept, hold)
    duals = row_duals(programme.model, interior=True, seconds=relaxation.seconds_of(budget))
    return None if duals is None else programme.bound(duals)


class _Programme:
    """The least of a level: of `model`, rows of the kernel's cells come first, then those of the level.

    Whatever is better the more there is of it counts below 0 here.
    """

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
        self.level, self.hold = level, hold
        self.kept = {name: -value if _more_is_better(name) else value for name, value in kept.items()}
        required = np.flatnonzero(instance.must) if hold else np.zeros(0, np.int64)
        nothing = np.zeros(len(options))
        self.model = build(cells, options, cells.limits(), nothing, True, required, integer=False)
        self.columns = Columns(self.model.highs, self.model.highs.getNumCol())
        self.rows = relaxation.Rows()
        self.windows = list(relaxation.windows_of_crews(instance, cells, crews))
        for window, taken in zip(self.windows, relaxation.entries_of(self.windows, cells, options), strict=True):
            self.rows.add(window.limit, *taken)
        self.days = DayRows(instance, cells, options, self.model, self.columns, self.rows)
        self.rows_of_kept: dict[str, int] = {}
        self.rows_of_continents: dict[str, int] = {}
        if "weight" in kept:
            self.rows_of_kept["weight"] = self._add_weight(kept["weight"])
        for name in LEVELS:
            if name == level:
                for column, cost in self._entries(name):
                    self.model.highs.changeColCost(column, float(cost))
            elif name in kept:
                limit = self.kept[name] - self._lost_before(name)
                self.rows_of_kept[name] = self.rows.add(limit, *self._entries(name))
        self.rows.give(self.model.highs)

    def _add_weight(self, least: int) -> int:
        weights = np.array([request.weight for request in self.instance.problem.requests], float)
        return self.rows.add(np.inf, *enumerate(weights[self.options.request].tolist()), lower=least)

    def _entries(self, name: str) -> Entries:
        """What adds up to a level's count, but for what is lost before."""
        if name in OF_DAYS:
            of_days: Entries = getattr(self.days, name)()
            return of_days
        return self._add_worst() if name == "inconvenience" else _numbers(-self._gains[name])

    @cached_property
    def _gains(self) -> dict[str, Ints]:
        """int[options] each."""
        stays = option_costs.staying(self.instance, self.options, self.crews)
        return {
            "wishes": option_costs.granted(self.instance, self.options, self.crews),
            "changes": stays,
            "change_costs": stays * option_costs.change_costs(self.instance, self.options),
        }

    def _lost_before(self, name: str) -> int:
        """What counts where nothing is held."""
        standing = self.instance.problem.standing
        if name == "changes":
            return len(standing)
        return sum(meeting.change_cost for meeting in standing) if name == "change_costs" else 0

    def _add_worst(self) -> Entries:
        """No continent's total is above the worst-off one's, which counts once for each."""
        worst = self.columns.add(upper=np.inf)
        for name, column in zip(self.instance.continents, self._harm.T, strict=True):
            self.rows_of_continents[name] = self.rows.add(0.0, (worst, -1.0), *_numbers(column))
        return [(worst, float(self._harm.shape[1])), *_numbers(self._harm.sum(axis=1))]

    @cached_property
    def _harm(self) -> Ints:
        return option_costs.harm(self.instance, self.options)

    def bound(self, duals: np.ndarray) -> tuple[int | None, Dual]:
        """What the rows' duals prove, and they as prices by name. Those of a party's time have the sign they have."""
        added = duals[len(self.model.rows) :]
        prices_of_kept = {name: abs(added[row]) for name, row in self.rows_of_kept.items()}
        dual = as_dual(self.cells, self._prices(duals, sum(prices_of_kept.values())))
        named = adapters.weight_dual(self.instance, self.crews, dual)
        kept = {name: round(price * dual.scale) for name, price in prices_of_kept.items()}
        weight = kept.pop("weight", 0)
        shares = self._shares(added, kept.get("inconvenience", dual.scale), dual.scale)
        kept = {name: price for name, price in kept.items() if price}
        value = self._bound(dual, weight, kept, shares)
        return value, replace(named, weight=weight, kept=kept, continents=shares)

    def _prices(self, duals: np.ndarray, of_kept: float) -> np.ndarray:
        """float[cells before the requests'], over what a unit of the level costs."""
        cells, rows, added = self.cells, self.model.rows, duals[len(self.model.rows) :]
        prices = np.zeros(cells.request)
        prices[: cells.tables] = -1.0 - of_kept  # nobody is busy where nothing can be held
        own = np.flatnonzero(rows < cells.request)
        prices[rows[own]] = -duals[own]
        relaxation.add_prices(prices, self.windows, -added[: len(self.windows)])
        for p, day, over, under in self.days.rows_of_days:
            prices[p * cells.problem.slots + np.array(day)] += added[under] - added[over]
        prices[cells.tables :] = np.maximum(prices[cells.tables :], 0.0)
        return prices

    def _bound(self, dual: KernelDual, weight: int, kept: dict[str, int], shares: dict[str, int]) -> int | None:
        costs = {**kept, self.level: dual.scale}
        lost = np.zeros(len(self.options), np.int64)
        if quarter := costs.get("inconvenience", 0):
            lost += self._harm @ np.array(
                [quarter + shares.get(name, 0) for name in self.instance.continents], np.int64
            )
        for name in set(GAINED).intersection(costs):
            lost -= costs[name] * self._gains[name]
        of_days = DayCosts(*(costs.get(name, 0) for name in OF_DAYS))
        lagrangian = Lagrangian(
            self.instance, self.cells, self.options, self.crews, dual, self.hold,
            signed=True, of_days=of_days, costs=lost,
        )  # fmt: skip
        constant = sum(price * self._lost_before(name) for name, price in costs.items())
        found = bound_of_counted(lagrangian, weight, kept, self.kept, constant)
        return -found if found is not None and _more_is_better(self.level) else found

    def _shares(self, added: np.ndarray, unit: int, scale: int) -> dict[str, int]:
        """The multipliers of the continents' rows, together no more than a unit for each of them."""
        rows = self.rows_of_continents
        shares = {name: max(-added[row] * scale, 0.0) for name, row in rows.items()}
        fit = min(1.0, len(rows) * unit / max(sum(shares.values()), 1e-9))
        return {name: int(share * fit) for name, share in shares.items() if int(share * fit)}


def _more_is_better(name: str) -> bool:
    return name in OPTIMISED and name != "weight" and OPTIMISED[name].maximised


def _numbers(column: np.ndarray) -> Entries:
    """The numbers that are not 0, with their places."""
    there = np.flatnonzero(column)
    return list(zip(there.tolist(), column[there].astype(float).tolist(), strict=True))
