"""Rules about parties: their hours, how much they meet, their way from room to room, their breaks."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting


def parties_available(table: Timetable) -> Iterator[Reason]:
    """A party meets only in slots in which it is available."""
    for party in table.problem.parties:
        if party.available is not None:
            for meeting in table.meetings_of[party.id]:
                for slot in table.covered(meeting):
                    if slot not in party.available:
                        yield Reason("parties_available", {"party": party.id, "request": meeting.request, "slot": slot})


def party_capacity(table: Timetable) -> Iterator[Reason]:
    """A party holds at most `capacity` meetings at once."""
    for party in table.problem.parties:
        load = Counter(slot for meeting in table.meetings_of[party.id] for slot in table.covered(meeting))
        for slot, meetings in load.items():
            if meetings > party.capacity:
                yield Reason(
                    "party_capacity",
                    {"party": party.id, "slot": slot, "meetings": meetings, "capacity": party.capacity},
                )


def party_most(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most` meetings."""
    for party in table.problem.parties:
        meetings = len(table.meetings_of[party.id])
        if party.most is not None and meetings > party.most:
            yield Reason("party_most", {"party": party.id, "meetings": meetings, "most": party.most})


def party_most_per_day(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most_per_day` meetings a day."""
    for party in table.problem.parties:
        if party.most_per_day is not None:
            for day, meetings in Counter(map(table.day, table.meetings_of[party.id])).items():
                if meetings > party.most_per_day:
                    yield Reason(
                        "party_most_per_day",
                        {"party": party.id, "day": day, "meetings": meetings, "most": party.most_per_day},
                    )


def party_longest_run(table: Timetable) -> Iterator[Reason]:
    """A party is busy in at most `longest_run` slots in a row."""
    for party in table.problem.parties:
        if party.longest_run is not None:
            for run in table.runs(table.busy(table.meetings_of[party.id])):
                if len(run) > party.longest_run:
                    yield Reason(
                        "party_longest_run",
                        {"party": party.id, "slot": run[0], "slots": len(run), "most": party.longest_run},
                    )


def time_to_change_rooms(table: Timetable) -> Iterator[Reason]:
    """A party that holds one meeting at a time has its minutes to change rooms and sites between two of them."""
    for party in table.problem.parties:
        if party.capacity == 1 and (party.room_change or party.site_change):
            for before, after in combinations(table.meetings_of[party.id], 2):
                if before.place in table.places and after.place in table.places:
                    needed = _minutes_needed(table, before, after, party.room_change, party.site_change)
                    if _minutes_between(table, before, after) < needed:
                        yield Reason(
                            "time_to_change_rooms",
                            {"party": party.id, "request": before.request, "next": after.request, "minutes": needed},
                        )


def _minutes_needed(table: Timetable, before: Meeting, after: Meeting, room_change: int, site_change: int) -> int:
    here, there = table.places[before.place], table.places[after.place]
    if here.site != there.site:
        return site_change
    return room_change if here.room != there.room else 0


def _minutes_between(table: Timetable, before: Meeting, after: Meeting) -> float:
    end = table.slots[table.covered(before)[-1]].end
    return max((table.slots[after.slot].start - end).total_seconds() / 60, 0.0)


def fairness(table: Timetable) -> Iterator[Reason]:
    """No party has more than `fairness` breaks more than another."""
    breaks = {party.id: breaks_of(table, party.id) for party in table.problem.parties}
    if table.problem.fairness is not None and breaks:
        apart = max(breaks.values()) - min(breaks.values())
        if apart > table.problem.fairness:
            worst = max(breaks, key=lambda party: breaks[party])
            yield Reason("fairness", {"party": worst, "breaks": breaks[worst], "most_apart": table.problem.fairness})


def breaks_of(table: Timetable, party: str) -> int:
    """The pauses between a party's meetings of one day, long ones counted once."""
    busy = table.busy(table.meetings_of[party])
    total = 0
    for day in table.days.values():
        taken = [n for n, slot in enumerate(day) if slot in busy]
        total += sum(later - earlier > 1 for earlier, later in pairwise(taken))
    return total
