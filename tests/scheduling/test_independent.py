"""Random small events with every rule at once, against a model that shares no code with the scheduler.

RBC_SCHEDULES sets how many events and plants are tried (150).
"""

import json
import os

import pytest

from rbc_events.scheduling import InputError, solve
from rbc_events.scheduling.formats.plan_json import plan_to_json, read_plan
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.verify.certificate import check

from .independent.events import event
from .independent.model import Event

NUMBER = int(os.environ.get("RBC_SCHEDULES", "150"))
BETTER_HIGHER = ("must_haves", "weight", "wishes")


def events():
    """Events that mean something: a pin may contradict what else is asked, which is an error of input."""
    seed = 0
    for _ in range(NUMBER):
        while True:
            seed += 1
            data = event(seed)
            try:
                yield seed, data, read_problem(json.loads(json.dumps(data)))
            except InputError:
                continue
            break


def untrue(levels, best):
    """What a certificate's levels say that the best of all plans contradicts."""
    for level in levels:
        name, value, bound = level["name"], level["value"], level["bound"]
        if name == "table_changes":
            continue
        if bound < best[name] if name in BETTER_HIGHER else bound > best[name]:
            yield f"{name}: bound {bound} by {level['method']} where {best[name]} is possible"
        if value != best[name]:
            if level["proved"]:
                yield f"{name}: {value} proved where {best[name]} is possible"
            return  # what comes after is the best of other plans


@pytest.mark.slow
def test_no_plan_breaks_a_rule_no_bound_is_false_and_no_proof_is_wrong():
    for seed, data, problem in events():
        plan = solve(problem, work=2000)

        written = json.loads(plan_to_json(plan))
        model = Event(data)
        assert list(model.faults(written)) == [], seed
        assert list(untrue(written["certificate"]["levels"], model.best())) == [], seed
        assert check(problem, read_plan(written)) == (), seed
