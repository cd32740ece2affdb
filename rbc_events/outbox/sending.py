"""Sending what waits in the outbox.

A worker claims one mail at a time: queued → in flight → sent, or awaiting another try, or failed; each step is
committed before the next begins. Killed at any moment it leaves at most one mail in flight, of which nobody knows
whether it went out. That one is sent again after a while, the same bytes with the same Message-ID: nothing is lost, and
at most one mail comes twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import OperationalError

from rbc_events.application import settings
from rbc_events.calendars.content import UnsafeAddress, ascii_address, clean_line
from rbc_events.database import db
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.outbox.transport import NotDelivered, Refused, Transport, Unreachable

# Pauses before each further try; after the last one the mail has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
WHILE_UNREACHABLE = timedelta(minutes=5)
# Longer than any conversation with a server takes (see transport.TIMEOUT).
STUCK_AFTER = timedelta(minutes=5)
# Each waits for as long as the database does (30 s on SQLite); together shorter than STUCK_AFTER.
TRIES_TO_KEEP = 8
DUE = (Delivery.QUEUED, Delivery.AWAITING_RETRY)


@dataclass(slots=True)
class Tally:
    sent: int = 0
    postponed: int = 0
    failed: int = 0
    unreachable: str = field(default="", compare=False)  # why the server took nothing more: for the operator


def deliver_due(transport: Transport, *, clock: Callable[[], datetime], limit: int = 10_000) -> Tally:
    """Send what is due, oldest first, until nothing is, the limit is reached or the server can't be reached.

    Commits after every mail: the session must hold nothing else.
    """
    sender = parseaddr(settings().mail_from)[1]
    tally = Tally()
    release_stuck(now=clock())
    claimed = _claim(now=clock())
    db.session.commit()
    while claimed is not None:
        reachable = True
        try:
            transport.send(sender, _reachable(claimed.recipient), claimed.content)
        except NotDelivered as fault:
            reachable = not isinstance(fault, Unreachable)
            outcome = _after_fault(claimed, fault, tally, now=clock())
        else:
            tally.sent += 1
            outcome = {"state": Delivery.SENT, "sent_at": clock(), "fault": ""}
        limit -= 1
        claimed = _settle(claimed, outcome, clock(), claim_next=reachable and limit > 0)
    return tally


def _reachable(recipient: str) -> str:
    """The address as servers take it. Raises Refused: no later try changes that."""
    try:
        return ascii_address(recipient)
    except UnsafeAddress as error:
        raise Refused(str(error)) from error


def release_stuck(*, now: datetime) -> None:
    """Let mails be tried again that a killed worker left in flight; one that stops every worker has failed."""
    stuck = (OutboxMessage.state == Delivery.IN_FLIGHT) & (OutboxMessage.claimed_at <= now - STUCK_AFTER)
    fault = "The worker stopped while it sent this mail."
    for state, tries in (
        (Delivery.FAILED, OutboxMessage.attempts > len(PAUSES)),
        (Delivery.AWAITING_RETRY, OutboxMessage.attempts <= len(PAUSES)),
    ):
        released = update(OutboxMessage).where(stuck, tries).execution_options(synchronize_session=False)
        values = {"state": state, "due_at": now, "claimed_at": None, "fault": fault, "content": _kept_content(state)}
        db.session.execute(released.values(values))


def _kept_content(state: Delivery) -> Any:
    """What a mail's row keeps of its content in this state: of a secret one nothing, once no try is to follow."""
    over = state not in (*DUE, Delivery.IN_FLIGHT)
    return case((OutboxMessage.secret, b""), else_=OutboxMessage.content) if over else OutboxMessage.content


def _claim(*, now: datetime) -> Any | None:
    """Put the next mail that is due in flight. Two workers never claim the same one."""
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state.in_(DUE), OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == due.scalar_subquery())
        .values(state=Delivery.IN_FLIGHT, claimed_at=now, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id, OutboxMessage.recipient, OutboxMessage.content, OutboxMessage.attempts)
        .execution_options(synchronize_session=False)
    )
    return claimed.one_or_none()


def _after_fault(claimed: Any, fault: NotDelivered, tally: Tally, *, now: datetime) -> dict[str, Any]:
    words = clean_line(str(fault))[:500]
    if isinstance(fault, Unreachable):  # no fault of this mail's: it doesn't cost it a try
        tally.postponed += 1
        tally.unreachable = words
        again = {"attempts": OutboxMessage.attempts - 1, "due_at": now + WHILE_UNREACHABLE}
        return {"state": Delivery.AWAITING_RETRY, "fault": words, **again}
    if isinstance(fault, Refused) or claimed.attempts > len(PAUSES):
        tally.failed += 1
        return {"state": Delivery.FAILED, "fault": words}
    tally.postponed += 1
    return {"state": Delivery.AWAITING_RETRY, "due_at": now + PAUSES[claimed.attempts - 1], "fault": words}


def _settle(claimed: Any, outcome: dict[str, Any], now: datetime, *, claim_next: bool) -> Any | None:
    """Keep what became of a mail and claim the next one. Commits.

    Where the database is locked for long it is asked again: a mail that went out without being noted goes out twice.
    """
    note = (
        update(OutboxMessage)
        .where(OutboxMessage.id == claimed.id, OutboxMessage.state == Delivery.IN_FLIGHT)
        .values(claimed_at=None, content=_kept_content(outcome["state"]), **outcome)
        .execution_options(synchronize_session=False)
    )
    for tries_left in reversed(range(TRIES_TO_KEEP)):
        try:
            db.session.execute(note)
            following = _claim(now=now) if claim_next else None
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            if not tries_left:
                raise
        else:
            return following
    return None
