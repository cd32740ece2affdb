"""Rules about tables, rooms, virtual rooms and booths."""

from collections import Counter
from collections.abc import Iterator

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules.rule import About, rule
from rbc_events.scheduling.rules.timetable import Timetable


@rule(
    "place_given",
    About.PLACE,
    {
        "place_given": (
            "request {request} has no place that exists ({place} {number})",
            "面談申込 {request} の場所（{place} {number}）はありません。",
        ),
    },
    fills="place",
)
def place_given(table: Timetable) -> Iterator[Reason]:
    """Where there are places, each meeting has one, with a number that it has; where there are none, neither."""
    for meeting in table.held:
        place = table.places.get(meeting.place)
        numbers = range(1, 1 + place.number) if place else range(0 if table.places else 1)
        if meeting.number not in numbers:
            yield Reason("place_given", {"request": meeting.request, "place": meeting.place, "number": meeting.number})


@rule(
    "place_open",
    About.PLACE,
    {
        "place_open": (
            "place {place} can't be used in slot {slot} (request {request})",
            "場所 {place} は時間枠 {slot} に使えません（面談申込 {request}）。",
        ),
    },
    field="place",
)
def place_open(table: Timetable) -> Iterator[Reason]:
    """A place is used only in its slots."""
    for meeting in _placed(table):
        opened = table.places[meeting.place].slots
        for slot in table.covered(meeting):
            if opened is not None and slot not in opened:
                yield Reason("place_open", {"request": meeting.request, "place": meeting.place, "slot": slot})


@rule(
    "one_meeting_a_table",
    About.PLACE,
    {
        "one_meeting_a_table": (
            "place {place} number {number} has two meetings in slot {slot}",
            "場所 {place} の {number} 番で時間枠 {slot} の商談が重なっています。",
        ),
        "why_places": (
            "there are {places} tables and rooms in all",
            "テーブルと部屋は全部で {places} です。",
        ),
        "why_virtual_places": (
            "there are {places} virtual rooms in all",
            "オンライン会議室は全部で {places} です。",
        ),
        "why_places_of_both_kinds": (
            "there are {places} tables and rooms and {virtual} virtual rooms in all",
            "テーブルと部屋は全部で {places}、オンライン会議室は {virtual} です。",
        ),
        "no_place_free": (
            "no place that suits request {request} is free in slot {slot}",
            "面談申込 {request} に合う場所は時間枠 {slot} に空いていません。",
        ),
    },
)
def one_meeting_a_table(table: Timetable) -> Iterator[Reason]:
    """A table (room, virtual room) has one meeting at a time."""
    used = Counter((m.place, m.number, slot) for m in _placed(table) for slot in table.covered(m))
    for (place, number, slot), meetings in used.items():
        if meetings > 1:
            yield Reason("one_meeting_a_table", {"place": place, "number": number, "slot": slot})


@rule(
    "place_suits_mode",
    About.PLACE,
    {
        "place_suits_mode": (
            "place {place} doesn't suit request {request} ({mode})",
            "場所 {place} は面談申込 {request}（{mode}）に合いません。",
        ),
        "why_request_mode": (
            "request {request} is held {limit}",
            "面談申込 {request} の実施形態は {limit} に限られています。",
        ),
    },
    field="place",
)
def place_suits_mode(table: Timetable) -> Iterator[Reason]:
    """A meeting in person is at a table or in a room, one online in a virtual room."""
    for meeting in _placed(table):
        mode = table.requests[meeting.request].mode
        virtual = table.places[meeting.place].kind == "virtual"
        if (mode == "online" and not virtual) or (mode == "in_person" and virtual):
            yield Reason("place_suits_mode", {"request": meeting.request, "place": meeting.place, "mode": mode})


@rule(
    "booths",
    About.PLACE,
    {
        "booths": (
            "request {request} may not be at place {place} because of a booth",
            "面談申込 {request} はブースの都合により場所 {place} では行えません。",
        ),
        "why_party_booth": (
            "party {party} stays at place {limit}",
            "参加者 {party} は場所 {limit} から移動しません。",
        ),
    },
    field="place",
)
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


RULES = (
    place_given,
    place_open,
    one_meeting_a_table,
    place_suits_mode,
    booths,
)
