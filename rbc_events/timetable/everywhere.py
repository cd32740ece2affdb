"""Where a meeting fits: every cell of the board at once, by the rules that also judge a single one.

Most rules ask of a place only its kind, its room and whose booth it is, so tables of one hall are judged together. What
a place is to itself, open and free, is asked of each.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Slot
from rbc_events.meetings.models import Booking, Meeting
from rbc_events.scheduling import problem as core
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.rules import About
from rbc_events.scheduling.rules.places import one_meeting_a_table, place_given, place_open
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for
from rbc_events.timetable.board import ASKED, OF_INTERPRETERS, Board, beyond, broken, broken_by
from rbc_events.timetable.nearby import nearby

OF_THE_PLACE = (place_given, place_open, one_meeting_a_table)
OF_THE_REST = [rule for rule in ASKED if rule not in (*OF_THE_PLACE, *OF_INTERPRETERS)]


@dataclass(frozen=True)
class Fit:
    """A meeting as it would stand in a cell, and the rules that it would break there, none if it fits.

    `instead`: the meeting whose going would make it fit, "" where none would.
    """

    meeting: core.Meeting
    reasons: tuple[Reason, ...]
    instead: str = ""


Fits = dict[tuple[str, str], Fit]
"""By slot and place."""


def fits_on(meeting: Meeting, slots: Sequence[Slot], *, now: datetime) -> Fits:
    """A meeting in each cell of these slots, all other meetings staying where they are."""
    near = nearby(meeting, None, None, interpreted=meeting.needs_interpreter)
    board = Board(meeting.event, now=now, near=near)
    return fits_everywhere(board, f"m{meeting.id}", [f"s{slot.id}" for slot in slots], at_places(meeting))


@dataclass(frozen=True)
class Standing:
    """A meeting at a place, with its length in slots."""

    meeting: core.Meeting
    length: int


def at_places(besides: Meeting) -> list[Standing]:
    """All other meetings of an event that stand at its places, as plain rows."""
    columns = select(Meeting.id, Meeting.slot_id, Meeting.place_id, Booking.lane, Meeting.length)
    statement = columns.join(Meeting.bookings).where(
        Meeting.event_id == besides.event_id,
        Meeting.slot_id.is_not(None),
        Booking.place_id == Meeting.place_id,
        Meeting.id != besides.id,
    )
    return [
        Standing(core.Meeting(f"m{number}", f"s{slot}", f"p{place}", lane + 1), length)
        for number, slot, place, lane, length in db.session.execute(statement)
    ]


def fits_everywhere(board: Board, request: str, slots: Collection[str], standing: Iterable[Standing]) -> Fits:
    """The same of a board that has been read; `standing` are all other meetings at its places."""
    table = board.without(request)
    judge = _Judge(board, table, request)
    alike: dict[tuple[str, str, str, str], list[core.Place]] = defaultdict(list)
    for place in table.problem.places:
        alike[place.kind, place.room, place.site, place.id if place.id in table.booths else ""].append(place)
    there = _there(table, standing)
    found: Fits = {}
    for slot in slots:
        covered = table.covered_by(judge.wanted, slot)
        for places in alike.values():
            judged, reasons = judge.at(slot, places[0])
            for place in places:
                meeting = replace(judged, place=place.id)
                besides = {each for taken in covered for each in there[place.id, taken]}
                closed = place.slots is not None and not place.slots.issuperset(covered)
                own: tuple[Reason, ...] = ()
                if besides or closed:
                    meeting, own = _at_place(
                        judge, meeting, place, sorted(besides, key=lambda each: each.meeting.request)
                    )
                others = tuple(_of_place(reason, places[0].id, place.id) for reason in reasons)
                instead = _in_the_way(own) if own and not others else ""
                found[slot, place.id] = Fit(meeting, (*others, *own), instead)
    return found


def _there(table: Timetable, standing: Iterable[Standing]) -> dict[tuple[str, str], list[Standing]]:
    """Who is at each place in each slot."""
    found: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for each in standing:
        block = table.block.get(each.meeting.slot, [each.meeting.slot])
        begin = block.index(each.meeting.slot)
        for slot in block[begin : begin + each.length]:
            found[each.meeting.place, slot].append(each)
    return found


class _Judge:
    """What one meeting would break, beside those that are near it."""

    def __init__(self, board: Board, table: Timetable, request: str) -> None:
        self.board, self.whole, self.wanted = board, table, table.requests[request]
        near = table.problem.concerned(self.wanted.parties)
        ordered = {*self.wanted.after, *(r.id for r in table.problem.requests if request in r.after)}
        beside = [
            m for m in table.held if m.request in ordered or not near.isdisjoint(table.requests[m.request].parties)
        ]
        asked = {request, *(m.request for m in beside)}
        parties = {party for r in table.problem.requests if r.id in asked for party in r.parties} | set(near)
        problem = replace(
            table.problem,
            requests=tuple(r for r in table.problem.requests if r.id in asked),
            parties=tuple(p for p in table.problem.parties if p.id in parties or p.booth),
            standing=tuple(m for m in table.problem.standing if m.request in asked),
        )
        self.table = Timetable(problem, beside)
        self.before = broken(OF_THE_REST, self.table)

    def at(self, slot: str, place: core.Place) -> tuple[core.Meeting, list[Reason]]:
        """The meeting in a slot at a place that is open and free, with an interpreter where one is needed."""
        meeting = core.Meeting(self.wanted.id, slot, place.id, 1)
        reasons = beyond(
            self.before, broken(OF_THE_REST, Timetable(self.table.problem, (*self.table.meetings, meeting)))
        )
        able = interpreters_for(self.whole, self.wanted, self.whole.covered(meeting))
        standing = [m.interpreter for m in self.board.problem.standing if m.request == self.wanted.id]
        people = sorted(able or (), key=lambda person: person not in standing)
        person = next((each for each in people if not self._interpreted(meeting, each)), people[0] if people else "")
        more = self._interpreted(meeting, person)
        explained = [self.board.explained(self.whole, reason) for reason in (*reasons, *more)]
        return replace(meeting, interpreter=person), explained

    def _interpreted(self, meeting: core.Meeting, person: str) -> list[Reason]:
        theirs = self.whole.interpreted_by.get(person, [])
        asked = {self.wanted.id, *(m.request for m in theirs)}
        problem = replace(
            self.whole.problem,
            requests=tuple(r for r in self.whole.problem.requests if r.id in asked),
            interpreters=tuple(p for p in self.whole.problem.interpreters if p.id == person),
        )
        table = Timetable(problem, theirs)
        return broken_by(table, replace(meeting, interpreter=person), OF_INTERPRETERS)


def _at_place(
    judge: _Judge, meeting: core.Meeting, place: core.Place, standing: Sequence[Standing]
) -> tuple[core.Meeting, tuple[Reason, ...]]:
    """The meeting at the first free table of a place, and why it can't be there as the place itself is."""
    bare = [core.Request(each.meeting.request, (), length=each.length) for each in standing]
    problem = replace(
        judge.whole.problem,
        places=(place,),
        parties=(),
        requests=(*bare, replace(judge.wanted, parties=())),
        standing=(),
    )
    table = Timetable(problem, [each.meeting for each in standing])
    meeting = replace(meeting, number=judge.board.free_number(table, meeting.request, meeting.slot, place.id))
    reasons = broken_by(table, meeting, OF_THE_PLACE)
    return meeting, tuple(judge.board.explained(table, reason) for reason in reasons)


def _in_the_way(reasons: Iterable[Reason]) -> str:
    """The one meeting at the place that is in the way, "" where something else is, or several are."""
    found = {str(r.arguments["requests"]) if r.code == one_meeting_a_table.code else "" for r in reasons}
    only = found.pop() if len(found) == 1 else ""
    return "" if ", " in only else only


def _of_place(reason: Reason, judged: str, place: str) -> Reason:
    """Said of the place itself instead of that by which it was judged."""
    of_place = {rule.code for rule in OF_THE_REST if rule.about is About.PLACE}
    if reason.code not in of_place or reason.arguments.get("place") != judged:
        return reason
    return Reason(reason.code, {**reason.arguments, "place": place})
