"""Wishes that are granted: a meeting held that begins in a slot, is at a place or with an interpreter as wished."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from rbc_events.scheduling.objectives.objective import Objective, by_multipliers
from rbc_events.scheduling.problem import Request
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for, places_for, possible_slots
from rbc_events.scheduling.verify.lagrangian import places_in
from rbc_events.scheduling.verify.matching import unmatched

Ways = dict[str, list[tuple[str, str]]]
"""By request, each way to grant its wish: what is taken of what there is, and the slot in which it begins."""
Room = Callable[[str, str], int]
"""How many meetings what is taken has room for in a slot."""


def wishes(table: Timetable) -> int:
    total = 0
    for meeting in table.held:
        request = table.requests[meeting.request]
        total += meeting.slot in request.wished_slots
        total += meeting.place in request.wished_places
        total += meeting.interpreter in request.wished_interpreters
    return total


def _possible(table: Timetable) -> int:
    """Those that could be granted if their request were the only one."""
    return sum(len(ways) for ways in (_by_slot(table), _by_place(table), _by_interpreter(table)))


def _by_slot(table: Timetable) -> Ways:
    return _ways(table, lambda request, slot: [""] if slot in request.wished_slots else [])


def _by_place(table: Timetable) -> Ways:
    def places(request: Request, slot: str) -> Iterable[str]:
        covered = table.covered_by(request, slot)
        return (place for place in places_for(table, request, covered) if place in request.wished_places)

    return _ways(table, places)


def _by_interpreter(table: Timetable) -> Ways:
    def people(request: Request, slot: str) -> Iterable[str]:
        able = interpreters_for(table, request, table.covered_by(request, slot))
        return (person for person in able or () if person in request.wished_interpreters)

    return _ways(table, people)


def _ways(table: Timetable, taken: Callable[[Request, str], Iterable[str]]) -> Ways:
    found: Ways = {}
    for request in table.problem.requests:
        if request.wished_slots or request.wished_places or request.wished_interpreters:
            ways = [(thing, slot) for slot in possible_slots(table, request) for thing in taken(request, slot)]
            if ways:
                found[request.id] = ways
    return found


def _room_for(table: Timetable) -> int:
    """Those for which there is room, of each kind by itself: in no slot more than places, and no more of a party's than
    it can hold; no more at a place than it has tables, and one with an interpreter at a time."""
    by_slot = _by_slot(table)
    at_parties = _of_one_party_each(table, by_slot).items()
    of_parties = sum(_granted(ways, _always(table.parties[party].capacity)) for party, ways in at_parties)
    slots = min(_granted(by_slot, lambda _, slot: places_in(table, slot)), of_parties)
    places = _granted(_by_place(table), lambda place, slot: table.places[place].number)
    return slots + places + _granted(_by_interpreter(table), _always(1))


def _always(number: int) -> Room:
    return lambda thing, slot: number


def _of_one_party_each(table: Timetable, ways: Ways) -> Mapping[str, Ways]:
    """Each request with that of its parties that has the most such requests."""
    number = dict.fromkeys(table.parties, 0)
    for request in ways:
        for party in table.requests[request].parties:
            number[party] += 1
    found: dict[str, Ways] = defaultdict(dict)
    for request, its in ways.items():
        found[max(table.requests[request].parties, key=lambda party: number[party])][request] = its
    return found


def _granted(ways: Ways, room: Room) -> int:
    """How many requests find a way of their own in a largest matching."""
    return len(ways) - unmatched(ways, {way: room(*way) for its in ways.values() for way in its})


WISHES = Objective(
    "wishes",
    maximised=True,
    value=wishes,
    trivial=_possible,
    counting=_room_for,
    priced={"lp-dual": by_multipliers("wishes")},
    paid=True,
    title=("Wishes for time, place or interpreter", "時間・場所・通訳の希望"),
    counted=("Wishes that are granted", "かなえられた希望の数"),
)
