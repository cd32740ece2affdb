"""Numbers of tables and rooms: who sits where, once slots and pools are decided."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.solution import Solution

Unit = tuple[str, int]


def place(instance: Instance, solution: Solution) -> dict[int, Unit]:
    """A (place, number) for each meeting held that has a pool: the standing one where it can, else where its parties
    were last. Meetings of several slots keep theirs throughout. Pools are interval graphs, so numbers suffice."""
    by_pool: dict[int, list[int]] = defaultdict(list)
    for r, g in enumerate(solution.pool):
        if solution.slot[r] >= 0 and g >= 0:
            by_pool[g].append(r)
    taken: dict[int, Unit] = {}
    for g, requests in by_pool.items():
        taken |= _Numbers(instance, solution, instance.pools[g].units, requests).given()
    return taken


class _Numbers:
    """The numbers of one pool and the requests that share them."""

    def __init__(self, instance: Instance, solution: Solution, units: Sequence[Unit], requests: list[int]) -> None:
        self.instance = instance
        self.units = units
        self.requests = sorted(requests, key=lambda r: (solution.slot[r], r))
        self.covered = {r: instance.covers(r, solution.slot[r]) for r in requests}
        self.longer = [r for r in self.requests if len(self.covered[r]) > 1]

    def given(self) -> dict[int, Unit]:
        """A number for each request."""
        return next(given for fixed in self._ways() if (given := self._give_out(fixed)) is not None)

    def _ways(self) -> Iterator[dict[int, Unit]]:
        """Who gets which number before all others: who stays; then the longer ones too, making room for themselves.

        The last way leaves room for everybody: the longer ones come in order of time, and those of one slot that are
        left fit in anywhere.
        """
        stay = self._staying()
        yield stay
        yield self._with_longer(stay, stay)
        yield self._with_longer({r: unit for r, unit in stay.items() if len(self.covered[r]) == 1}, stay)

    def _staying(self) -> dict[int, Unit]:
        """The units of those that keep slot and place: first the numbers stated, then any number of the place."""
        several = len({name for name, _ in self.units}) > 1
        standing = {r: m for r in self.requests if (m := self._stands(r)) is not None and (m.number or several)}
        of_place: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            of_place[unit[0]].append(unit)
        taken: set[tuple[Unit, int]] = set()
        stay: dict[int, Unit] = {}
        for r in sorted(standing, key=lambda r: (not standing[r].number, -len(self.covered[r]))):
            here, number = of_place[standing[r].place], standing[r].number
            for unit in [unit for unit in here if unit[1] == number] if number else here:
                if taken.isdisjoint((unit, t) for t in self.covered[r]):
                    stay[r] = unit
                    taken.update((unit, t) for t in self.covered[r])
                    break
        return stay

    def _stands(self, r: int) -> Meeting | None:
        """The standing meeting of a request, if it has a place and keeps its slot."""
        meeting = self.instance.standing_meeting.get(r)
        keeps = meeting is not None and meeting.place and meeting.slot == self.instance.slots[self.covered[r][0]].id
        return meeting if keeps else None

    def _with_longer(self, kept: dict[int, Unit], wanted: dict[int, Unit]) -> dict[int, Unit]:
        """With `kept` also the longer ones, each where it puts out the fewest of one slot; none puts out a longer."""
        fixed = dict(kept)
        holder = {(unit, t): r for r, unit in kept.items() for t in self.covered[r]}
        for r in self.longer:
            if r in fixed:
                continue
            out = {unit: {holder[unit, t] for t in self.covered[r] if (unit, t) in holder} for unit in self.units}
            possible = [unit for unit in self.units if all(len(self.covered[other]) == 1 for other in out[unit])]
            if possible:
                fixed[r] = min(possible, key=lambda unit: (len(out[unit]), unit != wanted.get(r)))
                for other in out[fixed[r]]:
                    del fixed[other]
                holder.update(((fixed[r], t), r) for t in self.covered[r])
        return fixed

    def _give_out(self, fixed: dict[int, Unit]) -> dict[int, Unit] | None:
        """The numbers fixed, and the others' in order of time; None where a longer meeting finds no room."""
        given = dict(fixed)
        used: dict[Unit, set[int]] = defaultdict(set)
        for r, its in fixed.items():
            used[its].update(self.covered[r])
        last: dict[int, Unit] = {}
        first_free: dict[int, int] = defaultdict(int)
        for r in self.requests:
            if r not in given:
                wanted = [last[p] for p in self.instance.parties_of[r] if p in last]
                unit = _free_unit(self.units, wanted, self.covered[r], used, first_free)
                if unit is None:
                    return None
                given[r] = unit
                used[unit].update(self.covered[r])
            for p in self.instance.parties_of[r]:
                last[p] = given[r]
        return given


def _free_unit(
    units: Sequence[Unit],
    wanted: Sequence[Unit],
    covered: Sequence[int],
    used: dict[Unit, set[int]],
    first_free: dict[int, int],
) -> Unit | None:
    """A wanted number that is free throughout, else the first that is; `first_free` skips what is taken in a slot."""
    for unit in wanted:
        if used[unit].isdisjoint(covered):
            return unit
    slot = covered[0]
    while first_free[slot] < len(units) and slot in used[units[first_free[slot]]]:
        first_free[slot] += 1
    return next((unit for unit in islice(units, first_free[slot], None) if used[unit].isdisjoint(covered)), None)


def table_changes(instance: Instance, solution: Solution, taken: dict[int, Unit]) -> int:
    """How often a party changes place or number between two meetings that follow each other on one day."""
    visits: dict[int, list[tuple[int, Unit]]] = defaultdict(list)
    for r, unit in taken.items():
        for p in instance.parties_of[r]:
            visits[p].append((solution.slot[r], unit))
    total = 0
    for of_party in visits.values():
        of_party.sort()
        for (t, here), (u, there) in pairwise(of_party):
            total += instance.day_of[t] == instance.day_of[u] and here != there
    return total
