"""Asking both sides, a month after a meeting was held, what has come of it. Their contacts are asked, once each."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from rbc_events.accounts.mails import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings import wording
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.meetings.recipients import Recipient, contacts
from rbc_events.meetings.reminders import written_before

AFTER = timedelta(days=30)
# A worker that stood still for longer doesn't ask about what is long past.
AT_MOST_LATE = timedelta(days=7)


def follow_up(*, now: datetime) -> int:
    """Write the mails that are due and have not been written; returns how many."""
    due = (
        Meeting.state == MeetingState.HELD,
        Meeting.published_ends_at <= now - AFTER,
        Meeting.published_ends_at > now - AFTER - AT_MOST_LATE,
    )
    events = db.session.scalars(select(Event).where(Event.id.in_(select(Meeting.event_id).where(*due)))).all()
    return sum(
        write_notices(event, list(_notices(meeting_with_all(Meeting.event_id == event.id, *due))), now=now)
        for event in events
    )


def _notices(meetings: Sequence[Meeting]) -> Iterator[Notice]:
    for meeting in meetings:
        prefix = f"follow-up:{meeting.uid}:"
        written = written_before(prefix)
        for side in (party.registration for party in meeting.parties if party.registration):
            for recipient in contacts(side):
                if prefix + recipient.address not in written:
                    yield _notice(prefix + recipient.address, recipient, meeting)


def _notice(occasion: str, recipient: Recipient, meeting: Meeting) -> Notice:
    with in_language(recipient.language):
        return Notice(
            kind="follow_up",
            occasion=occasion,
            recipient=Person(name=recipient.name, address=recipient.address),
            language=recipient.language,
            values={
                "name": recipient.name,
                "organisation": plain(recipient.side.organisation.name) if recipient.side else "",
                "other": wording.others(meeting, recipient.side),
                "link": absolute_url("meetings.show", key=meeting.event.key, number=meeting.id),
            },
        )
