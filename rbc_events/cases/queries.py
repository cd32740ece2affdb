"""Reads of support cases that are used twice or need care."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.cases.access import seen_cases
from rbc_events.cases.models import CaseFact, SupportCase
from rbc_events.database import Bilingual, db
from rbc_events.outcomes.models import Source


def cases_for(actor: Any) -> Sequence[SupportCase]:
    """The published cases; for staff also theirs that aren't yet."""
    statement = select(SupportCase).options(joinedload(SupportCase.programme)).order_by(SupportCase.id)
    return db.session.scalars(statement.where(seen_cases(actor))).all()


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
