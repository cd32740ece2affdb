"""Multipliers that bound levels after weight: they never prove that there is no plan where there is one."""

import random
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rbc_events.scheduling import Level, Meeting, Party, Place, Request, solve
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp.duals import LEVELS, bound_of_level
from rbc_events.scheduling.verify.certificate import check
from rbc_events.scheduling.verify.multipliers import PAID

from .brute import best_plan
from .makers import from_dual, make_problem, make_slots, timeless
from .test_against_brute_force import NAMES, problems

PRICE, ANY = st.integers(0, 3), st.integers(-3, 3)


@st.composite
def duals(draw, problem, level):
    ids = [slot.id for slot in problem.slots]
    denominator = draw(st.integers(1, 3))
    kept = draw(st.integers(0, 2))
    unit = denominator if level == "inconvenience" else kept
    share = draw(st.integers(0, unit))
    return Dual(
        denominator,
        slots=draw(st.dictionaries(st.sampled_from(ids), PRICE)),
        party_slots=draw(st.dictionaries(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(ids), ANY))),
        interpreters=draw(st.dictionaries(st.just("i"), PRICE)),
        most=draw(st.dictionaries(st.sampled_from(NAMES), PRICE)),
        weight=draw(PRICE),
        kept={problem.levels[1]: kept},
        continents={"Asia": share, "Europe": unit - share},
    )


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(problems(slots=4, requests=3), st.sampled_from(PAID), st.data())
def test_no_multipliers_prove_more_than_the_best(problem, level, data):
    before = data.draw(st.permutations([name for name in PAID if name != level]))
    problem = with_wishes(data.draw, replace(problem, levels=("weight", *before, level)))
    best = best_plan(problem)
    dual = data.draw(duals(problem, level))

    proved = from_dual(level, dual, best)

    assert proved is None or not OBJECTIVES[level].passes(OBJECTIVES[level].value(best), proved)


def with_wishes(draw, problem):
    """The problem with times that are wished for, and a meeting that stood in some slot."""
    slots = st.sampled_from([slot.id for slot in problem.slots])
    requests = tuple(
        replace(request, wished_slots=draw(st.frozensets(slots, max_size=2))) for request in problem.requests
    )
    standing = tuple(Meeting(r.id, draw(slots), change_cost=draw(st.integers(1, 3))) for r in requests[:2])
    return replace(problem, requests=requests, standing=standing)


def apart():
    """Two meetings of a party that is free before and after a slot, or all day for one of them less."""
    parties = (Party("a", available=frozenset({"s1", "s3"})), Party("b"), Party("c"))
    return make_problem([("a", "b"), ("a", "c")], slots=3, parties=parties, levels=("weight", "breaks"))


def test_the_multipliers_prove_a_break_that_the_weight_needs():
    """Its time is dear to a in the first slot and the last: each meeting is worth one, and a party pays a break."""
    problem = apart()
    both = Timetable(problem, solve(problem, work=100).meetings)
    one = Timetable(problem, both.meetings[:1])
    dual = Dual(1, party_slots={"a": {"s1": 1, "s3": 1}}, weight=1)

    assert from_dual("breaks", dual, both) == 1
    assert from_dual("breaks", dual, one) == 0
    assert from_dual("breaks", replace(dual, weight=-1), both) is None
    assert from_dual("breaks", replace(dual, slots={"s1": -1}), both) is None
    assert from_dual("weight", replace(dual, party_slots={"b": {"s1": -1}}), both) is None


def test_a_longest_run_needs_a_break():
    """Three meetings in three slots, two in a row at most: a party that charges for the middle gets it and pauses."""
    parties = (Party("a", longest_run=2), *(Party(name) for name in "bcd"))
    problem = make_problem([("a", "b"), ("a", "c"), ("a", "d")], slots=4, parties=parties, levels=("weight", "breaks"))
    plan = solve(problem, work=100)
    level = plan.certificate.levels[-1]

    assert check(problem, plan) == ()
    assert (level.name, level.value, level.bound, level.method) == ("breaks", 1, 1, "lp-dual")


TWO_DAYS = (*make_slots(3), *(replace(slot, id="s4") for slot in make_slots(1, day="2026-11-27", hours=24)))
FAR_APART = (Party("a", available=frozenset({"s1", "s4"})), Party("b"), Party("c"))
ONE_DAY = frozenset({"s1", "s2", "s3"})
ON_ONE_DAY = (Party("a"), *(Party(name, available=ONE_DAY) for name in "bcd"))
IN_ONE_SLOT = (Party("a", available=frozenset({"s2"}), capacity=2), Party("b"), Party("c"))


@pytest.mark.parametrize(
    ("level", "parties", "value"),
    [
        pytest.param("idle_slots", FAR_APART, 2, id="two slots between two meetings"),
        pytest.param("uneven_days", ON_ONE_DAY, 3, id="all who want to meet somebody are there on one day alone"),
        pytest.param("wishes", IN_ONE_SLOT, 2, id="one of two wished slots, in which there is time for both"),
        pytest.param("changes", FAR_APART, 1, id="one who stood in the only slot for another"),
        pytest.param("change_costs", FAR_APART, 3, id="what the cheaper of two costs"),
    ],
)
def test_the_multipliers_prove_what_the_weight_needs(level, parties, value):
    """Without CP-SAT, which would prove it by its word."""
    wished = {"wished_slots": frozenset({"s1", "s2"})} if level == "wishes" else {}
    requests = tuple(Request(f"r{p.id}", ("a", p.id), **wished) for p in parties[1:])
    standing = (Meeting("rb", "s1", change_cost=5), Meeting("rc", "s1", change_cost=3)) if "change" in level else ()
    problem = make_problem(
        [],
        slots=TWO_DAYS if level == "uneven_days" else make_slots(4),
        parties=parties,
        requests=requests,
        standing=standing,
        levels=("weight", level),
    )
    instance = Instance(problem)
    table = Timetable(problem, solve(problem, work=300).meetings)

    found = bound_of_level(instance, level, {"weight": len(requests)}, hold=True, budget=Budget(work=1000))

    assert OBJECTIVES[level].value(table) == value
    assert found is not None
    assert found[0] == value == from_dual(level, found[1], table)


def test_busy_with_two_at_once_a_party_is_charged_twice():
    parties = (Party("a", available=frozenset({"s1", "s3"}), capacity=2), *(Party(name) for name in "bcd"))
    problem = make_problem([("a", "b"), ("a", "c"), ("a", "d")], slots=3, parties=parties, levels=("weight", "breaks"))
    plan = solve(problem, work=100)
    dual = Dual(2, party_slots={"a": {"s1": 1, "s3": 1}}, weight=1)

    assert check(problem, plan) == ()
    assert plan.certificate.levels[-1].value == 1
    assert from_dual("breaks", dual, Timetable(problem, plan.meetings)) == 1  # (3 - (2 + 2 - 2)) / 2, rounded up


@pytest.mark.slow
def test_the_same_work_gives_the_same_multipliers():
    """Everybody wants to meet everybody, and is free in most slots."""
    names = [f"p{n}" for n in range(12)]
    free = [frozenset(f"s{s + 1}" for s in range(10) if (s * (n % 3 + 1) + n) % 4) for n in range(12)]
    parties = tuple(Party(name, available=slots) for name, slots in zip(names, free, strict=True))
    pairs = [(a, b) for i, a in enumerate(names) for b in names[:i]]
    problem = make_problem(pairs, slots=10, tables=4, parties=parties, levels=("weight", "breaks"))
    first, second = (solve(problem, work=300, seed=2) for _ in range(2))
    breaks = first.certificate.levels[-1]

    assert check(problem, first) == ()
    assert timeless(first) == timeless(second)
    assert breaks.method == "lp-dual"
    assert breaks.bound is not None
    assert breaks.bound > 10


def at_night(**fields):
    """Three meetings online between Tokyo and Paris, in slots of which the first two are at night in Paris."""
    parties = (
        Party("t", time_zone="Asia/Tokyo", decent_hours=(time(9), time(10, 30))),
        *(Party(name, time_zone="Europe/Paris", decent_hours=(time(2), time(20))) for name in "uvw"),
    )
    pairs = [("t", "u"), ("t", "v"), ("t", "w")]
    return make_problem(pairs, slots=make_slots(4), parties=parties, levels=("weight", "inconvenience"), **fields)


def test_the_multipliers_prove_the_night_shifts():
    problem = at_night(places=(Place("zoom", "virtual", number=2),))
    plan = solve(problem, work=100)
    level = plan.certificate.levels[-1]
    table = Timetable(problem, plan.meetings)

    assert check(problem, plan) == ()
    assert (level.value, level.bound, level.method) == (8, 8, "lp-dual")
    assert level.dual is not None
    assert sum(level.dual.continents.values()) <= 2 * level.dual.denominator
    assert (
        from_dual("inconvenience", replace(level.dual, continents={"Asia": 5 * level.dual.denominator}), table) is None
    )
    assert from_dual("inconvenience", replace(level.dual, continents={"Asia": -1}), table) is None


def test_breaks_kept_before_are_priced():
    """Both meetings of t could be held by day, but not one after the other: without a break, one is held at night."""
    problem = at_night(places=(Place("zoom", "virtual", number=2),))
    parties = (
        replace(problem.parties[0], available=frozenset({"s1", "s2", "s4"}), decent_hours=None),
        *problem.parties[1:],
    )
    problem = replace(
        problem,
        parties=tuple(replace(p, decent_hours=(time(1, 30), time(2))) if p.id == "u" else p for p in parties),
        requests=problem.requests[:2],
        levels=("weight", "breaks", "inconvenience"),
    )
    plan = solve(problem, work=100)
    of = {level.name: level for level in plan.certificate.levels}

    assert check(problem, plan) == ()
    assert of["breaks"].value == 0
    assert (of["inconvenience"].value, of["inconvenience"].bound, of["inconvenience"].method) == (4, 4, "lp-dual")
    assert of["inconvenience"].dual is not None
    assert of["inconvenience"].dual.kept["breaks"] > 0


def test_the_price_of_a_level_counts_only_where_it_is_kept_before():
    problem = apart()
    plan = solve(problem, work=100)
    must, weight, breaks = plan.certificate.levels
    for order, codes in ((("inconvenience", "breaks"), set()), (("breaks", "inconvenience"), {"bound_unproved"})):
        assert breaks.dual is not None
        priced = replace(breaks, dual=replace(breaks.dual, kept={"inconvenience": 1}))
        of = {"breaks": priced, "inconvenience": Level("inconvenience", 0, 0, "trivial")}
        certificate = replace(plan.certificate, levels=(must, weight, *(of[name] for name in order)))
        found = check(replace(problem, levels=("weight", *order)), replace(plan, certificate=certificate))

        assert {fault.code for fault in found} - {"another_input"} == codes


def test_who_can_meet_at_a_table_has_no_night_shift_for_sure():
    problem = at_night(places=(Place("zoom", "virtual"), Place("hall", number=1)))
    plan = solve(problem, work=100)

    assert check(problem, plan) == ()
    assert plan.certificate.levels[-1].value == 0


@pytest.mark.parametrize(
    ("levels", "spoil", "codes"),
    [
        (("weight", "breaks"), {}, set()),
        (("weight", "breaks"), {"weight": 0}, {"bound_wrong"}),
        (("weight", "breaks"), {"slots": {"s1": -1}}, {"bound_unproved"}),
        (("breaks", "weight"), {}, {"bound_unproved"}),
    ],
)
def test_a_fault_planted_in_the_multipliers_is_found(levels, spoil, codes):
    problem = replace(apart(), levels=levels)
    plan = solve(apart(), work=100)
    of = {level.name: level for level in plan.certificate.levels}
    assert of["breaks"].dual is not None
    dual = replace(Dual(1, party_slots={"a": {"s1": 1, "s3": 1}}, weight=1), **spoil)
    of["breaks"] = replace(of["breaks"], dual=dual)
    certificate = replace(plan.certificate, levels=tuple(of[name] for name in ("must_haves", *levels)))

    assert {f.code for f in check(problem, replace(plan, certificate=certificate))} - {"another_input"} == codes


def scattered(rng):
    """Nine meetings of six parties who are there for a few slots of two days each, a plan that stands, and wishes."""
    days = (*make_slots(4, morning=2), *(replace(s, id=f"t{s.id}") for s in make_slots(3, day="2026-11-27", hours=24)))
    ids = [slot.id for slot in days]
    names = "abcdef"
    parties = tuple(
        Party(
            name,
            available=frozenset(rng.sample(ids, rng.randint(3, 6))) if rng.random() < 0.7 else None,
            capacity=rng.choice([1, 1, 2]),
            longest_run=rng.choice([None, None, 1, 2]),
        )
        for name in names
    )
    pairs = rng.sample([(a, b) for a in names for b in names if a < b], 9)
    requests = tuple(
        Request(f"r{n}", pair, weight=rng.randint(1, 4), wished_slots=frozenset(rng.sample(ids, 2)))
        for n, pair in enumerate(pairs)
    )
    standing = tuple(Meeting(r.id, rng.choice(ids), change_cost=rng.randint(1, 4)) for r in rng.sample(requests, 3))
    levels = rng.sample(LEVELS, len(LEVELS))
    return make_problem(
        [], slots=days, parties=parties, requests=requests, tables=3, standing=standing, levels=("weight", *levels)
    )


@pytest.mark.parametrize("seed", range(12))
def test_both_sides_add_up_the_same(seed):
    """What solves states a bound, and `check` computes it again: of each level, with all before it kept."""
    problem = scattered(random.Random(seed))
    table = Timetable(problem, solve(problem, work=60).meetings)
    values = {level: OBJECTIVES[level].value(table) for level in problem.levels}
    bounds = 0
    for n, level in enumerate(problem.levels[1:], 1):
        kept = {name: values[name] for name in problem.levels[:n]}
        found = bound_of_level(Instance(problem), level, kept, hold=False, budget=Budget(work=10_000))
        if found is not None and found[0] is not None:
            bounds += 1
            assert found[0] == from_dual(level, found[1], table), level
            assert not OBJECTIVES[level].passes(values[level], found[0]), level

    assert bounds == len(LEVELS)
