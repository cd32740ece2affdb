"""A timetable made again: what is gone (an organisation, a table, an interpreter) frees the meetings that need it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.departed import of_departed
from rbc_events.meetings.kept_apart import meetings_kept_apart
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.scheduling import problem as core
from rbc_events.scheduling.pins import faults_of_pins
from rbc_events.timetable.aims import USUAL, Aims
from rbc_events.timetable.problem import build_problem

NOTHING: dict[str, Any] = {"place": "", "number": 0, "interpreter": ""}
"""What a part of a standing meeting is where it is left open."""


def problem_of_run(event: Event, *, now: datetime, keep_published: bool = False, aims: Aims = USUAL) -> core.Problem:
    """What a run makes a timetable from: the event as of now, without what is gone.

    Meetings of organisations that no longer take part, or that the event's rules keep apart, are left out. Of the
    others, a place or interpreter that can't serve any more is left open, and a meeting that was only kept because
    participants were told of it may move then. One that was pinned by hand keeps its time, unless that is gone. One
    that was held keeps it in any case.
    """
    problem = build_problem(event, now=now, keep_published=keep_published, aims=aims, for_run=True)
    return _without_what_is_gone(
        problem,
        departed=_numbers(event, *of_departed(now)) | {f"m{m.id}" for m in meetings_kept_apart([event.id], now=now)},
        by_hand=_numbers(event, Meeting.pinned),
        held=_numbers(event, Meeting.state.in_((MeetingState.HELD, MeetingState.NO_SHOW))),
    )


def _numbers(event: Event, *conditions: Any) -> set[str]:
    return {f"m{n}" for n in db.session.scalars(select(Meeting.id).where(Meeting.event_id == event.id, *conditions))}


def _without_what_is_gone(
    problem: core.Problem, *, departed: Collection[str], by_hand: Collection[str], held: Collection[str]
) -> core.Problem:
    requests = (replace(r, must_have=False, veto=True) if r.id in departed else r for r in problem.requests)
    problem = replace(problem, requests=tuple(requests))
    gone = _gone(problem)
    freed = {
        r
        for r, parts in gone.items()
        if r not in held and (r not in by_hand or not parts.isdisjoint(("slot", "request")))
    }
    standing = (_left_open(m, gone[m.request], freed) if m.request in gone else m for m in problem.standing)
    problem = replace(problem, standing=tuple(standing))
    return _as_it_was(problem, {r: parts for r, parts in gone.items() if r in held})


def _gone(problem: core.Problem) -> dict[str, set[str]]:
    """For each standing meeting that can't stay as it is, whatever else is held, the parts that are to blame."""
    gone: dict[str, set[str]] = defaultdict(set)
    for fault in faults_of_pins(replace(problem, standing=tuple(replace(m, pinned=True) for m in problem.standing))):
        gone[fault.request].add(fault.field)
    for meeting in problem.standing:
        if not meeting.place:  # on a timetable every meeting has a place: this one's has been closed
            gone[meeting.request].add("place")
    return dict(gone)


def _left_open(meeting: core.Meeting, parts: set[str], freed: Collection[str]) -> core.Meeting:
    parts = parts | {"number"} if "place" in parts else parts
    nothing = {part: NOTHING[part] for part in parts if part in NOTHING}
    return replace(meeting, **nothing, pinned=meeting.pinned and meeting.request not in freed)


def _as_it_was(problem: core.Problem, gone: dict[str, set[str]]) -> core.Problem:
    """With what meetings that were held had then: their organisations' time, and an interpreter who needs no other."""
    at = {m.request: m.slot for m in problem.standing if "slot" in gone.get(m.request, ())}
    then = {(party, at[r.id]) for r in problem.requests if r.id in at for party in r.parties}
    return replace(
        problem,
        parties=tuple(
            replace(p, available=p.available | {slot for party, slot in then if party == p.id})
            if p.available is not None
            else p
            for p in problem.parties
        ),
        requests=tuple(
            replace(r, interpreter=False) if "interpreter" in gone.get(r.id, ()) else r for r in problem.requests
        ),
    )
