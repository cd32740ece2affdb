"""How many breaks a party has, as a linear expression over the slots in which it is busy."""

from collections.abc import Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from rbc_events.scheduling.solving.cp_sat.linear_expr import Sum


class BreakCounts:
    """Counts the breaks of parties. `busy` says for each party and slot 0, 1 or a variable; a slot left out is 0."""

    def __init__(
        self, cp: cp_model.CpModel, days: Sequence[Sequence[int]], busy: Mapping[int, Mapping[int, Any]]
    ) -> None:
        self.cp = cp
        self.days = days
        self.busy = busy
        self._counted: dict[int, Sum] = {}

    def of(self, p: int) -> Sum:
        """The breaks of a party: over its days, the runs of busy slots less one."""
        if p not in self._counted:
            self._counted[p] = self._count_breaks(p)
        return self._counted[p]

    def _count_breaks(self, p: int) -> Sum:
        total = Sum()
        for day in self.days:
            busy = [self.busy[p].get(t, 0) for t in day]
            if all(isinstance(b, int) and b == 0 for b in busy):
                continue
            for previous, now in zip([0, *busy], busy, strict=False):
                self._add_begin(total, previous, now)
            self._add_active(total, busy)
        return total

    def _add_begin(self, total: Sum, previous: Any, now: Any) -> None:
        if isinstance(now, int) and isinstance(previous, int):
            total.constant += int(now == 1 and previous == 0)
            return
        if (isinstance(now, int) and now == 0) or (isinstance(previous, int) and previous == 1):
            return
        if isinstance(previous, int):
            total.add(now)
            return
        if isinstance(now, int):
            total.add(previous, -1)
            total.constant += 1
            return
        begin = self.cp.new_bool_var("")
        self.cp.add_bool_or(begin, ~now, previous)
        self.cp.add_implication(begin, now)
        self.cp.add_implication(begin, ~previous)
        total.add(begin)

    def _add_active(self, total: Sum, busy: list[Any]) -> None:
        if any(isinstance(b, int) and b == 1 for b in busy):
            total.constant -= 1
            return
        variables = [b for b in busy if not isinstance(b, int)]
        active = self.cp.new_bool_var("")
        self.cp.add_max_equality(active, variables)
        total.add(active, -1)
