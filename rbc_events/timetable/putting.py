"""Putting many meetings on the timetable at once: the rules are asked once, of the timetable as it would then be."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from rbc_events.database import conflict_as
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.registration.models import Registration
from rbc_events.scheduling import problem as core
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.timetable.board import ASKED, Board, beyond, broken
from rbc_events.timetable.operations import DoesNotFit, Taken, set_down

Target = tuple[Meeting, Slot, Place, Interpreter | None]


def put_all(event: Event, targets: Sequence[Target], *, now: datetime) -> None:
    """Put meetings that stand nowhere where they shall be, for who holds the event and all their parties.

    Raises:
        DoesNotFit: together they would break rules; nothing is changed.
        Taken, Overbooked
    """
    board = Board(event, now=now)
    before = board.without("")
    used: dict[tuple[str, str], set[int]] = defaultdict(set)
    for standing in before.held:
        for slot in before.covered(standing):
            used[standing.place, slot].add(standing.number)
    added = [_numbered(before, used, *target) for target in targets]
    after = Timetable(before.problem, (*before.meetings, *added))
    faults = beyond(broken(ASKED, before), broken(ASKED, after))
    if faults:
        raise DoesNotFit(event, [board.explained(after, fault) for fault in faults])
    there = select(Registration.organisation_id).where(Registration.event_id == event.id)
    lanes = bookings.lanes_in_use(there, event.slots[0].starts_at, event.slots[-1].ends_at)
    with conflict_as(Taken, "bookings"):
        for (meeting, slot, place, person), wanted in sorted(
            zip(targets, added, strict=True), key=lambda pair: pair[0][1].starts_at
        ):
            set_down(meeting, slot, place, person, number=wanted.number, lanes=lanes)


def _numbered(
    table: Timetable,
    used: dict[tuple[str, str], set[int]],
    meeting: Meeting,
    slot: Slot,
    place: Place,
    person: Interpreter | None,
) -> core.Meeting:
    """At the first table of the place that is free then, which is used from now on."""
    where, covered = f"p{place.id}", table.covered_by(table.requests[f"m{meeting.id}"], f"s{slot.id}")
    taken = {number for each in covered for number in used[where, each]}
    number = next((n for n in range(1, place.capacity + 1) if n not in taken), 1)
    for each in covered:
        used[where, each].add(number)
    interpreter = f"i{person.id}" if person is not None else ""
    return core.Meeting(f"m{meeting.id}", f"s{slot.id}", where, number, interpreter)
