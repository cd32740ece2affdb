"""Rules about a meeting by itself, and between meetings."""

from collections import Counter
from collections.abc import Iterator

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules.rule import About, rule
from rbc_events.scheduling.rules.timetable import Timetable


@rule(
    "known",
    About.EXISTENCE,
    {
        "known": (
            "there is no {kind} {id}",
            "{kind} {id} はありません。",
        ),
    },
)
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


@rule(
    "held_once",
    About.EXISTENCE,
    {
        "held_once": (
            "request {request} is held {times} times",
            "面談申込 {request} が {times} 回組まれています。",
        ),
    },
)
def held_once(table: Timetable) -> Iterator[Reason]:
    """A request is held at most once."""
    for request, times in Counter(m.request for m in table.meetings).items():
        if times > 1:
            yield Reason("held_once", {"request": request, "times": times})


@rule(
    "not_vetoed",
    About.MEETING,
    {
        "not_vetoed": (
            "request {request} is vetoed but held",
            "除外された面談申込 {request} が組まれています。",
        ),
    },
)
def not_vetoed(table: Timetable) -> Iterator[Reason]:
    """A vetoed request is not held."""
    for meeting in table.held:
        if table.requests[meeting.request].veto:
            yield Reason("not_vetoed", {"request": meeting.request})


@rule(
    "begins_where_allowed",
    About.MEETING,
    {
        "begins_where_allowed": (
            "request {request} may not begin in slot {slot}",
            "面談申込 {request} は時間枠 {slot} に始められません。",
        ),
        "why_request_slots": (
            "request {request} may begin in {limit} slots only",
            "面談申込 {request} を始められる時間枠は {limit} 枠だけです。",
        ),
        "why_request_slot": (
            "request {request} is fixed to slot {limit}",
            "面談申込 {request} は時間枠 {limit} に限られています。",
        ),
    },
    field="slot",
)
def begins_where_allowed(table: Timetable) -> Iterator[Reason]:
    """A meeting begins in one of its request's slots, in its fixed slot if it has one."""
    for meeting in table.held:
        request = table.requests[meeting.request]
        fixed_elsewhere = request.slot and request.slot != meeting.slot
        if fixed_elsewhere or (request.slots is not None and meeting.slot not in request.slots):
            yield Reason("begins_where_allowed", {"request": meeting.request, "slot": meeting.slot})


@rule(
    "lies_in_one_block",
    About.MEETING,
    {
        "lies_in_one_block": (
            "request {request} does not fit into its block from slot {slot}",
            "面談申込 {request} は時間枠 {slot} からでは区切りに収まりません。",
        ),
        "why_request_length": (
            "request {request} takes {limit} slots in a row",
            "面談申込 {request} は連続 {limit} 枠を要します。",
        ),
    },
    field="slot",
)
def lies_in_one_block(table: Timetable) -> Iterator[Reason]:
    """All slots of a meeting lie in one block."""
    for meeting in table.held:
        if len(table.covered(meeting)) < table.requests[meeting.request].length:
            yield Reason("lies_in_one_block", {"request": meeting.request, "slot": meeting.slot})


@rule(
    "lies_in_session",
    About.MEETING,
    {
        "lies_in_session": (
            "request {request} in slot {slot} is not in session {session}",
            "面談申込 {request}（時間枠 {slot}）がセッション {session} の外にあります。",
        ),
        "why_request_session": (
            "request {request} lies in session {limit}",
            "面談申込 {request} はセッション {limit} に限られています。",
        ),
    },
    field="slot",
)
def lies_in_session(table: Timetable) -> Iterator[Reason]:
    """A meeting lies in its request's session."""
    for meeting in table.held:
        session = table.requests[meeting.request].session
        if session and table.slots[meeting.slot].session != session:
            yield Reason("lies_in_session", {"request": meeting.request, "slot": meeting.slot, "session": session})


@rule(
    "in_order",
    About.MEETING,
    {
        "in_order": (
            "request {request} begins before {before} has ended",
            "面談申込 {request} が {before} の終了前に始まります。",
        ),
        "why_order": (
            "request {request} comes after {before}",
            "面談申込 {request} は {before} より後に行います。",
        ),
    },
)
def in_order(table: Timetable) -> Iterator[Reason]:
    """Where both are held, a meeting begins after those that come before it have ended."""
    of = {m.request: m for m in table.held}
    for meeting in table.held:
        for before in table.requests[meeting.request].after:
            if before in of and table.position[table.covered(of[before])[-1]] >= table.position[meeting.slot]:
                yield Reason("in_order", {"request": meeting.request, "before": before})


@rule(
    "pins_kept",
    About.MEETING,
    {
        "pins_kept": (
            "request {request} is not held as pinned to slot {slot}",
            "面談申込 {request} が固定された時間枠 {slot} のとおりに組まれていません。",
        ),
        "why_pinned": (
            "request {request} is pinned to slot {slot}",
            "面談申込 {request} は時間枠 {slot} に固定されています。",
        ),
    },
    whole=True,
)
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


RULES = (
    known,
    held_once,
    not_vetoed,
    begins_where_allowed,
    lies_in_one_block,
    lies_in_session,
    in_order,
    pins_kept,
)
