"""No engine meets a rule that nobody thought of: it knows it, or declines it."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import Interpreter, Party, Request, solve
from rbc_events.scheduling.kernels.adapters import breaks_problem, weight_task
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.rule_codes import USES
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.solving import objectives
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.kempe.annealing import can_anneal
from rbc_events.scheduling.solving.rules import BREAKS, CHAINS, CP_SAT, ENGINES, WEIGHT, Engine
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem
from .test_rules import EXAMPLES, table


def test_every_rule_says_when_a_problem_uses_it():
    assert set(USES) == {rule.code for rule in REGISTRY}


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_knows_or_declines_each_rule(name):
    engine = ENGINES[name]

    assert engine.knows | engine.declines == set(USES), "say in solving/rules/__init__.py which it is"
    assert not engine.knows & engine.declines


def test_there_is_an_engine_that_takes_everything():
    assert not CP_SAT.declines


@pytest.mark.parametrize(("code", "fields", "kept", "broken"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_problem_uses_each_rule_that_a_plan_of_it_can_break(code, fields, kept, broken):
    assert USES[code](table(fields, broken).problem)


def without(engine, code):
    return Engine(engine.knows - {code}, engine.declines | {code})


def test_a_problem_with_a_declined_rule_goes_to_engines_that_know_it(monkeypatch):
    pairs = [("a", "b"), ("a", "c")]
    requests = (Request("r1", ("a", "b"), must_have=True), Request("r2", ("a", "c"), must_have=True, after=("r1",)))
    ordered = make_problem(pairs, tables=1, requests=requests, levels=("must_haves", "breaks"))
    instance = Instance(ordered)
    taken = (breaks_problem(instance) is not None, can_anneal(instance))
    for where, name, engine in (("kernels.adapters", "BREAKS", BREAKS), ("solving.kempe.annealing", "CHAINS", CHAINS)):
        monkeypatch.setattr(f"rbc_events.scheduling.{where}.{name}", without(engine, "in_order"))

    assert taken == (True, True)
    assert (breaks_problem(instance), can_anneal(instance)) == (None, False)
    plan = solve(ordered, work=500)
    assert (plan.certificate.status, check(ordered, plan)) == ("optimal", ())


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("party_longest_run", {"parties": (Party("a", longest_run=1), Party("b"), Party("c"))}),
        ("fairness", {"fairness": 1}),
        ("interpreter_rest", {"interpreters": (Interpreter("i", (), longest_run=1),)}),
        ("interpreter_most", {"interpreters": (Interpreter("i", (), most_per_day=1),)}),
    ],
)
def test_the_kernel_for_the_weight_says_when_it_left_a_rule_out(code, fields):
    problem = make_problem([("a", "b"), ("a", "c")])

    assert code in WEIGHT.declines
    assert weight_task(Instance(problem)).exact
    assert not weight_task(Instance(replace(problem, **fields))).exact


@pytest.mark.parametrize("name", objectives.ENGINES)
def test_an_engine_optimises_keeps_or_declines_each_objective(name):
    engine = objectives.ENGINES[name]
    said = [*engine.optimises, *engine.keeps, *engine.declines]

    assert sorted(said) == sorted(OBJECTIVES), "say in solving/objectives/__init__.py which it is"


def test_every_objective_is_optimised_by_some_engine_and_all_but_numbers_by_cp_sat():
    assert set().union(*(engine.optimises for engine in objectives.ENGINES.values())) == set(OBJECTIVES)
    assert objectives.CP_SAT.optimises == set(objectives.OPTIMISED) == set(OBJECTIVES) - {"table_changes"}


def test_what_checks_and_what_solves_mean_the_same_way_by_better():
    for name, objective in objectives.OPTIMISED.items():
        assert objective.maximised == OBJECTIVES[name].maximised


def test_a_level_after_one_that_an_engine_declines_goes_to_others():
    declining = objectives.Engine(objectives.CHAINS.optimises - {"changes"}, declines=frozenset({"changes"}))

    assert objectives.CHAINS.takes("breaks", ["must_haves", "weight", "changes"])
    assert not declining.takes("breaks", ["changes"])
    assert not objectives.CHAINS.takes("weight", [])
