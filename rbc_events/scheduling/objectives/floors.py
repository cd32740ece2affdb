"""Meetings that are missing to what parties and groups should at least get."""

from rbc_events.scheduling.objectives.objective import Objective, nothing_left
from rbc_events.scheduling.problem import Party
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import possible_slots


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


def _missing_at_least(table: Timetable) -> int:
    """No party holds more meetings than it has requests that have a slot, or slots to hold them in, or its `most`."""
    possible = {r.id: bool(possible_slots(table, r)) for r in table.problem.requests}
    requests = dict.fromkeys(table.parties, 0)
    for request in table.problem.requests:
        for party in request.parties:
            requests[party] += possible[request.id]
    highest = {p.id: min(requests[p.id], _room_of(table, p)) for p in table.problem.parties}
    return sum(max(0, least - sum(highest[party] for party in members)) for members, least in all_floors(table))


def _room_of(table: Timetable, party: Party) -> int:
    slots = len(table.slots) if party.available is None else len(party.available)
    room = slots * party.capacity
    return room if party.most is None else min(room, party.most)


FLOORS = Objective(
    "floors",
    maximised=False,
    value=floors,
    trivial=nothing_left,
    counting=_missing_at_least,
    title=("A least number for everybody", "各組織の最低件数"),
    counted=("Meetings missing to the least number", "最低件数に足りない面談の数"),
)
