from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.outcomes.access import viewed_outcomes
from rbc_events.outcomes.models import Outcome, OutcomeParty, Source
from rbc_events.registration.models import Organisation, Registration, RegistrationState


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
    if event is not None:
        statement = statement.where(Outcome.event_id == event.id)
    else:
        statement = statement.where(viewed_outcomes(actor))
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
