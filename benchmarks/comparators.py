"""What the scheduler is compared with: greedy by priority, a default CP-SAT model, HiGHS on the plain model, Timefold.

All take the short form {"slots", "tables", "free", "requests"} and give back the weight of the meetings held.
"""

import time
from collections import defaultdict
from importlib.util import find_spec
from shutil import which
from typing import Any

import highspy
import numpy as np
from ortools.sat.python import cp_model

Event = dict[str, Any]


def options(event: Event) -> list[tuple[int, int]]:
    """(request, slot) where both parties are free."""
    free = [set(slots) for slots in event["free"]]
    return [(r, t) for r, (a, b, _) in enumerate(event["requests"]) for t in sorted(free[a] & free[b])]


def greedy(event: Event, seconds: float) -> int:
    """By weight, each in the first slot in which both are free and a table is left: what vendors document."""
    del seconds
    free = [set(slots) for slots in event["free"]]
    tables = [event["tables"]] * event["slots"]
    weight = 0
    for a, b, w in sorted(event["requests"], key=lambda request: -request[2]):
        slot = next((t for t in sorted(free[a] & free[b]) if tables[t]), None)
        if slot is not None:
            free[a].discard(slot)
            free[b].discard(slot)
            tables[slot] -= 1
            weight += w
    return weight


def rows(event: Event, pairs: list[tuple[int, int]]) -> list[tuple[list[int], int]]:
    """(options, most of them) for each request, each party in a slot, and the tables of a slot."""
    of_request, of_cell, of_slot = defaultdict(list), defaultdict(list), defaultdict(list)
    for column, (r, t) in enumerate(pairs):
        a, b, _ = event["requests"][r]
        of_request[r].append(column)
        of_cell[a, t].append(column)
        of_cell[b, t].append(column)
        of_slot[t].append(column)
    single = [(columns, 1) for columns in (*of_request.values(), *of_cell.values()) if len(columns) > 1]
    return single + [(columns, event["tables"]) for columns in of_slot.values() if len(columns) > event["tables"]]


def cp_sat(event: Event, seconds: float) -> int:
    """A Boolean for each request and slot; all parameters as they come, but for one worker and the time."""
    pairs = options(event)
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in pairs]
    for columns, most in rows(event, pairs):
        if most == 1:
            model.add_at_most_one(x[c] for c in columns)
        else:
            model.add(sum(x[c] for c in columns) <= most)
    model.maximize(sum(event["requests"][r][2] * x[c] for c, (r, _) in enumerate(pairs)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    return round(solver.objective_value) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else 0


def highs(event: Event, seconds: float) -> int:
    """The same model as an integer programme."""
    begin = time.monotonic()
    pairs = options(event)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    lists = rows(event, pairs)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(pairs), len(lists)
    lp.col_cost_ = np.array([event["requests"][r][2] for r, _ in pairs], dtype=float)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(pairs)), np.ones(len(pairs))
    lp.row_lower_, lp.row_upper_ = np.full(len(lists), -highspy.kHighsInf), np.array([float(most) for _, most in lists])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _ in lists)])
    lp.a_matrix_.index_ = np.array([c for columns, _ in lists for c in columns])
    lp.a_matrix_.value_ = np.ones(len(lp.a_matrix_.index_))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(pairs)
    lp.sense_ = highspy.ObjSense.kMaximize
    solver.passModel(lp)
    solver.setOptionValue("time_limit", max(seconds - (time.monotonic() - begin), 1.0))
    solver.run()
    value = solver.getInfo().objective_function_value
    return round(value) if np.isfinite(value) and value > 0 else 0


def timefold(event: Event, seconds: float) -> int:
    """Timefold's local search."""
    from benchmarks.timefold_model import solve

    return solve(event, seconds)


COMPARATORS = {"greedy by priority": greedy, "CP-SAT, default": cp_sat, "HiGHS, plain": highs}
if find_spec("timefold") is not None and which("java") is not None:
    COMPARATORS["Timefold"] = timefold
