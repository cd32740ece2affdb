"""What the directory asks of meetings: see `directory.encounters`."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from rbc_events.database import db
from rbc_events.meetings.models import (
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
    RequestParty,
    RequestState,
    Veto,
)
from rbc_events.registration.models import Registration

ANSWERED_OR_OPEN = (RequestState.PENDING, RequestState.MUTUAL, RequestState.DECLINED)


def have_a_meeting(one: Registration, other: Registration) -> bool:
    """Whether there is a meeting between them that nobody has called off."""
    mine, theirs = aliased(MeetingParty), aliased(MeetingParty)
    meeting = (
        select(Meeting.id)
        .join(mine, mine.meeting_id == Meeting.id)
        .join(theirs, theirs.meeting_id == Meeting.id)
        .where(
            mine.registration_id == one.id,
            theirs.registration_id == other.id,
            Meeting.state != MeetingState.CANCELLED,
        )
    )
    return db.session.scalar(meeting.limit(1)) is not None


def vetoed_by(side: Registration) -> Select[Any]:
    return select(Veto.vetoed_id).where(Veto.registration_id == side.id)


def vetoing(side: Registration) -> Select[Any]:
    return select(Veto.registration_id).where(Veto.vetoed_id == side.id)


def asked_already(side: Registration) -> Select[Any]:
    """Those with whom there is a request, unless it was withdrawn or has expired; itself among them."""
    mine, theirs = aliased(RequestParty), aliased(RequestParty)
    return (
        select(theirs.registration_id)
        .join(mine, mine.request_id == theirs.request_id)
        .join(MeetingRequest, MeetingRequest.id == mine.request_id)
        .where(mine.registration_id == side.id, MeetingRequest.state.in_(ANSWERED_OR_OPEN))
    )
