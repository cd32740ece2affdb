"""Addresses from which mails came back, and what became of mails as servers report it. Functions flush."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from rbc_events.calendars.causes import Cause, cause_of
from rbc_events.database import db, in_batches
from rbc_events.outbox.models import Delivery, FailingAddress, OutboxMessage


def note_return(message: OutboxMessage, *, status: str, words: str, now: datetime) -> bool:
    """Note at the mail that it came back, and at its address why; whether the address is newly marked."""
    why = f"{status} {words}".strip()[:500]
    if message.state == Delivery.SENT:
        message.state, message.delivered_at, message.fault = Delivery.BOUNCED, None, why
    return mark_address(message.recipient, cause_of(status, words), why, now=now)


def note_delay(message: OutboxMessage, *, status: str, words: str) -> None:
    """Note that the server goes on trying: the mail counts as sent until it comes back."""
    if message.state == Delivery.SENT and message.delivered_at is None:
        message.fault = f"{status} {words}".strip()[:500]


def note_delivery(message: OutboxMessage, *, now: datetime) -> None:
    if message.state != Delivery.BOUNCED and message.delivered_at is None:
        message.delivered_at, message.fault = now, ""
        forget_failure(message.recipient)


def mark_address(address: str, cause: Cause, words: str, *, now: datetime) -> bool:
    """Keep why mail doesn't reach an address; whether it wasn't marked before."""
    known = db.session.scalar(select(FailingAddress).where(FailingAddress.address == address.lower()))
    if known is None:
        row = FailingAddress(address=address.lower(), cause=cause, words=words[:500], since=now, last_at=now)
        db.session.add(row)
    else:
        known.cause, known.words, known.last_at = cause, words[:500], now
    db.session.flush()
    return known is None


def forget_failure(address: str) -> None:
    """Mail arrives there after all, or came from there."""
    db.session.execute(delete(FailingAddress).where(FailingAddress.address == address.lower()))


def failing_among(addresses: Iterable[str]) -> dict[str, FailingAddress]:
    """The marked ones, by address in small letters."""
    wanted = sorted({address.lower() for address in addresses if address})
    rows = (
        row
        for some in in_batches(wanted)
        for row in db.session.scalars(select(FailingAddress).where(FailingAddress.address.in_(some)))
    )
    return {row.address: row for row in rows}


def mails_named(message_ids: Iterable[str]) -> list[OutboxMessage]:
    """Our mails among these Message-IDs."""
    wanted = list(dict.fromkeys(message_ids))
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.message_id.in_(wanted)))) if wanted else []


def last_mail_to(address: str, event_ids: Sequence[int] = ()) -> OutboxMessage | None:
    """The mail that this address got last from an event; from one of these, if any are given."""
    theirs = func.lower(OutboxMessage.recipient) == address.lower()
    of_event = OutboxMessage.event_id.in_(event_ids) if event_ids else OutboxMessage.event_id.is_not(None)
    newest = select(OutboxMessage).where(theirs, of_event)
    return db.session.scalar(newest.order_by(OutboxMessage.id.desc()).limit(1))
