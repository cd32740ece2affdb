"""Telling the other side that somebody can't come, or not then: nobody waits at a table in vain."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.i18n import clock_time, day, in_language, plain, zone_label
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings import wording
from rbc_events.meetings.calendar_invitations import told
from rbc_events.meetings.models import TROUBLE, CalendarAnswer, CalendarEntry, Meeting
from rbc_events.meetings.recipients import Recipient, participants
from rbc_events.registration.models import Registration


def entries_of(meeting: Meeting) -> dict[str, CalendarEntry]:
    """What each recipient holds of the meeting now, by address in small letters."""
    held = select(CalendarEntry).where(CalendarEntry.meeting_id == meeting.id, CalendarEntry.method == "REQUEST")
    return {entry.recipient.lower(): entry for entry in db.session.scalars(held)}


def side_that_stays_away(meeting: Meeting, entries: dict[str, CalendarEntry]) -> Registration | None:
    """The organisation of which nobody comes as things stand: all whom it sends decline, or ask for another time."""
    answers: dict[Registration, list[CalendarEntry]] = {}
    for person in participants(meeting):
        if person.side is not None and (entry := entries.get(person.address.lower())):
            answers.setdefault(person.side, []).append(entry)
    return next((side for side, held in answers.items() if all(entry.stays_away for entry in held)), None)


def tell(entry: CalendarEntry, reason: str, *, now: datetime) -> int:
    """Tell the other side once for each version of the meeting, if nobody of the recipient's side comes any more."""
    if entry.answer not in TROUBLE or entry.answer_sequence != entry.sequence:
        return 0
    meeting = entry.meeting
    entries = entries_of(meeting)
    away = side_that_stays_away(meeting, entries)
    if away is None or entry.recipient.lower() not in {each.email.lower() for each in away.delegates}:
        return 0
    notices = [
        _notice(entry, away, reader, reason)
        for reader in participants(meeting)
        if reader.side is not away
        and (held := entries.get(reader.address.lower()))
        and held.answer is not CalendarAnswer.DECLINED
    ]
    return write_notices(meeting.event, notices, now=now)


def _notice(entry: CalendarEntry, away: Registration, reader: Recipient, reason: str) -> Notice:
    meeting = entry.meeting
    occasion = f"other-answered:{meeting.uid}:{entry.answer}:{entry.sequence}:{reader.address.lower()}"
    with in_language(reader.language):
        name = plain(away.organisation.name)
        starts_at, zone = entry.starts_at, reader.zone
        time = f"{day(starts_at, zone, 'short')} {clock_time(starts_at, zone)} ({zone_label(starts_at, zone)})"
        return Notice(
            kind="other_answered",
            occasion=occasion,
            recipient=Person(name=reader.name, address=reader.address),
            language=reader.language,
            values={
                "name": reader.name,
                "organisation": plain(reader.side.organisation.name) if reader.side else "",
                "other": name,
                "time": time,
                "details": wording.details(meeting, told(entry), reader),
                "change": _what(entry, reader),
                "message": reason,
                "link": absolute_url("meetings.show", key=meeting.event.key, number=meeting.id),
            },
        )


def _what(entry: CalendarEntry, reader: Recipient) -> str:
    if entry.answer is CalendarAnswer.DECLINED or not entry.proposed_starts_at or not entry.proposed_ends_at:
        return _("They can't come.")
    when = wording.stretch(entry.proposed_starts_at, entry.proposed_ends_at, reader.zone)
    return _("They ask for another time: %(time)s.", time=when)
