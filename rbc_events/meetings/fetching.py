"""Taking the mails that were fetched: read a few at a time in a process of its own, recorded each by itself."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import OperationalError

from rbc_events import confined
from rbc_events.calendars.incoming import Envelope
from rbc_events.database import db
from rbc_events.meetings import calendar_replies
from rbc_events.meetings.calendar_replies import Read, read_mails, record_mail
from rbc_events.meetings.incoming_mail import Arrived, keep
from rbc_events.meetings.mailbox import Fetched
from rbc_events.meetings.models import IncomingMail, MailKind

log = logging.getLogger(__name__)

TOGETHER = confined.Budget(seconds=30)  # a few mails, of 20 MB at most


def take_all(mails: Sequence[Fetched], *, clock: Callable[[], datetime]) -> list[int]:
    """Record these mails, each in a transaction of its own; the numbers of those that wait for a person.

    A mail on which anything fails is kept as it came: none can keep the others out. Where the database itself fails,
    or too much is under way, that is raised, and the mails come again.
    """
    found = _read([mail.content for mail in mails])
    waiting = []
    for mail, read in zip(mails, found, strict=True):
        if _waits(mail, read, clock()):
            waiting.append(mail.place.uid)
    return waiting


def _read(contents: list[bytes]) -> list[Read | None]:
    """What could be read of each; None of one that can't be read or takes too much: it may not hold up others."""
    try:
        return list(confined.run(TOGETHER, read_mails, contents))
    except confined.Exceeded:
        return [_read_alone(raw) for raw in contents]


def _read_alone(raw: bytes) -> Read | None:
    try:
        return confined.run(calendar_replies.READING, read_mails, [raw])[0]
    except confined.Exceeded:
        return None


def _waits(mail: Fetched, read: Read | None, now: datetime) -> bool:
    """Record a mail and commit; whether it waits for a person."""
    try:
        row = _record(mail, read, now)
        waits = row is not None and row.settled_at is None
        db.session.commit()
    except OperationalError:
        raise
    except Exception:
        log.exception("a mail can't be recorded")
        db.session.rollback()
        _record(mail, None, now)
        waits = True
        db.session.commit()
    return waits


def _record(mail: Fetched, read: Read | None, now: datetime) -> IncomingMail | None:
    if read is not None and mail.whole:
        return record_mail(read, mail.content, now=now, place=mail.place)[1]
    kind = MailKind.UNREADABLE if mail.whole else MailKind.TOO_LARGE
    log.warning("a mail was left for a person to look at: %s", kind)
    envelope = read.envelope if read else Envelope()
    return keep(Arrived(raw=mail.content, envelope=envelope, place=mail.place), kind, now=now)
