"""What an objective is: its name, which way is better, its value, what proves a bound, and how it is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.lagrangian_bounds import bound_by


@dataclass(frozen=True)
class Given:
    """What a bound is proved of: all plans that compare with a timetable.

    held_anyway  requests that are held in each of them
    values       of the levels before, which each of them keeps
    """

    table: Timetable
    held_anyway: frozenset[str] = frozenset()
    values: Mapping[str, int] = field(default_factory=dict)


Bound = Callable[[Given], int | None]
Priced = Callable[[Given, Dual], int | None]


@dataclass(frozen=True)
class Objective:
    """One objective of the format's `levels`.

    maximised  whether more is better; else less is
    value      of a timetable
    trivial    what no plan passes because there is no more, or nothing left to wish for
    title, counted  in English and Japanese: what it is called, and what its value counts
    counting   a bound from looking at one party, floor or meeting at a time
    priced     by method of the certificate, the bound that multipliers prove; None if they prove nothing
    paid       whether a party's time may have a price below 0 in them, and a unit of it a price where it is kept before
    """

    name: str
    maximised: bool
    value: Callable[[Timetable], int]
    trivial: Callable[[Timetable], int]
    title: tuple[str, str]
    counted: tuple[str, str]
    counting: Callable[[Timetable], int] | None = None
    priced: Mapping[str, Priced] = field(default_factory=dict)
    paid: bool = False

    def passes(self, one: int, other: int) -> bool:
        """Whether one value is better than another."""
        return one > other if self.maximised else one < other


def by_multipliers(name: str) -> Priced:
    """What multipliers prove of an objective after others that are kept."""
    return lambda given, dual: bound_by(name, dual, given.table, given.held_anyway, given.values)


def nothing_left(table: Timetable) -> int:
    """The trivial bound of what is minimised and never below 0."""
    return 0
