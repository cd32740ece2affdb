"""The rules and levels as a CP-SAT model over the requests that are free to move; all others stay where they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ortools.sat.python import cp_model

from rbc_events.scheduling.solving.cp_sat.break_counts import BreakCounts
from rbc_events.scheduling.solving.cp_sat.linear_expr import Sum
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.breaks import breaks_of_parties
from rbc_events.scheduling.solving.rules import SOLVED
from rbc_events.scheduling.solving.solution import Solution


class CpSatModel:
    """A CP-SAT model in which only the requests `free` move, each within the slots of `domain` (None: all).

    The levels' expressions (`solving/objectives`) count only what the free requests and the parties that they touch
    contribute, plus constants for what stays: values of one model compare with one another, and with those of its
    first solution.
    """

    def __init__(
        self, instance: Instance, solution: Solution, free: Iterable[int], domain: frozenset[int] | None = None
    ) -> None:
        self.instance = instance
        self.solution = solution
        self.free = sorted(free)
        self.domain = domain
        self.cp = cp_model.CpModel()
        self.at: dict[tuple[int, int], Any] = {}
        self.in_pool: dict[tuple[int, int, int], Any] = {}
        self.by: dict[tuple[int, int, int], Any] = {}
        self.party_load: dict[int, dict[int, Sum]] = defaultdict(lambda: defaultdict(Sum))
        self.held: dict[int, Any] = {}
        self._variables()
        self._loads()
        self._rules()

    # Variables

    def _variables(self) -> None:
        for r in self.free:
            for s in self.instance.starts[r]:
                if self.domain is None or s in self.domain or s == self.solution.slot[r]:
                    self.at[r, s] = self.cp.new_bool_var("")
        self.slots_of: dict[int, list[int]] = defaultdict(list)
        for r, s in self.at:
            self.slots_of[r].append(s)
        for r in self.free:
            mine = [self.at[r, s] for s in self.slots_of[r]]
            if len(mine) > 1:
                self.cp.add_at_most_one(mine)
            self.held[r] = sum(mine) if mine else 0
            self._choices(r, self.in_pool, self.pools_open_to)
            self._choices(r, self.by, self._open_interpreters)

    def _choices(self, r: int, table: dict[tuple[int, int, int], Any], choices: Any) -> None:
        for s in self.slots_of[r]:
            options = choices(r, s)
            if options is None:
                continue
            if len(options) == 1:
                table[r, s, options[0]] = self.at[r, s]
                continue
            for option in options:
                table[r, s, option] = self.cp.new_bool_var("")
            self.cp.add(sum(table[r, s, option] for option in options) == self.at[r, s])

    def pools_open_to(self, r: int, s: int) -> list[int] | None:
        """The pools in which a request could be held from a slot on; None where place is no object."""
        if not self.instance.problem.places:
            return None
        covered = self.instance.covers(r, s)
        room = self.instance.pool_room
        return [g for g in self.instance.pools_of[r] if all(room[g, t] for t in covered)]

    def _open_interpreters(self, r: int, s: int) -> list[int] | None:
        usable = self.instance.interpreters_of[r]
        if usable is None:
            return None
        covered = self.instance.covers(r, s)
        return [i for i in usable if all(self.instance.interpreter_free[i, t] for t in covered)]

    # Loads: what each party, pool and interpreter carries in each slot

    def _loads(self) -> None:
        self.pool_load: dict[tuple[int, int], Sum] = defaultdict(Sum)
        self.interpreter_load: dict[int, dict[int, Sum]] = defaultdict(lambda: defaultdict(Sum))
        self.touched = {p for r in self.free for p in self.instance.parties_of[r]}
        self._fixed_loads()
        for (r, s), variable in self.at.items():
            for t in self.instance.covers(r, s):
                for p in self.instance.parties_of[r]:
                    self.party_load[p][t].add(variable)
        for (r, s, g), variable in self.in_pool.items():
            for t in self.instance.covers(r, s):
                self.pool_load[g, t].add(variable)
        for (r, s, i), variable in self.by.items():
            for t in self.instance.covers(r, s):
                self.interpreter_load[i][t].add(variable)

    def _fixed_loads(self) -> None:
        moving = set(self.free)
        for r, s in enumerate(self.solution.slot):
            if s < 0 or r in moving:
                continue
            for t in self.instance.covers(r, s):
                for p in self.instance.parties_of[r]:
                    if p in self.touched:
                        self.party_load[p][t].constant += 1
                if self.solution.pool[r] >= 0:
                    self.pool_load[self.solution.pool[r], t].constant += 1
                if self.solution.interpreter[r] >= 0:
                    self.interpreter_load[self.solution.interpreter[r]][t].constant += 1

    def _at_most(self, load: Sum, most: int) -> None:
        if not load.terms or load.constant + sum(w for _, w in load.terms) <= most:
            return
        if most - load.constant == 1 and all(w == 1 for _, w in load.terms):
            self.cp.add_at_most_one(v for v, _ in load.terms)
        else:
            self.cp.add(load.expression() <= most)

    # Rules

    def _rules(self) -> None:
        self._capacities()
        self.busy: dict[int, dict[int, Any]] = {p: self._busy_of(p) for p in self.touched}
        self.breaks = BreakCounts(self.cp, self.instance.days, self.busy)
        for p in self.touched:
            self._most(p)
            self._longest_run(p)
        for i in list(self.interpreter_load):
            self._interpreter_rules(i)
        for rule in SOLVED:
            rule.constrain(self)
        if self.instance.problem.fairness is not None:
            self._fairness(self.instance.problem.fairness)

    def _capacities(self) -> None:
        for p in self.touched:
            for load in self.party_load[p].values():
                self._at_most(load, self.instance.problem.parties[p].capacity)
        for (g, t), load in self.pool_load.items():
            self._at_most(load, int(self.instance.pool_room[g, t]))
        for loads in self.interpreter_load.values():
            for load in loads.values():
                self._at_most(load, 1)

    def _busy_of(self, p: int) -> dict[int, Any]:
        """Whether a party has a meeting in a slot: 1, a variable, or a variable implied by its meetings."""
        single = self.instance.problem.parties[p].capacity == 1
        busy: dict[int, Any] = {}
        for t, load in self.party_load[p].items():
            variables = [v for v, _ in load.terms]
            if load.constant:
                busy[t] = 1
            elif len(variables) == 1:
                busy[t] = variables[0]
            elif variables:
                busy[t] = self.cp.new_bool_var("")
                if single:
                    self.cp.add(sum(variables) == busy[t])
                else:
                    self.cp.add_max_equality(busy[t], variables)
        return busy

    def _most(self, p: int) -> None:
        party = self.instance.problem.parties[p]
        if party.most is not None:
            self._at_most(self.held_by(p), party.most)
        if party.most_per_day is not None:
            for day in self.instance.days:
                self._at_most(self.held_by(p, frozenset(day)), party.most_per_day)

    def held_by(self, p: int, slots: frozenset[int] | None = None) -> Sum:
        """How many meetings of a party begin in the slots."""
        held = Sum()
        moving = set(self.free)
        for r in self.instance.requests_of[p]:
            if r in moving:
                for s in self.slots_of[r]:
                    if slots is None or s in slots:
                        held.add(self.at[r, s])
            elif self.solution.slot[r] >= 0 and (slots is None or self.solution.slot[r] in slots):
                held.constant += 1
        return held

    def _windows(self, busy: dict[int, Any], longest: int, rest: int) -> None:
        """No more than `longest` busy slots in a row, and `rest` free ones after so many."""
        for block in self.instance.blocks:
            for begin in range(len(block) - longest):
                window = block[begin : begin + longest]
                for t in block[begin + longest : begin + longest + rest]:
                    used = [busy.get(u, 0) for u in (*window, t)]
                    if not any(isinstance(u, int) and u == 0 for u in used):
                        self.cp.add(sum(used) <= longest)

    def _longest_run(self, p: int) -> None:
        longest = self.instance.problem.parties[p].longest_run
        if longest is not None:
            self._windows(self.busy[p], longest, 1)

    def _interpreter_rules(self, i: int) -> None:
        person = self.instance.problem.interpreters[i]
        busy = {t: load.expression() if load.terms else load.constant for t, load in self.interpreter_load[i].items()}
        if person.longest_run is not None:
            self._windows(busy, person.longest_run, max(person.rest, 1))
        if person.most is not None:
            self._at_most(self._interpreted(i, None), person.most)
        if person.most_per_day is not None:
            for day in self.instance.days:
                self._at_most(self._interpreted(i, frozenset(day)), person.most_per_day)

    def _interpreted(self, i: int, slots: frozenset[int] | None) -> Sum:
        total = Sum()
        moving = set(self.free)
        for r, s in enumerate(self.solution.slot):
            if r not in moving and s >= 0 and self.solution.interpreter[r] == i and (slots is None or s in slots):
                total.constant += 1
        for (_, s, j), variable in self.by.items():
            if j == i and (slots is None or s in slots):
                total.add(variable)
        return total

    def positions(self, r: int) -> list[tuple[int, Any]]:
        """(first slot, variable) of where a request could be; 1 for one that stays."""
        if r in self.held:
            return [(s, self.at[r, s]) for s in self.slots_of[r]]
        return [(self.solution.slot[r], 1)] if self.solution.slot[r] >= 0 else []

    def placements(self, p: int) -> Iterator[tuple[int, int, int, Any]]:
        """(request, first slot, pool, variable) of where a party's requests could be; 1 for those that stay."""
        moving = set(self.free)
        for r in self.instance.requests_of[p]:
            if r in moving:
                for s in self.slots_of[r]:
                    for g in self.pools_open_to(r, s) or ():
                        yield r, s, g, self.in_pool[r, s, g]
            elif self.solution.slot[r] >= 0 and self.solution.pool[r] >= 0:
                yield r, self.solution.slot[r], self.solution.pool[r], 1

    def _fairness(self, most_apart: int) -> None:
        untouched = breaks_of_parties(self.instance, self.solution)
        others = [n for p, n in enumerate(untouched) if p not in self.touched]
        low = self.cp.new_int_var(0, min(others, default=len(self.instance.slots)), "")
        for p in self.touched:
            breaks = self.breaks.of(p).expression()
            self.cp.add(breaks >= low)
            self.cp.add(breaks <= low + most_apart)
        if others:
            self.cp.add(low + most_apart >= max(others))

    # Solving

    def hint(self) -> None:
        """Tell the solver of the solution that the model began from."""
        for (r, s), variable in self.at.items():
            self.cp.add_hint(variable, self.solution.slot[r] == s)
        for table, chosen in ((self.in_pool, self.solution.pool), (self.by, self.solution.interpreter)):
            for (r, s, option), variable in table.items():
                if variable is not self.at[r, s]:
                    self.cp.add_hint(variable, self.solution.slot[r] == s and chosen[r] == option)

    def read(self, solver: cp_model.CpSolver) -> Solution:
        """The solution that a solver found."""
        solution = self.solution.copy()
        for r in self.free:
            solution.slot[r] = solution.pool[r] = solution.interpreter[r] = -1
        for (r, s), variable in self.at.items():
            if solver.boolean_value(variable):
                solution.slot[r] = s
        for table, chosen in ((self.in_pool, solution.pool), (self.by, solution.interpreter)):
            for (r, s, option), variable in table.items():
                if solution.slot[r] == s and solver.boolean_value(variable):
                    chosen[r] = option
        return solution
