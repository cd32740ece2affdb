"""The clauses of a problem: one function a rule.

One Boolean per meeting and slot, one per party and slot ("busy"), one for "a break begins after this slot". Without
guards a meeting has variables for its possible slots alone, and counts that follow from the rules help the solver; with
guards every rule can be turned off, which is how a minimal reason is found.
"""

from itertools import pairwise
from random import Random

from rbc_events.scheduling.kernels.breaks.cnf import Formula
from rbc_events.scheduling.kernels.breaks.independent_sets import Partition
from rbc_events.scheduling.kernels.breaks.order_encoding import Day, begins_of_breaks, later_chain
from rbc_events.scheduling.kernels.breaks.problem import BreaksProblem, Rule


class CnfModel:
    """A problem as clauses.

    seed     0: variables in the order of the problem; otherwise in a random one, which leads the solver elsewhere
    at       per meeting: its slots and their variables
    breaks   per party with two or more meetings: outputs k = 0, 1, ... that are true if it has more than k breaks
    """

    def __init__(
        self,
        problem: BreaksProblem,
        *,
        fairness: int | None,
        guarded: bool = False,
        seed: int = 0,
    ) -> None:
        self.problem = problem
        self.fairness = fairness
        self.guarded = guarded
        self.formula = Formula()
        self.of = problem.meetings_of()
        meetings, parties = list(range(len(problem.meetings))), list(range(problem.parties))
        if seed:
            random = Random(seed)  # noqa: S311 - an order, not a secret
            random.shuffle(meetings)
            random.shuffle(parties)
        self.at: list[dict[int, int]] = [{} for _ in meetings]
        for m in meetings:
            self.at[m] = self._slots_of(m)
        self.busy: list[dict[int, int]] = [{} for _ in parties]
        self._begins: list[list[int]] = [[] for _ in parties]
        self.days: dict[int, Day] = {}
        for party in parties:
            self.busy[party] = self._busy(party)
            self._begins[party] = self._begins_of_breaks(party)
        self.breaks: list[list[int]] = []
        self._absent: dict[int, int] = {}
        self._held()
        self._capacity()
        self._before()
        self._count_breaks()
        if guarded:
            self._closed_slots()
        if fairness is not None:
            self._fairness(fairness)

    def slots(self, model: list[int]) -> tuple[int, ...]:
        """The slot of each meeting in a model of the solver."""
        return tuple(next(t for t, variable in at.items() if model[variable - 1] > 0) for at in self.at)

    def _slots_of(self, meeting: int) -> dict[int, int]:
        domain = range(self.problem.slots) if self.guarded else sorted(self.problem.domain(meeting))
        return {t: self.formula.new() for t in domain}

    def _held(self) -> None:
        for m, at in enumerate(self.at):
            with self.formula.under(Rule("held", meetings=(m,)), guarded=self.guarded):
                self.formula.add(*at.values())
            self.formula.at_most_one(list(at.values()))

    def _busy(self, party: int) -> dict[int, int]:
        """Variables "busy in this slot", and the rule that one is in one meeting at a time."""
        formula, busy = self.formula, {}
        for t in range(self.problem.slots):
            here = [self.at[m][t] for m in self.of[party] if t in self.at[m]]
            if not here:
                continue
            busy[t] = formula.new()
            formula.add(-busy[t], *here)
            for variable in here:
                formula.add(-variable, busy[t])
            with formula.under(Rule("busy", parties=(party,)), guarded=self.guarded):
                formula.at_most_one(here)
        return busy

    def _begins_of_breaks(self, party: int) -> list[int]:
        formula, busy = self.formula, self.busy[party]
        if len(self.of[party]) < 2:
            return []
        if self.guarded:
            later = later_chain(formula, busy)
        else:
            domains = [sorted(self.at[m]) for m in self.of[party]]
            self.days[party] = Day(formula, self.problem.slots, busy, domains)
            later = {t: self.days[party].later(t) for t in busy}
        return begins_of_breaks(formula, busy, later)

    def _capacity(self) -> None:
        problem, formula = self.problem, self.formula
        pairs = all(len(present) == 2 for present in problem.meetings)
        for t, tables in enumerate(problem.capacity):
            if pairs and not self.guarded:  # fewer literals: two busy parties a table
                formula.at_most([busy[t] for busy in self.busy if t in busy], 2 * tables)
                continue
            with formula.under(Rule("capacity", slots=(t,)), guarded=self.guarded):
                formula.at_most([at[t] for at in self.at if t in at], tables)

    def count_tables_of(self, partition: Partition) -> None:
        """The tables once more, over far fewer literals: busy parties of an independent set, and clusters of meetings.

        It follows from the tables alone, so it may be added at any time, and stands under the guards of their rules.
        """
        for t, tables in enumerate(self.problem.capacity):
            with self.formula.under(Rule("capacity", slots=(t,)), guarded=self.guarded):
                busy = [self.busy[party][t] for party in partition.independent_set if t in self.busy[party]]
                held = ([self.at[m][t] for m in cluster if t in self.at[m]] for cluster in partition.clusters)
                self.formula.at_most([*busy, *(self._any_of(here) for here in held if here)], tables)

    def _any_of(self, literals: list[int]) -> int:
        """A literal that is true where one of the literals is."""
        if len(literals) == 1:
            return literals[0]
        some = self.formula.new()
        for literal in literals:
            self.formula.add(-literal, some)
        return some

    def _before(self) -> None:
        for pair in self.problem.before:
            first, second = (self.at[m] for m in pair)
            with self.formula.under(Rule("before", meetings=pair), guarded=self.guarded):
                for t, variable in second.items():
                    self.formula.add(-variable, *(first[u] for u in first if u < t), *self._not_held(pair[0]))
                for t, variable in first.items():
                    self.formula.add(-variable, *(second[u] for u in second if u > t), *self._not_held(pair[1]))

    def _not_held(self, meeting: int) -> list[int]:
        """With guards, where a meeting need not take place, the literal of that."""
        if not self.guarded:
            return []
        if meeting not in self._absent:
            self._absent[meeting] = self.formula.new()
            for variable in self.at[meeting].values():
                self.formula.clauses.append([-self._absent[meeting], -variable])
        return [self._absent[meeting]]

    def _closed_slots(self) -> None:
        """With guards: the rule that `BreaksProblem.domain` applies without them."""
        for m, at in enumerate(self.at):
            if closed := at.keys() - self.problem.domain(m):
                with self.formula.under(Rule("allowed", meetings=(m,)), guarded=True):
                    for t in sorted(closed):
                        self.formula.add(-at[t])

    def _count_breaks(self) -> None:
        """As many outputs as can be true; one more than fairness allows where someone surely has no break."""
        for party, begins in enumerate(self._begins):
            more_than = self.formula.count(begins, self._most_breaks())
            self.breaks.append(more_than)
            if more_than and party in self.days:
                self.formula.add(-more_than[0], *begins)
                self.days[party].unbroken_unless(more_than[0])

    def _most_breaks(self) -> int | None:
        return self.fairness + 1 if self.fairness is not None and self._somebody_without_breaks() else None

    def _somebody_without_breaks(self) -> bool:
        return any(len(meetings) < 2 for meetings in self.of)

    def _fairness(self, fairness: int) -> None:
        """Nobody has over `fairness` breaks more than the luckiest; `least[k]` implies that all have over k."""
        formula = self.formula
        if self._somebody_without_breaks():
            for party, more_than in enumerate(self.breaks):
                if len(more_than) > fairness:
                    with formula.under(Rule("fairness", parties=(party,)), guarded=self.guarded):
                        formula.add(-more_than[fairness])
            return
        least = [formula.new() for _ in range(max(map(len, self.breaks), default=0))]
        for fewer, more in pairwise(least):
            formula.add(-more, fewer)
        for party, (begins, more_than) in enumerate(zip(self._begins, self.breaks, strict=True)):
            with formula.under(Rule("fairness", parties=(party,)), guarded=self.guarded):
                for k in range(fairness, len(more_than)):
                    formula.add(-more_than[k], least[k - fairness])
            self._at_least(begins, least)

    def _at_least(self, begins: list[int], least: list[int]) -> None:
        absent = self.formula.count([-begin for begin in begins])
        for k, all_have_more in enumerate(least):
            if k < len(begins):
                self.formula.add(-all_have_more, -absent[len(begins) - 1 - k])
            else:
                self.formula.add(-all_have_more)
