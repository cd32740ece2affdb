"""What requests to meet obey: vetoes, an event's rules, and the time after which they expire. Functions flush."""

from datetime import datetime, timedelta

from sqlalchemy import update

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import MeetingRequest, RequestState, Veto
from rbc_events.registration.models import Registration


def expire_requests(*, now: datetime) -> int:
    """Close the requests whose time is up; returns how many."""
    expired = (
        update(MeetingRequest)
        .where(MeetingRequest.state == RequestState.PENDING, MeetingRequest.expires_at <= now)
        .values(state=RequestState.EXPIRED, pair=None, closed_at=now, version=MeetingRequest.version + 1)
        .returning(MeetingRequest.id)
    )
    return len(db.session.scalars(expired).all())


def set_veto(side: Registration, other: Registration, *, vetoed: bool, now: datetime) -> None:
    """Say, or take back, that this organisation does not want to meet another one. Privately."""
    veto = db.session.get(Veto, (side.id, other.id))
    if vetoed and veto is None:
        db.session.add(Veto(registration_id=side.id, vetoed_id=other.id, at=now))
    elif not vetoed and veto is not None:
        db.session.delete(veto)
    db.session.flush()


def set_rules(
    event: Event, *, requests_close_at: datetime | None, request_days: int, request_caps: dict[str, int]
) -> None:
    """Until when requests may be sent, after how many days they expire, how many an organisation may have open."""
    event.requests_close_at, event.request_days, event.request_caps = requests_close_at, request_days, request_caps
    db.session.flush()


def expiry(event: Event, now: datetime) -> datetime:
    """When a request that is sent or asked anew now expires."""
    expires = now + timedelta(days=event.request_days)
    return min(expires, event.requests_close_at) if event.requests_close_at else expires
