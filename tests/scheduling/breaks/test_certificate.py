"""The kernel's prices of slots prove its bound on breaks to a reader who trusts nobody."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import Party, solve
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.verify.certificate import check, unverified

from ..makers import make_problem


@pytest.fixture(scope="module")
def crowded():
    """Two pairs at one table in four slots, one of which keeps to the first and the last: nobody else can wait less."""
    problem = make_problem([("a", "b"), ("a", "c"), ("b", "c"), ("a", "d")], slots=5, tables=1)
    hours = {"b": frozenset({"s1", "s5"}), "c": frozenset({"s1", "s3", "s5"})}
    return replace(
        problem,
        parties=tuple(Party(name, available=hours.get(name)) for name in "abcd"),
        requests=tuple(replace(request, must_have=True) for request in problem.requests),
        levels=("must_haves", "breaks"),
    )


@pytest.fixture(scope="module")
def plan(crowded):
    return solve(crowded, work=500)


def with_breaks(plan, **fields):
    must, breaks = plan.certificate.levels
    return replace(plan, certificate=replace(plan.certificate, levels=(must, replace(breaks, **fields))))


def test_a_bound_by_prices_is_checked_and_no_word(crowded, plan):
    breaks = plan.certificate.levels[1]

    assert (breaks.method, breaks.value, breaks.bound) == ("kernel-counting", breaks.value, breaks.value)
    assert breaks.value > 0
    assert breaks.dual is not None
    assert check(crowded, plan) == ()
    assert unverified(plan) == ()


def test_without_its_prices_it_is_a_word(plan):
    assert [level.name for level in unverified(with_breaks(plan, dual=None))] == ["breaks"]


@pytest.mark.parametrize(
    "fields",
    [
        {"dual": Dual(1, slots={"s1": -1})},
        {"dual": Dual(1, slots={"s9": 0})},
        {"dual": Dual(1, parties={"a": 1})},
        {"dual": Dual(1, weight=1)},
    ],
)
def test_prices_that_prove_nothing_are_refused(crowded, plan, fields):
    assert {reason.code for reason in check(crowded, with_breaks(plan, **fields))} == {"bound_unproved"}


def test_a_bound_that_the_prices_do_not_reach_is_refused(crowded, plan):
    value = plan.certificate.levels[1].value
    stated = with_breaks(plan, value=value + 1, bound=value + 1)

    assert "bound_wrong" in {reason.code for reason in check(crowded, stated)}


def test_prices_prove_nothing_where_meetings_may_be_left_out(crowded):
    """Whoever may be left out need not pay."""
    free = replace(crowded, requests=(*crowded.requests[:3], replace(crowded.requests[3], must_have=False)))
    plan = solve(free, work=500)

    stated = with_breaks(plan, method="kernel-counting", dual=Dual(1))

    assert "bound_unproved" in {reason.code for reason in check(free, stated)}
