"""Meetings that participants have been told of, and what the mails about them say."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Event
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.models import Place, Slot
from rbc_events.meetings import calendar_invitations
from rbc_events.meetings.changes import Appointment, Change, ChangeKind, Where, kind_of_change, told
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty, MeetingState
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.registration.models import Registration
from tests.factories import add

HALF_HOUR = timedelta(minutes=30)


def make_interpreter(event: Any, **fields: Any) -> Interpreter:
    defaults = {"event": event, "email": "interpreter@people.example", "pairs": "ja-en", "family_latin": "Mihon"}
    return add(Interpreter(**{**defaults, **fields}))


def make_meeting(*sides: Registration, uid: str = "uid-1@rbc-events.example", **fields: Any) -> Meeting:
    meeting = Meeting(event=sides[0].event, uid=uid, **fields)
    meeting.parties = [MeetingParty(registration=side) for side in sides]
    return add(meeting)


def publish(
    meeting: Meeting,
    starts_at: datetime | None,
    *,
    now: datetime,
    place: Any = None,
    interpreter: Any = None,
    reason: str = "",
) -> int:
    """Publish a time for the meeting, or that it is off; returns how many mails were written."""
    for message in db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == Delivery.QUEUED)):
        message.state = Delivery.SENT  # what was written before has gone out meanwhile
    before = told(meeting)
    after = Appointment(starts_at, starts_at + HALF_HOUR, Where.at(place), interpreter) if starts_at else None
    if before is not None:
        meeting.sequence += 1
    if after is not None:
        meeting.published_starts_at, meeting.published_ends_at = after.starts_at, after.ends_at
        meeting.published_place, meeting.published_interpreter = place, interpreter
        meeting.published_at = now
    kind = kind_of_change(before, after) or ChangeKind.MOVED
    return calendar_invitations.send(meeting.event, [Change(meeting, kind, before, after, reason)], now=now)


def put_in_slot(meeting: Meeting, slot: Slot, place: Place, state: MeetingState = MeetingState.SCHEDULED) -> None:
    """As if it stood there, without asking any rule, and without a booking."""
    with db.session.no_autoflush:
        meeting.starts_at, meeting.ends_at, meeting.state = slot.starts_at, slot.ends_at, state
        meeting.slot, meeting.place = slot, place
    db.session.flush()


class Sent:
    """A mail in the outbox and the event that it brings."""

    def __init__(self, row: OutboxMessage) -> None:
        message = message_from_bytes(row.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.message = message
        self.raw = row.content
        self.to = row.recipient
        self.subject = str(message["Subject"])
        body = message.get_body(("plain",))
        assert body is not None
        self.text = body.get_content().replace("\r\n", "\n")
        calendars = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        self.calendar = calendars[0].get_payload(decode=True) if calendars else b""
        self.method = calendars[0].get_param("method") if calendars else None

    @property
    def event(self) -> Event:
        [event] = Calendar.from_ical(self.calendar).walk("VEVENT")
        return event


def sent(since: int = 0) -> list[Sent]:
    """The mails in the outbox in the order of writing, without the first `since`."""
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    return [Sent(row) for row in rows[since:]]
