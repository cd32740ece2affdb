"""What the kernel takes and gives back: everything is numbered from 0, and every meeting takes place exactly once."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class BreaksProblem:
    """Meetings to be held with as few breaks as possible. An empty tuple stands for "no such rule".

    slots     number of slots
    parties   number of parties
    meetings  the parties of each meeting, two or more; nobody is in two meetings of one slot
    capacity  per slot: the tables, that is the most meetings at once
    allowed   per meeting: the slots that its session and its parties' hours leave
    before    pairs of meetings; the first comes in an earlier slot than the second

    A break is a pair of a party's consecutive meetings whose slots don't follow each other: a long gap counts once; the
    time before the first and after the last meeting is free.

    Raises ValueError, which names the field and the place, where the sizes or numbers don't fit together.
    """

    slots: int
    parties: int
    meetings: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...] = ()
    allowed: tuple[frozenset[int], ...] = ()
    before: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        meetings = len(self.meetings)
        _check_number("slots", self.slots, 1)
        _check_number("parties", self.parties, 0)
        for name, size in (("capacity", self.slots), ("allowed", meetings)):
            if getattr(self, name) and len(getattr(self, name)) != size:
                raise ValueError(f"{name}: {len(getattr(self, name))} entries where {size} are expected")
        for m, present in enumerate(self.meetings):
            if len(present) < 2 or len(set(present)) != len(present):
                raise ValueError(f"meetings[{m}]: {present} aren't two or more different parties")
            _check_within(f"meetings[{m}]", present, self.parties)
        for m, slots in enumerate(self.allowed):
            _check_within(f"allowed[{m}]", slots, self.slots)
        for i, pair in enumerate(self.before):
            _check_within(f"before[{i}]", pair, meetings)
        for t, tables in enumerate(self.capacity):
            _check_number(f"capacity[{t}]", tables, 0)

    def meetings_of(self) -> list[list[int]]:
        """Per party: the numbers of its meetings."""
        of: list[list[int]] = [[] for _ in range(self.parties)]
        for m, present in enumerate(self.meetings):
            for party in present:
                of[party].append(m)
        return of

    def domain(self, meeting: int) -> frozenset[int]:
        """The slots in which a meeting may take place."""
        return self.allowed[meeting] if self.allowed else frozenset(range(self.slots))


@dataclass(frozen=True, order=True)
class Rule:
    """One rule of a problem, named by its code and by what it is about.

    held      these meetings take place
    busy      this party is in one meeting at a time
    capacity  this slot has no more meetings than tables
    allowed   this meeting keeps to its allowed slots
    before    the first meeting comes before the second
    fairness  this party's number of breaks isn't too far from the others'
    """

    code: str
    parties: tuple[int, ...] = ()
    meetings: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()


@dataclass(frozen=True)
class BreaksResult:
    """A timetable with its proof, or the reason why there is none.

    status   optimal | feasible (the time was up before the proof) | infeasible | unknown (the time was up before
             there was anything)
    slots    per meeting: its slot; None without a timetable
    breaks   the number of breaks of all parties
    bound    no timetable has fewer
    method   what the bound or the infeasibility rests on: "counting", which anybody can follow (`prices`, or a
             matching for an infeasible problem), or "SAT refutation"
    prices   where the bound rests on counting: a price per slot, with which `prices.price_bound` proves it
    reason   where infeasible: rules that can't hold together
    minimal  whether the reason is proved minimal: without any one of its rules a timetable exists
    seconds  wall-clock time
    work     steps spent (`conflicts_per_step` of `parameters.Breaks` conflicts of a SAT solver each)
    """

    status: str
    slots: tuple[int, ...] | None = None
    breaks: int | None = None
    bound: int = 0
    method: str = ""
    reason: tuple[Rule, ...] = ()
    minimal: bool = False
    prices: tuple[Fraction, ...] = ()
    seconds: float = 0.0
    work: int = 0


def _check_number(name: str, number: int, least: int) -> None:
    if number < least:
        raise ValueError(f"{name}: {number} is less than {least}")


def _check_within(name: str, numbers: tuple[int, ...] | frozenset[int], end: int) -> None:
    for number in numbers:
        if not 0 <= number < end:
            raise ValueError(f"{name}: {number} isn't between 0 and {end - 1}")
