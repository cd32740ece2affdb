"""Rules about a meeting by itself, and between meetings."""

from collections import Counter
from collections.abc import Iterator

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting


def known(table: Timetable) -> Iterator[Reason]:
    """Every request, slot, place and interpreter exists."""
    for meeting in table.meetings:
        for kind, name, names in (
            ("request", meeting.request, table.requests),
            ("slot", meeting.slot, table.slots),
            ("place", meeting.place, table.places),
            ("interpreter", meeting.interpreter, table.interpreters),
        ):
            if name not in names and (name or kind in ("request", "slot")):
                yield Reason("known", {"kind": kind, "id": name})


def held_once(table: Timetable) -> Iterator[Reason]:
    """A request is held at most once."""
    for request, times in Counter(m.request for m in table.meetings).items():
        if times > 1:
            yield Reason("held_once", {"request": request, "times": times})


def not_vetoed(table: Timetable) -> Iterator[Reason]:
    """A vetoed request is not held."""
    for meeting in table.held:
        if table.requests[meeting.request].veto:
            yield Reason("not_vetoed", {"request": meeting.request})


def begins_where_allowed(table: Timetable) -> Iterator[Reason]:
    """A meeting begins in one of its request's slots, in its fixed slot if it has one."""
    for meeting in table.held:
        request = table.requests[meeting.request]
        fixed_elsewhere = request.slot and request.slot != meeting.slot
        if fixed_elsewhere or (request.slots is not None and meeting.slot not in request.slots):
            yield Reason("begins_where_allowed", {"request": meeting.request, "slot": meeting.slot})


def lies_in_one_block(table: Timetable) -> Iterator[Reason]:
    """All slots of a meeting lie in one block."""
    for meeting in table.held:
        if len(table.covered(meeting)) < table.requests[meeting.request].length:
            yield Reason("lies_in_one_block", {"request": meeting.request, "slot": meeting.slot})


def lies_in_session(table: Timetable) -> Iterator[Reason]:
    """A meeting lies in its request's session."""
    for meeting in table.held:
        session = table.requests[meeting.request].session
        if session and table.slots[meeting.slot].session != session:
            yield Reason("lies_in_session", {"request": meeting.request, "slot": meeting.slot, "session": session})


def in_order(table: Timetable) -> Iterator[Reason]:
    """Where both are held, a meeting begins after those that come before it have ended."""
    of = {m.request: m for m in table.held}
    for meeting in table.held:
        for before in table.requests[meeting.request].after:
            if before in of and table.position[table.covered(of[before])[-1]] >= table.position[meeting.slot]:
                yield Reason("in_order", {"request": meeting.request, "before": before})


def pins_kept(table: Timetable) -> Iterator[Reason]:
    """A pinned meeting is held as it stands."""
    of = {m.request: m for m in table.held}
    for pin in table.problem.standing:
        if pin.pinned and not (pin.request in of and _as_pinned(pin, of[pin.request])):
            yield Reason("pins_kept", {"request": pin.request, "slot": pin.slot})


def _as_pinned(pin: Meeting, held: Meeting) -> bool:
    return (
        pin.slot == held.slot
        and (not pin.place or pin.place == held.place)
        and (not pin.number or pin.number == held.number)
        and (not pin.interpreter or pin.interpreter == held.interpreter)
    )
