"""Wishes for a time, a place or an interpreter: granted where they can be, and bounded where they can't."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import InputError, Interpreter, Party, Place, Request, solve
from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.solving.cp_sat.model import CpSatModel
from rbc_events.scheduling.solving.cp_sat.solver import optimise
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.kempe import annealing
from rbc_events.scheduling.solving.objectives import OPTIMISED
from rbc_events.scheduling.solving.solution import Solution
from rbc_events.scheduling.validation import validate
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem

PAIRS = [("a", "b"), ("a", "c"), ("a", "d"), ("e", "f")]
FIRST = frozenset({"s1"})


def wishing(pairs, **fields):
    """The first two requests of a wish for the same slot, and so on."""
    return tuple(
        Request(f"r{n + 1}", pair, **{field: things[n] for field, things in fields.items()})
        for n, pair in enumerate(pairs)
    )


def level(plan, name="wishes"):
    return next(level for level in plan.certificate.levels if level.name == name)


def test_a_request_is_held_when_where_and_with_whom_it_wishes():
    problem = make_problem(
        [("a", "b")],
        parties=(Party("a", languages=frozenset({"en"})), Party("b", languages=frozenset({"ja"}))),
        places=(Place("hall"), Place("quiet"), Place("loud")),
        interpreters=tuple(Interpreter(name, (("en", "ja"),)) for name in ("i", "j", "k")),
        requests=(
            Request(
                "r1", ("a", "b"),
                wished_slots=frozenset({"s3"}), wished_places=frozenset({"quiet"}),
                wished_interpreters=frozenset({"k"}),
            ),
        ),
        levels=("weight", "wishes"),
    )  # fmt: skip

    plan = solve(problem, work=100)

    (meeting,) = plan.meetings
    assert (meeting.slot, meeting.place, meeting.interpreter) == ("s3", "quiet", "k")
    assert (level(plan).value, level(plan).proved, check(problem, plan)) == (3, True, ())


def test_no_more_are_granted_than_a_party_can_hold_and_that_is_counted():
    problem = make_problem(PAIRS, requests=wishing(PAIRS, wished_slots=[FIRST] * 4), levels=("weight", "wishes"))

    plan = solve(problem, work=1)

    assert (level(plan).bound, level(plan).method, check(problem, plan)) == (2, "counting", ())
    assert OBJECTIVES["wishes"].trivial(Timetable(problem, ())) == 4


def test_no_more_are_granted_than_there_are_tables_or_people():
    places = (Place("hall"), Place("annex", number=9))
    speakers = tuple(Party(name, languages=frozenset({"en" if name in "ace" else "ja"})) for name in "abcdef")
    pairs = [("a", "b"), ("c", "d"), ("e", "f")]
    people = tuple(Interpreter(name, (("en", "ja"),), available=FIRST) for name in ("i", "j", "k"))
    wishes = {"wished_places": [frozenset({"hall"})] * 3, "wished_interpreters": [frozenset({"i"})] * 3}
    fields = {"parties": speakers, "interpreters": people, "places": places}
    problem = make_problem(pairs, slots=1, requests=wishing(pairs, **wishes), levels=("weight", "wishes"), **fields)

    bound = OBJECTIVES["wishes"].counting(Timetable(problem, ()))

    assert bound == OPTIMISED["wishes"].counting(Instance(problem)) == 2
    assert level(solve(problem, work=200)).value == 2


@pytest.mark.slow
def test_what_is_granted_is_kept_by_the_levels_after_it(monkeypatch):
    """Annealing knows no wishes, so it isn't asked."""
    requests = wishing(PAIRS, wished_slots=[frozenset({"s4"}), FIRST, frozenset({"s2"}), FIRST])
    problem = make_problem(PAIRS, requests=requests, levels=("weight", "wishes", "breaks"))
    monkeypatch.setattr(annealing, "improve", None)
    monkeypatch.setattr(
        "rbc_events.scheduling.solving.lexicographic.PARAMS", replace(PARAMS, run=replace(PARAMS.run, exact_size=0))
    )

    plan = solve(problem, work=300)

    assert (level(plan).value, level(plan, "breaks").value, check(problem, plan)) == (4, 1, ())


@pytest.mark.parametrize("field", ["wished_slots", "wished_places", "wished_interpreters"])
def test_a_wish_for_what_does_not_exist_is_refused(field):
    problem = make_problem(PAIRS)
    requests = (replace(problem.requests[0], **{field: frozenset({"nowhere"})}), *problem.requests[1:])

    with pytest.raises(InputError) as refused:
        validate(replace(problem, requests=requests))
    assert (refused.value.code, refused.value.pointer) == ("unknown_id", f"/requests/0/{field}")


def test_of_plans_of_equal_weight_the_one_is_taken_that_grants_more():
    """a's three meetings fill its three slots; two of them want the last, in which only one can be."""
    last = frozenset({"s3"})
    pairs = PAIRS[:3]
    requests = wishing(pairs, wished_slots=[last, FIRST, last])
    instance = Instance(make_problem(pairs, slots=3, requests=requests, levels=("weight", "wishes")))
    model = CpSatModel(instance, Solution.empty(3), range(3))

    outcome = optimise(model, "weight", (), Budget(work=100), seed=1, beside="wishes")

    assert (outcome.bound, OPTIMISED["weight"].value(instance, outcome.solution)) == (3, 3)
    assert OPTIMISED["wishes"].value(instance, outcome.solution) == 2
