"""Meetings at clock times: each begins on a step of a fine grid and takes things that hold so many at once.

Unlike a conference's slots, the times of different meetings overlap freely. A week's worth is decided at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wanted:
    """`starts`: the steps on which it can begin. `needs`: the things that it takes. `stands`: where it is now."""

    key: int
    length: int
    starts: tuple[int, ...]
    needs: tuple[str, ...]
    stands: int | None = None


@dataclass(frozen=True)
class Thing:
    """Holds so many meetings at once; `taken`: from and until, by meetings that are not to be decided."""

    capacity: int = 1
    taken: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Placed:
    """`starts`: of each meeting that has a place. `most`: no plan holds more than so many. `proved`: none is better."""

    starts: Mapping[int, int] = field(default_factory=dict)
    most: int = 0
    proved: bool = True


def place_meetings(wanted: Sequence[Wanted], things: Mapping[str, Thing], *, seconds: float, seed: int = 0) -> Placed:
    """As many meetings as fit; of the plans with so many one that moves the fewest, and of these one with the most on
    whole or half hours."""
    # The solver takes a second and much memory, which a web worker that only names this function has no use for.
    from rbc_events.scheduling.solving.clock_times import solve_clock_times

    return solve_clock_times(wanted, things, seconds=seconds, seed=seed)
