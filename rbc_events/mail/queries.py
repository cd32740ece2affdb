"""What staff see of the outbox."""

from sqlalchemy import ColumnElement, func, select

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.outbox.models import Delivery, OutboxMessage
from rbc_events.paging import Part, read_part

PAGE = 100
# What somebody should look at first.
GROUPS: dict[str, tuple[Delivery, ...]] = {
    "failed": (Delivery.FAILED, Delivery.BOUNCED),
    "waiting": (Delivery.QUEUED, Delivery.IN_FLIGHT, Delivery.AWAITING_RETRY),
    "sent": (Delivery.SENT,),
}


def messages(event: Event | None, group: str, *, search: str = "", page: int = 1) -> Part:
    """A page of the mails, the newest first; of no event: what belongs to none."""
    found = select(OutboxMessage).where(_of(event), OutboxMessage.state.in_(GROUPS[group]))
    if search:
        found = found.where(OutboxMessage.recipient.contains(search.lower(), autoescape=True))
    newest = found.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    return read_part(newest, page, PAGE)


def counts(event: Event | None) -> dict[str, int]:
    rows = db.session.execute(
        select(OutboxMessage.state, func.count()).where(_of(event)).group_by(OutboxMessage.state)
    ).all()
    by_state = {row[0]: row[1] for row in rows}
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}


def _of(event: Event | None) -> ColumnElement[bool]:
    return OutboxMessage.event_id == (event.id if event else None)
