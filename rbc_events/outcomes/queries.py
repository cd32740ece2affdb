from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.accounts.access import is_headquarters
from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.events.queries import managed_events
from rbc_events.outcomes.models import CaseFact, Outcome, OutcomeParty, Source, SupportCase
from rbc_events.registration.models import Organisation, Registration, RegistrationState


def outcomes_for(actor: Any, event: Event | None = None) -> Sequence[Outcome]:
    """The outcomes that staff work on, the last recorded first; of one event, or of all that the actor manages."""
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
    elif not is_headquarters(actor):
        managed = [own.id for own in managed_events(actor)]
        statement = statement.where(Outcome.event_id.in_(managed))
    return db.session.scalars(statement).all()


def participants(event: Event) -> Sequence[Organisation]:
    """The approved organisations of an event, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(Registration)
        .where(Registration.event_id == event.id, Registration.state == RegistrationState.APPROVED)
        .order_by(Organisation.name_latin, Organisation.name_native)
    ).all()


def cases_for(actor: Any) -> Sequence[SupportCase]:
    """The published cases; for headquarters the others too."""
    statement = select(SupportCase).options(joinedload(SupportCase.programme)).order_by(SupportCase.id)
    if not is_headquarters(actor):
        statement = statement.where(SupportCase.published_at.is_not(None))
    return db.session.scalars(statement).all()


class Statement(NamedTuple):
    """One text with the sources that give it."""

    text: Bilingual
    fiscal_year: int | None
    preferred: bool
    sources: list[Source]


class Topic(NamedTuple):
    """What the sources say of one thing: `shown` first, then what others say differently."""

    label: Bilingual
    shown: Statement
    differing: list[Statement]


def topics(case: SupportCase) -> list[Topic]:
    """The case's facts, one topic after the other, each statement with all its sources."""
    facts = db.session.scalars(
        select(CaseFact)
        .where(CaseFact.case_id == case.id)
        .options(joinedload(CaseFact.source))
        .order_by(CaseFact.position)
    ).all()
    return [_topic(list(rows)) for _key, rows in groupby(facts, key=lambda fact: fact.topic)]


def _topic(facts: list[CaseFact]) -> Topic:
    statements: dict[Bilingual, Statement] = {}
    for fact in facts:
        known = statements.setdefault(fact.text, Statement(fact.text, fact.fiscal_year, fact.preferred, []))
        known.sources.append(fact.source)
        statements[fact.text] = known._replace(preferred=known.preferred or fact.preferred)
    ordered = sorted(statements.values(), key=lambda statement: not statement.preferred)
    return Topic(facts[0].label, ordered[0], ordered[1:])


def sources_of(found: list[Topic]) -> list[Source]:
    """Every source that the topics cite, each once, by number."""
    cited = {
        source.id: source
        for topic in found
        for statement in (topic.shown, *topic.differing)
        for source in statement.sources
    }
    return sorted(cited.values(), key=lambda source: (source.number is None, source.number, source.id))


def find_or_add_source(title: str, url: str = "") -> Source:
    """The source of that title, added if it is new."""
    same = or_(Source.title_ja == title, Source.title_en == title)
    source = db.session.scalar(select(Source).where(same, Source.url == url).limit(1))
    if source is None:
        source = Source(title_ja=title, title_en=title, url=url)
        db.session.add(source)
        db.session.flush()
    return source
