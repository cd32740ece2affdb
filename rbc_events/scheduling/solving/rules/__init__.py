"""Rules on the side of what solves: which engine knows which, and how CP-SAT and the greedy construction keep them.

A rule of `SOLVED` is a module of its own: `constrain(model)` adds it to a CP-SAT model; `fits(partial, r, s, pool)`
says whether a request could be held in a slot and pool beside what is held; `ties(instance, p)`, whether it matters to
other meetings in which room a party meets; `relaxations(problem)`, what a conflict may name, each with the problem
without it. The others are in `cp_sat/model.py` and `construction.py`.
"""

from dataclasses import dataclass

from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.rule_codes import USES
from rbc_events.scheduling.solving.rules import in_order, interpreter_way, reserved, rivals_apart, time_to_change_rooms

SOLVED = (in_order, time_to_change_rooms, rivals_apart, interpreter_way, reserved)


@dataclass(frozen=True)
class Engine:
    """What solves, with the codes of the rules that it keeps, and of those that it doesn't."""

    knows: frozenset[str]
    declines: frozenset[str] = frozenset()

    def knows_all_of(self, problem: Problem) -> bool:
        """Whether the engine keeps every rule that a problem uses."""
        return not any(uses(problem) for code, uses in USES.items() if code not in self.knows)


ALONE = frozenset(
    {
        "known", "held_once", "not_vetoed", "pins_kept", "begins_where_allowed", "lies_in_session", "lies_in_one_block",
        "parties_available", "party_capacity", "party_most", "party_most_per_day", "place_given", "place_open",
        "one_meeting_a_table", "place_suits_mode", "booths", "slots_reserved", "reserved_kinds",
        "interpreter_where_needed", "interpreter_only_where_needed", "interpreters_available", "interpreter_once",
    }
)  # fmt: skip
"""What each meeting may be by itself, how many there may be at once, and in all: every engine knows that."""
BETWEEN = frozenset(
    {"in_order", "party_longest_run", "time_to_change_rooms", "interpreter_most", "interpreter_rest", "fairness"}
)
"""Rules between meetings that aren't held at once."""
APART = frozenset({"rivals_apart"})
"""Rules by which a meeting keeps others of other parties from its block and room."""
ON_THE_WAY = frozenset({"interpreter_way"})
"""Rules by which it matters in which rooms an interpreter's meetings are."""

CP_SAT = Engine(ALONE | BETWEEN | APART | ON_THE_WAY)
"""Takes what any other declines, so it declines nothing."""
GREEDY = Engine(ALONE | BETWEEN | APART | ON_THE_WAY)
CHAINS = Engine(ALONE | BETWEEN | APART, declines=ON_THE_WAY)
"""Annealing; it leaves the meetings of parties that are tied to rooms where they are."""
WEIGHT = Engine(ALONE, declines=BETWEEN | APART | ON_THE_WAY)
"""The kernel. It is asked all the same, without the rules that it declines: then its bound holds, not its plan."""
BREAKS = Engine(ALONE | BETWEEN, declines=APART | ON_THE_WAY)
"""The kernel; of some rules it only knows that they can't bind (`kernels.adapters.breaks_problem`)."""
ENGINES = {"cp-sat": CP_SAT, "greedy": GREEDY, "chains": CHAINS, "weight": WEIGHT, "breaks": BREAKS}
