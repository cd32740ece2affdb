"""Putting meetings on the working timetable and taking them off. Functions flush; the route commits.

Each begins by touching the event, which locks its row: of two coordinators at once the second sees what the first did
and is told so in words. The bookings' constraints stand behind it, whoever writes,
and at which event.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event, Place, Slot
from rbc_events.events.operations import touch
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty, MeetingState
from rbc_events.meetings.recording import take_off
from rbc_events.scheduling.plan import Reason
from rbc_events.timetable.board import Board
from rbc_events.timetable.nearby import nearby, slots_taken
from rbc_events.timetable.problem import interpreters_of


class Taken(Conflict):
    message = _l("Somebody took this time or place in the meantime. Please look at the timetable again.")


class DoesNotFit(Conflict):
    """The meeting would break rules there; `reasons` names them, for `wording.Names` of its event."""

    message = _l("The meeting can't be put there.")

    def __init__(self, event: Event, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.event, self.reasons = event, reasons


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
        Taken, Overbooked: somebody else was faster.
    """
    if slot.event_id != meeting.event_id or place.event_id != meeting.event_id:
        raise ElsewhereTime
    take_hold(meeting)
    require_movable(meeting)
    interpreted = meeting.needs_interpreter or isinstance(interpreter, Interpreter)
    bookings.hold_parties([meeting], interpreters_of(meeting.event) if interpreted else ())
    if meeting.has_own_time:
        take_off(meeting)
        db.session.flush()
    put(meeting, slot, place, interpreter, now=now)


def put(
    meeting: Meeting,
    slot: Slot,
    place: Place,
    interpreter: Interpreter | int | None,
    *,
    now: datetime,
    rather: Interpreter | None = None,
) -> None:
    """Put a meeting somewhere under the rules, for who holds the event, the meeting's parties and its interpreters.

    `rather`: of ANYBODY who is free first this one.

    Raises:
        DoesNotFit, Taken, Overbooked
    """
    interpreted = meeting.needs_interpreter or isinstance(interpreter, Interpreter)
    chosen = f"i{interpreter.id}" if isinstance(interpreter, Interpreter) else ("" if interpreter is None else None)
    board = Board(meeting.event, now=now, near=nearby(meeting, slot, place, interpreted=interpreted))
    first = f"i{rather.id}" if rather is not None else ""
    found, reasons = board.fit(f"m{meeting.id}", f"s{slot.id}", f"p{place.id}", chosen, rather=first)
    if reasons:
        raise DoesNotFit(meeting.event, reasons)
    person = db.session.get(Interpreter, int(found.interpreter[1:])) if found.interpreter else None
    pinned = meeting.pinned
    if meeting.slot_id is not None:
        take_off(meeting)
        db.session.flush()
    sides = [party.registration.organisation_id for party in meeting.parties if party.registration is not None]
    lanes = bookings.lanes_in_use(sides, slot.starts_at, slots_taken(meeting, slot)[-1].ends_at)
    with conflict_as(Taken, "bookings"):
        set_down(meeting, slot, place, person, number=found.number, lanes=lanes)
        meeting.pinned = pinned


def swap_meetings(meeting: Meeting, other: Meeting, *, now: datetime) -> None:
    """Put a meeting where another one is, and that one where the first was; without a time where that had none.

    Raises:
        NotMovable: one of them was held or called off.
        NotOnTimetable: the other one has no time and place of the timetable.
        DoesNotFit: one of them would break a rule where the other is; nothing is changed.
        Taken, Overbooked
    """
    if meeting.event_id != other.event_id or meeting is other:
        raise ElsewhereTime
    take_hold(meeting)
    db.session.refresh(other)
    require_movable(meeting)
    require_movable(other)
    if other.slot is None or other.place is None:
        raise NotOnTimetable
    interpreted = meeting.needs_interpreter or other.needs_interpreter
    bookings.hold_parties([meeting, other], interpreters_of(meeting.event) if interpreted else ())
    here = meeting.slot, meeting.place, meeting.pinned, meeting.interpreter
    there = other.slot, other.place, other.pinned, other.interpreter
    for each in (meeting, other):
        take_off(each)
    db.session.flush()
    put(meeting, there[0], there[1], ANYBODY, now=now, rather=here[3])
    meeting.pinned = here[2]
    if here[0] is not None and here[1] is not None:
        put(other, here[0], here[1], ANYBODY, now=now, rather=there[3])
        other.pinned = there[2]
    db.session.flush()


def require_movable(meeting: Meeting) -> None:
    """Raises NotMovable: it was held or called off."""
    if not meeting.open:
        raise NotMovable


def remove_meeting(meeting: Meeting) -> None:
    """Take a meeting off the working timetable; it waits for a time again.

    Raises:
        NotMovable
    """
    take_hold(meeting)
    require_movable(meeting)
    bookings.hold_parties([meeting])
    take_off(meeting)
    db.session.flush()


def pin_meeting(meeting: Meeting, *, pinned: bool) -> None:
    """Hold a meeting where it is when the timetable is made again, or let it go.

    Raises:
        NotMovable, NotOnTimetable
    """
    take_hold(meeting)
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
    take_hold(meeting)
    require_version(meeting, seen_version)
    require_movable(meeting)
    third = next((party for party in meeting.parties if party.user_id is not None), None)
    changes_third = (sits_in.id if sits_in else None) != (third.user_id if third else None)
    shape = (meeting.length, meeting.online, meeting.needs_interpreter)
    if meeting.starts_at is not None and (changes_third or (length, online, needs_interpreter) != shape):
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
    lanes: bookings.Lanes,
) -> None:
    """Write a meeting's time and place, and book each thing that it takes.

    `number`: the place's table, from 1. No rule is checked here; the database refuses what is taken.

    Raises:
        Overbooked
    """
    last = slots_taken(meeting, slot)[-1]  # read first: what is half set can't be written
    meeting.slot, meeting.place, meeting.interpreter = slot, place, interpreter
    meeting.starts_at, meeting.ends_at = slot.starts_at, last.ends_at
    meeting.state = MeetingState.SCHEDULED
    bookings.book(meeting, table=max(number, 1) - 1, lanes=lanes)


def take_hold(meeting: Meeting) -> None:
    """Keep others from changing the event's timetable until the transaction ends, and read the meeting again."""
    touch(meeting.event)
    db.session.refresh(meeting)
