"""Putting meetings on the working timetable and taking them off. Functions flush; the route commits.

Each begins by touching the event, which locks its row: of two coordinators at once the second sees what the first did
and is told so in words. The unique keys of Occupancy stand behind it, whoever writes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db, in_batches, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Place, Slot
from rbc_events.events.operations import touch
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty, MeetingState, Occupancy
from rbc_events.meetings.recording import take_off
from rbc_events.scheduling.plan import Reason
from rbc_events.timetable.board import Board
from rbc_events.timetable.nearby import nearby, slots_taken


class Taken(Conflict):
    message = _l("Somebody took this time or place in the meantime. Please look at the timetable again.")


class DoesNotFit(Conflict):
    """The meeting would break rules there; `reasons` names them, for `wording.Names`."""

    message = _l("The meeting can't be put there.")

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.reasons = reasons


class NotMovable(Conflict):
    title = _l("No longer possible")
    message = _l("This meeting has been held or called off and stays as it is.")


class NotOnTimetable(Conflict):
    message = _l("This meeting is not on the timetable.")


class OnTimetable(Conflict):
    message = _l("Take the meeting off the timetable first: otherwise it may not fit where it is.")


class ElsewhereTime(Unacceptable):
    message = _l("This time or place belongs to another event.")


ANYBODY = -1
"""As an interpreter: whoever is free, where one is needed."""


def place_meeting(
    meeting: Meeting, *, slot: Slot, place: Place, now: datetime, interpreter: Interpreter | int | None = ANYBODY
) -> None:
    """Put a meeting at a time and place, or move it there.

    Raises:
        NotMovable: it was held or called off.
        DoesNotFit: it would break a rule; nothing is changed.
        Taken: somebody else was faster.
    """
    event = meeting.event
    if slot.event_id != event.id or place.event_id != event.id:
        raise ElsewhereTime
    _lock(meeting)
    require_movable(meeting)
    chosen = f"i{interpreter.id}" if isinstance(interpreter, Interpreter) else ("" if interpreter is None else None)
    near = nearby(meeting, slot, place, interpreted=bool(chosen) or meeting.needs_interpreter)
    board = Board(event, now=now, near=near)
    found, reasons = board.fit(f"m{meeting.id}", f"s{slot.id}", f"p{place.id}", chosen)
    if reasons:
        raise DoesNotFit(reasons)
    person = db.session.get(Interpreter, int(found.interpreter[1:])) if found.interpreter else None
    pinned = meeting.pinned
    if meeting.slot_id is not None:
        take_off(meeting)
        db.session.flush()
    set_down(meeting, slot, place, person, number=found.number, lanes=lanes_in_use(slots_taken(meeting, slot)))
    meeting.pinned = pinned
    with conflict_as(Taken, "occupancies"):
        db.session.add(meeting)


def require_movable(meeting: Meeting) -> None:
    """Raises NotMovable: it was held or called off."""
    if not meeting.open:
        raise NotMovable


def remove_meeting(meeting: Meeting) -> None:
    """Take a meeting off the working timetable; it waits for a time again.

    Raises:
        NotMovable
    """
    _lock(meeting)
    require_movable(meeting)
    take_off(meeting)
    db.session.flush()


def pin_meeting(meeting: Meeting, *, pinned: bool) -> None:
    """Hold a meeting where it is when the timetable is made again, or let it go.

    Raises:
        NotMovable, NotOnTimetable
    """
    _lock(meeting)
    require_movable(meeting)
    if meeting.slot_id is None:
        raise NotOnTimetable
    meeting.pinned = pinned
    db.session.flush()


def set_details(
    meeting: Meeting,
    *,
    length: int,
    must: bool,
    online: bool,
    needs_interpreter: bool,
    sits_in: User | None,
    seen_version: int | None,
) -> None:
    """How long a meeting is, in slots, whether it must be held, is online, needs an interpreter, and who sits in.

    Raises:
        Conflict: somebody else has changed the meeting since.
        NotMovable
        OnTimetable: anything but whether it must be held changes while it has a time.
    """
    _lock(meeting)
    require_version(meeting, seen_version)
    require_movable(meeting)
    third = next((party for party in meeting.parties if party.user_id is not None), None)
    changes_third = (sits_in.id if sits_in else None) != (third.user_id if third else None)
    shape = (meeting.length, meeting.online, meeting.needs_interpreter)
    if meeting.slot_id is not None and (changes_third or (length, online, needs_interpreter) != shape):
        raise OnTimetable
    if changes_third:
        meeting.parties = [party for party in meeting.parties if party is not third]
        db.session.flush()
        meeting.parties += [MeetingParty(user=sits_in)] if sits_in else []
    meeting.length, meeting.must, meeting.online = length, must, online
    meeting.needs_interpreter = needs_interpreter
    db.session.flush()


def set_down(
    meeting: Meeting,
    slot: Slot,
    place: Place,
    interpreter: Interpreter | None,
    *,
    number: int,
    lanes: "Lanes",
) -> None:
    """Write a meeting's time and place and a row for each thing that it takes in each of its slots.

    `number`: the place's table, from 1. No rule is checked here; the database refuses what is taken.
    """
    meeting.slot, meeting.place, meeting.interpreter = slot, place, interpreter
    meeting.state = MeetingState.SCHEDULED
    for covered in slots_taken(meeting, slot):
        things: list[dict[str, int | None]] = [{"place_id": place.id, "lane": max(number, 1) - 1}]
        things += [
            {"registration_id": party.registration_id, "lane": lanes.take(covered.id, party.registration_id)}
            for party in meeting.parties
            if party.registration_id is not None
        ]
        things += [{"user_id": party.user_id} for party in meeting.parties if party.user_id is not None]
        things += [{"interpreter_id": interpreter.id}] if interpreter is not None else []
        meeting.occupancies += [Occupancy(slot_id=covered.id, **thing) for thing in things]


class Lanes:
    """Which lanes of organisations are in use in each slot: as many as they can hold meetings at once."""

    def __init__(self, used: Iterable[tuple[int, int, int]] = ()) -> None:
        self._used = set(used)  # slot, registration, lane

    def take(self, slot: int, registration: int) -> int:
        """The first free lane, taken from now on."""
        lane = 0
        while (slot, registration, lane) in self._used:
            lane += 1
        self._used.add((slot, registration, lane))
        return lane


def lanes_in_use(slots: Sequence[Slot]) -> Lanes:
    statement = select(Occupancy.slot_id, Occupancy.registration_id, Occupancy.lane)
    found: list[tuple[int, int, int]] = []
    for some in in_batches([slot.id for slot in slots]):
        rows = db.session.execute(statement.where(Occupancy.slot_id.in_(some), Occupancy.registration_id.is_not(None)))
        found += [(slot, registration, lane) for slot, registration, lane in rows if registration]
    return Lanes(found)


def _lock(meeting: Meeting) -> None:
    touch(meeting.event)
    db.session.refresh(meeting)
