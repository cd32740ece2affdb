"""Timetables of the sample events: made by the scheduler, published, and recorded where they are over."""

import json
from datetime import datetime

from sqlalchemy import exists, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings.models import Attendance, Meeting, MeetingState
from rbc_events.meetings.recording import Seen, record
from rbc_events.scheduling import solve
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.timetable import applying, publishing, runs
from rbc_events.timetable.gone import problem_of_run
from rbc_events.timetable.models import RunState

SECONDS = 2
"""How long the scheduler searches for each event: enough to place every sample meeting."""
NO_SHOW_EVERY = 14


def make_timetables(actor: User, *, now: datetime) -> None:
    """For every event that has agreed meetings, slots and places."""
    for event in _schedulable():
        _schedule(event, actor, now)
        publishing.publish(event, now=now, revision=event.revision)
        if event.slots[-1].ends_at < now:
            record_held(event, actor, now)


def _schedulable() -> list[Event]:
    having = (exists().where(kind.event_id == Event.id) for kind in (Slot, Place, Meeting))
    return list(db.session.scalars(select(Event).where(*having).order_by(Event.id)))


def _schedule(event: Event, actor: User, now: datetime) -> None:
    """Like a run of the background worker, only in this process: the first page should show a timetable."""
    run = runs.make_run(event, actor=actor, now=now, time_limit=SECONDS)
    db.session.add(run)
    problem = problem_of_run(event, now=now)
    run.problem = json.loads(problem_to_json(problem))
    run.plan = json.loads(plan_to_json(solve(problem, time_limit=SECONDS)))
    run.state, run.started_at, run.finished_at = RunState.DONE, now, now
    db.session.flush()
    applying.apply_run(run, actor=run.asked_by, now=now)


def record_held(event: Event, actor: User, now: datetime) -> None:
    scheduled = (Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED)
    for number, meeting in enumerate(
        db.session.scalars(select(Meeting).where(*scheduled).order_by(Meeting.id)).all(), 1
    ):
        seen = {party.id: Seen(Attendance.PRESENT) for party in meeting.parties}
        if number % NO_SHOW_EVERY == 0:
            seen[meeting.parties[0].id] = Seen(Attendance.ABSENT)
        record(meeting, seen, actor=actor, now=now, minutes="", seen_version=meeting.version)
