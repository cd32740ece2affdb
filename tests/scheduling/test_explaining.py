from dataclasses import replace

import pytest

from rbc_events.scheduling import Interpreter, Meeting, Party, Place, Request, Reserved, solve
from rbc_events.scheduling.explaining import _in_place_of_others, explain
from rbc_events.scheduling.rules.timetable import Timetable

from .makers import make_problem


def weighted(problem, *weights):
    return replace(
        problem, requests=tuple(replace(r, weight=w) for r, w in zip(problem.requests, weights, strict=True))
    )


def codes(explanation):
    return {slot: {reason.code for reason in reasons} for slot, reasons in explanation.blocked.items()}


def test_the_cheapest_change_names_who_loses_what():
    problem = weighted(make_problem([("a", "b"), ("a", "c"), ("a", "d")], slots=2), 5, 3, 2)
    plan = solve(problem, work=1000)

    explanation = explain(problem, plan, "r3", work=1000)

    assert codes(explanation) == {"s1": {"party_busy"}, "s2": {"party_busy"}}
    assert [(change.request, change.kind) for change in explanation.changes] == [("r2", "dropped")]
    assert explanation.lost == 3
    assert explanation.losers(problem) == ("a", "c")
    assert explanation.proved


def test_the_rule_that_blocks_is_named_in_each_slot():
    problem = make_problem([("a", "b"), ("c", "d")], slots=3, tables=1)
    parties = (Party("a"), Party("b"), Party("c", available=frozenset({"s1", "s3"})), Party("d", most=0))
    problem = weighted(replace(problem, parties=parties), 5, 1)
    plan = solve(problem, work=1000)
    taken = plan.meetings[0].slot

    found = codes(explain(problem, plan, "r2", work=1000))

    assert ("no_place_free" in found[taken], "parties_available" in found["s2"]) == (True, True)
    assert all("party_most" in reasons for reasons in found.values())


def test_a_missing_interpreter_is_named():
    parties = (Party("a", languages=frozenset({"ja"})), Party("b", languages=frozenset({"en"})), Party("c"))
    problem = make_problem([("a", "b"), ("b", "c")], slots=1, parties=parties, interpreters=(Interpreter("i", ()),))
    plan = solve(problem, work=1000)

    explanation = explain(problem, plan, "r1", work=1000)

    assert "no_interpreter_serves" in codes(explanation)["s1"]
    assert not explanation.possible
    assert explanation.proved


def test_an_interpreter_who_is_busy_is_told_from_one_who_is_missing():
    parties = tuple(Party(name, languages=frozenset({"ja" if name in "ac" else "en"})) for name in "abcd")
    interpreters = (Interpreter("i", (("ja", "en"),)),)
    problem = make_problem([("a", "b"), ("c", "d")], slots=1, tables=2, parties=parties, interpreters=interpreters)

    assert "no_interpreter_free" in codes(explain(problem, solve(problem, work=1000), "r2", work=1000))["s1"]


def test_fairness_keeps_a_request_out_where_all_else_would_let_it_in():
    requests = (Request("r1", ("a", "b"), weight=5, slot="s1"), Request("r2", ("a", "c"), slot="s3"))
    problem = make_problem([("a", "b"), ("a", "c")], slots=3, requests=requests, fairness=0)
    plan = solve(problem, work=1000)

    explanation = explain(problem, plan, "r2", work=1000)

    assert codes(explanation)["s3"] == {"fairness"}
    assert [(change.request, change.kind) for change in explanation.changes] == [("r1", "dropped")]
    assert (explanation.lost, explanation.proved) == (5, True)


def test_a_vetoed_request_is_possible_in_no_way():
    problem = make_problem([("a", "b")])
    problem = replace(problem, requests=(replace(problem.requests[0], veto=True),))

    explanation = explain(problem, solve(problem, work=10), "r1")

    assert codes(explanation)["s1"] == {"not_vetoed"}
    assert not explanation.possible


def test_a_request_that_is_held_needs_no_explanation():
    problem = make_problem([("a", "b")])

    with pytest.raises(ValueError, match="r1 is held"):
        explain(problem, solve(problem, work=10), "r1")


def test_one_meeting_of_others_is_named_where_it_alone_is_in_the_way():
    """The only table, and the only interpreter, of the hour in which both sides are free."""
    languages = {"a": frozenset({"ja"}), "b": frozenset({"en"})}
    parties = tuple(Party(name, languages=languages[name[0]]) for name in ("a1", "b1", "a2", "b2", "a3", "b3"))
    pairs = [("a1", "b1"), ("a2", "b2"), ("a3", "b3")]
    meetings = (Meeting("r1", "s1", "tables", 1, "i"), Meeting("r2", "s2", "tables", 1, "i"))
    problem = make_problem(pairs, slots=2, tables=1, parties=parties, interpreters=(Interpreter("i", (("en", "ja"),)),))
    problem = weighted(problem, 3, 2, 1)
    direct = _in_place_of_others(problem, Timetable(problem, meetings), problem.requests[2])

    assert direct is not None
    assert (direct.lost, [change.request for change in direct.changes]) == (2, ["r2"])
    assert direct.losers(problem) == ("a2", "b2")


def test_a_rival_in_the_room_is_named_and_left_out_where_that_costs_least():
    problem = make_problem([("a", "b"), ("c", "d")], slots=2, tables=2, rivals=(("a", "c"),))
    plan = solve(weighted(problem, 5, 3), work=1000)

    explanation = explain(weighted(problem, 5, 3), plan, "r2", work=1000)

    assert codes(explanation) == {"s1": {"rivals_apart"}, "s2": {"rivals_apart"}}
    assert [(change.request, change.kind) for change in explanation.changes] == [("r1", "dropped")]
    assert explanation.proved


def test_what_slots_are_reserved_for_and_who_cannot_come_in_time_are_named():
    """In s1 only g; in s2 the interpreter is still on the way from the other room."""
    people = tuple(Party(name, languages=frozenset({"ja" if name in "ac" else "en"})) for name in "abcd")
    problem = make_problem([("a", "b"), ("c", "d")], slots=3, parties=people)
    places = (Place("hall", room="x"), Place("zoom", "virtual", room="y"))
    modes = zip(problem.requests, ("in_person", "online"), strict=True)
    requests = tuple(replace(r, mode=mode) for r, mode in modes)
    problem = replace(
        problem,
        places=places,
        requests=requests,
        interpreters=(Interpreter("i", (("en", "ja"),), available=frozenset({"s1", "s2", "s3"}), room_change=5),),
        reserved=(Reserved(frozenset({"s1"}), groups=frozenset({"g"})),),
    )
    plan = solve(replace(problem, requests=(requests[0], replace(requests[1], veto=True))), work=500)
    moved = replace(plan, meetings=(replace(plan.meetings[0], slot="s3"),))

    explanation = explain(problem, moved, "r2", work=500)

    assert codes(explanation) == {
        "s1": {"slots_reserved"},
        "s2": {"no_interpreter_free"},
        "s3": {"no_interpreter_free"},
    }
