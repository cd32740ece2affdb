"""Which mails wait for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.access import is_headquarters
from rbc_events.database import db
from rbc_events.events.access import viewed
from rbc_events.events.models import Event
from rbc_events.events.waiting import count_rows
from rbc_events.meetings.models import NOTED, CalendarEntry, IncomingMail, Meeting, MeetingParty
from rbc_events.paging import Part, read_part
from rbc_events.registration.models import Registration

PAGE = 50
WAITING = IncomingMail.settled_at.is_(None)
GROUPS: dict[str, ColumnElement[bool]] = {
    "open": WAITING,
    "absence": IncomingMail.kind.in_(NOTED),
    "done": and_(IncomingMail.settled_at.is_not(None), IncomingMail.kind.not_in(NOTED)),
}


def seen_mails(actor: Any) -> ColumnElement[bool]:
    """The mails that the actor may see: those of events that they view; of no event, headquarters."""
    of_events = IncomingMail.event_id.in_(select(Event.id).where(viewed(actor)))
    return or_(of_events, IncomingMail.event_id.is_(None)) if is_headquarters(actor) else of_events


def mails(actor: Any, event: Event | None, group: str, *, page: int = 1) -> Part:
    """A page of mails, by meeting and sender: those of one meeting stand together, the newest meeting first."""
    parties = (
        joinedload(CalendarEntry.meeting)
        .selectinload(Meeting.parties)
        .joinedload(MeetingParty.registration)
        .joinedload(Registration.organisation)
    )
    found = (
        select(IncomingMail)
        .outerjoin(IncomingMail.entry)
        .where(*_of(actor, event), GROUPS[group])
        .options(joinedload(IncomingMail.entry).options(parties), joinedload(IncomingMail.event))
        .order_by(CalendarEntry.meeting_id.desc().nulls_first(), IncomingMail.sender, IncomingMail.id.desc())
    )
    return read_part(found, page, PAGE)


def counts(actor: Any, event: Event | None) -> dict[str, int]:
    columns = [func.count().filter(condition) for condition in GROUPS.values()]
    statement = select(*columns).select_from(IncomingMail).where(*_of(actor, event))
    return dict(zip(GROUPS, db.session.execute(statement).one(), strict=True))


def _of(actor: Any, event: Event | None) -> tuple[ColumnElement[bool], ...]:
    return (seen_mails(actor), *([IncomingMail.event_id == event.id] if event else []))


def count_waiting(event_ids: Sequence[int], _now: datetime) -> dict[int, int]:
    return count_rows(IncomingMail, event_ids, WAITING)


def count_of_no_event(actor: Any) -> int:
    """The waiting mails that no event's staff would be told of: headquarters look at them."""
    if not is_headquarters(actor):
        return 0
    alone = select(func.count()).select_from(IncomingMail).where(WAITING, IncomingMail.event_id.is_(None))
    return db.session.scalar(alone) or 0
