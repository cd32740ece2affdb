"""What a refutation refutes, as clauses: that all that must be held can be, with fewer breaks than a bound.

The clauses follow from the problem and are not all that does: rules that aren't among them are left out. Where they
can't hold together, the problem can't be solved either.
"""

from collections import defaultdict
from itertools import pairwise
from random import Random

from rbc_events.scheduling.objectives.must_haves import required
from rbc_events.scheduling.problem import Party, Request
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots
from rbc_events.scheduling.verify.cnf import Cnf
from rbc_events.scheduling.verify.lagrangian import places_in
from rbc_events.scheduling.verify.order_encoding import CountedDay

TRIES = 300
"""Independent sets that are looked at for a heavy one."""


def refuted(table: Timetable, level: str, bound: int) -> Cnf | None:
    """The claim "better than this bound"; None where it can't be put so.

    must_haves  all of them are held, where the bound is one less
    breaks      everything is held, and there are fewer breaks than the bound; only where everything must be and is
    """
    must = required(table)
    everything = len(must) == len(table.problem.requests)
    if level == "must_haves" and bound == len(must) - 1:
        return Refutation(table, must, most_breaks=None, fair=everything).cnf
    if level == "breaks" and everything and must <= table.held_requests and bound > 0:
        return Refutation(table, must, most_breaks=bound - 1, fair=True).cnf
    return None


class Refutation:
    """A timetable that holds some requests, and others not at all, as clauses.

    most_breaks  of all parties together
    fair         whether fairness is among the rules: only where no party has other meetings
    """

    def __init__(self, table: Timetable, held: set[str], *, most_breaks: int | None, fair: bool) -> None:
        self.table = table
        self.cnf = Cnf()
        self.order = list(table.slots)
        self.requests = [request for request in table.problem.requests if request.id in held]
        self.of: dict[str, list[Request]] = {party: [] for party in table.parties}
        for request in self.requests:
            for party in request.parties:
                self.of[party].append(request)
        self.begin: dict[str, dict[str, int]] = {}
        self.during: dict[str, dict[str, list[int]]] = {}  # request: slot: that it begins here, or goes on
        for request in self.requests:
            self._held(request)
        self.busy = {party.id: self._busy(party) for party in table.problem.parties}
        self._in_order()
        if table.problem.places:
            self._places()
        if most_breaks is not None or (fair and table.problem.fairness is not None):
            self._breaks(most_breaks, fair)

    def _held(self, request: Request) -> None:
        self.begin[request.id] = {slot: self.cnf.new() for slot in possible_slots(self.table, request)}
        self.cnf.add(*self.begin[request.id].values())
        self.cnf.at_most_one(self.begin[request.id].values())
        during: dict[str, list[int]] = defaultdict(list)
        for slot, begins in self.begin[request.id].items():
            for covered in self.table.covered_by(request, slot):
                during[covered].append(begins)
        self.during[request.id] = during

    def _busy(self, party: Party) -> dict[str, int]:
        """Variables "busy in this slot"; a party with a capacity of one is in one meeting at a time."""
        busy = {}
        for slot in self.order:
            here = [literal for request in self.of[party.id] for literal in self.during[request.id].get(slot, [])]
            if not here:
                continue
            busy[slot] = self.cnf.new()
            self.cnf.add(-busy[slot], *here)
            for literal in here:
                self.cnf.add(-literal, busy[slot])
            if party.capacity == 1:
                self.cnf.at_most_one(here)
        return busy

    def _in_order(self) -> None:
        place, covered_by = self.table.position, self.table.covered_by
        for request in self.requests:
            for before in (self.table.requests[name] for name in request.after if name in self.begin):
                ends = {v: place[covered_by(before, s)[-1]] for s, v in self.begin[before.id].items()}
                for slot, begins in self.begin[request.id].items():
                    self.cnf.add(-begins, *(v for v, end in ends.items() if end < place[slot]))

    # Places

    def _places(self) -> None:
        """No more meetings in a slot than places, counted in three ways: two busy parties or more a meeting, and twice
        over parties of whom no two meet, each of whom takes a place of its own whenever it is busy."""
        most = max((len(request.parties) for request in self.requests), default=0)
        sets = self._independent_sets()
        for slot in self.order:
            room = places_in(self.table, slot)
            if all(party.capacity == 1 for party in self.table.problem.parties):
                self.cnf.at_most([busy[slot] for busy in self.busy.values() if slot in busy], most * room)
            for chosen, clusters in sets:
                busy = [self.busy[party][slot] for party in chosen if slot in self.busy[party]]
                held = ([v for name in cluster for v in self.during[name].get(slot, [])] for cluster in clusters)
                self.cnf.at_most([*busy, *(self.cnf.any_of(here) for here in held if here)], room)

    def _independent_sets(self) -> list[tuple[list[str], list[list[str]]]]:
        """Two sets of parties, each with the other meetings, by one of their parties."""
        weights = {party: len(requests) for party, requests in self.of.items() if requests}
        first = self._heavy_set(weights)
        second = self._heavy_set({party: w if party in first else 4 * w for party, w in weights.items()})
        return [(chosen, self._clusters(chosen)) for chosen in (first, second)]

    def _heavy_set(self, weights: dict[str, int]) -> list[str]:
        meets = {party: {p for request in self.of[party] for p in request.parties} for party in weights}
        random, best = Random(0), list[str]()  # noqa: S311 - an order, not a secret
        for _ in range(TRIES):
            order = sorted(weights, key=lambda party: -weights[party] / len(meets[party]) * random.uniform(1, 3))
            chosen: list[str] = []
            taken: set[str] = set()
            for party in order:
                if party not in taken:
                    chosen.append(party)
                    taken |= meets[party]
            best = max(best, chosen, key=lambda found: sum(weights[party] for party in found))
        return best

    def _clusters(self, chosen: list[str]) -> list[list[str]]:
        left = [request for request in self.requests if not set(chosen) & set(request.parties)]
        clusters = []
        while left:
            parties = [party for request in left for party in request.parties]
            most = max(dict.fromkeys(parties), key=parties.count)
            clusters.append([request.id for request in left if most in request.parties])
            left = [request for request in left if most not in request.parties]
        return clusters

    # Breaks

    def _breaks(self, most: int | None, fair: bool) -> None:
        everybody, one_has_none = [], False
        own = {}
        for party in self.table.problem.parties:
            own[party.id] = self._breaks_of(party)
            everybody += own[party.id]
            one_has_none |= not own[party.id]
        if most is not None:
            self.cnf.at_most(everybody, most)
        fairness = self.table.problem.fairness
        if fair and fairness is not None and (one_has_none or most is not None):
            luckiest = 0 if one_has_none or most is None else most // len(own)  # has so many at most
            for breaks in own.values():
                self.cnf.at_most(breaks, luckiest + fairness)

    def _breaks_of(self, party: Party) -> list[int]:
        """Variables that are true where a break begins: busy, not in the next slot of the day, and busy again later."""
        if len(self.of[party.id]) < 2:
            return []
        one_by_one = party.capacity == 1 and all(request.length == 1 for request in self.of[party.id])
        if one_by_one and len(self.table.days) == 1 and all(self.begin[r.id] for r in self.of[party.id]):
            return self._breaks_of_counted(party)
        found = []
        for day in self.table.days.values():
            open_slots = [slot for slot in day if slot in self.busy[party.id]]
            later = -self.cnf.true
            for slot, again in reversed(list(pairwise(open_slots))):
                later = self.cnf.any_of([self.busy[party.id][again], later])
                found.append(self._break_after(party, slot, later))
        return found

    def _breaks_of_counted(self, party: Party) -> list[int]:
        busy = {self.table.position[slot]: variable for slot, variable in self.busy[party.id].items()}
        domains = [[self.table.position[slot] for slot in self.begin[r.id]] for r in self.of[party.id]]
        day = CountedDay(self.cnf, len(self.order), busy, domains)
        found = [self._break_after(party, self.order[n], day.from_slot(again)) for n, again in pairwise(sorted(busy))]
        if found:
            day.one_run_unless(self.cnf.any_of(found))
        return found

    def _break_after(self, party: Party, slot: str, later: int) -> int:
        """A variable that is true where a party is busy in a slot, not in the next of the day, and then again."""
        busy, day = self.busy[party.id], self.table.days[self.table.slots[slot].day]
        following = day[day.index(slot) + 1]
        begins = self.cnf.new()
        self.cnf.add(-busy[slot], busy.get(following, -self.cnf.true), -later, begins)
        return begins
