"""Small problems for the tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rbc_events.scheduling import Party, Place, Plan, Problem, Request, Slot
from rbc_events.scheduling.objectives import priced
from rbc_events.scheduling.plan import Dual
from rbc_events.scheduling.rules.timetable import Timetable

NINE = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)


def make_slots(number: int, *, morning: int | None = None, day: str = "2026-11-26", hours: int = 0) -> tuple[Slot, ...]:
    """Slots s1, s2, ... of 30 minutes from 09:00 in Japan; those after `morning` are the afternoon, an hour later."""
    made = []
    for n in range(number):
        late = morning is not None and n >= morning
        start = NINE + timedelta(hours=hours + late, minutes=30 * n)
        session = "" if morning is None else "afternoon" if late else "morning"
        made.append(Slot(f"s{n + 1}", start, start + timedelta(minutes=30), day, session))
    return tuple(made)


def make_problem(
    pairs: list[tuple[str, str]], *, slots: int | tuple[Slot, ...] = 4, tables: int | None = None, **fields: Any
) -> Problem:
    """Requests r1, r2, ... between the pairs of parties; `fields` replace any field of the problem."""
    names = sorted({party for pair in pairs for party in pair})
    made: dict[str, Any] = {
        "slots": make_slots(slots) if isinstance(slots, int) else slots,
        "parties": tuple(Party(name) for name in names),
        "requests": tuple(Request(f"r{n + 1}", pair) for n, pair in enumerate(pairs)),
        "places": () if tables is None else (Place("tables", number=tables),),
    }
    return Problem(**{**made, **fields})


def from_dual(level: str, dual: Dual, table: Timetable) -> int | None:
    """The bound on a level that multipliers of the relaxation prove."""
    return priced(level, "lp-dual", dual, table)


def timeless(plan: Plan) -> Plan:
    """A plan without the seconds that it took."""
    return replace(plan, certificate=replace(plan.certificate, seconds=0.0))
