"""Whether each multiplier of a certificate stands where there is a row for it, with the sign that it must have."""

from collections.abc import Iterator, Mapping

from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.hours import continents

PAID = [name for name, objective in OBJECTIVES.items() if objective.paid]
"""Levels in which a party's time may be paid for instead of costing something, and that may be kept before others."""


def misplaced(table: Timetable, level: str, dual: Dual) -> Iterator[str]:
    """The multipliers that prove nothing of a level: of what doesn't exist or isn't limited, or below 0.

    The multipliers of one name aren't added up first: one that is negative stays so beside a larger one.
    """
    if dual.denominator < 1:
        yield "denominator"
    for field, names, signed in _rows(table, level):
        yield from _misnamed(field, getattr(dual, field), names, signed)
    for field, each, inner, signed in _rows_of_slots(table, level):
        prices: Mapping[str, Mapping[str, int]] = getattr(dual, field)
        for name, row in prices.items():
            if name in each:
                yield from _misnamed(f"{field} {name}", row, inner, signed)
            else:
                yield f"{field} {name}"
    if dual.weight < 0 or (dual.weight and "weight" not in _before(table, level)):
        yield "weight"


def _rows(table: Timetable, level: str) -> Iterator[tuple[str, set[str], bool]]:
    """(field, names that have a row, whether any sign will do) of the multipliers by one name."""
    kept = {name for name in PAID if name in _before(table, level)} if level in PAID else set()
    inconvenient = level == "inconvenience" or "inconvenience" in kept
    yield "slots", set(table.slots), False
    yield "parties", set(table.parties), level in PAID
    yield "interpreters", set(table.interpreters), False
    yield "most", {name for name, party in table.parties.items() if party.most is not None}, False
    yield "kept", kept, False
    yield "continents", continents(table) if inconvenient else set(), False


def _rows_of_slots(table: Timetable, level: str) -> Iterator[tuple[str, set[str], set[str], bool]]:
    """(field, names, names within, whether any sign will do) of the multipliers by two names."""
    limited = {name for name, party in table.parties.items() if party.most_per_day is not None}
    yield "party_slots", set(table.parties), set(table.slots), level in PAID
    yield "interpreter_slots", set(table.interpreters), set(table.slots), False
    yield "most_per_day", limited, set(table.days), False


def _misnamed(field: str, prices: Mapping[str, int], names: set[str], signed: bool) -> Iterator[str]:
    for name, price in prices.items():
        if name not in names or (price < 0 and not signed):
            yield f"{field} {name}"


def _before(table: Timetable, level: str) -> tuple[str, ...]:
    """The levels that are kept when this one is looked at."""
    if level not in table.problem.levels or level in ("must_haves", "weight"):
        return ()
    return table.problem.levels[: table.problem.levels.index(level)]
