"""Inputs in which rules meet: each is solved, or refused, and judged by `check` as it was solved."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rbc_events.scheduling import InputError, Interpreter, Meeting, Party, Place, Problem, Request, Slot, solve
from rbc_events.scheduling.budget import Budget, slowness
from rbc_events.scheduling.deadline import left_of
from rbc_events.scheduling.explaining import explain
from rbc_events.scheduling.parameters import PARAMS
from rbc_events.scheduling.plan import Plan
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lns import LargeNeighbourhoodSearch
from rbc_events.scheduling.solving.solution import Solution
from rbc_events.scheduling.validation import validate
from rbc_events.scheduling.verify.certificate import check

from .makers import make_problem, make_slots


def solved(problem: Problem) -> Plan:
    validate(problem)
    plan = solve(problem, work=500)
    assert check(problem, plan) == ()
    return plan


@pytest.mark.parametrize("limit", ["longest_run", "most", "most_per_day"])
@pytest.mark.parametrize("slots", [3, 12])
def test_the_limits_of_an_interpreter_whom_no_meeting_needs_are_no_matter(limit, slots):
    """Where only a longest run keeps a request out, so that the weight is bounded by prices with a row for it."""
    person = Interpreter("sato", (("en", "ja"),), **{limit: 1})
    parties = (Party("a", available=frozenset({"s1", "s2"}), longest_run=1), Party("b"), Party("c"))

    plan = solved(
        make_problem([("a", "b"), ("a", "c")], slots=slots, tables=1, interpreters=(person,), parties=parties)
    )

    assert len(plan.meetings) == 1
    assert plan.certificate.levels[1].bound == 1


@pytest.mark.parametrize("kind", ["virtual", "table"])
@pytest.mark.parametrize("mode", ["in_person", "online", ""])
def test_a_booth_is_used_only_for_what_suits_it(kind, mode):
    problem = make_problem([("a", "b")], places=(Place("booth", kind),))
    problem = replace(
        problem,
        parties=(Party("a", booth="booth"), Party("b")),
        requests=(replace(problem.requests[0], mode=mode),),
    )

    held = {m.place for m in solved(problem).meetings}

    assert held == ({"booth"} if (kind, mode) in {("table", "in_person"), ("table", ""), ("virtual", "")} else set())


CLOSED = (Place("hall", slots=frozenset({"s2"})),)


@pytest.mark.parametrize("levels", [("changes",), ("weight", "changes"), ("breaks",)])
@pytest.mark.parametrize(
    "fields",
    [
        {"places": CLOSED},
        {"places": (Place("zoom", "virtual"),), "requests": (Request("r1", ("a", "b"), mode="in_person"),)},
        {"parties": (Party("a", capacity=0), Party("b"))},
        {"requests": (Request("r1", ("a", "b"), interpreter=True),)},
    ],
)
def test_a_pin_that_nothing_can_serve_is_never_moved(levels, fields):
    pinned = (Meeting("r1", "s1", pinned=True),)

    plan = solved(make_problem([("a", "b")], slots=2, standing=pinned, levels=levels, **fields))

    assert plan.certificate.status == "infeasible"
    assert plan.meetings == ()


def test_a_pin_that_nothing_can_serve_stays_one_where_what_stands_is_held_fast():
    """Its party has no meeting on that day; on another it could be held, and would weigh something."""
    days = tuple(replace(slot, day=slot.id) for slot in make_slots(2))
    parties = (Party("a", most_per_day=0), Party("b"))
    pinned = (Meeting("r1", "s1", pinned=True),)

    plan = solved(
        make_problem([("a", "b")], slots=days, parties=parties, standing=pinned, levels=("changes", "weight"))
    )

    assert {level.name: level.bound for level in plan.certificate.levels} == {
        "must_haves": 0,
        "changes": 1,
        "weight": 0,
    }


def test_a_plan_that_moves_a_pin_is_refused_even_where_not_all_pins_can_be_kept():
    pins = (Meeting("r1", "s1", pinned=True), Meeting("r2", "s1", pinned=True))
    problem = make_problem([("a", "b"), ("a", "c")], slots=2, standing=pins)
    plan = solved(problem)
    assert plan.certificate.status == "infeasible"
    moved = replace(plan, meetings=tuple(replace(m, slot="s2") for m in plan.meetings))

    assert "pins_kept" in {reason.code for reason in check(problem, moved)}


@pytest.mark.parametrize(
    ("slot", "parties"),
    [("s2", (Party("a"), Party("b"))), ("s1", (Party("a", available=frozenset({"s1", "s3"})), Party("b")))],
)
def test_a_pin_whose_slots_are_not_all_there_is_refused(slot, parties):
    """At the end of its block, or where a party leaves before it ends."""
    problem = make_problem([("a", "b")], slots=make_slots(4, morning=2), parties=parties)
    long = replace(
        problem,
        requests=(replace(problem.requests[0], length=2),),
        standing=(Meeting("r1", slot, pinned=True),),
    )

    with pytest.raises(InputError) as caught:
        validate(long)

    assert (caught.value.code, caught.value.pointer) == ("pinned_to_forbidden_slot", "/standing/0/slot")


@pytest.mark.parametrize("field", ["day", "session", "block"])
def test_a_slot_between_those_of_another_block_is_refused(field):
    slots = tuple(replace(s, **{field: "other" if s.id == "s2" else "one"}) for s in make_slots(3))

    with pytest.raises(InputError) as caught:
        validate(make_problem([("a", "b")], slots=slots))

    assert (caught.value.code, caught.value.pointer) == ("block_interrupted", "/slots/2")


def test_slots_of_two_days_may_follow_each_other_by_their_own_offsets():
    """23:30 in New York is the next day in Tokyo: days are as written, and breaks are counted within each."""
    begin = datetime(2026, 11, 26, 14, tzinfo=UTC)
    slots = tuple(
        Slot(f"s{n}", begin + timedelta(hours=n), begin + timedelta(hours=n, minutes=30), day, block=f"b{n}")
        for n, day in enumerate(["26", "27", "26", "27", "26"])
    )

    solved(make_problem([("a", "b"), ("a", "c"), ("b", "c"), ("a", "d")], slots=slots, tables=1))


@pytest.mark.parametrize(("year", "field"), [(1, "start"), (9999, "start"), (9999, "end")])
def test_a_slot_at_either_end_of_the_calendar_is_refused(year, field):
    slot = make_slots(1)[0]
    moved = {"start": slot.start.replace(year=year), "end": slot.end.replace(year=year)}
    slots = (replace(slot, **({field: moved[field]} if field == "end" else moved)),)

    with pytest.raises(InputError) as caught:
        validate(make_problem([("a", "b")], slots=slots))

    assert (caught.value.code, caught.value.pointer) == ("year_out_of_range", f"/slots/0/{field}")


def test_a_slot_longer_than_a_day_is_refused():
    slot = make_slots(1)[0]

    with pytest.raises(InputError) as caught:
        validate(make_problem([("a", "b")], slots=(replace(slot, end=slot.start + timedelta(hours=25)),)))

    assert caught.value.code == "slot_too_long"


def test_no_must_have_is_offered_for_another():
    """Two must-haves where there is time for one: the other can't be let in at its expense."""
    problem = make_problem([("a", "b"), ("a", "c")], slots=1)
    both = replace(problem, requests=tuple(replace(r, must_have=True) for r in problem.requests))
    plan = solve(both, work=200)
    assert plan.certificate.status == "infeasible"

    explanation = explain(both, plan, plan.left_out[0], work=200)

    assert (explanation.possible, explanation.changes, explanation.proved) == (False, (), True)


@pytest.mark.slow
def test_an_event_of_very_many_slots_is_solved_in_parts_of_them():
    """A model of all slots takes longer to write than a short run lasts."""
    problem = make_problem(
        [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")],
        slots=many_slots(2000),
        places=(Place("hall", room="1"), Place("annex", room="2")),
        parties=tuple(Party(name, longest_run=2, room_change=10) for name in "abcd"),
    )
    long = replace(problem, requests=(replace(problem.requests[0], length=40, after=("r3",)), *problem.requests[1:]))
    search = LargeNeighbourhoodSearch(Instance(long), Solution.empty(4), seed=1)

    solved(long)

    assert all(len(search._some_parties("weight")[1]) == PARAMS.neighbourhoods.many_slots for _ in range(10))


def test_no_neighbourhood_begins_that_would_end_late():
    problem = make_problem([("a", "b"), ("a", "c"), ("b", "c")])
    search = LargeNeighbourhoodSearch(Instance(problem), Solution.empty(3), seed=1)
    search.late = 100.0

    search.improve("weight", (), Budget(50.0), 3, lambda: None)
    untouched = search.value("weight")
    search.improve("weight", (), Budget(work=100), 3, lambda: None)

    assert (untouched, search.value("weight")) == (0, 3)


def test_what_took_longer_so_far_is_taken_to_last_longer():
    """Where ten processes want the processor, what takes a tenth of a second of its time takes a whole one."""
    assert [slowness(2.0, 2.0), slowness(1.0, 2.0), slowness(3.0, 1.0), slowness(60.0, 1.0)] == [1.0, 1.0, 3.0, 6.0]

    assert not Budget(0.0).suffices(1.0)
    assert Budget(1000.0).suffices(1.0)
    assert Budget(work=1).suffices(1.0)


def test_more_of_a_limit_is_kept_for_the_end_where_the_processor_is_shared(monkeypatch):
    begin = time.monotonic()
    left = []
    for of_processor in (1000.0, 1e-9):
        monkeypatch.setattr(time, "process_time", lambda used=of_processor: used)
        left.append(round(left_of(100.0, begin, 2.0, 0.01)))

    assert left == [97, 82]


def many_slots(number):
    begin = datetime(2026, 11, 26, 9, tzinfo=UTC)
    times = [begin + timedelta(minutes=15 * n) for n in range(number + 1)]
    return tuple(Slot(f"s{n + 1}", times[n], times[n + 1], times[n].date().isoformat()) for n in range(number))
