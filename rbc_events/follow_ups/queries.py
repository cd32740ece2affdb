"""Reads of follow-ups."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.follow_ups.models import FollowUp, FollowUpState
from rbc_events.i18n import TOKYO
from rbc_events.mail.models import Unsubscription
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.recipients import Recipient, contacts
from rbc_events.outbox.models import OutboxMessage
from rbc_events.registration.models import Organisation, Registration
from rbc_events.relationships.models import Relationship, RelationshipMeeting, RelationshipParty, RelationshipState

KIND = "follow_up"
"""Of the mails."""


def met_relationships() -> Iterator[tuple[Relationship, date]]:
    """Every relationship that goes on, with the day on which its parties first met, by Japan's calendar."""
    began = func.min(Meeting.published_starts_at, type_=Meeting.published_starts_at.type)
    statement = (
        select(Relationship, began)
        .join(RelationshipMeeting, RelationshipMeeting.relationship_id == Relationship.id)
        .join(Meeting, Meeting.id == RelationshipMeeting.meeting_id)
        .where(Relationship.state != RelationshipState.CLOSED, Meeting.state == MeetingState.HELD)
        .where(Meeting.published_starts_at.is_not(None))
        .group_by(Relationship)
        .order_by(Relationship.id)
        .options(
            selectinload(Relationship.parties).joinedload(RelationshipParty.organisation),
            selectinload(Relationship.meetings).joinedload(Meeting.event).joinedload(Event.programme),
        )
    )
    for relationship, first in db.session.execute(statement):
        if first is not None:
            yield relationship, first.astimezone(TOKYO).date()


def event_of(relationship: Relationship) -> Event:
    """The event at which the parties last met."""
    begun = _begun(relationship)
    return (begun[max(begun)] if begun else relationship.meetings[-1]).event  # a record may have been corrected since


def _begun(relationship: Relationship) -> dict[datetime, Meeting]:
    """The meetings that were held, by when they began."""
    held = (meeting for meeting in relationship.meetings if meeting.state == MeetingState.HELD)
    return {each.published_starts_at: each for each in held if each.published_starts_at is not None}


def months_of(relationship: Relationship) -> Sequence[int]:
    """When the programme asks, in months after the first meeting."""
    return event_of(relationship).programme.follow_up_months


def of_month(relationship: Relationship, month: int) -> Sequence[FollowUp]:
    asked = select(FollowUp).where(FollowUp.relationship_id == relationship.id, FollowUp.month == month)
    return db.session.scalars(asked).all()


def by_token_hash(hashed: str) -> FollowUp | None:
    return db.session.scalar(select(FollowUp).where(FollowUp.token_hash == hashed))


def to_remind(*, asked_before: datetime) -> Sequence[FollowUp]:
    """The questions without an answer that nobody was reminded of."""
    waiting = (FollowUp.state == FollowUpState.ASKED, FollowUp.reminded_at.is_(None), FollowUp.asked_at <= asked_before)
    return db.session.scalars(select(FollowUp).where(*waiting).order_by(FollowUp.id)).all()


def waiting_for(addresses: Collection[str]) -> list[FollowUp]:
    """The questions that wait for an answer by a link that was mailed to one of these addresses."""
    mailed = select(OutboxMessage.occasion).where(OutboxMessage.kind == KIND, OutboxMessage.recipient.in_(addresses))
    numbers = {int(occasion.split(":")[1]) for occasion in db.session.scalars(mailed)}
    waiting = select(FollowUp).where(FollowUp.id.in_(numbers), FollowUp.state == FollowUpState.ASKED)
    return [row for row in db.session.scalars(waiting) if _last_asked(row) in addresses]


def _last_asked(row: FollowUp) -> str | None:
    mails = select(OutboxMessage.recipient).where(OutboxMessage.occasion.startswith(mails_about(row)))
    return db.session.scalar(mails.order_by(OutboxMessage.id.desc()).limit(1))


def mails_about(row: FollowUp) -> str:
    """What the occasions of all mails about a question begin with."""
    return f"follow-up:{row.id}:"


def contact_of(organisation: Organisation, relationship: Relationship) -> Recipient | None:
    """Whom to ask for an organisation: its contact at the latest event it took part in, whoever that is by now; None
    where nobody is left, or all have unsubscribed from follow-ups."""
    latest_first = (
        select(Registration)
        .join(Registration.event)
        .where(Registration.organisation_id == organisation.id)
        .order_by(Event.starts_on.desc(), Registration.id.desc())
        .options(selectinload(Registration.delegates))
    )
    unwanted = set(db.session.scalars(select(Unsubscription.address).where(Unsubscription.kind == KIND)))
    for registration in db.session.scalars(latest_first):
        for contact in contacts(registration):
            if contact.address and not contact.address.endswith(".invalid") and contact.address.lower() not in unwanted:
                return contact
    return None


def listed(condition: ColumnElement[bool], state: FollowUpState | None = None) -> Any:
    """The statement of a list: the questions of some relationships, the last asked first."""
    statement = (
        select(FollowUp)
        .where(FollowUp.relationship_id.in_(select(Relationship.id).where(condition)))
        .order_by(FollowUp.asked_at.desc(), FollowUp.id.desc())
        .options(
            joinedload(FollowUp.organisation),
            joinedload(FollowUp.answer),
            joinedload(FollowUp.relationship)
            .selectinload(Relationship.parties)
            .joinedload(RelationshipParty.organisation),
        )
    )
    return statement.where(FollowUp.state == state) if state else statement


def of_events(event_ids: Sequence[int]) -> ColumnElement[bool]:
    """That a relationship grew by a meeting of one of these events."""
    met = select(RelationshipMeeting.relationship_id).join(Meeting).where(Meeting.event_id.in_(event_ids))
    return Relationship.id.in_(met)


def response_rate(condition: ColumnElement[bool]) -> tuple[int, int]:
    """How many questions were answered, of how many that somebody was asked."""
    by_month = response_rates(condition).values()
    return sum(answered for answered, _asked in by_month), sum(asked for _answered, asked in by_month)


def response_rates(condition: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """How many questions were answered, of how many, by the month after the first meeting in which they were asked."""
    asked = FollowUp.state != FollowUpState.NOBODY
    statement = (
        select(FollowUp.month, func.count(FollowUp.answered_at), func.count())
        .where(asked, FollowUp.relationship_id.in_(select(Relationship.id).where(condition)))
        .group_by(FollowUp.month)
        .order_by(FollowUp.month)
    )
    return {month: (answered, number) for month, answered, number in db.session.execute(statement)}


def is_one(relationship: Relationship) -> ColumnElement[bool]:
    return Relationship.id == relationship.id


def first_met(relationship: Relationship) -> date | None:
    """The day of the first meeting that was held, by Japan's calendar."""
    begun = _begun(relationship)
    return min(begun).astimezone(TOKYO).date() if begun else None
