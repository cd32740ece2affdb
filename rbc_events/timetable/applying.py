"""Taking a plan over into the working timetable, in one transaction, if the event is still the one it was made for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Place, Slot
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Booking, Interpreter, Meeting, MeetingParty, MeetingState
from rbc_events.meetings.recording import take_off
from rbc_events.registration.models import Registration
from rbc_events.scheduling.formats.plan_json import read_plan
from rbc_events.scheduling.formats.problem_json import read_problem
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.timetable.board import ASKED, beyond, broken
from rbc_events.timetable.models import RunState, ScheduleRun
from rbc_events.timetable.moves import recorded
from rbc_events.timetable.operations import DoesNotFit, Taken, set_down
from rbc_events.timetable.problem import of_timetable

KEPT = (MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.CANCELLED)
PARTIES = (selectinload(Meeting.parties).joinedload(MeetingParty.registration),)


class NotReady(Conflict):
    message = _l("This timetable is not ready, or has been taken over already.")


class Stale(Conflict):
    message = _l("The event has changed since this timetable was made. Please make it again.")


def apply_run(run: ScheduleRun, *, actor: User, now: datetime, only: Collection[str] | None = None) -> None:
    """Replace the working timetable by a run's plan; of its changes by `only` those of these meetings ("m12").

    The actor can take it back like a move.

    Raises:
        NotReady: the run has no plan, or was applied.
        operations.DoesNotFit: these changes without the others would break rules; nothing is changed.
        Stale: the event changed since; nothing is changed (see `mark_stale`).
        Taken, Overbooked: another event has somebody at a time of the plan since.
    """
    taken = update(ScheduleRun).where(ScheduleRun.id == run.id, ScheduleRun.state == RunState.DONE)
    if db.session.scalar(taken.values(state=RunState.APPLIED).returning(ScheduleRun.id)) is None:
        raise NotReady
    # One statement asks for the revision and counts the change: whoever changed the event first, wins.
    event = run.event
    still = update(Event).where(Event.id == event.id, Event.revision == run.revision)
    if db.session.scalar(still.values(revision=Event.revision + 1).returning(Event.id)) is None:
        raise Stale
    db.session.expire_all()
    planned = (run.plan or {})["meetings"] if only is None else _in_part(run, only)
    with recorded(_movable(event), actor=actor, now=now):
        _replace(event, planned)


def _in_part(run: ScheduleRun, only: Collection[str]) -> list[dict[str, Any]]:
    """The plan's meetings, those of other changes where they were before it. Raises: DoesNotFit."""
    problem, plan = read_problem(run.problem), read_plan(run.plan)
    wanted = {meeting.request: meeting for meeting in plan.meetings}
    for change in plan.changes:
        if change.request not in only:
            wanted.pop(change.request, None)
            if change.before is not None:
                wanted[change.request] = change.before
    table, before = Timetable(problem, tuple(wanted.values())), Timetable(problem, problem.standing)
    faults = beyond(broken(ASKED, before), broken(ASKED, table))
    if faults:
        raise DoesNotFit(run.event, faults)
    return [asdict(meeting) for meeting in wanted.values()]


def mark_stale(run: ScheduleRun, *, now: datetime) -> None:
    """Remember, after the refused transaction was rolled back, that this plan is of no use any more."""
    run.state, run.finished_at = RunState.STALE, run.finished_at or now
    db.session.flush()


def _replace(event: Event, planned: Iterable[dict[str, Any]]) -> None:
    meetings = {f"m{meeting.id}": meeting for meeting in _movable(event)}
    slots = {f"s{slot.id}": slot for slot in event.slots}
    places = {f"p{place.id}": place for place in event.places}
    statement = select(Interpreter).where(Interpreter.event_id == event.id)
    people = {f"i{person.id}": person for person in db.session.scalars(statement)}
    pinned = {key for key, meeting in meetings.items() if meeting.pinned}
    bookings.hold_parties(meetings.values(), people.values())
    _clear(meetings.values())
    lanes = _lanes_of(event)
    with conflict_as(Taken, "bookings"):
        for row in sorted(planned, key=lambda row: slots[row["slot"]].starts_at):
            meeting = meetings.get(row["request"])
            if meeting is not None:
                _set_down(meeting, row, slots, places, people, lanes)
                meeting.pinned = row["request"] in pinned


def _lanes_of(event: Event) -> bookings.Lanes:
    """Of all organisations of an event, on its days."""
    if not event.slots:
        return bookings.Lanes()
    there = select(Registration.organisation_id).where(Registration.event_id == event.id)
    return bookings.lanes_in_use(there, event.slots[0].starts_at, event.slots[-1].ends_at)


def _movable(event: Event) -> Sequence[Meeting]:
    statement = select(Meeting).where(Meeting.event_id == event.id, Meeting.state.not_in(KEPT), of_timetable())
    return db.session.scalars(statement.options(*PARTIES)).all()


def _clear(meetings: Iterable[Meeting]) -> None:
    meetings = list(meetings)
    numbers = [meeting.id for meeting in meetings]
    db.session.execute(delete(Booking).where(Booking.meeting_id.in_(numbers)))
    db.session.expire_all()
    for meeting in meetings:
        take_off(meeting)
    db.session.flush()


def _set_down(
    meeting: Meeting,
    row: dict[str, Any],
    slots: dict[str, Slot],
    places: dict[str, Place],
    people: dict[str, Interpreter],
    lanes: bookings.Lanes,
) -> None:
    person = people.get(row.get("interpreter", ""))
    set_down(meeting, slots[row["slot"]], places[row["place"]], person, number=row.get("number", 1), lanes=lanes)
