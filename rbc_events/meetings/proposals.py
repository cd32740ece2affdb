"""Answering a proposal of another time with no: the invitation stands as it was (RFC 5546, 3.2.8). Functions flush."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.application import absolute_url
from rbc_events.calendars import invitation
from rbc_events.calendars.entry import Person
from rbc_events.calendars.message import Invitation
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.i18n import clock_time, day, in_language, plain, zone_label
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.meetings import wording
from rbc_events.meetings.answers import proposal_in_words
from rbc_events.meetings.calendar_invitations import entry_of, told
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry
from rbc_events.meetings.recipients import Recipient, recipients_of


class NoProposal(Conflict):
    message = _l("Nobody asks for another time any more.")


def decline_proposal(entry: CalendarEntry, *, now: datetime) -> None:
    """Tell who asked for another time that it stays as it was, and ask for an answer to that again.

    Raises:
        NoProposal
    """
    if entry.answer is not CalendarAnswer.COUNTER or not entry.troubled:
        raise NoProposal
    zone = entry.meeting.event.time_zone
    known = recipients_of(entry.meeting, entry.interpreter).get(entry.recipient.lower())
    reader = known or Recipient(None, entry.recipient, entry.language, zone, zone)
    with in_language(reader.language):
        write_notice(entry.meeting.event, _notice(entry, reader, now), now=now)
    entry.answer, entry.answer_text, entry.settled_at = CalendarAnswer.NONE, "", None
    entry.proposed_starts_at, entry.proposed_ends_at, entry.answer_stamp = None, None, now
    db.session.flush()


def _notice(entry: CalendarEntry, reader: Recipient, now: datetime) -> Notice:
    meeting, stands = entry.meeting, told(entry)
    person = Person(name=reader.name, address=reader.address)
    page = absolute_url("meetings.own_agenda", key=meeting.event.key)
    asked = proposal_in_words(entry)
    calendar = entry_of(
        meeting, stands, reader.side, sequence=entry.sequence, stamp=now, comment=asked, page=page, attendee=person
    )
    starts_at, zone = stands.starts_at, reader.zone
    return Notice(
        kind="proposal_declined",
        occasion=f"proposal-declined:{meeting.uid}:{reader.address.lower()}:{now.isoformat()}",
        recipient=person,
        language=reader.language,
        values={
            "name": reader.name,
            "organisation": plain(reader.side.organisation.name) if reader.side else "",
            "other": wording.others(meeting, reader.side),
            "time": f"{day(starts_at, zone, 'short')} {clock_time(starts_at, zone)} ({zone_label(starts_at, zone)})",
            "details": wording.details(meeting, stands, reader),
            "link": page,
        },
        links=wording.join_links(stands),
        reply_to=calendar.organizer.address,
        invitation=Invitation(method="DECLINECOUNTER", content=invitation.decline_counter(calendar)),
    )
