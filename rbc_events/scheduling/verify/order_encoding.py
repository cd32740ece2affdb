"""The day of a party whose meetings take one slot each, one after the other, as clauses."""

from collections.abc import Mapping, Sequence

from rbc_events.scheduling.verify.cnf import Cnf


class CountedDay:
    """`at_least(k, n)` is true where k or more of the party's meetings lie in the first n slots (an order encoding).

    busy     slot's number: the variable "busy in it", for the slots that some meeting can take
    domains  the numbers of the slots that each meeting can take, in order; each takes one of them, all different ones

    Before a slot lie as many as can't lie later, at least, and at most as many as can.
    """

    def __init__(self, cnf: Cnf, slots: int, busy: Mapping[int, int], domains: Sequence[Sequence[int]]) -> None:
        self.cnf = cnf
        self.slots = slots
        self.busy = busy
        self.meetings = len(domains)
        self._variables: dict[tuple[int, int], int] = {}
        free = [sum(slot < n for slot in busy) for n in range(slots + 1)]
        self._least = [
            max(sum(domain[-1] < n for domain in domains), self.meetings - free[slots] + free[n])
            for n in range(slots + 1)
        ]
        self._most = [min(sum(domain[0] < n for domain in domains), free[n]) for n in range(slots + 1)]
        for n in range(slots):
            for k in range(self.meetings + 2):
                self._step(k, n)

    def at_least(self, k: int, n: int) -> int:
        n = min(n, self.slots)
        if k <= self._least[n]:
            return self.cnf.true
        if k > self._most[n]:
            return -self.cnf.true
        if (k, n) not in self._variables:
            self._variables[k, n] = self.cnf.new()
        return self._variables[k, n]

    def from_slot(self, n: int) -> int:
        """The literal "busy in slot n or later"."""
        return -self.at_least(self.meetings, n)

    def one_run_unless(self, broken: int) -> None:
        """Without a break the day is one run: whoever has begun before slot n has ended so many slots later."""
        for n in range(self.slots):
            begun, busy = self.at_least(1, n + 1), self.busy.get(n, -self.cnf.true)
            after_all = self.from_slot(n + self.meetings)
            self.cnf.add(broken, -begun, -after_all)
            self.cnf.add(broken, begun, after_all)
            self.cnf.add(broken, -begun, -self.from_slot(n), busy)

    def _step(self, k: int, n: int) -> None:
        """From the first n slots to one more."""
        busy = self.busy.get(n, -self.cnf.true)
        before, after = self.at_least(k, n), self.at_least(k, n + 1)
        self.cnf.add(-before, after)
        self.cnf.add(-self.at_least(k + 1, n + 1), before)
        self.cnf.add(-self.at_least(k + 1, n + 1), after)
        self.cnf.add(-before, -busy, self.at_least(k + 1, n + 1))
        self.cnf.add(before, busy, -after)
