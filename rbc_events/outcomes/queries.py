from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes.access import seen_outcomes, today, viewed_outcomes
from rbc_events.outcomes.models import Outcome, OutcomeParty, OutcomeReport, Source
from rbc_events.registration.models import Organisation, Registration, RegistrationState
from rbc_events.relationships.models import Relationship


def outcomes_for(actor: Any, event: Event | None = None) -> Sequence[Outcome]:
    """The outcomes that staff work on, the last recorded first; of one event, or all that the actor may view."""
    statement = (
        select(Outcome)
        .options(
            joinedload(Outcome.programme),
            joinedload(Outcome.event),
            selectinload(Outcome.parties).joinedload(OutcomeParty.organisation),
            selectinload(Outcome.dates),
        )
        .order_by(Outcome.recorded_at.desc(), Outcome.id.desc())
    )
    statement = statement.where(viewed_outcomes(actor))
    if event is not None:
        statement = statement.where(Outcome.event_id == event.id)
    return db.session.scalars(statement).all()


def _shown(actor: Any, *conditions: ColumnElement[bool]) -> Sequence[Outcome]:
    """What the actor may see of these outcomes, the first recorded first."""
    statement = (
        select(Outcome)
        .where(seen_outcomes(actor, today=today()), *conditions)
        .options(selectinload(Outcome.parties).joinedload(OutcomeParty.organisation), selectinload(Outcome.dates))
        .order_by(Outcome.recorded_at, Outcome.id)
    )
    return db.session.scalars(statement).all()


def shown_of_event(actor: Any, event: Event) -> Sequence[Outcome]:
    return _shown(actor, Outcome.event_id == event.id)


def shown_of_meeting(actor: Any, meeting: Meeting) -> Sequence[Outcome]:
    return _shown(actor, Outcome.meetings.any(Meeting.id == meeting.id))


def shown_of_relationship(actor: Any, relationship: Relationship) -> Sequence[Outcome]:
    return _shown(actor, Outcome.relationship_id == relationship.id)


def own_reports(relationship: Relationship, side: Organisation) -> Sequence[OutcomeReport]:
    """What an organisation itself has told of its deals with these partners."""
    statement = (
        select(OutcomeReport)
        .join(OutcomeReport.outcome)
        .where(Outcome.relationship_id == relationship.id, OutcomeReport.organisation_id == side.id)
        .order_by(OutcomeReport.id)
    )
    return db.session.scalars(statement).all()


def participants(event: Event) -> Sequence[Organisation]:
    """The approved organisations of an event, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(Registration)
        .where(Registration.event_id == event.id, Registration.state == RegistrationState.APPROVED)
        .order_by(Organisation.name_latin, Organisation.name_native)
    ).all()


def find_or_add_source(title: str, url: str = "") -> Source:
    """The source of that title, added if it is new."""
    same = or_(Source.title_ja == title, Source.title_en == title)
    source = db.session.scalar(select(Source).where(same, Source.url == url).limit(1))
    if source is None:
        source = Source(title_ja=title, title_en=title, url=url)
        db.session.add(source)
        db.session.flush()
    return source
