"""Slots that are reserved: for meetings in person or online, at some kinds of places, or of some groups."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import KINDS_OF_MODE, Problem, Request, Reserved
from rbc_events.scheduling.rules.rule import About, rule
from rbc_events.scheduling.rules.timetable import Timetable


def reserved_for_others(table: Timetable, request: Request, slots: Sequence[str]) -> str:
    """The first of these slots that is reserved for other meetings than this one, wherever it is; else empty."""
    groups = {group for party in request.parties for group in table.parties[party].groups}
    for slot in slots:
        for reserved in table.reserved.get(slot, ()):
            if reserved.mode and request.mode not in ("", reserved.mode):
                return slot
            if reserved.groups and groups.isdisjoint(reserved.groups):
                return slot
    return ""


def takes_kind(table: Timetable, slot: str, kind: str) -> bool:
    """Whether meetings at places of a kind are held in a slot."""
    return all(
        kind in KINDS_OF_MODE[reserved.mode] and (not reserved.kinds or kind in reserved.kinds)
        for reserved in table.reserved.get(slot, ())
    )


def _statement(reserved: Reserved, problem: Problem) -> Reason:
    order = [slot.id for slot in sorted(problem.slots, key=lambda slot: slot.start) if slot.id in reserved.slots]
    limits = [reserved.mode, *sorted(reserved.kinds), *sorted(reserved.groups)]
    return Reason("why_reserved", {"slots": ", ".join(order), "limit": ", ".join(filter(None, limits))})


def _stated(problem: Problem) -> Iterator[Reason]:
    seen = {str(reason.arguments): reason for reason in (_statement(one, problem) for one in problem.reserved)}
    yield from seen.values()


def _limited(problem: Problem, reasons: Collection[Reason]) -> Problem:
    named = [reason.arguments for reason in reasons if reason.code == "why_reserved"]
    return replace(
        problem, reserved=tuple(one for one in problem.reserved if _statement(one, problem).arguments in named)
    )


@rule(
    "slots_reserved",
    About.MEETING,
    {
        "slots_reserved": (
            "slot {slot} is reserved for other meetings than request {request}",
            "時間枠 {slot} は、面談申込 {request} とは別の商談のための枠です。",
        ),
        "why_reserved": (
            "slots {slots} are reserved for {limit}",
            "時間枠 {slots} は {limit} に限られています。",
        ),
    },
    field="slot",
    stated=_stated,
    limited=_limited,
)
def slots_reserved(table: Timetable) -> Iterator[Reason]:
    """In reserved slots only meetings of their mode are held, and of which a party belongs to one of their groups."""
    for meeting in table.held:
        slot = reserved_for_others(table, table.requests[meeting.request], table.covered(meeting))
        if slot:
            yield Reason("slots_reserved", {"request": meeting.request, "slot": slot})


@rule(
    "reserved_kinds",
    About.PLACE,
    {
        "reserved_kinds": (
            "slot {slot} is reserved for places of another kind than {place} (request {request})",
            "時間枠 {slot} は、場所 {place} とは別の種類の場所に限られています（面談申込 {request}）。",
        ),
    },
    field="place",
)
def reserved_kinds(table: Timetable) -> Iterator[Reason]:
    """In reserved slots only places of their kinds, and of their mode, are used."""
    for meeting in table.held if table.reserved else ():
        if meeting.place in table.places:
            kind = table.places[meeting.place].kind
            wrong = next((slot for slot in table.covered(meeting) if not takes_kind(table, slot, kind)), "")
            if wrong:
                yield Reason("reserved_kinds", {"request": meeting.request, "slot": wrong, "place": meeting.place})


RULES = (slots_reserved, reserved_kinds)
