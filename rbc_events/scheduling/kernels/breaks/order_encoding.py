"""A party's day as clauses: how many of its meetings lie before each slot, and where its breaks begin."""

from itertools import pairwise

from rbc_events.scheduling.kernels.breaks.cnf import Formula


class Day:
    """An order encoding: `at_least(t, k)` says that k or more of a party's meetings lie before slot t.

    busy     slot: the variable that says that the party meets in it
    domains  the possible slots of each of its meetings, all of which take place, in different slots

    The counts are bounded by Hall's theorem, which clauses alone would have to rediscover: meetings that must lie
    before a slot are at least so many, and no more can than have open slots there.
    """

    def __init__(self, formula: Formula, slots: int, busy: dict[int, int], domains: list[list[int]]) -> None:
        self.formula = formula
        self.slots = slots
        self.busy = busy
        self.meetings = len(domains)
        self._low, self._high = self._bounds(domains)
        self._variables: dict[tuple[int, int], int] = {}
        self._count()

    def at_least(self, t: int, k: int) -> int:
        """The literal of "k or more meetings before slot t"; t may be up to the number of slots or beyond."""
        t = min(t, self.slots)
        if k <= self._low[t]:
            return self.formula.true
        if k > self._high[t]:
            return -self.formula.true
        if t - 1 not in self.busy:
            return self.at_least(t - 1, k)
        if (t, k) not in self._variables:
            self._variables[t, k] = self.formula.new()
        return self._variables[t, k]

    def later(self, t: int) -> int:
        """The literal of "some meeting in slot t or later"."""
        return -self.at_least(t, self.meetings)

    def unbroken_unless(self, broken: int) -> None:
        """Without a break the day is one run: its first slot says all."""
        formula, runs = self.formula, self.meetings
        for t in range(self.slots):
            begun, goes_on = self.at_least(t + 1, 1), self.later(t + runs)
            formula.add(broken, -begun, -goes_on)
            formula.add(broken, begun, goes_on)
            formula.add(broken, -begun, -self.later(t), self.busy.get(t, -formula.true))

    def _bounds(self, domains: list[list[int]]) -> tuple[list[int], list[int]]:
        total, slots = self.meetings, self.slots
        low, high = [0] * (slots + 1), [0] * (slots + 1)
        for t in range(slots + 1):
            open_before = sum(slot < t for slot in self.busy)
            must = sum(domain[-1] < t for domain in domains)
            can = total - sum(domain[0] >= t for domain in domains)
            low[t] = max(must, total - (len(self.busy) - open_before))
            high[t] = min(can, open_before)
        for t in range(slots):
            high[t + 1] = min(high[t + 1], high[t] + (t in self.busy))
            low[t + 1] = max(low[t + 1], low[t])
        for t in reversed(range(slots)):
            low[t] = max(low[t], low[t + 1] - (t in self.busy))
            high[t] = min(high[t], high[t + 1])
        return low, high

    def _count(self) -> None:
        add = self.formula.add
        for t, busy in self.busy.items():
            for k in range(self.meetings + 1):
                now, after = self.at_least(t, k), self.at_least(t + 1, k)
                now_more, after_more = self.at_least(t, k + 1), self.at_least(t + 1, k + 1)
                add(-now, after)
                add(-after_more, after)
                add(-after_more, now)
                add(-now, -busy, after_more)
                add(now_more, busy, -after_more)


def begins_of_breaks(formula: Formula, busy: dict[int, int], later: dict[int, int]) -> list[int]:
    """Variables "busy in slot t, then a break, and busy again later".

    later  slot: the literal of "busy in this slot or later"
    """
    begins = []
    for t, after in pairwise(sorted(busy)):
        begin = formula.new()
        following = busy[t + 1] if after == t + 1 else -formula.true
        formula.add(-busy[t], -later[after], following, begin)
        formula.add(-begin, busy[t])
        formula.add(-begin, later[after])
        formula.add(-begin, -following)
        begins.append(begin)
    return begins


def later_chain(formula: Formula, busy: dict[int, int]) -> dict[int, int]:
    """Literals "busy in this slot or later" where nothing is known of the number of meetings."""
    later: dict[int, int] = {}
    following = -formula.true
    for t in sorted(busy, reverse=True):
        later[t] = formula.new()
        formula.add(-busy[t], later[t])
        formula.add(-following, later[t])
        formula.add(-later[t], busy[t], following)
        following = later[t]
    return later
