"""The fewest breaks, against brute force."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rbc_events.scheduling.kernels.breaks import BreaksProblem, faults, solve, total_breaks
from tests.scheduling.breaks.events import can_hold_together, crowded_event, fewest_breaks, small_problems

fairnesses = st.one_of(st.none(), st.integers(0, 2))
thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@thorough
@given(problem=small_problems(), fairness=fairnesses)
def test_the_value_is_that_of_brute_force(problem: BreaksProblem, fairness: int | None) -> None:
    result = solve(problem, fairness=fairness)
    best = fewest_breaks(problem, fairness)
    if best is None:
        assert (result.status, result.slots) == ("infeasible", None)
        return
    assert result.status == "optimal"
    assert result.slots is not None
    assert faults(problem, result.slots, fairness) == []
    assert total_breaks(problem, result.slots) == result.breaks == result.bound == best


@settings(thorough, max_examples=25)
@given(problem=small_problems(), fairness=fairnesses)
def test_a_reason_is_a_contradiction_without_a_needless_rule(problem: BreaksProblem, fairness: int | None) -> None:
    problem = replace(problem, capacity=(1,) * problem.slots)
    result = solve(problem, fairness=fairness)
    if result.status != "infeasible":
        assert result.reason == ()
        return
    assert result.minimal
    assert not can_hold_together(problem, result.reason, fairness)
    for i, rule in enumerate(result.reason):
        others = result.reason[:i] + result.reason[i + 1 :]
        if rule.code != "held":
            assert can_hold_together(problem, others, fairness), rule
            continue
        for m in rule.meetings:
            fewer = replace(rule, meetings=tuple(other for other in rule.meetings if other != m))
            assert can_hold_together(problem, (fewer, *others), fairness), (rule, m)


def test_more_meetings_than_free_slots_are_named_with_the_party_and_the_rule() -> None:
    problem = BreaksProblem(
        slots=3,
        parties=4,
        meetings=((0, 1), (0, 2), (0, 3)),
        allowed=(frozenset({0, 2}), frozenset({2}), frozenset({0, 2})),
    )
    result = solve(problem)
    assert (result.status, result.method) == ("infeasible", "counting")
    assert [(rule.code, rule.parties, rule.meetings) for rule in result.reason] == [
        ("held", (), (0, 1, 2)),
        ("busy", (0,), ()),
        ("allowed", (), (0,)),
        ("allowed", (), (1,)),
        ("allowed", (), (2,)),
    ]


@pytest.mark.slow
def test_a_crowded_event_is_solved_and_the_same_seed_gives_the_same_timetable() -> None:
    problem = crowded_event(1, parties=30, meetings=100, slots=10, tables=11)
    first, second = solve(problem, fairness=2), solve(problem, fairness=2)
    assert first.status == "optimal"
    assert first.slots is not None
    assert faults(problem, first.slots, 2) == []
    assert (first.slots, first.work) == (second.slots, second.work)


@pytest.mark.slow
def test_a_work_limit_ends_in_the_same_honest_result() -> None:
    problem = crowded_event(2, parties=40, meetings=190, slots=10, tables=20)
    results = [solve(problem, fairness=2, work=1) for _ in range(2)]
    assert results[0].slots == results[1].slots
    assert [(r.status, r.breaks, r.bound, r.work) for r in results[:1]] == [
        (r.status, r.breaks, r.bound, r.work) for r in results[1:]
    ]
    assert results[0].status == "feasible"
    assert results[0].breaks is not None
    assert results[0].bound < results[0].breaks


@pytest.mark.slow
def test_who_wants_the_run_to_end_is_heard() -> None:
    problem = crowded_event(2, parties=40, meetings=190, slots=10, tables=20)
    told: list[tuple[int, int]] = []
    result = solve(
        problem,
        fairness=2,
        on_progress=lambda breaks, bound: told.append((breaks, bound)),
        should_stop=lambda: bool(told),
    )
    assert result.status == "feasible"
    assert told[0][0] == result.breaks
    assert solve(problem, should_stop=lambda: True).status == "unknown"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("meetings", ((0, 0),), "meetings[0]: (0, 0) aren't two or more different parties"),
        ("meetings", ((0, 7),), "meetings[0]: 7 isn't between 0 and 1"),
        ("capacity", (1,), "capacity: 1 entries where 2 are expected"),
        ("capacity", (1, -1), "capacity[1]: -1 is less than 0"),
        ("allowed", (frozenset({2}),), "allowed[0]: 2 isn't between 0 and 1"),
        ("before", ((0, 1),), "before[0]: 1 isn't between 0 and 0"),
        ("slots", 0, "slots: 0 is less than 1"),
    ],
)
def test_numbers_that_do_not_fit_together_are_refused(field: str, value: object, message: str) -> None:
    problem = BreaksProblem(slots=2, parties=2, meetings=((0, 1),))
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the message is compared below
        replace(problem, **{field: value})
    assert str(refused.value) == message
