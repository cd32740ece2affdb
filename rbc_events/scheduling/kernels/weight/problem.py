"""The weight problem: which requests are held, and in which slot, so that the weight is greatest. In arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LIMIT = 2**52
"""No sum of weights may be greater: solvers of LPs count in doubles."""


@dataclass(frozen=True, eq=False)
class WeightProblem:
    """Requests to be held at most once each, in `length` consecutive slots, within capacities.

    capacity         int[parties, slots]: meetings that a party can hold at once; 0: it is not free
    tables           int[slots]: meetings that a slot can hold
    request_parties  int[requests, k]: the parties of a request, distinct, padded with -1
    weights          int[requests], 0 or more
    allowed          bool[requests, slots]: where a request may begin; None: anywhere
    length           int[requests]: slots that a request takes; None: one each. A slot and the next number are taken as
                     adjacent: `allowed` must exclude the starts that would cross a pause
    interpreters     int[interpreters, slots]: meetings that an interpreter can take at once (1 or 0, usually)
    eligible         for each request, None (needs no interpreter) or the interpreters of whom it needs one throughout
    most             int[parties]: most meetings of a party in all; None: no such limit
    day              int[slots]: the day of each slot, from 0; None: one day
    most_per_day     int[parties]: most meetings of a party that begin on one day; None: no such limit
    floor            int[parties]: meetings that each party should get; None: no floors
    floor_penalty    what each meeting that is missing to a floor takes off the value

    The value of a plan is the weight held less `floor_penalty` for each missing meeting. Levels in an order, such as
    weight before floors, are made by multiplying the weights: each unit must outweigh all that comes after it.
    """

    capacity: Ints
    tables: Ints
    request_parties: Ints
    weights: Ints
    allowed: Bools | None = None
    length: Ints | None = None
    interpreters: Ints | None = None
    eligible: Sequence[Sequence[int] | None] | None = None
    most: Ints | None = None
    day: Ints | None = None
    most_per_day: Ints | None = None
    floor: Ints | None = None
    floor_penalty: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError, naming the field, where shapes or values don't fit together."""
        parties, slots = self.capacity.shape
        requests = len(self.weights)
        shapes = {
            "tables": (slots,),
            "allowed": (requests, slots),
            "length": (requests,),
            "most": (parties,),
            "day": (slots,),
            "most_per_day": (parties,),
            "floor": (parties,),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"{name}: shape {array.shape}, not {shape}")
        if self.request_parties.ndim != 2 or len(self.request_parties) != requests:
            raise ValueError(f"request_parties: shape {self.request_parties.shape}, not ({requests}, k)")
        self._check_people(parties, slots, requests)
        self._check_values()

    def _check_people(self, parties: int, slots: int, requests: int) -> None:
        members = np.sort(self.request_parties, axis=1)
        if members.size and (members.min() < -1 or members.max() >= parties):
            raise ValueError("request_parties: a party that is not there")
        if ((members[:, 1:] == members[:, :-1]) & (members[:, 1:] >= 0)).any():
            raise ValueError("request_parties: a party twice in a request")
        if (self.interpreters is None) != (self.eligible is None):
            raise ValueError("interpreters and eligible: one without the other")
        if self.interpreters is None or self.eligible is None:
            return
        if self.interpreters.ndim != 2 or self.interpreters.shape[1] != slots or len(self.eligible) != requests:
            raise ValueError("interpreters: shape (interpreters, slots); eligible: one entry a request")
        for those in self.eligible:
            if those is not None and any(not 0 <= i < len(self.interpreters) for i in those):
                raise ValueError("eligible: an interpreter who is not there")

    def _check_values(self) -> None:
        for name in ("capacity", "tables", "weights", "interpreters", "most", "day", "most_per_day", "floor"):
            array = getattr(self, name)
            if array is not None and array.size and array.min() < 0:
                raise ValueError(f"{name}: a negative number")
        if self.length is not None and self.length.size and self.length.min() < 1:
            raise ValueError("length: less than one slot")
        if self.floor_penalty < 0:
            raise ValueError("floor_penalty: negative")
        if int(self.weights.astype(object).sum()) + self.most_missing * self.floor_penalty > LIMIT:
            raise ValueError(f"weights: more than {LIMIT} together")

    @property
    def parties(self) -> int:
        """Number of parties."""
        return int(self.capacity.shape[0])

    @property
    def slots(self) -> int:
        """Number of slots."""
        return int(self.capacity.shape[1])

    @property
    def requests(self) -> int:
        """Number of requests."""
        return len(self.weights)

    @property
    def most_missing(self) -> int:
        """Meetings missing to the floors when nothing is held."""
        return 0 if self.floor is None else int(self.floor.sum())

    @cached_property
    def lengths(self) -> Ints:
        """int[requests]: slots that each takes."""
        return np.ones(self.requests, np.int64) if self.length is None else self.length.astype(np.int64)

    @cached_property
    def days(self) -> Ints:
        """int[slots]: the day of each slot."""
        return np.zeros(self.slots, np.int64) if self.day is None else self.day.astype(np.int64)

    @cached_property
    def starts(self) -> Bools:
        """bool[requests, slots]: where a request could begin if it were alone."""
        can = np.ones((self.requests, self.slots), np.bool_) if self.allowed is None else self.allowed.copy()
        free = self.capacity > 0
        for column in self.request_parties.T:
            can &= self._throughout(free[column]) | (column < 0)[:, None]
        can &= self._throughout(np.broadcast_to(self.tables > 0, can.shape))
        if self.interpreters is not None and self.eligible is not None:
            present = self.interpreters > 0
            for r, those in enumerate(self.eligible):
                if those is not None:
                    n = int(self.lengths[r])
                    can[r] &= np.any([throughout(present[i], n) for i in those], axis=0) if len(those) else False
        return can

    def _throughout(self, free: Bools) -> Bools:
        """From bool[requests, slots] of free slots: where a run of the request's length begins."""
        if self.length is None:
            return free
        return np.array([throughout(row, int(n)) for row, n in zip(free, self.lengths, strict=True)], np.bool_)

    def value(self, slot: Ints) -> int:
        """The value of a plan given as int[requests] of first slots, -1 for a request left out."""
        held = slot >= 0
        weight = int(self.weights[held].sum())
        if self.floor is None:
            return weight
        members = self.request_parties[held].ravel()
        got = np.bincount(members[members >= 0], minlength=self.parties)
        return weight - self.floor_penalty * int(np.maximum(self.floor - got, 0).sum())


def throughout(free: Bools, length: int) -> Bools:
    """From bool[slots] of free slots: where a run of `length` free slots begins."""
    runs = np.zeros(len(free), np.bool_)
    last = len(free) - length + 1
    if last > 0:
        runs[:last] = np.logical_and.reduce([free[o : o + last] for o in range(length)])
    return runs
