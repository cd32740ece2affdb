from dataclasses import replace

from rbc_events.scheduling import Meeting, Request, solve

from .makers import make_problem

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
