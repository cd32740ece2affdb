"""Only those who manage an event see its working timetable."""

from flask import abort

from rbc_events.database import db
from rbc_events.events.access import load_managed_event
from rbc_events.meetings.models import Meeting
from rbc_events.timetable.models import ScheduleRun


def load_meeting(key: str, number: int) -> Meeting:
    """A meeting of an event that the actor manages."""
    event = load_managed_event(key)
    meeting = db.session.get(Meeting, number)
    if meeting is None or meeting.event_id != event.id:
        abort(404)
    return meeting


def load_run_that_left_out(key: str, number: int, meeting: int) -> ScheduleRun:
    """A run whose plan holds every meeting but this one, and maybe others."""
    run = load_run(key, number)
    if f"m{meeting}" not in (run.plan or {}).get("left_out", ()):
        abort(404)
    return run


def load_run(key: str, number: int) -> ScheduleRun:
    """A run of the scheduler for an event that the actor manages."""
    event = load_managed_event(key)
    run = db.session.get(ScheduleRun, number)
    if run is None or run.event_id != event.id:
        abort(404)
    return run
