"""Rules about tables, rooms, virtual rooms and booths."""

from collections import Counter
from collections.abc import Iterator

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting


def place_given(table: Timetable) -> Iterator[Reason]:
    """Where there are places, each meeting has one, with a number that it has; where there are none, neither."""
    for meeting in table.held:
        place = table.places.get(meeting.place)
        numbers = range(1, 1 + place.number) if place else range(0 if table.places else 1)
        if meeting.number not in numbers:
            yield Reason("place_given", {"request": meeting.request, "place": meeting.place, "number": meeting.number})


def place_open(table: Timetable) -> Iterator[Reason]:
    """A place is used only in its slots."""
    for meeting in _placed(table):
        opened = table.places[meeting.place].slots
        for slot in table.covered(meeting):
            if opened is not None and slot not in opened:
                yield Reason("place_open", {"request": meeting.request, "place": meeting.place, "slot": slot})


def one_meeting_a_table(table: Timetable) -> Iterator[Reason]:
    """A table (room, virtual room) has one meeting at a time."""
    used = Counter((m.place, m.number, slot) for m in _placed(table) for slot in table.covered(m))
    for (place, number, slot), meetings in used.items():
        if meetings > 1:
            yield Reason("one_meeting_a_table", {"place": place, "number": number, "slot": slot})


def place_suits_mode(table: Timetable) -> Iterator[Reason]:
    """A meeting in person is at a table or in a room, one online in a virtual room."""
    for meeting in _placed(table):
        mode = table.requests[meeting.request].mode
        virtual = table.places[meeting.place].kind == "virtual"
        if (mode == "online" and not virtual) or (mode == "in_person" and virtual):
            yield Reason("place_suits_mode", {"request": meeting.request, "place": meeting.place, "mode": mode})


def booths(table: Timetable) -> Iterator[Reason]:
    """A party with a booth never leaves it but to meet at another booth or online; nobody else is put there."""
    for meeting in _placed(table):
        request = table.requests[meeting.request]
        own = {booth for party in request.parties if (booth := table.parties[party].booth)}
        wanted = own if request.mode != "online" else set()
        if (wanted and meeting.place not in wanted) or (not wanted and meeting.place in table.booths):
            yield Reason("booths", {"request": meeting.request, "place": meeting.place})


def _placed(table: Timetable) -> list[Meeting]:
    return [m for m in table.held if m.place in table.places]
