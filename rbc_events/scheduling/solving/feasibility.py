"""Whether all requests of a problem can be held together."""

from ortools.sat.python import cp_model

from rbc_events.scheduling.budget import STEP, Budget
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.solving.counting_bounds import most_held
from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.solution import Solution


def never_held(problem: Problem) -> set[str]:
    """The requests that can't be held in any slot, whatever else is."""
    instance = Instance(problem)
    return {request.id for request, starts in zip(problem.requests, instance.starts, strict=True) if not starts}


def can_all_be_held(problem: Problem, budget: Budget) -> bool | None:
    """Whether there is a plan that holds every request; None if the budget was spent before that was known."""
    instance = Instance(problem)
    if any(not starts for starts in instance.starts):
        return False
    requests = range(len(instance.parties_of))
    if most_held(instance) < sum(instance.must):  # CP-SAT would try all ways to see it
        return False
    if budget.over:
        return None
    model = CpSatModel(instance, Solution.empty(len(requests)), requests)
    for r in requests:
        model.cp.add(model.held[r] == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if budget.work is not None:
        solver.parameters.max_deterministic_time = max(budget.work_left * STEP, STEP)
    else:
        solver.parameters.max_time_in_seconds = max(budget.seconds_left, 0.01)
    status = solver.solve(model.cp)
    budget.spend(max(1, round(solver.response_proto.deterministic_time / STEP)))
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    return False if status == cp_model.INFEASIBLE else None
