"""Telling participants: the working timetable becomes the published one, and those affected alone hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select

from rbc_events.database import db, in_batches, lock
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.meetings import calendar_invitations, queries
from rbc_events.meetings.changes import Change, changes_of
from rbc_events.meetings.models import OPEN, Meeting
from rbc_events.meetings.recipients import Recipient, recipients_of


class ChangedSince(Conflict):
    message = _l("The timetable has changed since you looked at it. Please look at the changes again.")


@dataclass(frozen=True)
class Notice:
    """One change with everybody who will be told of it."""

    change: Change
    recipients: list[Recipient]


WORKING = (
    Meeting.starts_at, Meeting.ends_at, Meeting.place_id, Meeting.interpreter_id, Meeting.own_place, Meeting.own_link,
)  # fmt: skip
PUBLISHED = (
    Meeting.published_starts_at, Meeting.published_ends_at, Meeting.published_place_id,
    Meeting.published_interpreter_id, Meeting.published_own_place, Meeting.published_own_link,
)  # fmt: skip
"""What participants are told, as it stands and as they were told."""


def differs() -> ColumnElement[bool]:
    """Of a meeting: the working timetable is another than what participants were told."""
    return or_(*(work.is_distinct_from(told) for work, told in zip(WORKING, PUBLISHED, strict=True)))


def differing(event: Event) -> list[int]:
    """The meetings whose working timetable differs from what participants were told, in order of time.

    Columns alone: of a thousand meetings mostly few differ, and only these need be read whole.
    """
    statement = select(Meeting.id, *WORKING, *PUBLISHED).where(Meeting.event_id == event.id, Meeting.state.in_(OPEN))
    found = []
    for number, *both in db.session.execute(statement):
        after, before = both[: len(WORKING)], both[len(WORKING) :]
        if before != after:
            found.append((after[0] or before[0], number))
    return [number for _time, number in sorted(found)]


def changes(event: Event, meetings: Sequence[int]) -> list[Change]:
    """The changes of these meetings, in order of time, with everything that the mails name."""
    found: list[Change] = []
    for some in in_batches(meetings):
        found += changes_of(queries.meeting_with_all(Meeting.id.in_(some)))
    return sorted(found, key=_by_time)


def _by_time(change: Change) -> tuple[datetime, int]:
    shown = change.after or change.before
    assert shown is not None  # noqa: S101 - a change has a time before it or after it
    return shown.starts_at, change.meeting.id


def preview(event: Event, meetings: Sequence[int]) -> list[Notice]:
    """Who will be told what of these meetings."""
    return [Notice(change, _recipients(change)) for change in changes(event, meetings)]


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
    event.published_at = now
    return _publish(event, changes(event, differing(event)), now)


def publish_meetings(event: Event, meetings: Sequence[int], *, now: datetime, reason: str = "") -> list[Change]:
    """Likewise of these meetings alone, for what is decided on the day; those affected read the `reason`."""
    lock(event)
    return _publish(event, [replace(change, reason=reason) for change in changes(event, meetings)], now)


def _publish(event: Event, found: list[Change], now: datetime) -> list[Change]:
    for change in found:
        _tell(change, now)
    db.session.flush()
    # Nobody is invited to what is over.
    calendar_invitations.send(event, [change for change in found if _to_come(change, now)], now=now)
    return found


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
    meeting.published_own_place, meeting.published_own_link = meeting.own_place, meeting.own_link
    meeting.published_interpreter = after.interpreter if after else None
