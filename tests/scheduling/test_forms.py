import json
from dataclasses import replace
from datetime import time

import pytest

from rbc_events.scheduling import (
    Floor,
    InputError,
    Interpreter,
    Meeting,
    Party,
    Place,
    Problem,
    Request,
    Reserved,
    solve,
)
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json, read_plan
from rbc_events.scheduling.formats.problem_json import read_pairs, read_problem
from rbc_events.scheduling.formats.strict_json import load

from .makers import make_problem, make_slots

FULL = Problem(
    slots=make_slots(4, morning=2),
    parties=(
        Party("a", available=frozenset({"s1", "s2"}), capacity=2, least=1, most=3, most_per_day=2, longest_run=2),
        Party("b", languages=frozenset({"ja"}), time_zone="Asia/Tokyo", decent_hours=(time(9), time(18))),
        Party("c", languages=frozenset({"en", "fr"}), booth="booth", groups=frozenset({"newcomer"}), room_change=5),
    ),
    requests=(
        Request("r1", ("a", "b"), weight=3, must_have=True, length=2, slots=frozenset({"s1"}), session="morning"),
        Request(
            "r2",
            ("b", "c"),
            mode="in_person",
            interpreter=True,
            after=("r1",),
            wished_slots=frozenset({"s4"}),
            wished_places=frozenset({"hall"}),
            wished_interpreters=frozenset({"i"}),
        ),
    ),
    places=(Place("hall", number=3, room="1", site="x"), Place("booth"), Place("zoom", "virtual", 2)),
    interpreters=(Interpreter("i", (("ja", "en"),), longest_run=2, rest=1, most=4, room_change=5, site_change=20),),
    floors=(Floor("newcomer", 1), Floor("", 2, each=False)),
    standing=(Meeting("r1", "s1", "hall", 2, pinned=True, change_cost=3),),
    levels=("weight", "breaks"),
    rivals=(("a", "b"),),
    reserved=(Reserved(frozenset({"s4"}), "in_person", frozenset({"table"}), frozenset({"newcomer"})),),
    fairness=2,
)


def test_a_problem_survives_its_json_form():
    assert read_problem(load(problem_to_json(FULL).encode())) == FULL


def test_a_plan_survives_its_json_form():
    plan = solve(make_problem([("a", "b"), ("b", "c")], tables=1, standing=(Meeting("r1", "s3"),)), work=100)

    assert read_plan(load(plan_to_json(plan).encode())) == plan


def change(**fields):
    content = json.loads(problem_to_json(FULL))
    content.update(fields)
    return json.dumps(content).encode()


def change_in(where, position, **fields):
    content = json.loads(problem_to_json(FULL))
    content[where][position].update(fields)
    return json.dumps(content).encode()


def pin(*, needed=True, **fields):
    """The problem with r1 in person, pinned to s1, as its fields say."""
    first, *others = FULL.requests
    closed = Place("closed", slots=frozenset({"s3"}))
    away, french = Interpreter("away", (("ja", "en"),), frozenset({"s1"})), Interpreter("french", (("fr", "en"),))
    problem = replace(
        FULL,
        requests=(replace(first, mode="in_person", interpreter=needed), *others),
        places=(*FULL.places, closed),
        interpreters=(*FULL.interpreters, away, french),
        standing=(Meeting("r1", "s1", pinned=True, **fields),),
    )
    return problem_to_json(problem).encode()


def test_a_pin_that_its_place_and_interpreter_suit_is_read():
    assert read_problem(load(pin(place="hall", number=2, interpreter="i"))).standing[0].pinned
    assert read_problem(load(pin(place="hall"))).standing[0].pinned


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b"{", "not_json", ""),
        (b"\xff", "not_utf8", ""),
        (b"[" * 100_000, "too_deep", ""),
        (b"[]", "wrong_type", ""),
        (b'{"format": 1, "format": 2}', "duplicate_key", "/format"),
        (b'{"format": "rbc-events/schedule-problem/1"}', "missing_field", ""),
        (change(colour="red"), "unknown_field", "/colour"),
        (change_in("parties", 1, **{"a/b": 1}), "unknown_field", "/parties/1/a~1b"),
        (change_in("requests", 0, weight=float("nan")), "not_a_number", "/requests/0/weight"),
        (change_in("requests", 0, weight=float("inf")), "not_a_number", "/requests/0/weight"),
        (change_in("requests", 0, weight=1.5), "wrong_type", "/requests/0/weight"),
        (change_in("requests", 0, weight=True), "wrong_type", "/requests/0/weight"),
        (change_in("requests", 0, weight=-1), "out_of_range", "/requests/0/weight"),
        (change_in("requests", 0, weight=10**400), "out_of_range", "/requests/0/weight"),
        (change_in("requests", 0, parties=["a", "a"]), "party_twice", "/requests/0/parties/1"),
        (change_in("requests", 0, parties=["a"]), "too_few_parties", "/requests/0/parties"),
        (change_in("requests", 0, parties=["a", "z"]), "unknown_id", "/requests/0/parties"),
        (change_in("requests", 0, veto=True), "must_have_veto", "/requests/0/veto"),
        (change_in("requests", 0, after=["r1"]), "after_itself", "/requests/0/after"),
        (change_in("requests", 1, slot="s9"), "unknown_id", "/requests/1/slot"),
        (change_in("requests", 1, id="r1"), "duplicate_id", "/requests/1/id"),
        (change_in("requests", 1, id=""), "empty_id", "/requests/1/id"),
        (change_in("slots", 0, end="2026-11-26T00:00:00+00:00"), "slot_ends_before_start", "/slots/0/end"),
        (change_in("slots", 0, end="2026-11-26T00:40:00+00:00"), "slots_overlap", "/slots/1"),
        (change_in("slots", 0, start="2026-11-26T00:00:00"), "bad_instant", "/slots/0/start"),
        (change_in("slots", 0, start="yesterday"), "bad_instant", "/slots/0/start"),
        (change_in("parties", 1, time_zone="Asia/Atlantis"), "bad_zone", "/parties/1/time_zone"),
        (change_in("parties", 1, time_zone="../etc/passwd"), "bad_zone", "/parties/1/time_zone"),
        (change_in("parties", 1, decent_hours=["9 o'clock", "18:00"]), "bad_time", "/parties/1/decent_hours/0"),
        (change_in("parties", 0, decent_hours=["09:00", "18:00"]), "hours_without_zone", "/parties/0/decent_hours"),
        (change(rivals=[["a", "a"]]), "own_rival", "/rivals/0/1"),
        (change(rivals=[["a", "z"]]), "unknown_id", "/rivals/0"),
        (change_in("standing", 0, slot="s3"), "pinned_to_forbidden_slot", "/standing/0/slot"),
        (pin(place="zoom"), "pinned_to_forbidden_place", "/standing/0/place"),
        (pin(place="booth"), "pinned_to_forbidden_place", "/standing/0/place"),
        (pin(place="closed"), "pinned_to_forbidden_place", "/standing/0/place"),
        (pin(interpreter="away"), "pinned_to_forbidden_interpreter", "/standing/0/interpreter"),
        (pin(interpreter="french"), "pinned_to_forbidden_interpreter", "/standing/0/interpreter"),
        (pin(interpreter="i", needed=False), "pinned_interpreter_not_needed", "/standing/0/interpreter"),
        (change_in("standing", 0, number=4), "number_out_of_place", "/standing/0/number"),
        (change_in("places", 0, kind="boat"), "not_one_of", "/places/0/kind"),
        (change(levels=["breaks", "breaks"]), "duplicate_id", "/levels/1"),
        (change(slots=[]), "no_slots", "/slots"),
        (change(slots=[0] * 2001), "too_large", "/slots"),
    ],
)
def test_a_fault_is_named_with_its_place(data, code, pointer):
    with pytest.raises(InputError) as caught:
        read_problem(load(data))

    assert (caught.value.code, caught.value.pointer) == (code, pointer)
    assert str(caught.value)


def test_ten_million_requests_are_refused_before_they_are_read():
    with pytest.raises(InputError) as caught:
        load(b'{"slots":1,"tables":1,"free":[],"requests":[' + b"[0,1,1]," * 10_000_000 + b"[0,1,1]]}")

    assert caught.value.code == "too_large"


def test_the_short_form_is_a_problem():
    problem = read_pairs({"slots": 2, "tables": 1, "free": [[0, 1], [1]], "requests": [[0, 1, 9]]})

    plan = solve(problem, work=100)

    assert [(m.request, m.slot, m.number) for m in plan.meetings] == [("r0", "s1", 1)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"slots": 10**9}, "/slots"),
        ({"requests": [[0, 1]]}, "/requests/0"),
        ({"free": [[0], [-1]]}, "/free/1/0"),
        ({"free": [[0], [0, 2]]}, "/free/1/1"),
        ({"requests": [[0, 1, 1], [0, 2, 1]]}, "/requests/1/1"),
        ({"requests": [[0, 0, 1]]}, "/requests/0/1"),
    ],
)
def test_a_fault_in_the_short_form_is_named_with_its_place(change, pointer):
    with pytest.raises(InputError) as caught:
        read_pairs({"slots": 2, "tables": 1, "free": [[0, 1], [1]], "requests": [[0, 1, 9]], **change})

    assert caught.value.pointer == pointer
