"""Plans made again: few changes, each one named, and the fewest proved."""

from dataclasses import replace

import pytest

from rbc_events.scheduling import Interpreter, Meeting, Party, Place, Problem, Request, solve
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem, make_slots

CHANGES_FIRST = ("must_haves", "changes", "weight")
WEIGHT_FIRST = ("must_haves", "weight", "changes")


@pytest.fixture(scope="module")
def event() -> Problem:
    """Twelve parties, half of them foreign, everybody wants to meet everybody of the other half."""
    local = tuple(Party(f"l{n}", languages=frozenset({"ja"})) for n in range(6))
    foreign = tuple(Party(f"f{n}", languages=frozenset({"en"} if n % 2 else {"en", "ja"})) for n in range(6))
    requests = tuple(
        Request(f"{a.id}-{b.id}", (a.id, b.id), weight=1 + (i * j) % 5)
        for i, a in enumerate(local)
        for j, b in enumerate(foreign)
    )
    return Problem(
        slots=make_slots(6),
        parties=(*local, *foreign),
        requests=requests,
        places=(Place("hall", number=4),),
        interpreters=(Interpreter("sato", (("en", "ja"),)), Interpreter("suzuki", (("en", "ja"),))),
        levels=("must_haves", "weight"),
    )


@pytest.fixture(scope="module")
def standing(event):
    return solve(event, work=300).meetings


def incidents(event, standing):
    ill, well = event.interpreters
    first, *others = event.parties
    return {
        "nothing": event,
        "company": replace(event, parties=(replace(first, available=frozenset()), *others)),
        "interpreter": replace(event, interpreters=(replace(ill, available=frozenset()), well)),
        "table": replace(event, places=(Place("hall", number=3),)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("order", [CHANGES_FIRST, WEIGHT_FIRST])
@pytest.mark.parametrize("incident", ["nothing", "company", "interpreter", "table"])
def test_the_new_plan_holds_and_names_each_change(event, standing, incident, order):
    problem = replace(incidents(event, standing)[incident], standing=standing, levels=order)

    plan = solve(problem, work=300, seed=3)

    assert check(problem, plan) == ()
    named = {change.request for change in plan.changes if change.kind != "added"}
    now = {m.request: m for m in plan.meetings}
    assert named == {m.request for m in standing if now.get(m.request) != m}


@pytest.mark.parametrize("incident", ["nothing", "company", "interpreter"])
def test_with_changes_first_only_what_cannot_stay_changes(event, standing, incident):
    problem = replace(incidents(event, standing)[incident], standing=standing, levels=CHANGES_FIRST)
    gone = {
        "nothing": set(),
        "company": {m.request for m in standing if m.request.startswith("l0-")},
        "interpreter": {m.request for m in standing if m.interpreter == "sato"},
    }[incident]

    plan = solve(problem, work=300)
    changes = next(level for level in plan.certificate.levels if level.name == "changes")

    assert (changes.value, changes.bound, changes.method) == (len(gone), len(gone), "counting")
    assert {change.request for change in plan.changes if change.kind != "added"} == gone


def test_what_is_pinned_stays_and_the_rest_moves_around_it(event, standing):
    pinned = tuple(replace(m, pinned=m.request == standing[0].request) for m in standing)
    problem = replace(event, standing=pinned, levels=WEIGHT_FIRST)

    plan = solve(problem, work=300)

    assert check(problem, plan) == ()
    assert replace(standing[0], pinned=True) in plan.meetings


def test_a_kept_meeting_keeps_its_table(event):
    standing = (Meeting("l0-f0", "s1", "hall", 3), Meeting("l1-f2", "s1", "hall", 1))
    problem = replace(event, standing=standing, levels=CHANGES_FIRST)

    plan = solve(problem, work=300)

    assert [change.kind for change in plan.changes if change.kind != "added"] == []


@pytest.mark.parametrize("levels", [WEIGHT_FIRST, CHANGES_FIRST])
@pytest.mark.parametrize("pinned", [(), (Meeting("r1", "s1", "south", 1, pinned=True),)])
def test_a_standing_meeting_without_a_number_keeps_its_place_at_any(levels, pinned):
    pairs = [(f"a{n}", f"b{n}") for n in range(6)]
    standing = tuple(Meeting(f"r{n}", "s1", "south" if n < 4 else "north") for n in range(1 + len(pinned), 7))
    places = (Place("north", number=3), Place("south", number=3))
    problem = make_problem(pairs, slots=2, places=places, standing=(*pinned, *standing), levels=levels)

    plan = solve(problem, work=300)

    assert check(problem, plan) == ()
    assert plan.changes == ()
    assert plan.certificate.status == "optimal"


def test_two_standing_meetings_at_one_table_do_not_both_keep_it():
    standing = (Meeting("r1", "s1", "tables", 2), Meeting("r2", "s1", "tables", 2))
    problem = make_problem([("a", "b"), ("c", "d")], slots=1, tables=2, standing=standing, levels=WEIGHT_FIRST)

    plan = solve(problem, work=300)

    assert check(problem, plan) == ()
    assert [change.kind for change in plan.changes] == ["place"]


def test_a_longer_meeting_puts_no_more_meetings_to_other_tables_than_it_must():
    pairs = [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h"), ("i", "j")]
    problem = make_problem(pairs, slots=4, tables=3)
    longer = replace(problem.requests[4], length=2, slots=frozenset({"s1"}))
    standing = tuple(
        Meeting(r, slot, "tables", number)
        for r, slot, number in [("r1", "s1", 2), ("r2", "s1", 3), ("r3", "s2", 1), ("r4", "s3", 3)]
    )
    problem = replace(problem, requests=(*problem.requests[:4], longer), standing=standing, levels=CHANGES_FIRST)

    plan = solve(problem, work=300)

    assert check(problem, plan) == ()
    assert {(change.request, change.kind) for change in plan.changes} == {("r3", "place"), ("r5", "added")}


@pytest.mark.slow
@pytest.mark.parametrize("levels", [WEIGHT_FIRST, ("must_haves", "weight", "breaks", "changes")])
def test_where_weight_comes_first_a_plan_made_again_begins_from_what_stands(event, standing, levels):
    problem = replace(incidents(event, standing)["table"], standing=standing, levels=levels)

    plan, again = (solve(problem, work=60, seed=3) for _ in range(2))
    anew = solve(replace(problem, standing=(), levels=("must_haves", "weight")), work=300)

    value = {level.name: level.value for level in plan.certificate.levels}
    assert plan.meetings == again.meetings
    assert value["weight"] == anew.certificate.levels[1].value
    assert value["changes"] < len(set(standing) - set(anew.meetings))


@pytest.mark.parametrize("share", [1, 3])
def test_few_standing_meetings_are_kept_as_well_as_many(event, standing, share):
    stand = standing[::share]
    problem = replace(event, standing=stand, levels=WEIGHT_FIRST)

    levels = {level.name: level for level in solve(problem, work=300).certificate.levels}

    assert levels["weight"].proved
    assert (levels["changes"].value, levels["changes"].proved) == (0, True)


@pytest.mark.parametrize("order", [CHANGES_FIRST, WEIGHT_FIRST])
def test_a_plan_under_rules_that_the_kernel_leaves_out_stands_as_well(event, order):
    parties = tuple(replace(party, longest_run=2) for party in event.parties)
    places = (Place("room", "room", number=2), Place("hall", number=2))
    problem = replace(event, parties=parties, places=places)
    problem = replace(problem, standing=solve(problem, work=300).meetings, levels=order)

    plan = solve(problem, work=300, seed=3)
    changes = next(level for level in plan.certificate.levels if level.name == "changes")

    assert check(problem, plan) == ()
    assert (changes.value, changes.bound) == (0, 0)


def test_what_is_told_or_soon_is_changed_last():
    """One of two has to go: in order of their costs the cheap one does, whichever comes first."""
    for costs, kept in (((1, 5), "r2"), ((5, 1), "r1")):
        standing = tuple(Meeting(f"r{n + 1}", "s1", "tables", change_cost=cost) for n, cost in enumerate(costs))
        problem = make_problem(
            [("a", "b"), ("c", "d")], slots=1, tables=1, standing=standing, levels=("change_costs", "changes")
        )

        plan = solve(problem, work=200)

        assert [meeting.request for meeting in plan.meetings] == [kept]
        assert [(level.name, level.value, level.proved) for level in plan.certificate.levels[1:]] == [
            ("change_costs", 1, True),
            ("changes", 1, True),
        ]
        assert check(problem, plan) == ()


def test_where_all_that_can_stay_stays_the_costs_are_those_of_the_rest():
    parties = (Party("a", available=frozenset({"s2"})), Party("b"), Party("c"))
    standing = (Meeting("r1", "s1", change_cost=7), Meeting("r2", "s1", change_cost=3))
    problem = make_problem(
        [("a", "b"), ("b", "c")], parties=parties, standing=standing, levels=("changes", "weight", "change_costs")
    )

    plan = solve(problem, work=200)

    assert [(level.name, level.value, level.bound) for level in plan.certificate.levels] == [
        ("must_haves", 0, 0),
        ("changes", 1, 1),
        ("weight", 2, 2),
        ("change_costs", 7, 7),
    ]
    assert check(problem, plan) == ()
