"""Reminders of meetings: the evening before, all of a day's meetings in one mail; and within the hour before each."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import select

from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import clock_time, in_language, plain, zone_label
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings import wording
from rbc_events.meetings.changes import told
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.meetings.recipients import Recipient, recipients_of
from rbc_events.meetings.telling_others import entries_of, side_that_stays_away
from rbc_events.outbox.models import OutboxMessage

EVENING = time(17)  # the event's time from which the next day's meetings are named
SHORTLY = timedelta(hours=1)


def remind(*, now: datetime) -> int:
    """Write the reminders that are due and have not been written; returns how many."""
    soon = select(Meeting.event_id).where(*_begins_between(now, now + timedelta(hours=48)))
    events = db.session.scalars(select(Event).where(Event.id.in_(soon))).all()
    return sum(_remind_of_day(event, now) + _remind_shortly(event, now) for event in events)


def _begins_between(after: datetime, until: datetime) -> tuple:
    """Conditions: scheduled, and told to begin after one instant and not later than the other."""
    return (
        Meeting.state == MeetingState.SCHEDULED,
        Meeting.published_starts_at > after,
        Meeting.published_starts_at <= until,
    )


def _remind_of_day(event: Event, now: datetime) -> int:
    local = now.astimezone(event.zone)
    if local.time() < EVENING:
        return 0
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), event.zone)
    prefix = f"reminder-day:{event.id}:{midnight.date()}:"
    days: dict[str, tuple[Recipient, list[Meeting]]] = {}
    of_the_day = _begins_between(midnight - timedelta(microseconds=1), midnight + timedelta(days=1, microseconds=-1))
    for meeting in meeting_with_all(Meeting.event_id == event.id, *of_the_day):
        for address, recipient in _who_expects(meeting).items():
            days.setdefault(address, (recipient, []))[1].append(meeting)
    written = written_before(prefix)
    notices = [
        _notice("reminder_day", prefix + address, recipient, meetings)
        for address, (recipient, meetings) in days.items()
        if prefix + address not in written
    ]
    return write_notices(event, notices, now=now)


def _remind_shortly(event: Event, now: datetime) -> int:
    return write_notices(event, _short_notices(event, now), now=now)


def _short_notices(event: Event, now: datetime) -> Iterator[Notice]:
    for meeting in meeting_with_all(Meeting.event_id == event.id, *_begins_between(now, now + SHORTLY)):
        starts_at = meeting.published_starts_at
        prefix = f"reminder-hour:{meeting.uid}:{starts_at.isoformat() if starts_at else ''}:"
        written = written_before(prefix)
        for address, recipient in _who_expects(meeting).items():
            if prefix + address not in written:
                yield _notice("reminder_hour", prefix + address, recipient, [meeting])


def _who_expects(meeting: Meeting) -> dict[str, Recipient]:
    """Who is reminded, by address: nobody who has declined or asks for another time, and nobody at all of a meeting to
    which one of the sides doesn't come as things stand."""
    entries = entries_of(meeting)
    if side_that_stays_away(meeting, entries) is not None:
        return {}
    away = {address for address, entry in entries.items() if entry.stays_away}
    everybody = recipients_of(meeting, meeting.published_interpreter)
    return {address: recipient for address, recipient in everybody.items() if address not in away}


def written_before(prefix: str) -> set[str]:
    occasions = select(OutboxMessage.occasion).where(OutboxMessage.occasion.startswith(prefix, autoescape=True))
    return set(db.session.scalars(occasions))


def _notice(kind: str, occasion: str, recipient: Recipient, meetings: list[Meeting]) -> Notice:
    with in_language(recipient.language):
        first, zone = meetings[0], recipient.zone
        details = [_details(meeting, recipient) for meeting in meetings]
        starts_at = first.published_starts_at
        return Notice(
            kind=kind,
            occasion=occasion,
            recipient=Person(name=recipient.name, address=recipient.address),
            language=recipient.language,
            links=wording.join_links(*map(told, meetings)),
            values={
                "name": recipient.name,
                "organisation": plain(recipient.side.organisation.name) if recipient.side else "",
                "other": wording.others(first, recipient.side),
                "time": f"{clock_time(starts_at, zone)} ({zone_label(starts_at, zone)})" if starts_at else "",
                "details": "\n\n".join(details),
                "link": absolute_url("meetings.own_agenda", key=first.event.key),
            },
        )


def _details(meeting: Meeting, recipient: Recipient) -> str:
    appointment = told(meeting)
    return wording.details(meeting, appointment, recipient) if appointment else ""
