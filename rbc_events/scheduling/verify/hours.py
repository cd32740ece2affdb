"""When a meeting online is inconvenient to whom: decent hours, quarters of an hour outside them, continents."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from rbc_events.scheduling.problem import Party, Slot
from rbc_events.scheduling.rules.timetable import Timetable


def continents(table: Timetable) -> set[str]:
    """The continents of parties with decent hours."""
    return {continent(party) for party in table.problem.parties if party.decent_hours}


def continent(party: Party) -> str:
    """Asia, Europe, ...: the first part of a party's time zone."""
    return party.time_zone.split("/")[0]


def quarters_outside(party: Party, slot: Slot) -> int:
    """Quarters of an hour of a slot that are outside a party's decent hours."""
    if party.decent_hours is None:
        return 0
    begin, end = party.decent_hours
    quarters = -((slot.start - slot.end) // timedelta(minutes=15))
    clocks = [(slot.start + n * timedelta(minutes=15)).astimezone(ZoneInfo(party.time_zone)) for n in range(quarters)]
    if begin <= end:
        return sum(not begin <= clock.time() < end for clock in clocks)
    return sum(end <= clock.time() < begin for clock in clocks)
