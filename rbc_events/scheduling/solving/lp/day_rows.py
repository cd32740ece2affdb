"""Rows of a linear programme for what is counted in parties' days: breaks, idle slots, uneven days.

A party is busy in a slot if it has a meeting there. Its day is a way through states, one after each slot, and has the
rows of a flow: by themselves these allow for no half days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rbc_events.scheduling.kernels.weight.mip import Cells, MipModel, Options
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.lp.pricing_dp import counts_by_slots
from rbc_events.scheduling.solving.lp.relaxation import Rows

Entries = list[tuple[int, float]]
"""Columns, and what a unit of each adds to what is counted."""


@dataclass
class Columns:
    """The columns of a programme for HiGHS, which become more."""

    highs: Any
    number: int

    def add(self, upper: float = 1.0, row: int = -1) -> int:
        """A new variable from 0, which counts against a row."""
        entries = [] if row < 0 else [row]
        self.highs.addCol(0.0, 0.0, upper, len(entries), np.array(entries, np.int32), np.full(len(entries), -1.0))
        self.number += 1
        return self.number - 1


class DayRows:
    """What days count, each as entries; `rows` are added to the programme by whoever asked."""

    def __init__(
        self, instance: Instance, cells: Cells, options: Options, model: MipModel, columns: Columns, rows: Rows
    ) -> None:
        self.instance, self.cells, self.options = instance, cells, options
        self.model, self.columns, self.rows = model, columns, rows
        self.rows_of_days: list[tuple[int, list[int], int, int]] = []
        """(party, slots of a day, row of its fullest day, row of its emptiest)."""

    @cached_property
    def busy(self) -> list[dict[int, int]]:
        """For each party the column of each slot in which it can be busy; no longer than its longest run."""
        slots = self.cells.problem.slots
        row_of = {int(cell): n for n, cell in enumerate(self.model.rows) if cell < self.cells.tables}
        found = []
        for p, party in enumerate(self.instance.problem.parties):
            there = [t for t in range(slots) if p * slots + t in row_of]
            found.append({t: self._add_busy(row_of[p * slots + t], party.capacity) for t in there})
            if party.longest_run is not None:
                self._add_runs(party.longest_run, found[-1])
        return found

    def _add_busy(self, row: int, capacity: int) -> int:
        """The row of a party's meetings in a slot becomes: one if it is busy, and perhaps more at once."""
        self.columns.highs.changeRowBounds(row, 0.0, 0.0)
        busy = self.columns.add(row=row)
        if capacity > 1:
            more = self.columns.add(upper=capacity - 1.0, row=row)
            self.rows.add(0.0, (more, 1.0), (busy, 1.0 - capacity))
        return busy

    def _add_runs(self, longest: int, busy: dict[int, int]) -> None:
        for block in self.instance.blocks:
            for begin in range(len(block) - longest):
                window = block[begin : begin + longest + 1]
                if all(t in busy for t in window):
                    self.rows.add(longest, *((busy[t], 1.0) for t in window))

    def breaks(self) -> Entries:
        return [entry for busy in self.busy for day in self.instance.days for entry in self._breaks_of(day, busy)]

    def _breaks_of(self, day: list[int], busy: dict[int, int]) -> Entries:
        """Who is busy was so before, or begins the day, or had a break."""
        breaks: Entries = []
        waiting = before = -1
        for t in day:
            if t in busy:
                still, after_break = self.columns.add(), self.columns.add()
                breaks.append((after_break, 1.0))
                entries = [(busy[t], 1.0), (still, 1.0), (after_break, -1.0)]
                entries += [(before, -1.0)] if before >= 0 else []
                self.rows.add(1.0, (busy[t], 1.0), (still, 1.0))
                if waiting >= 0:
                    self.rows.add(0.0, (still, 1.0), (waiting, -1.0))
                    entries.append((waiting, -1.0))
                self.rows.add(0.0 if waiting >= 0 else 1.0, *entries)
                waiting = still
            before = busy.get(t, -1)
        return breaks

    def idle_slots(self) -> Entries:
        return [entry for busy in self.busy for day in self.instance.days for entry in self._idle_in(day, busy)]

    def _idle_in(self, day: list[int], busy: dict[int, int]) -> Entries:
        """Who is in its day, busy or idle, was so in the slot before, or begins it here, once a day."""
        there = [n for n, t in enumerate(day) if t in busy]
        if len(there) < 2:
            return []
        idle: Entries = []
        begins: Entries = []
        before: Entries = []
        for t in day[there[0] : there[-1] + 1]:
            now = [(self.columns.add(), 1.0)]
            idle += now
            if t in busy:
                now = [*now, (busy[t], 1.0)]
                begins.append((self.columns.add(), 1.0))
                self.rows.add(1.0, *now)
                self.rows.add(0.0, *now, (begins[-1][0], -1.0), *((column, -1.0) for column, _ in before))
            else:
                self.rows.add(0.0, *now, *((column, -1.0) for column, _ in before))
            before = now
        self.rows.add(1.0, *begins)
        return idle

    def uneven_days(self) -> Entries:
        """The fullest day has no fewer meetings than any, the emptiest no more."""
        uneven: Entries = []
        for p in range(len(self.instance.problem.parties)):
            days = [day for day in self.instance.days if self.instance.free[p][day].any()]
            if len(days) > 1 and counts_by_slots(self.instance, p):
                fullest, emptiest = self.columns.add(np.inf), self.columns.add(np.inf)
                uneven += [(fullest, 1.0), (emptiest, -1.0)]
                for day in days:
                    held = list(self._meetings(p, day))
                    over = self.rows.add(0.0, (fullest, -1.0), *((column, 1.0) for column in held))
                    under = self.rows.add(0.0, (emptiest, 1.0), *((column, -1.0) for column in held))
                    self.rows_of_days.append((p, day, over, under))
        return uneven

    def _meetings(self, p: int, day: list[int]) -> Iterator[int]:
        """The options of a party's requests on a day."""
        for r in self.instance.requests_of[p]:
            begin, end = np.searchsorted(self.options.request, [r, r + 1])
            for column in range(begin, end):
                if self.instance.day_of[self.options.start[column]] == self.instance.day_of[day[0]]:
                    yield column
