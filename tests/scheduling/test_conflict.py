import json
from dataclasses import replace

import pytest

from rbc_events.scheduling import Interpreter, Meeting, Party, Place, Request, Reserved, solve
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.formats.plan_json import plan_to_json, read_plan
from rbc_events.scheduling.messages import say
from rbc_events.scheduling.plan import Certificate, Plan, Reason
from rbc_events.scheduling.solving.iis import conflict
from rbc_events.scheduling.verify.certificate import check, unverified_conflict

from .makers import make_problem, make_slots


def must(*requests):
    return tuple(replace(request, must_have=True) for request in requests)


def why(problem):
    certificate = solve(problem, work=1000).certificate
    assert certificate.status == "infeasible"
    assert certificate.conflict_minimal
    for reason in certificate.conflict:
        assert say(reason.code, reason.arguments, "en") != say(reason.code, reason.arguments, "ja")
    return {(reason.code, *reason.arguments.values()) for reason in certificate.conflict}


def test_more_must_haves_than_free_slots_name_the_party_and_its_slots():
    problem = make_problem([], slots=4)
    requests = must(
        Request("r1", ("a", "b")), Request("r2", ("a", "c")), Request("r3", ("a", "d")), Request("r4", ("c", "d"))
    )
    parties = (Party("a", available=frozenset({"s1", "s2"})), Party("b"), Party("c"), Party("d"))

    assert why(replace(problem, requests=requests, parties=parties)) == {
        ("why_held", "r1"),
        ("why_held", "r2"),
        ("why_held", "r3"),
        ("why_party_available", "a", 2),
        ("why_party_capacity", "a", 1),
    }


def test_hours_that_never_meet_are_named():
    problem = make_problem([("a", "b"), ("b", "c")], slots=2)
    parties = (Party("a", available=frozenset({"s1"})), Party("b", available=frozenset({"s2"})), Party("c"))

    assert why(replace(problem, parties=parties, requests=must(*problem.requests))) == {
        ("why_held", "r1"),
        ("why_party_available", "a", 1),
        ("why_party_available", "b", 1),
    }


def test_too_few_tables_are_named():
    problem = make_problem([("a", "b"), ("c", "d")], slots=1, tables=1)

    assert why(replace(problem, requests=must(*problem.requests))) == {
        ("why_held", "r1"),
        ("why_held", "r2"),
        ("why_places", 1),
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requests": must(Request("r1", ("a", "b"), session="afternoon", slots=frozenset({"s1"})))},
         {("why_held", "r1"), ("why_request_session", "r1", "afternoon"), ("why_request_slots", "r1", 1)}),
        ({"requests": must(Request("r1", ("a", "b"), mode="online")), "places": (Place("hall"),)},
         {("why_held", "r1"), ("why_request_mode", "r1", "online"), ("why_virtual_places", 0)}),
        ({"requests": must(Request("r1", ("a", "b"), length=99))},
         {("why_held", "r1"), ("why_request_length", "r1", 99)}),
        ({"requests": must(Request("r1", ("a", "b"), slot="s1"), Request("r2", ("c", "d"), slot="s1"),
                           Request("r3", ("e", "f"), slot="s1", mode="online")),
          "parties": tuple(map(Party, "abcdef")), "places": (Place("hall"), Place("zoom", "virtual"))},
         {("why_held", "r1"), ("why_held", "r2"), ("why_held", "r3"), ("why_places_of_both_kinds", 1, 1),
          *(("why_request_slot", f"r{n}", "s1") for n in (1, 2, 3))}),
        ({"requests": must(Request("r1", ("a", "b"))),
          "parties": (Party("a", languages=frozenset({"ja"})), Party("b", languages=frozenset({"en"}))),
          "interpreters": (Interpreter("i", (("fr", "ja"),)),)},
         {("why_held", "r1"), ("why_interpreters", 1)}),
        ({"requests": (Request("r1", ("a", "b"), slot="s1"), Request("r2", ("a", "c"), after=("r1",))),
          "standing": (Meeting("r1", "s1", pinned=True), Meeting("r2", "s1", pinned=True))},
         {("why_held", "r1"), ("why_held", "r2"), ("why_order", "r2", "r1"), ("why_pinned", "r2", "s1")}),
        ({"requests": must(Request("r1", ("a", "b"), after=("r2",)), Request("r2", ("b", "c"), slot="s4"))},
         {("why_held", "r1"), ("why_held", "r2"), ("why_order", "r1", "r2"), ("why_request_slot", "r2", "s4")}),
    ],
)  # fmt: skip
def test_the_rules_in_conflict_are_named(fields, expected):
    slots = make_slots(4, morning=2)
    problem = make_problem([("a", "b"), ("b", "c")], slots=slots, **fields)

    assert why(problem) == expected


def test_the_best_plan_still_holds_as_many_as_possible():
    problem = make_problem([("a", "b"), ("a", "c"), ("a", "d")], slots=2)

    plan = solve(replace(problem, requests=must(*problem.requests)), work=1000)

    assert len(plan.meetings) == 2


def test_a_crowd_is_counted_even_where_no_time_is_left():
    problem = make_problem([("a", f"b{k}") for k in range(6)], slots=5, tables=9)
    problem = replace(problem, requests=tuple(replace(r, must_have=True) for r in problem.requests), fairness=2)

    found = conflict(problem, Budget(seconds=0))

    assert not found.minimal
    assert sorted(reason.code for reason in found.reasons) == ["why_held"] * 6 + ["why_party_capacity"]


@pytest.mark.parametrize(
    ("conflict", "minimal", "note"),
    [
        ((Reason("why_places", {"places": 1}),), True, ""),
        ((Reason("why_places", {"places": 1}),), False, "conflict_not_minimal"),
        ((), False, "no_conflict_found"),
    ],
)
def test_a_certificate_says_where_fewer_rules_might_do(conflict, minimal, note):
    certificate = Certificate("infeasible", (), "", 0, 0, 0.0, {}, conflict, minimal)

    read = read_plan(json.loads(plan_to_json(Plan((), (), (), certificate)))).certificate

    assert (read.conflict_minimal, read.conflict_note) == (minimal, note)


def test_rivals_are_named_where_they_keep_must_haves_out():
    problem = make_problem([("a", "b"), ("c", "d")], slots=2, tables=2, rivals=(("a", "c"), ("b", "d")))
    problem = replace(problem, requests=tuple(replace(r, must_have=True) for r in problem.requests))
    plan = solve(problem, work=1000)

    assert plan.certificate.status == "infeasible"
    named = [reason.code for reason in plan.certificate.conflict]
    assert named == ["why_places", "why_rivals_apart", "why_held", "why_held"]  # without places there are no rooms
    assert check(problem, plan) == ()
    assert not unverified_conflict(problem, plan)


def test_reserved_slots_are_named_where_they_keep_must_haves_out():
    reserved = (Reserved(frozenset({"s1"}), groups=frozenset({"g"})), Reserved(frozenset({"s2"}), "online"))
    problem = make_problem([("a", "b")], slots=2, tables=1, reserved=reserved)
    problem = replace(problem, requests=must(*problem.requests))

    assert why(problem) == {
        ("why_held", "r1"),
        ("why_places", 1),  # without places nobody would have to be online
        ("why_reserved", "s1", "g"),
        ("why_reserved", "s2", "online"),
    }
    plan = solve(problem, work=1000)
    assert (check(problem, plan), unverified_conflict(problem, plan)) == ((), False)


def test_a_pinned_interpreter_is_needed_only_where_somebody_has_to_interpret():
    """Without languages both could be held: the pin doesn't ask for somebody then."""
    people = tuple(Party(name, languages=frozenset({"ja" if name in "ac" else "en"})) for name in "abcd")
    problem = make_problem([("a", "b"), ("c", "d")], slots=2, parties=people)
    first, second = problem.requests
    problem = replace(
        problem,
        interpreters=(Interpreter("i", (("en", "ja"),)),),
        requests=must(first, replace(second, slots=frozenset({"s1"}))),
        standing=(Meeting("r1", "s1", interpreter="i", pinned=True),),
    )

    plan = solve(problem, work=1000)

    assert {"why_interpreters", "why_pinned"} <= {reason.code for reason in plan.certificate.conflict}
    assert plan.certificate.conflict_minimal
    assert (check(problem, plan), unverified_conflict(problem, plan)) == ((), False)


def test_an_interpreters_way_is_named_where_it_keeps_must_haves_out():
    people = tuple(Party(name, languages=frozenset({"ja" if name in "ac" else "en"})) for name in "abcd")
    problem = make_problem([("a", "b"), ("c", "d")], slots=2, parties=people)
    places = (Place("hall", room="x"), Place("zoom", "virtual", room="y"))
    requests = tuple(replace(r, mode=mode) for r, mode in zip(problem.requests, ("in_person", "online"), strict=True))
    interpreter = Interpreter("i", (("en", "ja"),), room_change=5, site_change=9)
    problem = replace(problem, places=places, interpreters=(interpreter,), requests=must(*requests))

    found = why(problem)

    assert ("why_interpreter_room_change", "i", 5) in found
    assert ("why_interpreter_site_change", "i", 9) not in found
    plan = solve(problem, work=1000)
    assert (check(problem, plan), unverified_conflict(problem, plan)) == ((), False)
