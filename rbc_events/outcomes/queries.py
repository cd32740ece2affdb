from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes.access import seen_outcomes, today, viewed_outcomes
from rbc_events.outcomes.models import Evidence, Outcome, OutcomeDate, OutcomeParty, OutcomeReport, Source
from rbc_events.paging import Part, read_counted_part
from rbc_events.registration.models import Organisation, Registration
from rbc_events.registration.participation import taking_part
from rbc_events.relationships.models import Relationship
from rbc_events.seeds.models import Seed, SeedVersion

A_PAGE = 100


def outcomes_for(actor: Any, event: Event | None = None, *, page: int = 1) -> Part:
    """A page of the outcomes that staff work on, the last recorded first; of one event, or all that the actor views."""
    statement = _worked_on(actor, event).options(joinedload(Outcome.programme), selectinload(Outcome.reports))
    return read_counted_part(statement, page, A_PAGE)


def outcomes_of_event(actor: Any, event: Event) -> Sequence[Outcome]:
    """All of an event, in the same order."""
    return db.session.scalars(_worked_on(actor, event)).all()


def _worked_on(actor: Any, event: Event | None) -> Any:
    statement = (
        select(Outcome)
        .where(viewed_outcomes(actor))
        .options(
            joinedload(Outcome.event),
            selectinload(Outcome.parties).joinedload(OutcomeParty.organisation),
            selectinload(Outcome.dates),
        )
        .order_by(Outcome.recorded_at.desc(), Outcome.id.desc())
    )
    return statement.where(Outcome.event_id == event.id) if event is not None else statement


@dataclass(frozen=True)
class Shown:
    """An outcome that somebody sees. `opens`: they may open its record, as staff; `amount`: it is for them."""

    outcome: Outcome
    opens: bool

    @property
    def amount(self) -> bool:
        return self.opens or not self.outcome.amount_confidential


def _shown(actor: Any, *conditions: ColumnElement[bool]) -> list[Shown]:
    """What the actor may see of these outcomes, the first recorded first."""
    statement = (
        select(Outcome, viewed_outcomes(actor))
        .where(seen_outcomes(actor, today=today()), *conditions)
        .options(
            selectinload(Outcome.parties).joinedload(OutcomeParty.organisation),
            selectinload(Outcome.dates),
            joinedload(Outcome.seed_version).joinedload(SeedVersion.seed),
        )
        .order_by(Outcome.recorded_at, Outcome.id)
    )
    return [Shown(outcome, bool(opens)) for outcome, opens in db.session.execute(statement)]


def shown_of_event(actor: Any, event: Event) -> list[Shown]:
    return _shown(actor, Outcome.event_id == event.id)


def shown_of_meeting(actor: Any, meeting: Meeting) -> list[Shown]:
    return _shown(actor, Outcome.meetings.any(Meeting.id == meeting.id))


def shown_of_relationship(actor: Any, relationship: Relationship) -> list[Shown]:
    return _shown(actor, Outcome.relationship_id == relationship.id)


def shown_of_partnership(actor: Any, partnership: tuple[Relationship, Organisation]) -> list[Shown]:
    return shown_of_relationship(actor, partnership[0])


def shown_of_seed(actor: Any, seed: Seed) -> list[Shown]:
    """What came of any of its versions, as far as the actor may see it."""
    return _shown(actor, Outcome.seed_version.has(SeedVersion.seed_id == seed.id))


def outcomes_viewed(actor: Any, relationship: Relationship) -> list[Outcome]:
    """The outcomes of a relationship that staff work on, the first recorded first."""
    return [shown.outcome for shown in shown_of_relationship(actor, relationship) if shown.opens]


def told_by(_actor: Any, partnership: tuple[Relationship, Organisation]) -> Sequence[OutcomeReport]:
    """What a side itself has told of its deals in this relationship, the first first."""
    relationship, side = partnership
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
        .where(taking_part(event))
        .order_by(Organisation.name_latin, Organisation.name_native)
    ).all()


def citable(actor: Any) -> ColumnElement[bool]:
    """The sources that staff may cite again: the register's, and those of outcomes that the actor may view. What others
    name as evidence of theirs isn't told to the actor."""
    on_dates = select(OutcomeDate.source_id).join(OutcomeDate.outcome).where(viewed_outcomes(actor))
    on_evidence = select(Evidence.source_id).join(Evidence.outcome).where(viewed_outcomes(actor))
    return or_(Source.number.is_not(None), Source.id.in_(on_dates), Source.id.in_(on_evidence))


def sources_to_cite(known: ColumnElement[bool]) -> Sequence[Source]:
    order = (Source.number.is_(None), Source.number, Source.id)
    return db.session.scalars(select(Source).where(known).order_by(*order)).all()


def find_or_add_source(title_ja: str, title_en: str, url: str = "") -> Source:
    """The source of these titles and this address, added if it is new."""
    fields = {"title_ja": title_ja, "title_en": title_en, "url": url}
    source = db.session.scalar(select(Source).filter_by(**fields).limit(1))
    if source is None:
        source = Source(**fields)
        db.session.add(source)
        db.session.flush()
    return source
