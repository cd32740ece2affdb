"""Writing again to those whose calendars differ from what is published, though the timetable has not changed.

Somebody joined an organisation or left it, a table was renamed, a link replaced: the ledger knows who is concerned.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, exists, select, union

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings import calendar_invitations
from rbc_events.meetings.changes import Change, ChangeKind, told
from rbc_events.meetings.ledger import behind
from rbc_events.meetings.models import CalendarEntry, Interpreter, Meeting, MeetingParty, MeetingState, absences
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.registration.models import Delegate


def catch_up(event: Event, *, now: datetime) -> int:
    """Write to everybody concerned, and to them alone; returns how many mails."""
    return calendar_invitations.send(event, _published_to_come(event, now), now=now)


def catch_up_with(meeting: Meeting, *, now: datetime) -> int:
    """Write to those whom a change of one meeting's people concerns."""
    return calendar_invitations.send(meeting.event, _published_to_come(meeting.event, now, meeting), now=now)


def concerned(event: Event, *, now: datetime) -> int:
    """How many mails catching up would write. The page asks at every look: two statements, of columns alone."""
    entries = (
        select(CalendarEntry.meeting_id, CalendarEntry.recipient, CalendarEntry.method, behind())
        .join(CalendarEntry.meeting)
        .outerjoin(Meeting.published_place)
        .where(*_to_come(event, now))
    )
    wanted = {(meeting, address.lower()) for meeting, address in db.session.execute(_addresses(event, now))}
    held, gone = set(), 0
    for meeting, recipient, method, outdated in db.session.execute(entries):
        holder = meeting, recipient.lower()
        if holder in wanted and method == "REQUEST" and not outdated:
            held.add(holder)
        gone += holder not in wanted and method == "REQUEST"
    return len(wanted - held) + gone


def _addresses(event: Event, now: datetime) -> CompoundSelect[int, str]:
    """Who should hold each meeting: the delegates of its sides, a coordinator who sits in, its interpreter."""
    stands = (*_to_come(event, now), Meeting.state != MeetingState.CANCELLED)
    parties = select(MeetingParty.meeting_id).join(MeetingParty.meeting).where(*stands)
    return union(
        parties.join(Delegate, Delegate.registration_id == MeetingParty.registration_id)
        .add_columns(Delegate.email)
        .where(Delegate.email != "", ~_is_absent()),
        parties.join(MeetingParty.user).add_columns(User.email),
        select(Meeting.id, Interpreter.email).join(Meeting.published_interpreter).where(*stands),
    )


def _is_absent() -> ColumnElement[bool]:
    row = absences.c.party_id == MeetingParty.id, absences.c.delegate_id == Delegate.id
    return exists().where(*row).correlate(MeetingParty, Delegate)


def _to_come(event: Event, now: datetime) -> tuple[ColumnElement[bool], ...]:
    states = (MeetingState.AGREED, MeetingState.SCHEDULED, MeetingState.CANCELLED)
    return Meeting.event_id == event.id, Meeting.published_ends_at > now, Meeting.state.in_(states)


def _published_to_come(event: Event, now: datetime, only: Meeting | None = None) -> list[Change]:
    """A change for each published meeting to come: to what is published, or to nothing where it was called off."""
    changes = []
    wanted = (*_to_come(event, now), *([Meeting.id == only.id] if only else []))
    for meeting in meeting_with_all(*wanted):
        published = told(meeting)
        after = published if meeting.state != MeetingState.CANCELLED else None
        changes.append(Change(meeting, ChangeKind.PLACE, published, after))
    return changes
