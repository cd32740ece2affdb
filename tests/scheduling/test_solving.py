import time
from dataclasses import replace

import pytest

from rbc_events.scheduling import Floor, Meeting, Request, solve
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem, timeless

TRIANGLE = [("a", "b"), ("b", "c"), ("a", "c")]


def test_everything_that_fits_is_held():
    plan = solve(make_problem(TRIANGLE, slots=3), work=1000)

    assert plan.certificate.status == "optimal"
    assert {m.request for m in plan.meetings} == {"r1", "r2", "r3"}
    assert len({m.slot for m in plan.meetings}) == 3


def test_the_heavier_meetings_are_held_when_not_all_fit():
    problem = make_problem(TRIANGLE, slots=1)
    heavy = replace(problem, requests=(*problem.requests[:2], replace(problem.requests[2], weight=5)))

    assert [m.request for m in solve(heavy, work=1000).meetings] == ["r3"]


def test_a_must_have_comes_before_any_weight():
    problem = make_problem([], slots=1)
    requests = (Request("must", ("a", "b"), must_have=True), Request("heavy", ("b", "c"), weight=100))
    problem = replace(make_problem(TRIANGLE, slots=1), requests=requests)

    plan = solve(problem, work=1000)

    assert [m.request for m in plan.meetings] == ["must"]
    assert plan.left_out == ("heavy",)


def test_the_standing_plan_stays_where_it_can():
    problem = make_problem(TRIANGLE, slots=5, standing=(Meeting("r1", "s4"), Meeting("r2", "s5"), Meeting("r3", "s3")))

    plan = solve(problem, work=1000)

    assert plan.changes == ()
    assert {(m.request, m.slot) for m in plan.meetings} == {("r1", "s4"), ("r2", "s5"), ("r3", "s3")}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_and_work_give_the_same_plan_whatever_engine_runs(workers):
    pairs = [(f"p{a}", f"p{b}") for a in range(40) for b in range(a) if (a * 7 + b * 3) % 3 == 0]
    problem = make_problem(pairs, slots=16, tables=9, floors=(Floor("", 3),))
    problem = replace(
        problem,
        requests=tuple(replace(r, weight=1 + n % 7) for n, r in enumerate(problem.requests)),
        parties=tuple(replace(p, longest_run=4) for p in problem.parties),
    )

    plans = [solve(problem, work=150, seed=4, workers=workers) for _ in range(2)]

    assert check(problem, plans[0]) == ()
    assert timeless(plans[0]) == timeless(plans[1])


@pytest.mark.slow
def test_a_run_that_is_told_to_stop_gives_the_plan_so_far():
    pairs = [(f"p{a}", f"p{b}") for a in range(30) for b in range(a)]
    problem = make_problem(pairs, slots=12, tables=6)

    begin = time.monotonic()
    plan = solve(problem, time_limit=3600, should_stop=lambda: time.monotonic() - begin > 1)

    assert check(problem, plan) == ()
    assert plan.meetings


@pytest.mark.slow
def test_progress_tells_level_value_and_bound():
    seen = []
    problem = make_problem([(f"p{a}", f"p{b}") for a in range(12) for b in range(a)], slots=6, tables=3)

    solve(problem, work=60, on_progress=seen.append)

    assert {progress.level for progress in seen} >= {"weight"}
    assert all(0 <= progress.used <= 1 for progress in seen)
