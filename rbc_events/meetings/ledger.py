"""Who holds what in their calendar: the ledger as staff look at it."""

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings import where
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting, MeetingParty, MeetingState
from rbc_events.outbox.models import Delivery, FailingAddress, OutboxMessage
from rbc_events.paging import Part, read_part
from rbc_events.registration.models import Registration

PAGE = 100


@dataclass(frozen=True)
class Holding:
    """One recipient's entry and the mail that brought it last."""

    entry: CalendarEntry
    mail: OutboxMessage | None
    stale: bool  # the recipient holds something else than what is published


def behind() -> ColumnElement[bool]:
    """The last mail says something else than what is published now."""
    differs = or_(
        Meeting.state == MeetingState.CANCELLED,
        CalendarEntry.starts_at.is_distinct_from(Meeting.published_starts_at),
        CalendarEntry.ends_at.is_distinct_from(Meeting.published_ends_at),
        CalendarEntry.place_id.is_distinct_from(Meeting.published_place_id),
        CalendarEntry.place_ja != where.NAME_JA,
        CalendarEntry.place_en != where.NAME_EN,
        CalendarEntry.join_url != where.LINK,
        CalendarEntry.interpreter_id.is_distinct_from(Meeting.published_interpreter_id),
    )
    return and_(CalendarEntry.method == "REQUEST", differs)


def _stale() -> ColumnElement[bool]:
    """Behind, or the last mail hasn't gone out, or it came back."""
    return or_(behind(), OutboxMessage.id.is_(None), OutboxMessage.state != Delivery.SENT)


def _unreached() -> ColumnElement[bool]:
    """The last mail didn't arrive, or its address is one from which mails come back."""
    marked = select(FailingAddress.id).where(FailingAddress.address == func.lower(CalendarEntry.recipient))
    returned = OutboxMessage.state.in_((Delivery.BOUNCED, Delivery.FAILED))
    return or_(returned, marked.correlate(CalendarEntry).exists())


_ANSWERED = {
    "declined": (CalendarAnswer.DECLINED, CalendarAnswer.COUNTER),
    "accepted": (CalendarAnswer.ACCEPTED, CalendarAnswer.TENTATIVE),
}
GROUPS = ("stale", "declined", "accepted", "silent", "unreached", "all")


def _in_group(group: str) -> ColumnElement[bool]:
    if group == "stale":
        return _stale()
    if group == "unreached":
        return and_(CalendarEntry.method == "REQUEST", _unreached())
    if group == "silent":
        return and_(CalendarEntry.answer == CalendarAnswer.NONE, CalendarEntry.method == "REQUEST")
    if group in _ANSWERED:
        return and_(CalendarEntry.answer.in_(_ANSWERED[group]), CalendarEntry.method == "REQUEST")
    return CalendarEntry.id.is_not(None)


def holdings(event: Event, group: str, *, page: int = 1) -> Part:
    """A page of the group's holdings, in order of time."""
    sides = selectinload(Meeting.parties).joinedload(MeetingParty.registration).joinedload(Registration.organisation)
    statement = (
        select(CalendarEntry, OutboxMessage, _stale())
        .join(CalendarEntry.meeting)
        .outerjoin(Meeting.published_place)
        .outerjoin(OutboxMessage, OutboxMessage.message_id == CalendarEntry.message_id)
        .where(Meeting.event_id == event.id, _in_group(group))
        .options(joinedload(CalendarEntry.meeting).options(sides))
        .order_by(CalendarEntry.starts_at, CalendarEntry.meeting_id, CalendarEntry.id)
    )
    part = read_part(statement, page, PAGE, db.session.execute)
    return replace(part, rows=[Holding(entry, mail, bool(stale)) for entry, mail, stale in part.rows])


def counts(event: Event) -> dict[str, int]:
    """How many entries are in each group; one query."""
    columns = [func.count().filter(_in_group(group)) for group in GROUPS]
    statement = (
        select(*columns)
        .select_from(CalendarEntry)
        .join(CalendarEntry.meeting)
        .outerjoin(Meeting.published_place)
        .outerjoin(OutboxMessage, OutboxMessage.message_id == CalendarEntry.message_id)
        .where(Meeting.event_id == event.id)
    )
    return dict(zip(GROUPS, db.session.execute(statement).one(), strict=True))
