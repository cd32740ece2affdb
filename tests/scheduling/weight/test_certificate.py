import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from rbc_events.scheduling.kernels.weight import Dual, WeightProblem, dual_from_json, plan_bound, verify_bound
from rbc_events.scheduling.kernels.weight.lp_bounds import matching_bound, no_bound, slot_bound
from tests.scheduling.weight.problems import best_by_trying, event, small_problems


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small_problems())
def test_no_bound_is_below_the_best_plan_and_the_slots_tighten_it(problem: WeightProblem) -> None:
    value = best_by_trying(problem)
    bounds = [found for found in (no_bound(problem), matching_bound(problem), slot_bound(problem)) if found]
    assert len(bounds) == 3
    assert all(value <= bound for bound, _ in bounds)
    loosest, matching, tight = (bound for bound, _ in bounds)
    assert tight <= matching + Fraction(1, 100)
    assert matching <= loosest


def two_meetings_in_one_slot() -> tuple[WeightProblem, Dual]:
    """Party 1 can hold one of two meetings, of weights 3 and 2: its price of 3 proves that 3 is the most."""
    problem = WeightProblem(
        np.ones((3, 1), np.int64), np.array([5]), np.array([[0, 1], [1, 2]]), np.array([3, 2]),
        floor=np.zeros(3, np.int64), floor_penalty=1,
    )  # fmt: skip
    _, dual = no_bound(problem)
    return problem, replace(dual, scale=2, party=np.array([[0], [6], [0]]))


def test_prices_prove_a_bound() -> None:
    problem, dual = two_meetings_in_one_slot()
    assert verify_bound(problem, dual) == 3


@pytest.mark.parametrize("price", [0, 1, 3, 7])
def test_any_other_price_proves_less(price: int) -> None:
    problem, dual = two_meetings_in_one_slot()
    assert verify_bound(problem, replace(dual, party=np.array([[0], [price], [0]]))) > 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"party": np.array([[0], [-1], [0]])}, "party: a price below 0"),
        ({"party": np.zeros((3, 2), np.int64)}, "party: not int64"),
        ({"tables": np.array([2**60])}, "tables: a price"),
        ({"tables": np.array([0.5])}, "tables: not int64"),
        ({"most": np.array([1, 0, 0])}, "where there is no limit"),
        ({"floor": np.array([9, 0, 0])}, "floor: more than the penalty"),
        ({"scale": 0}, "scale: not above 0"),
        ({"scale": 2**60}, "scale: too fine"),
    ],
)
def test_what_is_no_price_is_refused(fault: dict, message: str) -> None:
    problem, dual = two_meetings_in_one_slot()
    with pytest.raises(ValueError, match=message):
        verify_bound(problem, replace(dual, **fault))


def test_a_certificate_survives_json() -> None:
    problem = event(12, 40, 5, 4)
    bound, dual = matching_bound(problem) or no_bound(problem)
    again = dual_from_json(problem, json.loads(json.dumps(dual.to_json())))
    assert verify_bound(problem, again) == bound


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"scale": "2"}, "scale"),
        ({"party": [0, 1]}, "party: not 3 rows"),
        ({"party": [0, 1, [1, 2]]}, "party: not 1 whole"),
        ({"tables": [1.5]}, "tables: not 1 whole"),
        ({"tables": [10**30]}, "tables: a number that is too large"),
        ({"floor": None}, "floor: not 3"),
    ],
)
def test_a_form_that_is_no_certificate_is_refused(fault: dict, message: str) -> None:
    problem, dual = two_meetings_in_one_slot()
    with pytest.raises(ValueError, match=message):
        dual_from_json(problem, dual.to_json() | fault)


def test_a_bound_is_rounded_down_to_what_weights_can_add_up_to() -> None:
    problem = WeightProblem(np.ones((2, 1), np.int64), np.ones(1, np.int64), np.array([[0, 1]]), np.array([6]))
    assert plan_bound(problem, Fraction(17, 2)) == 6
    assert plan_bound(problem, Fraction(12)) == 12
