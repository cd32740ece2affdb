"""Every rule by an example that keeps it and one that breaks it."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from rbc_events.scheduling import Floor, Interpreter, Meeting, Party, Place, Request, Reserved
from rbc_events.scheduling.messages import say
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable

from .makers import make_problem, make_slots

AB, AC = ("a", "b"), ("a", "c")


def party_a(**fields):
    return (Party("a", **fields), Party("b"), Party("c"))


def party_c(**fields):
    return (Party("a"), Party("b"), Party("c", **fields))


def request_one(**fields):
    return (Request("r1", AB, **fields), Request("r2", AC))


HALLS = (Place("hall", number=2, room="1"), Place("annex", room="2", site="x"), Place("zoom", "virtual"))
FOREIGN = (Party("a", languages=frozenset({"ja"})), Party("b", languages=frozenset({"en"})), Party("c"))
TWO_FOREIGN = (Party("a", languages=frozenset({"ja"})), *(Party(name, languages=frozenset({"en"})) for name in "bc"))
INTERPRETER = Interpreter("i", (("en", "ja"),))
BLOCKS = make_slots(4, morning=2)

EXAMPLES = [
    ("known", {}, [("r1", "s1")], [("r9", "s1")]),
    ("known", {}, [("r1", "s1")], [("r1", "s9")]),
    ("held_once", {}, [("r1", "s1"), ("r2", "s2")], [("r1", "s1"), ("r1", "s2")]),
    ("not_vetoed", {"requests": request_one(veto=True)}, [("r2", "s1")], [("r1", "s1")]),
    ("begins_where_allowed", {"requests": request_one(slots=frozenset({"s2"}))}, [("r1", "s2")], [("r1", "s1")]),
    ("begins_where_allowed", {"requests": request_one(slot="s2")}, [("r1", "s2")], [("r1", "s1")]),
    ("lies_in_one_block", {"slots": BLOCKS, "requests": request_one(length=2)}, [("r1", "s1")], [("r1", "s2")]),
    (
        "lies_in_session",
        {"slots": BLOCKS, "requests": request_one(session="afternoon")},
        [("r1", "s3")],
        [("r1", "s1")],
    ),
    ("in_order", {"requests": request_one(after=("r2",))}, [("r2", "s1"), ("r1", "s2")], [("r1", "s1"), ("r2", "s2")]),
    (
        "slots_reserved",
        {"reserved": (Reserved(frozenset({"s1", "s2"}), "in_person"),), "requests": request_one(mode="online")},
        [("r1", "s3"), ("r2", "s1")],
        [("r1", "s2")],
    ),
    (
        "slots_reserved",
        {"reserved": (Reserved(frozenset({"s1"}), groups=frozenset({"g"})),), "parties": party_c(groups={"g"})},
        [("r2", "s1"), ("r1", "s2")],
        [("r1", "s1")],
    ),
    (
        "reserved_kinds",
        {"reserved": (Reserved(frozenset({"s1"}), kinds=frozenset({"virtual"})),), "places": HALLS},
        [("r1", "s1", "zoom", 1), ("r2", "s2", "hall", 1)],
        [("r1", "s1", "hall", 1)],
    ),
    (
        "reserved_kinds",
        {"reserved": (Reserved(frozenset({"s1"}), "in_person"),), "places": HALLS},
        [("r1", "s1", "hall", 1)],
        [("r1", "s1", "zoom", 1)],
    ),
    (
        "interpreter_way",
        {
            "places": HALLS,
            "parties": TWO_FOREIGN,
            "interpreters": (replace(INTERPRETER, room_change=10, site_change=40),),
        },
        [("r1", "s1", "hall", 1, "i"), ("r2", "s2", "hall", 2, "i")],
        [("r1", "s1", "hall", 1, "i"), ("r2", "s2", "annex", 1, "i")],
    ),
    (
        "interpreter_way",
        {"places": HALLS, "parties": TWO_FOREIGN, "interpreters": (replace(INTERPRETER, site_change=30),)},
        [("r1", "s1", "hall", 1, "i"), ("r2", "s3", "annex", 1, "i")],
        [("r1", "s1", "annex", 1, "i"), ("r2", "s2", "hall", 1, "i")],
    ),
    ("pins_kept", {"standing": (Meeting("r1", "s3", pinned=True),)}, [("r1", "s3")], [("r1", "s2")]),
    ("pins_kept", {"standing": (Meeting("r1", "s3", pinned=True),)}, [("r1", "s3")], []),
    ("parties_available", {"parties": party_a(available=frozenset({"s1"}))}, [("r1", "s1")], [("r1", "s2")]),
    ("party_capacity", {}, [("r1", "s1"), ("r2", "s2")], [("r1", "s1"), ("r2", "s1")]),
    (
        "party_capacity",
        {"requests": (*request_one(), Request("r3", ("a", "d"))), "parties": (*party_a(capacity=2), Party("d"))},
        [("r1", "s1"), ("r2", "s1")],
        [("r1", "s1"), ("r2", "s1"), ("r3", "s1")],
    ),
    ("party_most", {"parties": party_a(most=1)}, [("r1", "s1")], [("r1", "s1"), ("r2", "s2")]),
    ("party_most_per_day", {"parties": party_a(most_per_day=1)}, [("r1", "s1")], [("r1", "s1"), ("r2", "s2")]),
    (
        "party_longest_run",
        {"parties": party_a(longest_run=1)},
        [("r1", "s1"), ("r2", "s3")],
        [("r1", "s1"), ("r2", "s2")],
    ),
    (
        "time_to_change_rooms",
        {"parties": party_a(room_change=30, site_change=60), "places": HALLS},
        [("r1", "s1", "hall", 1), ("r2", "s4", "annex", 1)],
        [("r1", "s1", "hall", 1), ("r2", "s2", "annex", 1)],
    ),
    (
        "rivals_apart",
        {"slots": BLOCKS, "places": HALLS, "rivals": (("b", "c"),)},
        [("r1", "s1", "hall", 1), ("r2", "s3", "hall", 1)],
        [("r1", "s1", "hall", 1), ("r2", "s2", "hall", 1)],
    ),
    (
        "rivals_apart",
        {"places": HALLS, "rivals": (("b", "c"),)},
        [("r1", "s1", "hall", 1), ("r2", "s2", "annex", 1)],
        [("r1", "s1", "annex", 1), ("r2", "s2", "annex", 1)],
    ),
    (
        "rivals_apart",
        {"places": HALLS, "rivals": (("a", "c"),)},
        [("r1", "s1", "hall", 1), ("r2", "s2", "zoom", 1)],
        [("r2", "s2", "hall", 1)],
    ),
    (
        "place_given",
        {"places": HALLS},
        [("r1", "s1", "hall", 2)],
        [("r1", "s1", "hall", 3)],
    ),
    ("place_given", {"places": HALLS}, [("r1", "s1", "zoom", 1)], [("r1", "s1")]),
    (
        "place_open",
        {"places": (Place("hall", slots=frozenset({"s1"})),)},
        [("r1", "s1", "hall", 1)],
        [("r1", "s2", "hall", 1)],
    ),
    (
        "one_meeting_a_table",
        {
            "places": HALLS,
            "requests": (Request("r1", AB), Request("r2", ("c", "d"))),
            "parties": (*party_a(), Party("d")),
        },
        [("r1", "s1", "hall", 1), ("r2", "s1", "hall", 2)],
        [("r1", "s1", "hall", 1), ("r2", "s1", "hall", 1)],
    ),
    (
        "place_suits_mode",
        {"places": HALLS, "requests": request_one(mode="online")},
        [("r1", "s1", "zoom", 1)],
        [("r1", "s1", "hall", 1)],
    ),
    (
        "booths",
        {"places": HALLS, "parties": party_a(booth="annex")},
        [("r1", "s1", "annex", 1)],
        [("r1", "s1", "hall", 1)],
    ),
    (
        "booths",
        {"places": HALLS, "parties": (Party("a"), Party("b", booth="annex"), Party("c"))},
        [("r2", "s1", "hall", 1)],
        [("r2", "s1", "annex", 1)],
    ),
    (
        "interpreter_where_needed",
        {"parties": FOREIGN, "interpreters": (INTERPRETER, Interpreter("k", (("fr", "ja"),)))},
        [("r1", "s1", "", 0, "i")],
        [("r1", "s1", "", 0, "k")],
    ),
    (
        "interpreter_where_needed",
        {"requests": request_one(interpreter=True), "interpreters": (INTERPRETER,)},
        [("r1", "s1", "", 0, "i")],
        [("r1", "s1")],
    ),
    (
        "interpreter_where_needed",
        {"requests": (Request("r1", AB, interpreter=False), Request("r2", AB)), "parties": FOREIGN},
        [("r1", "s1")],
        [("r2", "s1")],
    ),
    (
        "interpreters_available",
        {"parties": FOREIGN, "interpreters": (replace(INTERPRETER, available=frozenset({"s1"})),)},
        [("r1", "s1", "", 0, "i")],
        [("r1", "s2", "", 0, "i")],
    ),
    (
        "interpreter_once",
        {"interpreters": (INTERPRETER,)},
        [("r1", "s1", "", 0, "i"), ("r2", "s2", "", 0, "i")],
        [("r1", "s1", "", 0, "i"), ("r2", "s1", "", 0, "i")],
    ),
    (
        "interpreter_most",
        {"interpreters": (replace(INTERPRETER, most=1),)},
        [("r1", "s1", "", 0, "i")],
        [("r1", "s1", "", 0, "i"), ("r2", "s2", "", 0, "i")],
    ),
    (
        "interpreter_rest",
        {"interpreters": (replace(INTERPRETER, longest_run=1, rest=2),)},
        [("r1", "s1", "", 0, "i"), ("r2", "s4", "", 0, "i")],
        [("r1", "s1", "", 0, "i"), ("r2", "s3", "", 0, "i")],
    ),
    (
        "fairness",
        {"fairness": 0},
        [("r1", "s1"), ("r2", "s2")],
        [("r1", "s1"), ("r2", "s4")],
    ),
    ("interpreter_only_where_needed", {"interpreters": (INTERPRETER,)}, [("r1", "s1")], [("r1", "s1", "", 0, "i")]),
    ("place_given", {}, [("r1", "s1")], [("r1", "s1", "", 1)]),
]


def table(fields, meetings):
    return Timetable(make_problem([AB, AC], **fields), [Meeting(*m) for m in meetings])


@pytest.mark.parametrize(("rule", "fields", "kept", "broken"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_a_rule_is_kept_by_one_plan_and_broken_by_another(rule, fields, kept, broken):
    judge = {each.code: each for each in REGISTRY}[rule]
    assert list(judge(table(fields, kept))) == []
    reasons = list(judge(table(fields, broken)))
    assert [reason.code for reason in reasons] == [rule]
    assert say(reasons[0].code, reasons[0].arguments, "ja") != say(reasons[0].code, reasons[0].arguments)


def test_every_rule_has_an_example():
    assert {example[0] for example in EXAMPLES} == {rule.code for rule in REGISTRY}


def test_the_most_a_day_of_an_interpreter_is_broken_by_name():
    fields = {"interpreters": (replace(INTERPRETER, most_per_day=1),), "parties": FOREIGN}
    judge = {each.code: each for each in REGISTRY}["interpreter_most"]

    reasons = list(judge(table(fields, [("r1", "s1", "", 0, "i"), ("r2", "s2", "", 0, "i")])))

    assert [reason.code for reason in reasons] == ["interpreter_most_per_day"]


TWO_DAYS = (
    *make_slots(2),
    *(
        replace(slot, id=f"t{slot.id}", start=slot.start + timedelta(1), end=slot.end + timedelta(1), day="2")
        for slot in make_slots(2)
    ),
)
TOKYO = {"time_zone": "Asia/Tokyo", "decent_hours": (time(9), time(10))}
PARIS = {"time_zone": "Europe/Paris", "decent_hours": (time(8), time(18))}


@pytest.mark.parametrize(
    ("level", "fields", "meetings", "value"),
    [
        ("must_haves", {"requests": request_one(must_have=True)}, [("r1", "s1"), ("r2", "s2")], 1),
        ("weight", {"requests": request_one(weight=7)}, [("r1", "s1"), ("r2", "s2")], 8),
        ("floors", {"floors": (Floor("", 1),)}, [("r1", "s1")], 1),
        ("floors", {"floors": (Floor("", 4, each=False),)}, [("r1", "s1")], 2),
        ("floors", {"parties": party_a(least=2)}, [("r1", "s1")], 1),
        ("breaks", {}, [("r1", "s1"), ("r2", "s4")], 1),
        ("breaks", {"slots": BLOCKS}, [("r1", "s2"), ("r2", "s3")], 0),
        ("changes", {"standing": (Meeting("r1", "s1"), Meeting("r2", "s2"))}, [("r1", "s1"), ("r2", "s3")], 1),
        ("changes", {"standing": (Meeting("r1", "s1"), Meeting("r2", "s2"))}, [("r1", "s1")], 1),
        # 00:00 UTC is 9:00 in Tokyo and 1:00 in Paris: two quarters outside, and the worst continent's once for each
        (
            "inconvenience",
            {"parties": (Party("a", **TOKYO), Party("b", **PARIS), Party("c"))},
            [("r1", "s1")],
            2 + 2 * 2,
        ),
        (
            "table_changes",
            {"places": HALLS},
            [("r1", "s1", "hall", 1), ("r2", "s2", "hall", 2)],
            1,
        ),
        ("idle_slots", {}, [("r1", "s1"), ("r2", "s4")], 2),
        ("idle_slots", {"slots": BLOCKS}, [("r1", "s2"), ("r2", "s3")], 0),
        ("wishes", {"requests": request_one(wished_slots=frozenset({"s1", "s2"}))}, [("r1", "s1"), ("r2", "s2")], 1),
        ("wishes", {"requests": request_one(wished_slots=frozenset({"s3"}))}, [("r1", "s1"), ("r2", "s3")], 0),
        (
            "wishes",
            {"requests": request_one(wished_places=frozenset({"hall"})), "places": HALLS},
            [("r1", "s1", "hall", 2)],
            1,
        ),
        (
            "wishes",
            {
                "requests": request_one(wished_slots=frozenset({"s1"}), wished_interpreters=frozenset({"i"})),
                "parties": FOREIGN,
                "interpreters": (INTERPRETER,),
            },
            [("r1", "s1", "", 0, "i")],
            2,
        ),
        ("change_costs", {"standing": (Meeting("r1", "s1", change_cost=4), Meeting("r2", "s2"))}, [("r2", "s3")], 5),
        ("change_costs", {"standing": (Meeting("r1", "s1", change_cost=4), Meeting("r2", "s2"))}, [("r1", "s1")], 1),
        ("uneven_days", {"slots": TWO_DAYS}, [("r1", "s1"), ("r2", "s2")], 2 + 1 + 1),
        ("uneven_days", {"slots": TWO_DAYS, "parties": party_a(available={"s1", "s2"})}, [("r1", "s1")], 1),
        ("uneven_days", {"slots": TWO_DAYS}, [("r1", "s1"), ("r2", "ts1")], 1 + 1),
    ],
)
def test_the_value_of_a_level(level, fields, meetings, value):
    assert OBJECTIVES[level].value(table(fields, meetings)) == value


@pytest.mark.parametrize("level", ["breaks", "idle_slots"])
def test_a_break_over_night_is_none(level):
    assert OBJECTIVES[level].value(table({"slots": TWO_DAYS}, [("r1", "s1"), ("r2", "ts2")])) == 0


def test_every_objective_has_an_example_of_its_value():
    examples = {example[0] for mark in test_the_value_of_a_level.pytestmark for example in mark.args[1]}

    assert examples == set(OBJECTIVES)
