import numpy as np
import pytest
from hypothesis import given, settings

from rbc_events.scheduling.kernels.weight import WeightProblem, faults, plan_bound, solve, verify_bound
from rbc_events.scheduling.kernels.weight.lp_bounds import slot_bound
from tests.scheduling.weight.problems import best_by_trying, event, small_problems


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_small_problems_are_solved_as_well_as_by_trying_everything(problem: WeightProblem) -> None:
    result = solve(problem, work=20)
    assert faults(problem, result.slot, result.interpreter) == []
    assert result.proved or result.exhausted
    assert result.value == best_by_trying(problem)
    assert result.value == problem.value(result.slot)
    assert result.value <= plan_bound(problem, result.bound)
    assert verify_bound(problem, result.dual) == result.bound


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_an_event_of_sixty_parties_is_solved_to_half_a_percent(seed: int) -> None:
    problem = event(60, 300, 12, 20, seed)
    result = solve(problem, seed=seed, work=400)
    assert faults(problem, result.slot, result.interpreter) == []
    assert result.value >= 0.995 * plan_bound(problem, verify_bound(problem, result.dual))


@pytest.mark.slow
def test_the_same_seed_and_work_give_the_same_plan_with_any_number_of_workers() -> None:
    problem = event(40, 400, 12, 9)
    plans = [solve(problem, seed=5, work=40, workers=workers) for workers in (1, 2, 2)]
    assert all((plan.slot == plans[0].slot).all() and plan.work == plans[0].work for plan in plans)
    assert not all((solve(problem, seed=6, work=40).slot == plan.slot).all() for plan in plans)


def test_a_plan_to_begin_from_is_never_made_worse() -> None:
    problem = event(30, 200, 8, 8)
    first = solve(problem, work=30)
    again = solve(problem, work=1, start=(first.slot, first.interpreter))
    assert again.value >= first.value


def test_it_stops_when_told_to_and_reports_on_the_way() -> None:
    problem = event(40, 600, 12, 9)
    seen: list[tuple[int, int, float]] = []
    result = solve(problem, on_progress=lambda *told: seen.append(told), should_stop=lambda: len(seen) >= 3)
    assert len(seen) < 6
    assert seen[-1][0] == result.value
    assert all(value <= bound for value, bound, _ in seen)


def test_an_empty_problem_has_an_empty_plan() -> None:
    problem = WeightProblem(np.ones((2, 3)), np.ones(3), np.zeros((0, 2), np.int64), np.zeros(0, np.int64))
    result = solve(problem)
    assert (result.value, result.bound, result.proved) == (0, 0, True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tables": np.ones(2)}, "tables: shape"),
        ({"weights": np.array([-1])}, "weights: a negative"),
        ({"weights": np.array([2**60])}, "weights: more than"),
        ({"request_parties": np.array([[0, 0]])}, "a party twice"),
        ({"request_parties": np.array([[0, 2]])}, "a party that is not there"),
        ({"length": np.array([0])}, "length: less"),
        ({"interpreters": np.ones((1, 3))}, "one without the other"),
        ({"interpreters": np.ones((1, 3)), "eligible": [[1]]}, "eligible: an interpreter"),
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(change: dict, message: str) -> None:
    fields = {
        "capacity": np.ones((2, 3), np.int64),
        "tables": np.ones(3, np.int64),
        "request_parties": np.array([[0, 1]]),
        "weights": np.array([1]),
    }
    with pytest.raises(ValueError, match=message):
        WeightProblem(**(fields | change))


@pytest.mark.parametrize("seconds", [0.0, -1e6])  # a clock may jump between two looks at it
def test_without_time_left_no_bound_is_looked_for(seconds: float) -> None:
    assert slot_bound(event(60, 300, 12, 20, 1), seconds) is None
