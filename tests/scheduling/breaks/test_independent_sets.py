"""Tables counted over parties who never meet: no timetable is lost, and what was out of reach is decided."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.kernels.breaks import BreaksProblem, faults, solve
from rbc_events.scheduling.kernels.breaks.cnf_model import CnfModel
from rbc_events.scheduling.kernels.breaks.core_guided import CoreGuided
from rbc_events.scheduling.kernels.breaks.hall_bound import counting_reason
from rbc_events.scheduling.kernels.breaks.independent_sets import independent_set, partitions
from rbc_events.scheduling.kernels.breaks.sat_solver import Oracle, OutOfBudget
from rbc_events.scheduling.parameters import PARAMS

from .events import crowded_event, fewest_breaks, small_problems, small_two_sided_problems, two_sided_event
from .test_solver import thorough

problems = st.one_of(small_two_sided_problems(), small_problems())


def with_sets(problem: BreaksProblem, *, guarded: bool = False) -> CnfModel:
    model = CnfModel(problem, fairness=None, guarded=guarded)
    for partition in partitions(problem):
        model.count_tables_of(partition)
    return model


@pytest.mark.slow
@given(problem=problems)
def test_every_meeting_is_counted_once(problem: BreaksProblem) -> None:
    for partition in partitions(problem):
        clustered = [m for cluster in partition.clusters for m in cluster]
        chosen = set(partition.independent_set)
        for m, present in enumerate(problem.meetings):
            assert len(chosen.intersection(present)) + clustered.count(m) == 1
        for cluster in partition.clusters:
            assert set.intersection(*(set(problem.meetings[m]) for m in cluster))


@pytest.mark.slow
@settings(thorough, max_examples=40)
@given(problem=problems)
def test_the_clauses_keep_every_timetable_and_no_other(problem: BreaksProblem) -> None:
    """Three-party meetings and slots without a table among them; each way to give meetings slots is tried."""
    assume(not counting_reason(problem))
    model = with_sets(problem)
    oracle = Oracle(model.formula, Budget())
    for slots in product(range(problem.slots), repeat=len(problem.meetings)):
        held = [at.get(slot, -model.formula.true) for at, slot in zip(model.at, slots, strict=True)]
        assert oracle.solve(held) == (faults(problem, slots) == [])


@pytest.mark.slow
@thorough
@given(problem=small_two_sided_problems(), fairness=st.one_of(st.none(), st.integers(0, 2)))
def test_the_value_with_scarce_tables_is_that_of_brute_force(problem: BreaksProblem, fairness: int | None) -> None:
    result = solve(problem, fairness=fairness)

    assert (result.breaks if result.status == "optimal" else None) == fewest_breaks(problem, fairness)


@pytest.mark.slow
@given(problem=problems)
def test_without_the_rules_of_tables_they_say_nothing(problem: BreaksProblem) -> None:
    """Whoever turns the tables off may hold as many meetings at once as there are parties for."""
    counted, plain = with_sets(problem, guarded=True), CnfModel(problem, fairness=None, guarded=True)
    answers = []
    for model in (counted, plain):
        guards = [guard for rule, guard in model.formula.guards.items() if rule.code != "capacity"]
        answers.append(Oracle(model.formula, Budget()).solve(guards))
    assert answers[0] == answers[1]


def test_the_first_set_is_the_heaviest_of_a_small_graph_and_the_second_is_another() -> None:
    """A path of five: its ends and middle weigh most together, and then the two between them."""
    path = {v: {v - 1, v + 1} & set(range(5)) for v in range(5)}

    assert independent_set(path, dict.fromkeys(range(5), 1)) == {0, 2, 4}
    assert independent_set(path, {0: 1, 1: 3, 2: 1, 3: 3, 4: 1}) == {1, 3}
    assert independent_set(path, {0: 1, 1: 1, 2: 9, 3: 1, 4: 1}) == {0, 2, 4}


def test_only_a_nearly_bipartite_graph_is_covered_well() -> None:
    apart = two_sided_event(1, hosts=12, visitors=30, meetings=80, among_hosts=5, slots=12, tables=7)
    mixed = crowded_event(1, parties=42, meetings=80, slots=12, tables=7)

    assert all(partition.covers_well for partition in partitions(apart))
    assert not any(partition.covers_well for partition in partitions(mixed))
    assert len(partitions(apart)) == len(partitions(mixed)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3])
def test_an_event_of_two_sides_with_scarce_tables_is_decided_only_with_them(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = two_sided_event(seed, hosts=12, visitors=30, meetings=80, among_hosts=5, slots=12, tables=7)
    decided = solve(problem, fairness=2, work=100)
    assert (decided.status, decided.breaks) == ("optimal", 0)

    monkeypatch.setattr("rbc_events.scheduling.kernels.breaks.core_guided.partitions", lambda _problem: [])
    assert solve(problem, fairness=2, work=200).status == "feasible"


@pytest.mark.slow
def test_sets_that_cover_badly_are_counted_where_answers_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event with more meetings within a side, of which neither set is told to the solver from the start."""
    problem = two_sided_event(1, hosts=12, visitors=30, meetings=80, among_hosts=5, slots=12, tables=7)
    params = replace(PARAMS, breaks=replace(PARAMS.breaks, left_over=1_000))
    monkeypatch.setattr("rbc_events.scheduling.kernels.breaks.independent_sets.PARAMS", params)
    model = CnfModel(problem, fairness=2)
    search = CoreGuided(model, Oracle(model.formula, Budget(work=600)))
    begun = len(model.formula.clauses)
    assert search.first()
    assert len(model.formula.clauses) == begun

    search.run()

    assert search.breaks == search.bound == 0
    assert len(model.formula.clauses) > begun


@pytest.mark.slow
def test_a_search_that_is_told_of_them_keeps_to_its_work() -> None:
    problem = two_sided_event(1, hosts=12, visitors=30, meetings=80, among_hosts=5, slots=12, tables=7)
    model = CnfModel(problem, fairness=2)
    budget = Budget(work=3)
    search = CoreGuided(model, Oracle(model.formula, budget))
    with pytest.raises(OutOfBudget):
        search.run()
    assert budget.used == 3
