"""The values of the levels, counted from a timetable."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rbc_events.scheduling.problem import Meeting, Party, Slot
from rbc_events.scheduling.rules import breaks_of
from rbc_events.scheduling.rules.timetable import Timetable


def must_haves(table: Timetable) -> int:
    """Must-haves and pinned requests that are held."""
    return len(required(table) & table.held_requests)


def required(table: Timetable) -> set[str]:
    """The requests that have to be held."""
    pinned = {m.request for m in table.problem.standing if m.pinned}
    return pinned | {request.id for request in table.problem.requests if request.must_have}


def weight(table: Timetable) -> int:
    """The weight of what is held."""
    return sum(table.requests[request].weight for request in table.held_requests)


def floors(table: Timetable) -> int:
    """Meetings missing to the floors, over all parties and groups."""
    held = {party: len(meetings) for party, meetings in table.meetings_of.items()}
    return sum(max(0, least - sum(held[party] for party in members)) for members, least in all_floors(table))


def all_floors(table: Timetable) -> list[tuple[list[str], int]]:
    """(parties, meetings that they should have together), one for each party and one for each group as a whole."""
    own = {party.id: party.least for party in table.problem.parties}
    together = []
    for floor in table.problem.floors:
        members = [party.id for party in table.problem.parties if floor.group in ("", *party.groups)]
        if floor.each:
            own.update({party: max(own[party], floor.least) for party in members})
        else:
            together.append((members, floor.least))
    return [([party], least) for party, least in own.items() if least] + together


def breaks(table: Timetable) -> int:
    """Pauses in people's days."""
    return sum(breaks_of(table, party) for party in table.parties)


def changes(table: Timetable) -> int:
    """Meetings of the standing plan that are not held exactly as they were."""
    now = {m.request: m for m in table.held}
    return sum(not (m.request in now and unchanged(m, now[m.request])) for m in table.problem.standing)


def unchanged(before: Meeting, after: Meeting) -> bool:
    """Whether slot, place and interpreter are the same; what was not given before may be anything."""
    return (
        before.slot == after.slot
        and before.place in ("", after.place)
        and (not before.place or before.number in (0, after.number))
        and before.interpreter in ("", after.interpreter)
    )


def inconvenience(table: Timetable) -> int:
    """Quarters of an hour outside decent hours of all meetings online, and once more the worst continent's for each."""
    by_continent: Counter[str] = Counter()
    for meeting in table.held:
        if not table.places or (meeting.place in table.places and table.places[meeting.place].kind == "virtual"):
            for name in table.requests[meeting.request].parties:
                party = table.parties[name]
                for slot in table.covered(meeting):
                    by_continent[continent(party)] += quarters_outside(party, table.slots[slot])
    return by_continent.total() + len(continents(table)) * max(by_continent.values(), default=0)


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


def table_changes(table: Timetable) -> int:
    """How often a party changes its table between two meetings that follow each other on one day."""
    return sum(
        table.day(before) == table.day(after) and (before.place, before.number) != (after.place, after.number)
        for meetings in table.meetings_of.values()
        for before, after in pairwise(meetings)
    )


VALUES: dict[str, Callable[[Timetable], int]] = {
    "must_haves": must_haves,
    "weight": weight,
    "floors": floors,
    "breaks": breaks,
    "changes": changes,
    "inconvenience": inconvenience,
    "table_changes": table_changes,
}
