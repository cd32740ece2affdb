"""Falsehoods of every kind, planted in the JSON of plans and certificates: none passes.

RBC_SCHEDULES sets how many are planted (150).
"""

import copy
import json
import os
import random

import pytest

from rbc_events.scheduling import InputError, solve
from rbc_events.scheduling.formats.plan_json import plan_to_json, read_plan
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.verify.certificate import check, unverified, unverified_conflict

from .independent.events import event
from .independent.model import Event

NUMBER = int(os.environ.get("RBC_SCHEDULES", "150"))
UP = ("must_haves", "weight", "wishes")
FIRST = ("must_haves", "weight")
"""Levels in whose multipliers nobody's time is paid for, and nothing has a price because it is kept."""


def refused(problem, data):
    """Whether a strict reader is told that something is wrong, or rests on a word."""
    try:
        plan = read_plan(data)
    except InputError:
        return True
    return bool(check(problem, plan) or unverified(plan) or unverified_conflict(problem, plan))


class Planter:
    """Each method changes a plan's data to say something false; None where the plan has no place for it."""

    def __init__(self, rng, problem, model, data):
        self.random, self.problem, self.model, self.data = rng, problem, model, data
        self.certificate = data["certificate"]
        self.levels = self.certificate["levels"]

    def pick(self, things):
        return self.random.choice(list(things)) if things else None

    # The certificate

    def another_status(self):
        others = {"optimal", "feasible", "infeasible", "unknown"} - {self.certificate["status"]}
        self.certificate["status"] = self.pick(sorted(others))
        return True

    def another_value(self):
        self.pick(self.levels)["value"] += self.pick([-2, -1, 1, 2])
        return True

    def a_bound_nobody_proved(self):
        level = self.pick(self.levels)
        step = self.random.randint(1, 3)
        level["bound"] += -step if level["name"] in UP else step
        self._restate(level)
        return True

    def a_better_value_with_its_bound(self):
        level = self.pick(self.levels)
        level["value"] += 1 if level["name"] in UP else -1
        level["bound"] = level["value"]
        self._restate(level)
        return True

    def another_gap(self):
        level = self.pick(self.levels)
        level["gap"] = None if self.random.random() < 0.2 else (level["gap"] or 0) + self.random.choice([0.01, -0.5, 1])
        return True

    def another_proof(self):
        level = self.pick(self.levels)
        level["proved"] = not level["proved"]
        return True

    def another_name(self):
        level = self.pick(self.levels)
        others = {"must_haves", "weight", "floors", "breaks", "changes", "inconvenience", "table_changes"}
        others |= {"idle_slots", "uneven_days", "wishes", "change_costs"}
        level["name"] = self.pick(sorted(others - {level["name"]}))
        return True

    def a_method_that_does_not_prove_it(self):
        level = self.pick([x for x in self.levels if x["method"] == "lp-dual"])
        if level is None:
            return None
        level["method"] = self.pick(["trivial", "believe me", "counting", ""])
        level.pop("dual")
        if level["method"] == "trivial":  # where changes are the fewest, what stands may leave no more than that
            return ("changes" not in self.model.levels and self._says_more_than_trivial(level)) or None
        return level["method"] != "counting" or level["name"] == "weight" or None

    def a_word_instead_of_a_proof(self):
        level = self.pick(self.levels)
        level["method"] = self.pick(["cp-sat", "sat-refutation", "kernel-counting"])
        level.pop("dual", None)
        return True

    def multipliers_where_none_belong(self):
        level = self.pick([x for x in self.levels if "dual" not in x])
        if level is None:
            return None
        level["dual"] = self._dual()
        return True

    def a_level_less(self):
        self.levels.remove(self.pick(self.levels))
        return True

    def levels_in_another_order(self):
        if len(self.levels) < 2:
            return None
        self.levels.append(self.levels.pop(0))
        return True

    def another_input(self):
        self.certificate["input_hash"] = self.certificate["input_hash"][::-1]
        return True

    def a_record_below_nothing(self):
        self.certificate[self.pick(["seed", "work", "seconds"])] = -1
        return True

    def a_conflict_made_up(self):
        if self.certificate["status"] == "infeasible":
            return None
        self.certificate["conflict"] = [{"code": "why_held", "arguments": {"request": self.pick(self.model.requests)}}]
        return True

    def a_smallest_conflict_where_there_is_none(self):
        if self.certificate["conflict"]:
            return None
        self.certificate["conflict_minimal"] = True
        return True

    def a_rule_less_in_the_conflict(self):
        if not self.certificate["conflict_minimal"]:
            return None
        self.certificate["conflict"].remove(self.pick(self.certificate["conflict"]))
        return bool(self.certificate["conflict"]) or None

    def a_rule_more_in_the_conflict(self):
        others = sorted(self.model.required - {r["arguments"].get("request") for r in self.certificate["conflict"]})
        if not self.certificate["conflict_minimal"] or not others:
            return None
        self.certificate["conflict"].append({"code": "why_held", "arguments": {"request": self.pick(others)}})
        return True

    def another_rule_in_the_conflict(self):
        if not self.certificate["conflict"]:
            return None
        reason = self.pick(self.certificate["conflict"])
        name = self.pick(reason["arguments"])
        value = reason["arguments"][name]
        reason["arguments"][name] = value + 1 if isinstance(value, int) else f"{value}x"
        return True

    # Multipliers

    def a_multiplier_of_nothing(self):
        level, dual = self._priced()
        if level is None:
            return None
        field = self.pick(
            ["slots", "parties", "interpreters", "most", "party_slots", "interpreter_slots", "most_per_day"]
        )
        price = self.pick([-5, 5])
        dual[field]["nobody"] = {"s0": price} if field.endswith(("slots", "day")) and field != "slots" else price
        return True

    def a_multiplier_in_a_slot_that_is_not(self):
        level, dual = self._priced()
        if level is None:
            return None
        dual["party_slots"].setdefault(self.pick(self.model.parties), {})["never"] = self.pick([-5, 5])
        return True

    def a_limit_nobody_has(self):
        level, dual = self._priced()
        free = [name for name, party in self.model.parties.items() if party.get("most") is None]
        if level is None or not free:
            return None
        dual["most"][self.pick(free)] = self.pick([-1, 1])
        return True

    def a_price_below_nothing(self):
        level, dual = self._priced()
        if level is None:
            return None
        slot, party = self.pick(self.model.slots)["id"], self.pick(self.model.parties)
        if level["name"] in FIRST and self.random.random() < 0.5:
            dual["party_slots"].setdefault(party, {})[slot] = -1
            dual["parties"][party] = 5
        else:
            dual["slots"][slot] = -1
        return True

    def a_worth_of_what_is_not_kept(self):
        level, dual = self._priced()
        if level is None or level["name"] not in FIRST:
            return None
        dual[self.pick(["weight", "kept", "continents"])] = 1
        if isinstance(dual["kept"], int):
            dual["kept"] = {"breaks": 1}
        if isinstance(dual["continents"], int):
            dual["continents"] = {"Asia": 1}
        return True

    def a_worth_of_what_comes_later(self):
        level, dual = self._priced()
        if level is None or level["name"] in FIRST:
            return None
        names = [each["name"] for each in self.levels]
        later = names[names.index(level["name"]) :]
        dual["kept"] = {**dual["kept"], self.pick([*later, "floors", "table_changes"]): 1}
        return True

    # Meetings and lists

    def a_meeting_elsewhere(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None:
            return None
        field, names = self.pick([
            ("slot", [s["id"] for s in self.model.slots]), ("place", [*self.model.places, ""]),
            ("interpreter", [*self.model.interpreters, ""]), ("number", [0, 1, 2, 3]),
        ])  # fmt: skip
        meeting[field] = self.pick([name for name in names if name != meeting.get(field, "")] or [None])
        if meeting[field] is None:
            return None
        return any(True for _ in self.model.faults(self.data)) or None

    def a_meeting_that_does_not_exist(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None:
            return None
        meeting[self.pick(["request", "slot", "place", "interpreter"])] = "nowhere"
        return True

    def a_number_where_there_are_no_places(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None or self.model.places:
            return None
        meeting["number"] = 1
        return True

    def an_interpreter_where_none_is_needed(self):
        meetings = [m for m in self.data["meetings"] if not self.model.needs_interpreter(m["request"])]
        if not meetings or not self.model.interpreters:
            return None
        self.pick(meetings)["interpreter"] = self.pick(self.model.interpreters)
        return True

    def a_pin(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None:
            return None
        meeting["pinned"] = not meeting.get("pinned", False)
        return True

    def a_meeting_twice(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None:
            return None
        self.data["meetings"].append(dict(meeting))
        return True

    def a_meeting_less(self):
        meeting = self.pick(self.data["meetings"])
        if meeting is None:
            return None
        self.data["meetings"].remove(meeting)
        return True

    def another_list_of_what_is_left_out(self):
        name = self.pick(sorted(self.model.requests))
        (self.data["left_out"].remove if name in self.data["left_out"] else self.data["left_out"].append)(name)
        return True

    def left_out_twice(self):
        if not self.data["left_out"]:
            return None
        self.data["left_out"].append(self.data["left_out"][0])
        return True

    def a_change_less(self):
        if not self.data["changes"]:
            return None
        self.data["changes"].remove(self.pick(self.data["changes"]))
        return True

    def a_change_twice(self):
        if not self.data["changes"]:
            return None
        self.data["changes"].append(copy.deepcopy(self.pick(self.data["changes"])))
        return True

    def another_change(self):
        change = self.pick(self.data["changes"])
        if change is None:
            return None
        field = self.pick(sorted(change))
        if field == "kind":
            change["kind"] = self.pick(sorted({"dropped", "moved", "place", "interpreter", "added"} - {change["kind"]}))
        elif field == "request":
            change["request"] = "nowhere"
        else:
            change[field] = None if change[field] else {"request": change["request"], "slot": self.model.slots[0]["id"]}
        return True

    # Helpers

    def _priced(self):
        level = self.pick([x for x in self.levels if "dual" in x])
        return level, level and level["dual"]

    def _dual(self):
        fields = ("slots", "parties", "party_slots", "interpreters", "interpreter_slots", "most", "most_per_day")
        return {"denominator": 1, **{name: {} for name in fields}}

    def _says_more_than_trivial(self, level):
        if level["name"] not in UP:
            return level["bound"] > 0
        alone = [r for r, ways in self.model.options.items() if any(self.model.fits({r: way}) for way in ways)]
        if level["name"] == "must_haves":
            return level["bound"] < len(self.model.required.intersection(alone))
        return level["bound"] < sum(self.model.requests[r].get("weight", 1) for r in alone)

    def _restate(self, level):
        """Gap and proof, as they follow from value and bound."""
        value, bound = level["value"], level["bound"]
        level["gap"] = abs(value - bound) / max(abs(value), abs(bound), 1)
        level["proved"] = value == bound


PLANTS = sorted(name for name in vars(Planter) if not name.startswith("_") and name != "pick")


@pytest.fixture(scope="module")
def made():
    """Plans that a strict reader takes: (problem, model, plan's data)."""
    found = []
    for seed in range(1, 1 + max(320, NUMBER // 5)):
        data = event(seed)
        try:
            problem = read_problem(json.loads(json.dumps(data)))
        except InputError:
            continue
        plan = json.loads(plan_to_json(solve(problem, work=2000)))
        if not refused(problem, plan):
            found.append((problem, Event(data), plan))
    return found


@pytest.mark.slow
def test_enough_plans_are_taken_by_a_strict_reader(made):
    assert len(made) > 20
    assert {"lp-dual", "trivial", "counting"} <= {x["method"] for _, _, p in made for x in p["certificate"]["levels"]}
    assert {"optimal", "infeasible"} <= {plan["certificate"]["status"] for _, _, plan in made}


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANTS)
def test_no_falsehood_passes(made, kind):
    planted = 0
    for turn in range(20 * NUMBER):
        rng = random.Random(turn)
        problem, model, data = rng.choice(made)
        spoiled = copy.deepcopy(data)
        if getattr(Planter(rng, problem, model, spoiled), kind)() and spoiled != data:
            assert refused(problem, spoiled), (turn, spoiled)
            planted += 1
        if planted >= -(-NUMBER // len(PLANTS)):
            break
    assert planted
