"""Bounds that rest on prices: never above the optimum, whatever the prices."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rbc_events.scheduling.kernels.breaks import BreaksProblem, solve
from rbc_events.scheduling.kernels.breaks.lagrangian_bound import best_prices, price_bound
from tests.scheduling.breaks.events import fewest_breaks, small_problems

thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@thorough
@given(problem=small_problems(largest=2), data=st.data())
def test_no_prices_prove_more_than_the_optimum(problem: BreaksProblem, data: st.DataObject) -> None:
    price = st.fractions(0, 3, max_denominator=4)
    prices = data.draw(st.lists(price, min_size=problem.slots, max_size=problem.slots))
    best = fewest_breaks(problem, None)
    if best is not None:
        assert price_bound(problem, prices) <= best
        assert price_bound(problem, best_prices(problem)) <= best


def test_two_parties_too_many_for_the_tables_in_the_middle_are_counted() -> None:
    """The middle has no table and the first and last slot one each: one pair of three can't have an unbroken day."""
    problem = BreaksProblem(
        slots=6, parties=6, meetings=((0, 1), (0, 1), (2, 3), (2, 3), (4, 5), (4, 5)), capacity=(1, 2, 0, 0, 2, 1)
    )
    result = solve(problem)
    assert (result.status, result.breaks, result.method) == ("optimal", 2, "counting")
    assert price_bound(problem, list(result.prices)) == 2


def test_a_negative_price_is_refused() -> None:
    problem = BreaksProblem(slots=1, parties=2, meetings=((0, 1),), capacity=(1,))
    with pytest.raises(ValueError, match="prove nothing"):
        price_bound(problem, [Fraction(-1)])
