"""Calling a meeting off, and recording what became of it. Functions flush; the route commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import db, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.operations import touch
from rbc_events.meetings import bookings, calendar_invitations
from rbc_events.meetings.changes import Change, ChangeKind, told
from rbc_events.meetings.models import Attendance, Meeting, MeetingParty, MeetingState, RequestState

MOST_MINUTES_LATE = 600


class NotOn(Conflict):
    title = _l("No longer possible")
    message = _l("This meeting has been held or called off already.")


class Over(Conflict):
    title = _l("No longer possible")
    message = _l("This meeting is over and can't be called off any more.")


class NotYetHeld(Unacceptable):
    message = _l("What became of a meeting can be recorded once it has begun.")


@dataclass(frozen=True)
class Seen:
    """What was seen of one party: whether it came, and how many minutes late."""

    attendance: Attendance
    minutes_late: int | None = None


def take_off(meeting: Meeting) -> None:
    """Free everything that a meeting takes on the working timetable; it is agreed, without a time.

    Whoever calls this has held the parties (`bookings.hold_parties`): another event may be giving its bookings other
    lanes.
    """
    meeting.bookings.clear()
    meeting.slot = meeting.place = meeting.interpreter = meeting.starts_at = meeting.ends_at = None
    meeting.own_place = meeting.own_link = ""
    meeting.pinned = False
    meeting.state = MeetingState.AGREED


def cancel_meeting(meeting: Meeting, *, actor: User | None, now: datetime, reason: str) -> None:
    """Call a meeting off: its time, place and interpreter are free again, and everybody who holds it is told at once.

    Raises:
        NotOn: it was held or called off already.
        Over: its time has passed, and nobody need be told.
    """
    # Before anything else, so that a timetable made meanwhile sees the change or makes us wait.
    touch(meeting.event)
    db.session.refresh(meeting)
    if not meeting.open:
        raise NotOn
    if is_over(meeting, now=now):
        raise Over
    before = told(meeting)
    bookings.hold_parties([meeting])
    take_off(meeting)
    meeting.state, meeting.cancelled_reason = MeetingState.CANCELLED, reason
    meeting.recorded_at, meeting.recorded_by_id = now, actor.id if actor else None
    if meeting.request is not None:
        meeting.request.state, meeting.request.pair, meeting.request.closed_at = RequestState.WITHDRAWN, None, now
    if before is not None:
        meeting.sequence += 1
    db.session.flush()
    if before is not None:
        change = Change(meeting, ChangeKind.CANCELLED, before, None, reason)
        calendar_invitations.send(meeting.event, [change], now=now)


def may_be_called_off(meeting: Meeting, *, now: datetime) -> bool:
    return meeting.open and not is_over(meeting, now=now)


def is_over(meeting: Meeting, *, now: datetime) -> bool:
    """Whether a meeting has ended, both by what participants were told and by the working timetable."""
    ends = [instant for instant in (meeting.published_ends_at, meeting.ends_at) if instant is not None]
    return bool(ends) and max(ends) <= now


def record(
    meeting: Meeting,
    seen: Mapping[int, Seen],
    *,
    actor: User,
    now: datetime,
    minutes: str,
    seen_version: int | None,
) -> None:
    """Record who came, by party number, and what was said. Held if no organisation was absent, else a no-show.

    Raises:
        Conflict: somebody else has recorded something since.
        NotOn: it was called off.
        NotYetHeld: it has not begun.
    """
    require_version(meeting, seen_version)
    require_begun(meeting, now=now)
    for party in meeting.parties:
        if party.id in seen:
            party.attendance, party.minutes_late = seen[party.id].attendance, seen[party.id].minutes_late
    meeting.minutes = minutes
    conclude(meeting, MeetingState.NO_SHOW if absent(meeting) else MeetingState.HELD, actor=actor, now=now)
    db.session.flush()


def conclude(meeting: Meeting, state: MeetingState, *, actor: User, now: datetime) -> None:
    """Say what a meeting came to: that it was held, or a no-show."""
    meeting.state = state
    if meeting.published_starts_at is None:
        _count_as_told(meeting, now)
    meeting.recorded_at, meeting.recorded_by_id = now, actor.id


def _count_as_told(meeting: Meeting, now: datetime) -> None:
    """Show the parties a meeting that they were at and that was never published; nobody is invited to what is over."""
    meeting.published_at = now
    meeting.published_starts_at, meeting.published_ends_at = meeting.starts_at, meeting.ends_at
    meeting.published_place, meeting.published_interpreter = meeting.place, meeting.interpreter
    meeting.published_own_place, meeting.published_own_link = meeting.own_place, meeting.own_link


def require_begun(meeting: Meeting, *, now: datetime) -> None:
    """Raises NotOn for a meeting that was called off, NotYetHeld for one that has not begun."""
    if meeting.state == MeetingState.CANCELLED:
        raise NotOn
    if meeting.starts_at is None or now < meeting.starts_at:
        raise NotYetHeld


def absent(meeting: Meeting) -> list[MeetingParty]:
    """The organisations that did not come."""
    return [party for party in meeting.parties if party.registration_id and party.attendance == Attendance.ABSENT]


def rate(party: MeetingParty, rating: int | None, *, now: datetime) -> None:
    """An organisation's own view of a meeting that is over, 1 to 5, or none; staff need not have recorded it before.

    Raises:
        NotYetHeld
    """
    if not may_be_rated(party.meeting, now=now):
        raise NotYetHeld
    party.rating = rating
    db.session.flush()


def may_be_rated(meeting: Meeting, *, now: datetime) -> bool:
    recorded = meeting.state in (MeetingState.HELD, MeetingState.NO_SHOW)
    return recorded or (meeting.state == MeetingState.SCHEDULED and is_over(meeting, now=now))
