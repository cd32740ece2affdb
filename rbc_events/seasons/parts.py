"""What the pages of a meeting and of the timetable show of offered times."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.access import may_manage
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.seasons import queries
from rbc_events.seasons.models import OfferedTime, OfferState, TimeOffer


def may_offer(actor: User, meeting: Meeting) -> bool:
    return meeting.state == MeetingState.AGREED and may_manage(actor, meeting.event)


def offer_of(actor: User, meeting: Meeting) -> TimeOffer | None:
    """The last offer, while the meeting waits for a time: for those who manage the event."""
    return queries.latest_offer(meeting) if may_offer(actor, meeting) else None


def held_times(_actor: User, event: Event) -> Sequence[TimeOffer]:
    return queries.offers_under_way(event)


def without_answer(event_ids: Sequence[int], now: datetime) -> Mapping[int, int]:
    """The meetings of events for which no offered time is left: none suits all, or all have passed."""
    newest = select(func.max(TimeOffer.id)).group_by(TimeOffer.meeting_id)
    last = select(func.max(OfferedTime.starts_at)).where(OfferedTime.offer_id == TimeOffer.id).scalar_subquery()
    over = (TimeOffer.state == OfferState.FAILED) | ((TimeOffer.state == OfferState.OPEN) & (last <= now))
    statement = (
        select(Meeting.event_id, func.count())
        .select_from(TimeOffer)
        .join(TimeOffer.meeting)
        .where(Meeting.event_id.in_(event_ids), queries.WAITS, TimeOffer.id.in_(newest), over)
        .group_by(Meeting.event_id)
    )
    return dict(db.session.execute(statement).all())
