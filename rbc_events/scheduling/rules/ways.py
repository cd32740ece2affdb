"""How long it takes from one meeting to the next, and how long there is."""

from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules.timetable import Timetable


def minutes_needed(table: Timetable, before: Meeting, after: Meeting, room_change: int, site_change: int) -> int:
    """The minutes from one meeting's place to another's, for who needs so many to change rooms and sites."""
    here, there = table.places[before.place], table.places[after.place]
    if here.site != there.site:
        return site_change
    return room_change if here.room != there.room else 0


def minutes_between(table: Timetable, before: Meeting, after: Meeting) -> float:
    """The minutes from one meeting's end to the begin of another, which is later."""
    end = table.slots[table.covered(before)[-1]].end
    return max((table.slots[after.slot].start - end).total_seconds() / 60, 0.0)
