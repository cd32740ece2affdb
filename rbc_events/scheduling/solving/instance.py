"""A problem as integers: what the engine's modules and the kernels are fed with."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rbc_events.scheduling.problem import KINDS_OF_MODE, Meeting, Problem, Request, Slot
from rbc_events.scheduling.solving.compatibility import bridges, continent, quarters_outside
from rbc_events.scheduling.solving.place_pools import Pool, pools_of_places
from rbc_events.scheduling.solving.rules import SOLVED, reserved


@dataclass
class Instance:
    """The compiled problem. Slots are numbered in order of time; every other number is the position in the problem."""

    problem: Problem
    slots: tuple[Slot, ...] = field(init=False)
    slot_number: dict[str, int] = field(init=False)
    party_number: dict[str, int] = field(init=False)
    request_number: dict[str, int] = field(init=False)
    interpreter_number: dict[str, int] = field(init=False)
    parties_of: list[tuple[int, ...]] = field(init=False)
    pins: dict[int, Meeting] = field(init=False)

    def __post_init__(self) -> None:
        problem = self.problem
        self.slots = tuple(sorted(problem.slots, key=lambda slot: slot.start))
        self.slot_number = {slot.id: t for t, slot in enumerate(self.slots)}
        self.party_number = {party.id: p for p, party in enumerate(problem.parties)}
        self.request_number = {request.id: r for r, request in enumerate(problem.requests)}
        self.interpreter_number = {interpreter.id: i for i, interpreter in enumerate(problem.interpreters)}
        self.parties_of = [tuple(self.party_number[p] for p in request.parties) for request in problem.requests]
        self.pins = {self.request_number[m.request]: m for m in problem.standing if m.pinned}

    @cached_property
    def days(self) -> list[list[int]]:
        """The slots of each day, in order."""
        return self._runs(lambda slot: slot.day)

    @cached_property
    def day_of(self) -> list[int]:
        """For each slot the number of its day."""
        of = {t: n for n, day in enumerate(self.days) for t in day}
        return [of[t] for t in range(len(self.slots))]

    @cached_property
    def place_in_day(self) -> list[tuple[int, int]]:
        """For each slot the number of its day, and how many slots of the day come before it."""
        of = {t: (n, place) for n, day in enumerate(self.days) for place, t in enumerate(day)}
        return [of[t] for t in range(len(self.slots))]

    @cached_property
    def blocks(self) -> list[list[int]]:
        """The slots of each block, in order."""
        return self._runs(lambda slot: (slot.day, slot.session, slot.block))

    def _runs(self, key: Callable[[Slot], Hashable]) -> list[list[int]]:
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for t, slot in enumerate(self.slots):
            groups[key(slot)].append(t)
        return list(groups.values())

    @cached_property
    def left_in_block(self) -> list[int]:
        """For each slot, how many slots of its block begin there or later."""
        left = [0] * len(self.slots)
        for block in self.blocks:
            for position, t in enumerate(block):
                left[t] = len(block) - position
        return left

    @cached_property
    def block_of(self) -> list[list[int]]:
        """For each slot, its block."""
        of: list[list[int]] = [[]] * len(self.slots)
        for block in self.blocks:
            for t in block:
                of[t] = block
        return of

    def covers(self, request: int, slot: int) -> list[int]:
        """The slots that a request takes when it begins in `slot`; no other lies between those of a block."""
        length = self.problem.requests[request].length
        return list(range(slot, slot + min(length, self.left_in_block[slot])))

    def open_slots(self, available: Iterable[str] | None) -> NDArray[np.bool_]:
        """bool[slots] of a set of slot identifiers, None meaning all."""
        if available is None:
            return np.ones(len(self.slots), dtype=bool)
        row = np.zeros(len(self.slots), dtype=bool)
        row[[self.slot_number[s] for s in available]] = True
        return row

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """bool[parties, slots]: who is available when."""
        rows = [self.open_slots(party.available) for party in self.problem.parties]
        return np.array(rows, dtype=bool).reshape(len(rows), len(self.slots))

    @cached_property
    def interpreter_free(self) -> NDArray[np.bool_]:
        """bool[interpreters, slots]."""
        rows = [self.open_slots(interpreter.available) for interpreter in self.problem.interpreters]
        return np.array(rows, dtype=bool).reshape(len(rows), len(self.slots))

    @cached_property
    def pools(self) -> list[Pool]:
        """The places, equal ones together; a place number that is pinned and a booth are pools of their own."""
        return pools_of_places(self.problem)

    @cached_property
    def pool_room(self) -> NDArray[np.int64]:
        """int[pools, slots]: how many meetings each pool takes in each slot."""
        opened = [self.open_slots(pool.slots) & reserved.open_to_kind(self, pool.kind) for pool in self.pools]
        rows = [row.astype(np.int64) * len(pool.units) for row, pool in zip(opened, self.pools, strict=True)]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(self.slots))

    @cached_property
    def pools_of(self) -> list[tuple[int, ...]]:
        """The pools that each request may use: its pin's, a party's booth, or all of its mode's kinds."""
        by_kinds: dict[str, tuple[int, ...]] = {
            mode: tuple(g for g, pool in enumerate(self.pools) if pool.kind in kinds and not pool.booth)
            for mode, kinds in KINDS_OF_MODE.items()
        }
        return [self._pools_of(r, request, by_kinds) for r, request in enumerate(self.problem.requests)]

    @cached_property
    def interchangeable(self) -> bool:
        """Whether all pools suit every request, each of one slot, so that pools can be given out after the slots."""
        everywhere = tuple(range(len(self.pools)))
        one_slot = all(request.length == 1 for request in self.problem.requests)
        tied = any(self.tied_to_rooms(p) for p in range(len(self.problem.parties)))
        indifferent = not any(pools for _slots, pools, _people in self.wished.values())
        return one_slot and not tied and indifferent and all(pools == everywhere for pools in self.pools_of)

    def _pools_of(self, r: int, request: Request, by_kinds: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
        booths = {booth for p in self.parties_of[r] if (booth := self.problem.parties[p].booth)}
        usable = by_kinds[request.mode]
        if booths and request.mode != "online":
            kinds = KINDS_OF_MODE[request.mode]
            own = (g for g, pool in enumerate(self.pools) if pool.booth and pool.units[0][0] in booths)
            usable = tuple(g for g in own if self.pools[g].kind in kinds)
        pin = self.pins.get(r)
        if pin is None or not pin.place:
            return usable
        wanted = {(pin.place, pin.number)} if pin.number else {(pin.place, n) for n in range(1, self._number(pin) + 1)}
        return tuple(g for g in usable if wanted & set(self.pools[g].units))

    def _number(self, pin: Meeting) -> int:
        return next(place.number for place in self.problem.places if place.id == pin.place)

    @cached_property
    def interpreters_of(self) -> list[tuple[int, ...] | None]:
        """The interpreters that could serve each request; None where nobody has to."""
        known: dict[tuple[bool | None, tuple[frozenset[str], ...]], tuple[int, ...] | None] = {}
        result = []
        for r in range(len(self.parties_of)):
            spoken = tuple(self.problem.parties[p].languages for p in self.parties_of[r])
            needed = self.problem.requests[r].interpreter
            if (needed, spoken) not in known:
                known[needed, spoken] = bridges(spoken, self.problem.interpreters, needed)
            usable = known[needed, spoken]
            pin = self.pins.get(r)
            if usable is not None and pin is not None and pin.interpreter:
                usable = tuple(i for i in usable if self.problem.interpreters[i].id == pin.interpreter)
            result.append(usable)
        return result

    @cached_property
    def interpreters_needed(self) -> bool:
        """Whether there is a request that needs one."""
        return any(usable is not None for usable in self.interpreters_of)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """bool[requests, slots]: the slots in which each request could begin, looking at it alone."""
        requests, slots = len(self.parties_of), len(self.slots)
        usable = np.ones((requests, slots), dtype=bool)
        for r, members in enumerate(self.parties_of):
            usable[r] = self.free[list(members)].all(axis=0)
        for r, request in enumerate(self.problem.requests):
            self._narrow(usable[r], r, request)
        return usable

    def _narrow(self, row: NDArray[np.bool_], r: int, request: Request) -> None:
        if self.problem.reserved:
            row &= reserved.open_to_request(self, r)
        if request.session:
            row &= np.array([slot.session == request.session for slot in self.slots])
        if self.problem.places:
            row &= (self.pool_room[list(self.pools_of[r])] > 0).any(axis=0)
        usable = self.interpreters_of[r]
        if usable is not None:
            row &= self.interpreter_free[list(usable)].any(axis=0)
        if request.length > 1:
            row &= np.array([self._fits(row, request.length, t) for t in range(len(self.slots))])
        if request.slots is not None:
            row &= self.open_slots(request.slots)
        for only in (request.slot, self.pins[r].slot if r in self.pins else ""):
            if only:
                row &= self.open_slots([only])
        if request.veto:
            row[:] = False

    def _fits(self, row: NDArray[np.bool_], length: int, slot: int) -> bool:
        return length <= self.left_in_block[slot] and bool(row[slot : slot + length].all())

    @cached_property
    def starts(self) -> list[list[int]]:
        """For each request the slots in which it could begin."""
        return [np.flatnonzero(row).tolist() for row in self.allowed]

    def tied_to_rooms(self, party: int) -> bool:
        """Whether it matters to a party's other meetings, or to somebody else's, in which room it meets when."""
        return any(rule.ties(self, party) for rule in SOLVED)

    @cached_property
    def requests_of(self) -> list[list[int]]:
        """For each party its requests."""
        of: list[list[int]] = [[] for _ in self.problem.parties]
        for r, members in enumerate(self.parties_of):
            for p in members:
                of[p].append(r)
        return of

    @cached_property
    def must(self) -> list[bool]:
        """Which requests have to be held: the must-haves and the pinned."""
        return [request.must_have or r in self.pins for r, request in enumerate(self.problem.requests)]

    @cached_property
    def standing_meeting(self) -> dict[int, Meeting]:
        """The standing plan by request."""
        return {self.request_number[m.request]: m for m in self.problem.standing}

    @cached_property
    def standing(self) -> dict[int, tuple[int, int, int]]:
        """For each standing meeting its slot, pool and interpreter; -1 for any, -2 where that is gone. A place
        without a number is its pool, or any where pinned numbers split it into several."""
        pool_of: dict[tuple[str, int], int] = {}
        for g, units in enumerate(pool.units for pool in self.pools):
            for place, number in units:
                pool_of[place, number] = g
                pool_of[place, 0] = g if pool_of.get((place, 0), g) == g else -1
        result = {}
        for m in self.problem.standing:
            pool = pool_of.get((m.place, m.number), -2) if m.place else -1
            interpreter = self.interpreter_number.get(m.interpreter, -2) if m.interpreter else -1
            result[self.request_number[m.request]] = (self.slot_number.get(m.slot, -2), pool, interpreter)
        return result

    @cached_property
    def floors(self) -> list[tuple[tuple[int, ...], int]]:
        """(parties, least): together they should hold at least so many meetings."""
        least = [party.least for party in self.problem.parties]
        together = []
        for floor in self.problem.floors:
            members = [p for p, x in enumerate(self.problem.parties) if not floor.group or floor.group in x.groups]
            if floor.each:
                for p in members:
                    least[p] = max(least[p], floor.least)
            else:
                together.append((tuple(members), floor.least))
        return [((p,), k) for p, k in enumerate(least) if k > 0] + together

    @cached_property
    def wished(self) -> dict[int, tuple[frozenset[int], frozenset[int], frozenset[int]]]:
        """For each request with wishes the slots, pools and interpreters that it would rather have; none of one kind:
        no such wish."""
        if "wishes" not in self.problem.levels:
            return {}
        return {
            r: (
                frozenset(self.slot_number[slot] for slot in request.wished_slots),
                frozenset(g for g, pool in enumerate(self.pools) if pool.units[0][0] in request.wished_places),
                frozenset(self.interpreter_number[person] for person in request.wished_interpreters),
            )
            for r, request in enumerate(self.problem.requests)
            if request.wished_slots or request.wished_places or request.wished_interpreters
        }

    @cached_property
    def inconvenience(self) -> dict[int, list[int]]:
        """For each party with decent hours, the quarters of an hour outside them in each slot."""
        return {
            p: [quarters_outside(party, slot) for slot in self.slots]
            for p, party in enumerate(self.problem.parties)
            if party.decent_hours and party.time_zone
        }

    @cached_property
    def continents(self) -> list[str]:
        """The first parts of the time zones of parties with decent hours."""
        return sorted({continent(self.problem.parties[p]) for p in self.inconvenience})
