"""A fault planted in a plan or in its certificate is found."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import Floor, Interpreter, Level, Meeting, Party, Place, Problem, Request, solve
from rbc_events.scheduling.formats.canonical_json import input_hash
from rbc_events.scheduling.messages import SENTENCES, say
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.certificate import check, unverified

from .makers import from_dual, make_problem, make_slots

PROBLEM = Problem(
    slots=make_slots(3),
    parties=(Party("a", languages=frozenset({"ja"})), Party("b", languages=frozenset({"en"})), Party("c"), Party("d")),
    requests=(
        Request("r1", ("a", "b"), weight=3),
        Request("r2", ("a", "c"), weight=2, must_have=True),
        Request("r3", ("b", "c"), weight=1),
        Request("r4", ("c", "d"), weight=1, veto=True),
    ),
    places=(Place("hall", number=2),),
    interpreters=(Interpreter("i", (("en", "ja"),)),),
    floors=(Floor("", 1),),
    standing=(Meeting("r1", "s2"), Meeting("r4", "s1")),
)


@pytest.fixture(scope="module")
def plan():
    return solve(PROBLEM, work=1000)


def with_level(plan, name, **fields):
    levels = tuple(replace(level, **fields) if level.name == name else level for level in plan.certificate.levels)
    return replace(plan, certificate=replace(plan.certificate, levels=levels))


def with_meeting(plan, which, **fields):
    return replace(plan, meetings=tuple(replace(m, **fields) if m.request == which else m for m in plan.meetings))


def test_a_plan_as_made_holds(plan):
    assert check(PROBLEM, plan) == ()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda p: replace(p, meetings=p.meetings[1:]), "left_out_wrong"),
        (lambda p: replace(p, meetings=(*p.meetings, p.meetings[0])), "held_once"),
        (lambda p: with_meeting(p, "r1", request="r9"), "known"),
        (lambda p: with_meeting(p, "r1", slot="s9"), "known"),
        (lambda p: with_meeting(p, "r1", slot=next(m.slot for m in p.meetings if m.request == "r2")), "party_capacity"),
        (lambda p: with_meeting(p, "r1", interpreter=""), "interpreter_where_needed"),
        (lambda p: with_meeting(p, "r1", number=3), "place_given"),
        (lambda p: replace(p, meetings=(*p.meetings, Meeting("r4", "s3", "hall", 2))), "not_vetoed"),
        (lambda p: replace(p, left_out=()), "left_out_wrong"),
        (lambda p: replace(p, changes=()), "changes_wrong"),
        (lambda p: replace(p, changes=p.changes[:1] * 2), "changes_wrong"),
        (lambda p: with_level(p, "weight", value=7), "value_wrong"),
        (lambda p: with_level(p, "weight", bound=5), "bound_passed"),
        (lambda p: with_level(p, "floors", bound=9, method="trivial"), "bound_passed"),
        (lambda p: with_level(p, "changes", bound=1, method="trivial"), "bound_wrong"),
        (lambda p: with_level(p, "weight", method="lp-dual", dual=None), "bound_unproved"),
        (lambda p: with_level(p, "weight", method="lp-dual", dual=Dual(1, {"s1": -1})), "bound_unproved"),
        (lambda p: with_level(p, "weight", method="believe me"), "bound_unproved"),
        (lambda p: replace(p, certificate=replace(p.certificate, input_hash="0")), "another_input"),
        (lambda p: replace(p, certificate=replace(p.certificate, status="infeasible")), "status_wrong"),
        (lambda p: replace(p, certificate=replace(p.certificate, levels=())), "levels_wrong"),
    ],
)
def test_a_planted_fault_is_found(plan, spoil, code):
    faults = check(PROBLEM, spoil(plan))

    assert code in {fault.code for fault in faults}
    assert all(say(fault.code, fault.arguments) for fault in faults)


def test_a_solvers_word_is_told_apart(plan):
    levels = (Level("must_haves", 1, 1, "cp-sat"), Level("weight", 3, 3, "trivial"))
    made = replace(plan, certificate=replace(plan.certificate, levels=levels))

    assert [level.name for level in unverified(made)] == ["must_haves"]


def test_the_multipliers_prove_a_bound_exactly():
    """Three meetings of weight 3, 2, 1 between three parties in one slot: a third of nothing must not be rounded up."""
    problem = make_problem([("a", "b"), ("b", "c"), ("a", "c")], slots=1, tables=2)
    weights = tuple(replace(r, weight=w) for r, w in zip(problem.requests, (3, 2, 1), strict=True))
    table = Timetable(replace(problem, requests=weights), ())

    assert from_dual("weight", Dual(1, parties={"a": 1, "b": 2}), table) == 3
    assert from_dual("weight", Dual(3, slots={"s1": 1}, parties={"b": 8, "a": 1}), table) == 4  # (2 + 9 + 2) / 3
    assert from_dual("weight", Dual(1, party_slots={"a": {"s1": 1}, "b": {"s1": 2}}), table) == 3
    assert from_dual("weight", Dual(1, parties={"a": -1}), table) is None


def test_an_interpreters_multiplier_counts_where_one_is_needed():
    table = Timetable(PROBLEM, ())

    free = from_dual("weight", Dual(1), table)
    priced = from_dual("weight", Dual(1, interpreters={"i": 1}), table)

    assert (free, priced) == (6, 6 - 1 + 3)


def crowded(*order):
    """Two meetings of one party in one slot: the lighter one stands, the heavier one is held instead."""
    problem = make_problem([("a", "b"), ("a", "c")], slots=1)
    requests = tuple(replace(r, weight=w) for r, w in zip(problem.requests, (3, 2), strict=True))
    return replace(problem, requests=requests, standing=(Meeting("r2", "s1"),), levels=order)


def test_the_multipliers_prove_the_fewest_changes_for_so_much_weight():
    problem = crowded("weight", "changes")
    heavy, light = Timetable(problem, [Meeting("r1", "s1")]), Timetable(problem, [Meeting("r2", "s1")])
    dual = Dual(1, parties={"a": 3}, weight=1)

    assert from_dual("changes", dual, heavy) == 1
    assert from_dual("changes", dual, light) == 0
    assert from_dual("changes", Dual(1), heavy) == 0
    assert from_dual("changes", replace(dual, weight=-1), heavy) is None


@pytest.mark.parametrize(
    ("order", "spoil", "codes"),
    [
        (("weight", "changes"), {}, set()),
        (("weight", "changes"), {"parties": {"a": 4}}, {"bound_wrong"}),
        (("changes", "weight"), {}, {"bound_unproved"}),
    ],
)
def test_what_weight_is_worth_proves_changes_only_where_weight_comes_first(order, spoil, codes):
    problem = crowded(*order)
    plan = solve(replace(problem, levels=("weight", "changes")), work=100)
    level = Level("changes", 1, 1, "lp-dual", Dual(1, **{"parties": {"a": 3}, "weight": 1, **spoil}))
    kept = {level.name: level for level in plan.certificate.levels} | {"changes": level}
    levels = tuple(kept[name] for name in ("must_haves", *order))
    certificate = replace(plan.certificate, levels=levels, input_hash=input_hash(problem))

    assert {fault.code for fault in check(problem, replace(plan, certificate=certificate))} == codes


def test_every_message_is_there_in_both_languages():
    assert all((en and ja and en != ja) or code.startswith("bad_dzn") for code, (en, ja) in SENTENCES.items())
