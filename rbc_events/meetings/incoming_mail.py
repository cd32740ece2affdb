"""Mails that a person has to look at: keeping them, and what is done with them. Functions flush."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from rbc_events.accounts.models import User
from rbc_events.calendars.content import clean_line
from rbc_events.calendars.incoming import Envelope
from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.jobs import wake_after_commit
from rbc_events.meetings.mailbox import Place
from rbc_events.meetings.models import NOTED, CalendarEntry, IncomingMail, MailboxPosition, MailKind, Settlement


class SettledAlready(Conflict):
    message = _l("Somebody else has dealt with this mail.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A mail as it came: its bytes, who wrote it, what can be read of it, and where it lies if it was fetched."""

    raw: bytes
    envelope: Envelope
    text: str = ""
    place: Place | None = None


def keep(
    mail: Arrived,
    kind: MailKind,
    *,
    now: datetime,
    entry: CalendarEntry | None = None,
    event_id: int | None = None,
    **found: Any,
) -> IncomingMail:
    """Keep a mail for a person, once however often it comes; at the event of its entry, else at the one given.

    `found` are further columns of what could be read.
    """
    digest = hashlib.sha256(mail.raw).hexdigest()
    known = db.session.scalar(select(IncomingMail).where(IncomingMail.digest == digest))
    if known is not None:
        return known
    row = IncomingMail(
        digest=digest,
        kind=kind,
        event_id=entry.meeting.event_id if entry else event_id,
        entry=entry,
        received_at=now,
        sender=mail.envelope.sender.lower(),
        sender_name=mail.envelope.sender_name,
        subject=mail.envelope.subject,
        message_id=mail.envelope.message_id,
        text=mail.text,
        content=mail.raw,
        uid_validity=mail.place.validity if mail.place else None,
        uid=mail.place.uid if mail.place else None,
        marked=mail.place is None,
        **found,
    )
    if kind in NOTED:
        row.settled_at = now
    db.session.add(row)
    db.session.flush()
    return row


def settle(mail: IncomingMail, how: Settlement, *, actor: User, now: datetime) -> None:
    """Say what was done with a mail; its mailbox is told after the commit.

    Raises:
        SettledAlready
    """
    lock(mail)
    if mail.settled_at is not None:
        raise SettledAlready
    mail.settled_at, mail.settled_by_id, mail.settlement = now, actor.id, how
    db.session.flush()
    if not mail.marked:
        wake_after_commit("mailbox")


def to_mark() -> Sequence[IncomingMail]:
    """Settled mails of which the mailbox doesn't know yet."""
    settled = select(IncomingMail).where(IncomingMail.marked.is_(False), IncomingMail.settled_at.is_not(None))
    return db.session.scalars(settled.order_by(IncomingMail.id).limit(500)).all()


def note_marked(numbers: Sequence[int]) -> None:
    db.session.execute(update(IncomingMail).where(IncomingMail.id.in_(numbers)).values(marked=True))


def last_place(mailbox: str) -> Place | None:
    """How far the mailbox of this name has been read."""
    position = db.session.scalar(select(MailboxPosition).where(MailboxPosition.name == mailbox))
    return Place(position.uid_validity, position.uid) if position else None


def note_reached(mailbox: str, place: Place) -> None:
    position = db.session.scalar(select(MailboxPosition).where(MailboxPosition.name == mailbox))
    if position is None:
        position = MailboxPosition(name=mailbox)
        db.session.add(position)
    position.uid_validity, position.uid = place.validity, place.uid
    db.session.flush()


def reply_subject(mail: IncomingMail) -> str:
    subject = clean_line(mail.subject)
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
