"""The problem, or a part of it, as a linear or an integer programme, solved by HiGHS.

A column is an option: a request in a start with an interpreter. A row is a cell: a party in a slot, the tables of a
slot, an interpreter in a slot, a party's most, its most on a day, its floor, or a request. Cells are numbered in that
order. Taken together (`by_slot` false), the cells of a party, of the tables and of an interpreter are one row each for
all slots: the programme of the maximum-weight b-matching.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rbc_events.scheduling.kernels.weight.certificate import Dual
from rbc_events.scheduling.kernels.weight.problem import Bools, Ints, WeightProblem

NO_LIMIT = 2**31


@dataclass(frozen=True)
class Cells:
    """Numbers of cells: `party + p * slots + s` and so on. `total` is the number of all."""

    problem: WeightProblem
    tables: int = field(init=False)
    interpreter: int = field(init=False)
    most: int = field(init=False)
    day: int = field(init=False)
    floor: int = field(init=False)
    request: int = field(init=False)
    days: int = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        crew = 0 if problem.interpreters is None else len(problem.interpreters)
        days = int(problem.days.max(initial=0)) + 1
        sizes = [problem.parties * problem.slots, problem.slots, crew * problem.slots]
        sizes += [problem.parties, problem.parties * days, problem.parties]
        names = ("tables", "interpreter", "most", "day", "floor", "request")
        for name, begin in zip(names, np.cumsum(sizes), strict=True):
            object.__setattr__(self, name, int(begin))
        object.__setattr__(self, "days", days)

    def limits(self) -> Ints:
        """int[cells]: capacities, limits, floors, and 1 for each request."""
        problem = self.problem
        unlimited = np.full(problem.parties, NO_LIMIT, np.int64)
        most = unlimited if problem.most is None else problem.most
        per_day = unlimited if problem.most_per_day is None else problem.most_per_day
        floor = np.zeros(problem.parties, np.int64) if problem.floor is None else problem.floor
        crew = np.zeros(0, np.int64) if problem.interpreters is None else problem.interpreters.ravel()
        own = np.ones(problem.requests, np.int64)
        limits = (problem.capacity.ravel(), problem.tables, crew, most, np.repeat(per_day, self.days), floor, own)
        return np.concatenate(limits).astype(np.int64)

    def prices(self, dual: Dual) -> Ints:
        """int[cells before the requests']: a dual's prices in the cells' order; what a floor pays is negative."""
        rows = (dual.party, dual.tables, dual.interpreter, dual.most, dual.most_per_day, -dual.floor)
        return np.concatenate([row.ravel() for row in rows])


@dataclass(frozen=True)
class Options:
    """Columns: int[n] each. `interpreter` -1: none."""

    request: Ints
    start: Ints
    interpreter: Ints

    @classmethod
    def of(cls, problem: WeightProblem, requests: Ints, starts: Bools) -> "Options":
        """All options of these requests in bool[len(requests), slots] of starts."""
        row, start = np.nonzero(starts)
        request = requests[row]
        if problem.eligible is None or problem.interpreters is None:
            return cls(request, start, np.full(len(row), -1, np.int64))
        crew = [problem.eligible[r] for r in request]
        sizes = [1 if those is None else len(those) for those in crew]
        interpreter = [i for those in crew for i in ((-1,) if those is None else those)]
        return cls(np.repeat(request, sizes), np.repeat(start, sizes), np.array(interpreter, np.int64))

    def select(self, keep: Bools) -> "Options":
        """Those options alone."""
        return Options(self.request[keep], self.start[keep], self.interpreter[keep])

    def __len__(self) -> int:
        return len(self.request)


def uses(cells: Cells, options: Options, by_slot: bool = True) -> tuple[Ints, Ints]:
    """Which cells each option takes a unit of: (option, cell), one pair a unit. Requests' own are left out."""
    problem = cells.problem
    everything = np.arange(len(options))
    pairs: list[tuple[Ints, Ints]] = []
    lengths = problem.lengths[options.request]
    members = problem.request_parties[options.request]
    for offset in range(int(lengths.max(initial=0))):
        rows = everything[lengths > offset]
        t = options.start[rows] + offset if by_slot else np.zeros(len(rows), np.int64)
        pairs.append((rows, cells.tables + t))
        for column in members[rows].T:
            there = column >= 0
            pairs.append((rows[there], column[there] * problem.slots + t[there]))
        there = options.interpreter[rows] >= 0
        pairs.append((rows[there], cells.interpreter + options.interpreter[rows][there] * problem.slots + t[there]))
    for column in members.T:
        rows = everything[column >= 0]
        p = column[column >= 0]
        if problem.most is not None:
            pairs.append((rows, cells.most + p))
        if problem.most_per_day is not None:
            day = problem.days[options.start[rows]] if by_slot else np.zeros(len(rows), np.int64)
            pairs.append((rows, cells.day + p * cells.days + day))
        if problem.floor is not None:
            pairs.append((rows, cells.floor + p))
    if not pairs:
        return everything, everything
    return np.concatenate([row for row, _ in pairs]), np.concatenate([cell for _, cell in pairs])


def reduced_costs(cells: Cells, options: Options, dual: Dual, worth: np.ndarray) -> np.ndarray:
    """float[options]: what each loses by the prices against its request's best one, or against being left out.

    worth  float[options], over the dual's denominator as the result is
    """
    option, cell = uses(cells, options)
    margin = worth - np.bincount(option, cells.prices(dual)[cell], minlength=len(options))
    best = np.zeros(cells.problem.requests)
    np.maximum.at(best, options.request, margin)
    return np.asarray(best[options.request] - margin)


@dataclass
class MipModel:
    """A programme ready for HiGHS. `rows` are the cells of its rows; columns are options, then shortfalls."""

    highs: Any
    rows: Ints
    columns: int


def build(
    cells: Cells, options: Options, limits: Ints, weights: np.ndarray, by_slot: bool, required: Ints, integer: bool
) -> MipModel:
    """Maximise the weight of the options taken, less the penalties for floors, within int[cells] of limits.

    weights   float[options]
    required  requests that must be held
    """
    count = len(options)
    column, cell = uses(cells, options, by_slot)
    column = np.concatenate([column, np.arange(count)])
    cell = np.concatenate([cell, cells.request + options.request])
    rows, row = np.unique(cell, return_inverse=True)
    units = limits[rows].astype(float)
    is_floor = (rows >= cells.floor) & (rows < cells.request)
    short = np.flatnonzero(is_floor & (units > 0))
    column = np.concatenate([column, count + np.arange(len(short))])
    row = np.concatenate([row, short])
    lower = np.full(len(rows), -np.inf)
    upper = np.where(is_floor | (units >= NO_LIMIT), np.inf, units)
    lower[short] = units[short]
    lower[np.isin(rows, cells.request + required)] = 1.0
    costs = np.concatenate([-weights, np.full(len(short), float(cells.problem.floor_penalty))])
    most = np.concatenate([np.ones(count), units[short]])
    return MipModel(_programme(costs, most, (lower, upper), (column, row), count if integer else 0), rows, count)


def _programme(
    costs: np.ndarray, most: np.ndarray, limits: tuple[np.ndarray, np.ndarray], units: tuple[Ints, Ints], integers: int
) -> Any:
    """HiGHS with the programme of the least costs.

    most      of each column, from 0
    limits    lower and upper, of each row
    units     (column, row) of each unit that a column has in a row
    integers  so many columns, the first ones, are whole
    """
    import highspy

    rows = len(limits[0])
    entry, repeated = np.unique(units[0] * rows + units[1], return_counts=True)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), rows
    lp.sense_ = highspy.ObjSense.kMinimize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs, np.zeros(len(costs)), most
    lp.row_lower_, lp.row_upper_ = limits
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(entry, np.arange(len(costs) + 1) * rows)
    lp.a_matrix_.index_ = entry % rows if rows else entry
    lp.a_matrix_.value_ = repeated.astype(float)
    if integers:
        kinds = [highspy.HighsVarType.kInteger] * integers
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(costs) - integers)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.passModel(lp)
    return highs
