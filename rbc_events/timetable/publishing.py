"""Telling participants: the working timetable becomes the published one, and those affected alone hear of it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Slot
from rbc_events.meetings import queries
from rbc_events.meetings.changes import Change, changes_of
from rbc_events.meetings.invitations import announce_published
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.recipients import Recipient, recipients_of


class ChangedSince(Conflict):
    message = _l("The timetable has changed since you looked at it. Please look at the changes again.")


@dataclass(frozen=True)
class Notice:
    """One change with everybody who will be told of it."""

    change: Change
    recipients: list[Recipient]


def pending_changes(event: Event) -> list[Change]:
    """What differs between the working timetable and what participants were told, in order of time."""
    open_states = (MeetingState.AGREED, MeetingState.SCHEDULED)
    meetings = queries.meeting_with_all(Meeting.event_id == event.id, Meeting.state.in_(open_states))
    changes = changes_of(meetings, slots_of_blocks(event))
    return sorted(changes, key=_by_time)


def _by_time(change: Change) -> tuple[datetime, int]:
    shown = change.after or change.before
    assert shown is not None  # noqa: S101 - a change has a time before it or after it
    return shown.starts_at, change.meeting.id


def slots_of_blocks(event: Event) -> dict[int, list[Slot]]:
    blocks: dict[int, list[Slot]] = {}
    for slot in event.slots:
        blocks.setdefault(slot.block_id, []).append(slot)
    return blocks


def preview(event: Event) -> list[Notice]:
    """Who will be told what."""
    return [Notice(change, _recipients(change)) for change in pending_changes(event)]


def _recipients(change: Change) -> list[Recipient]:
    found = recipients_of(change.meeting, change.after.interpreter if change.after else None)
    if change.before is not None:
        found |= recipients_of(change.meeting, change.before.interpreter)
    return list(found.values())


def publish(event: Event, *, now: datetime, revision: int) -> list[Change]:
    """Publish what differs and write the invitations in one transaction. `revision`: the event as it was looked at.

    Raises:
        ChangedSince: somebody changed the timetable in between; nothing is published.
    """
    lock(event)
    if event.revision != revision:
        raise ChangedSince
    changes = pending_changes(event)
    for change in changes:
        _tell(change, now)
    event.published_at = now
    db.session.flush()
    # Nobody is invited to what is over.
    announce_published(event, [change for change in changes if _to_come(change, now)], now=now)
    return changes


def _to_come(change: Change, now: datetime) -> bool:
    return any(appointment is not None and appointment.ends_at > now for appointment in (change.before, change.after))


def _tell(change: Change, now: datetime) -> None:
    meeting, after = change.meeting, change.after
    if meeting.published_at is not None:
        meeting.sequence += 1
    meeting.published_at = now
    meeting.published_starts_at = after.starts_at if after else None
    meeting.published_ends_at = after.ends_at if after else None
    meeting.published_place = meeting.place if after else None
    meeting.published_interpreter = after.interpreter if after else None
