"""Marking at the tables who came, one side or one person at a time. Functions flush; the route commits.

What a meeting came to follows from its sides: held once every organisation came, a no-show once one is marked as
absent, and until then still to be held. `recording.record` writes down the same on a form, with what was said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.meetings import recording
from rbc_events.meetings.models import Attendance, Meeting, MeetingParty, MeetingState, PersonSeen
from rbc_events.registration.models import Delegate

EARLY = timedelta(minutes=15)
"""So long before a meeting begins can somebody be marked as there."""


class MarkedMeanwhile(Conflict):
    message = _l("Somebody else has marked this in the meantime. It now stands as they left it.")


class Came(StrEnum):
    """What one tap says of a side or a person; UNKNOWN takes a mark back."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


@dataclass(frozen=True)
class Mark:
    """One tap: what was seen, and what stood there when it was made (`was`), so that nobody's mark is lost unseen."""

    came: Came
    was: Came


def came_of(seen: MeetingParty | PersonSeen | None) -> Came:
    """What is marked of a side, or of a person in a meeting."""
    if seen is None or seen.attendance == Attendance.UNKNOWN:
        return Came.UNKNOWN
    if seen.attendance == Attendance.ABSENT:
        return Came.ABSENT
    return Came.LATE if seen.minutes_late else Came.PRESENT


def mark_side(party: MeetingParty, mark: Mark, *, actor: User, now: datetime) -> None:
    """Mark whether a side came. Marking what is marked already changes nothing.

    Raises:
        MarkedMeanwhile: something else stands there than when the tap was made.
        NotOn, NotYetHeld: see `recording.require_begun`; who comes early is marked up to EARLY before.
    """
    meeting = party.meeting
    _open(meeting, mark.came, now)
    db.session.refresh(party)
    if not _asked_for(came_of(party), mark):
        return
    party.attendance, party.minutes_late = _as_seen(meeting, mark.came, now)
    _settle(meeting, actor=actor, now=now)


def mark_person(party: MeetingParty, delegate: Delegate, mark: Mark, *, actor: User, now: datetime) -> None:
    """Mark whether one of a side's people came. With the first who comes the side has come; with the last who goes
    absent it is absent.

    Raises: as `mark_side`.
    """
    meeting = party.meeting
    _open(meeting, mark.came, now)
    db.session.refresh(party)
    row = db.session.get(PersonSeen, (party.id, delegate.id), populate_existing=True)
    if not _asked_for(came_of(row), mark):
        return
    if mark.came == Came.UNKNOWN:
        party.seen = [each for each in party.seen if each is not row]
    else:
        if row is None:
            row = PersonSeen(delegate=delegate)
            party.seen.append(row)
        row.attendance, row.minutes_late = _as_seen(meeting, mark.came, now)
    db.session.flush()
    _follow_people(party)
    _settle(meeting, actor=actor, now=now)


def _open(meeting: Meeting, came: Came, now: datetime) -> None:
    """Keep others from marking the meeting meanwhile, and refuse what can't be known yet."""
    lock(meeting)
    early = EARLY if came in (Came.PRESENT, Came.UNKNOWN) else timedelta()
    recording.require_begun(meeting, now=now + early)


def _asked_for(stands: Came, mark: Mark) -> bool:
    if stands not in (mark.was, mark.came):
        raise MarkedMeanwhile
    return stands != mark.came


def _as_seen(meeting: Meeting, came: Came, now: datetime) -> tuple[Attendance, int | None]:
    """Who is late is so by the minutes that the meeting has been going on."""
    if came != Came.LATE or meeting.starts_at is None:
        return Attendance.PRESENT if came == Came.LATE else Attendance(came.value), None
    minutes = int((now - meeting.starts_at) / timedelta(minutes=1))
    return Attendance.PRESENT, min(max(minutes, 1), recording.MOST_MINUTES_LATE)


def _follow_people(party: MeetingParty) -> None:
    came = [row for row in party.seen if row.attendance == Attendance.PRESENT]
    absent = {row.delegate_id for row in party.seen if row.attendance == Attendance.ABSENT}
    if came:
        party.attendance = Attendance.PRESENT
        party.minutes_late = min(row.minutes_late or 0 for row in came) or None
    elif absent and {each.id for each in party.goes} <= absent:
        party.attendance, party.minutes_late = Attendance.ABSENT, None
    elif not party.seen:
        party.attendance, party.minutes_late = Attendance.UNKNOWN, None


def _settle(meeting: Meeting, *, actor: User, now: datetime) -> None:
    sides = [party for party in meeting.parties if party.registration_id is not None]
    unknown = any(party.attendance == Attendance.UNKNOWN for party in sides)
    if recording.absent(meeting):
        recording.conclude(meeting, MeetingState.NO_SHOW, actor=actor, now=now)
    elif not unknown:
        recording.conclude(meeting, MeetingState.HELD, actor=actor, now=now)
    else:
        meeting.state, meeting.recorded_at, meeting.recorded_by_id = MeetingState.SCHEDULED, None, None
    db.session.flush()
