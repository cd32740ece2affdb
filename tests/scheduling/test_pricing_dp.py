"""What somebody's time can be charged at most, and the bounds on the weight that come of it."""

from dataclasses import replace
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rbc_events.scheduling import Interpreter, Meeting, Party, Request, solve
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.certificate import check
from rbc_events.scheduling.verify.pricing_dp import best_of_interpreter, best_of_party

from .brute import best_plan
from .makers import from_dual, make_problem, make_slots, timeless
from .test_against_brute_force import LIMIT, NAMES, problems, subsets

DAYS = (*make_slots(4, morning=3), *(replace(s, id=f"t{s.id}") for s in make_slots(3, day="2026-11-27", hours=24)))
IDS = [slot.id for slot in DAYS]
CHARGES = st.fixed_dictionaries({slot: st.integers(0, 9) for slot in IDS})


def dearest(problem, charges, **held):
    """The most that the slots of any set of meetings, one in a slot, are worth, if no rule is broken."""
    best = 0
    for slots in chain.from_iterable(combinations(IDS, n) for n in range(len(IDS) + 1)):
        meetings = [Meeting(request.id, slot, **held) for request, slot in zip(problem.requests, slots, strict=False)]
        table = Timetable(problem, meetings)
        if not any(True for rule in REGISTRY for _ in rule(table)):
            best = max(best, sum(charges[slot] for slot in slots))
    return best


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(subsets(IDS), LIMIT, st.integers(1, 2), LIMIT, CHARGES)
def test_an_interpreter_is_charged_for_the_dearest_slots_that_the_rules_allow(free, run, rest, most, charges):
    person = Interpreter("i", (("en", "ja"),), available=free, longest_run=run, rest=rest, most=most)
    party = Party("a", capacity=9)
    problem = make_problem([("a", "b")], slots=DAYS, parties=(party, Party("b", capacity=9)), interpreters=(person,))
    many = tuple(Request(f"r{n}", ("a", "b"), interpreter=True) for n in range(len(IDS)))
    problem = replace(problem, requests=many)
    table = Timetable(problem, ())
    found, rested = best_of_interpreter(table, person, charges), replace(person, most=None)

    assert found >= dearest(problem, charges, interpreter="i")
    if most is None:
        assert found == dearest(problem, charges, interpreter="i")
    assert found <= best_of_interpreter(table, rested, charges)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(subsets(IDS), LIMIT, CHARGES)
def test_a_party_is_charged_for_the_dearest_slots_that_the_rules_allow(free, run, charges):
    party = Party("a", available=free, longest_run=run)
    many = tuple(Request(f"r{n}", ("a", "b")) for n in range(len(IDS)))
    problem = replace(make_problem([("a", "b")], slots=DAYS, parties=(party, Party("b"))), requests=many)

    assert best_of_party(Timetable(problem, ()), party, charges) == dearest(problem, charges)


def test_most_meetings_are_as_many_slots_as_the_longest_can_take():
    person = Interpreter("i", (("en", "ja"),), most=3, most_per_day=2)
    problem = make_problem([("a", "b")], slots=DAYS, interpreters=(person,))
    charges = dict.fromkeys(IDS, 1)
    longer = replace(problem, requests=(Request("r1", ("a", "b"), length=2),))

    assert best_of_interpreter(Timetable(problem, ()), person, charges) == 3
    assert best_of_interpreter(Timetable(problem, ()), replace(person, most=None), charges) == 4
    assert best_of_interpreter(Timetable(longer, ()), person, charges) == 6


@st.composite
def duals(draw, ids):
    price = st.integers(0, 3)
    by_slot = st.dictionaries(st.sampled_from(ids), price)
    return Dual(
        draw(st.integers(1, 3)),
        slots=draw(by_slot),
        parties=draw(st.dictionaries(st.sampled_from(NAMES), price)),
        party_slots=draw(st.dictionaries(st.sampled_from(NAMES), by_slot)),
        interpreters=draw(st.dictionaries(st.just("i"), price)),
        interpreter_slots=draw(st.dictionaries(st.just("i"), by_slot)),
        most=draw(st.dictionaries(st.sampled_from(NAMES), price)),
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(problems(slots=4, requests=3), st.data())
def test_no_multipliers_prove_less_weight_than_the_most(problem, data):
    problem = replace(problem, levels=("weight",))
    best = best_plan(problem)
    dual = data.draw(duals([slot.id for slot in problem.slots]))

    proved = from_dual("weight", dual, best)

    assert proved is None or proved >= OBJECTIVES["weight"].value(best)


def tired(**limits):
    """Six equal meetings that need the only interpreter, in six slots."""
    pairs = [(f"a{n}", f"b{n}") for n in range(6)]
    languages = {"a": frozenset({"ja"}), "b": frozenset({"en"})}
    parties = tuple(Party(name, languages=languages[name[0]]) for pair in pairs for name in pair)
    person = Interpreter("i", (("en", "ja"),), **limits)
    return make_problem(pairs, slots=6, parties=parties, interpreters=(person,), levels=("weight",))


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({}, 6),
        ({"longest_run": 2}, 4),
        ({"longest_run": 1, "rest": 2}, 2),
        ({"most_per_day": 5}, 5),
        ({"most": 3}, 3),
    ],
)
def test_what_an_interpreter_can_do_is_proved_by_multipliers(limits, most):
    problem = tired(**limits)
    plan = solve(problem, work=500)
    weight = plan.certificate.levels[-1]

    assert check(problem, plan) == ()
    assert (weight.value, weight.bound) == (most, most)
    assert weight.method in ("lp-dual", "trivial")


def test_two_interpreters_of_a_crew_tire_each_by_their_own_rule():
    problem = tired(longest_run=2)
    other = Interpreter("j", (("en", "ja"),), available=frozenset({"s1", "s2", "s3"}), longest_run=1)
    pairs = [*[(r.parties[0], r.parties[1]) for r in problem.requests], ("a0", "b1"), ("a2", "b3"), ("a4", "b5")]
    more = tuple(Request(f"r{n + 1}", pair) for n, pair in enumerate(pairs))
    problem = replace(problem, requests=more, interpreters=(*problem.interpreters, other))
    plan = solve(problem, work=500)
    weight = plan.certificate.levels[-1]

    assert check(problem, plan) == ()
    assert (weight.value, weight.bound, weight.method) == (6, 6, "lp-dual")


def test_a_party_that_pauses_holds_fewer_meetings():
    pairs = [("a", f"b{n}") for n in range(5)]
    parties = (Party("a", longest_run=2), *(Party(f"b{n}") for n in range(5)))
    problem = make_problem(pairs, slots=5, parties=parties, levels=("weight",))
    first, second = (solve(problem, work=300, seed=1) for _ in range(2))
    weight = first.certificate.levels[-1]

    assert check(problem, first) == ()
    assert (weight.value, weight.bound, weight.method) == (4, 4, "lp-dual")
    assert timeless(first) == timeless(second)
