"""A plan in the making: what can still be placed where, and the greedy plan that every search begins from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.objectives.breaks import pauses
from rbc_events.scheduling.solving.rules import SOLVED, interpreter_way
from rbc_events.scheduling.solving.solution import Solution


class PartialPlan:
    """A solution with its loads. `fit` says whether a request could be added in a slot without breaking any rule."""

    def __init__(self, instance: Instance, solution: Solution | None = None) -> None:
        self.instance = instance
        self.solution = Solution.empty(len(instance.parties_of))
        self.party_load: list[Counter[int]] = [Counter() for _ in instance.problem.parties]
        self.pool_load: Counter[tuple[int, int]] = Counter()
        self.interpreter_busy: list[set[int]] = [set() for _ in instance.problem.interpreters]
        self.interpreter_at: list[dict[int, tuple[str, str]]] = [{} for _ in instance.problem.interpreters]
        self.location: list[dict[int, tuple[str, str]]] = [{} for _ in instance.problem.parties]
        self._day_of = instance.day_of
        self._breaks = [0] * len(instance.problem.parties)  # where fairness compares them
        self._ways = any(interpreter_way.has_a_way(instance, i) for i in range(len(instance.problem.interpreters)))
        self._held: list[Counter[int]] = [Counter() for _ in instance.problem.parties]
        self._interpreted: list[Counter[int]] = [Counter() for _ in instance.problem.interpreters]
        self.later: dict[int, list[int]] = defaultdict(list)
        for r, request in enumerate(instance.problem.requests):
            for before in request.after:
                self.later[instance.request_number[before]].append(r)
        if solution is not None:
            for r, s in enumerate(solution.slot):
                if s >= 0:
                    self.add(r, s, solution.pool[r], solution.interpreter[r])

    def fill(self, order: Iterable[int], budget: Budget, stays: Mapping[int, int] | None = None) -> None:
        """Hold each request of an order that isn't held, in its slot of `stays` or the first in which it fits; others
        are left when time runs out."""
        for r in order:
            if self.solution.slot[r] >= 0:
                continue
            starts = self.instance.starts[r]
            if stays and stays.get(r) in starts:
                starts = [stays[r], *starts]
            for s in starts:
                if budget.interrupted:
                    return
                fit = self.fit(r, s)
                if fit is not None:
                    self.add(r, s, *fit)
                    break

    def add(self, r: int, s: int, pool: int, interpreter: int) -> None:
        """Hold a request."""
        self._change(r, s, pool, interpreter, 1)
        self.solution.slot[r], self.solution.pool[r], self.solution.interpreter[r] = s, pool, interpreter

    def remove(self, r: int) -> None:
        """Leave a request out."""
        self._change(r, self.solution.slot[r], self.solution.pool[r], self.solution.interpreter[r], -1)
        self.solution.slot[r] = self.solution.pool[r] = self.solution.interpreter[r] = -1

    def _change(self, r: int, s: int, pool: int, interpreter: int, by: int) -> None:
        covered = self.instance.covers(r, s)
        for p in self.instance.parties_of[r]:
            self._held[p][self._day_of[s]] += by
            for t in covered:
                self.party_load[p][t] += by
                if pool >= 0 and by > 0:
                    self.location[p][t] = self.instance.pools[pool].location
                elif self.party_load[p][t] == 0:
                    self.location[p].pop(t, None)
        if self.instance.problem.fairness is not None:
            for p in self.instance.parties_of[r]:
                self._breaks[p] = self._breaks_of(p)
        if pool >= 0:
            for t in covered:
                self.pool_load[pool, t] += by
        if interpreter >= 0:
            self._interpreted[interpreter][self._day_of[s]] += by
            self._interpret(interpreter, covered, pool, by)

    def _interpret(self, interpreter: int, covered: Sequence[int], pool: int, by: int) -> None:
        if by > 0:
            self.interpreter_busy[interpreter].update(covered)
            if pool >= 0:
                self.interpreter_at[interpreter].update(dict.fromkeys(covered, self.instance.pools[pool].location))
        else:
            self.interpreter_busy[interpreter].difference_update(covered)
            for t in covered:
                self.interpreter_at[interpreter].pop(t, None)

    def fit(self, r: int, s: int) -> tuple[int, int] | None:
        """A (pool, interpreter) with which a request left out could be held in a slot of its `starts`, or None."""
        covered = self.instance.covers(r, s)
        if not all(self._party_fits(p, s, covered) for p in self.instance.parties_of[r]):
            return None
        for pool in self._pools_for(r, s, covered):
            interpreter = self._interpreter_for(r, s, covered, pool)
            if interpreter is not None:
                return (pool, interpreter) if self._fair(r, s) else None
            if not self._ways:  # then nobody is free for another pool either
                return None
        return None

    def _party_fits(self, p: int, s: int, covered: Sequence[int]) -> bool:
        party = self.instance.problem.parties[p]
        load, held = self.party_load[p], self._held[p]
        if any(load[t] >= party.capacity for t in covered):
            return False
        if party.most is not None and held.total() >= party.most:
            return False
        if party.most_per_day is not None and held[self._day_of[s]] >= party.most_per_day:
            return False
        if party.longest_run is None:
            return True
        near = range(covered[0] - party.longest_run, covered[-1] + party.longest_run + 1)
        busy = {t for t in near if load[t]} | set(covered)
        return all(n <= party.longest_run for n, _ in _runs(self.instance.block_of[s], busy))

    def _pools_for(self, r: int, s: int, covered: Sequence[int]) -> Iterator[int]:
        """The pools with room, those that are preferred first; -1 where place is no object."""
        room = self.instance.pool_room
        for g in self._preferred(r) if self.instance.problem.places else (-1,):
            if (g < 0 or all(self.pool_load[g, t] < room[g, t] for t in covered)) and self._allowed(r, s, g):
                yield g

    def _allowed(self, r: int, s: int, pool: int) -> bool:
        return all(rule.fits(self, r, s, pool) for rule in SOLVED)

    def _preferred(self, r: int) -> Sequence[int]:
        usable = self.instance.pools_of[r]
        standing = self.instance.standing.get(r, (0, -1, -1))[1]
        return (standing, *usable) if standing in usable else usable

    def _interpreter_for(self, r: int, s: int, covered: Sequence[int], pool: int) -> int | None:
        usable = self.instance.interpreters_of[r]
        if usable is None:
            return -1
        standing = self.instance.standing.get(r, (0, 0, -1))[2]
        by_load = sorted(usable, key=lambda i: (i != standing, len(self.interpreter_busy[i])))
        fitting = (i for i in by_load if self._interpreter_fits(i, s, covered))
        return next((i for i in fitting if interpreter_way.serves(self, i, covered, pool)), None)

    def _interpreter_fits(self, i: int, s: int, covered: Sequence[int]) -> bool:
        person, busy = self.instance.problem.interpreters[i], self.interpreter_busy[i]
        if not all(self.instance.interpreter_free[i, t] and t not in busy for t in covered):
            return False
        if person.most is not None and self._interpreted[i].total() >= person.most:
            return False
        if person.most_per_day is not None and self._interpreted[i][self._day_of[s]] >= person.most_per_day:
            return False
        if person.longest_run is None:
            return True
        runs = _runs(self.instance.block_of[s], busy | set(covered))
        return all(n < person.longest_run or (n == person.longest_run and rest >= person.rest) for n, rest in runs)

    def _fair(self, r: int, s: int) -> bool:
        most_apart = self.instance.problem.fairness
        if most_apart is None:
            return True
        breaks = self._breaks[:]
        for p in self.instance.parties_of[r]:
            breaks[p] = self._breaks_of(p, self.instance.covers(r, s))
        return max(breaks) - min(breaks) <= most_apart

    def _breaks_of(self, p: int, more: Iterable[int] = ()) -> int:
        """The breaks of a party that is busy in some slots more."""
        busy = {t for t, load in self.party_load[p].items() if load > 0}
        return pauses(sorted(self.instance.place_in_day[t] for t in busy.union(more)))


def _runs(block: Sequence[int], busy: set[int]) -> list[tuple[int, int]]:
    """The runs of busy slots in a block: (length, free slots until the next run; many after the last)."""
    runs: list[tuple[int, int]] = []
    length, before = 0, -1
    for t in sorted(t for t in busy if block[0] <= t <= block[-1]):
        if length and t > before + 1:
            runs.append((length, t - before - 1))
            length = 0
        length, before = length + 1, t
    return [*runs, (length, len(block) + block[-1] - before)] if length else runs


def greedy(instance: Instance, budget: Budget) -> Solution:
    """Pinned, must-haves, standing meetings where they stand, then by weight: each in the first slot that fits."""
    partial = PartialPlan(instance)
    requests = range(len(instance.parties_of))
    stays = {r: slot for r, (slot, _, _) in instance.standing.items()}
    order = sorted(
        requests,
        key=lambda r: (
            r not in instance.pins,
            not instance.must[r],
            r not in stays,
            -instance.problem.requests[r].weight,
        ),
    )
    partial.fill(order, budget, stays)
    return partial.solution
