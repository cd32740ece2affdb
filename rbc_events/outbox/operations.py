"""Writing mails to the outbox, in the transaction of what they are about."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from flask import current_app

from rbc_events.database import db
from rbc_events.outbox.models import OutboxMessage


def queue(
    message: EmailMessage, *, occasion: str, kind: str, now: datetime, event_id: int | None = None
) -> OutboxMessage:
    """Put a finished message (To, Subject, Message-ID and Date set) into the outbox."""
    row = OutboxMessage(
        occasion=occasion,
        message_id=message["Message-ID"],
        kind=kind,
        event_id=event_id,
        recipient=parseaddr(message["To"])[1],
        subject=str(message["Subject"]),
        content=message.as_bytes(),
        created_at=now,
        due_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def queue_text(
    recipient: str, *, occasion: str, kind: str, subject: str, body: str, now: datetime, event_id: int | None = None
) -> OutboxMessage:
    """Queue a plain text mail."""
    sender = current_app.config["RBC"].mail_from
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2] or "localhost")
    message.set_content(body)
    return queue(message, occasion=occasion, kind=kind, now=now, event_id=event_id)
