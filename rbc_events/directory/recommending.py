"""Partners recommended to an organisation at an event, each with its reason.

Statements are ranked in memory. Each process keeps the arrays of the events that it was asked about (some 4 kB a
statement) and reads them again when a statement or the set of organisations has changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select, true
from sqlalchemy.orm import aliased

from rbc_events.database import db
from rbc_events.directory import queries
from rbc_events.directory.encounters import not_recommended
from rbc_events.directory.models import Dismissal, StatementVector
from rbc_events.directory.terms import concept_space
from rbc_events.events.models import Event
from rbc_events.matching import vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.ranking import Pool, Reason, Recommendation, Statements, rank
from rbc_events.matching.rules import partners_of
from rbc_events.matching.taxonomy import Concept
from rbc_events.registration.models import (
    Organisation,
    Registration,
    RegistrationState,
    Statement,
    StatementKind,
)
from rbc_events.registration.pairing import may_be_met_by
from rbc_events.registration.participation import taking_part, to_be_met

SHOWN = 30
OFFERED = (StatementKind.OFFER, StatementKind.SEED)
EVENTS_KEPT = 8


@dataclass(frozen=True)
class Suggestion:
    """A partner and why: one side's need, the other's offer, whose need it is, and the topics that both name."""

    registration: Registration
    need: Statement
    offer: Statement
    our_need: bool
    topics: tuple[Concept, ...]
    newcomer: bool


@dataclass(frozen=True)
class _Kept:
    revision: int
    taxonomy: str
    organisations: frozenset[int]
    pool: Pool


_kept: dict[int, _Kept] = {}


def recommend(side: Registration) -> list[Suggestion]:
    """The best partners for this side, best first; the same data gives the same list.

    Left out: whom the event's rules keep apart (without rules, the kinds that the programmes don't bring together), who
    keeps the profile from participants, who was dismissed, whom a request is about already, and pairs with a veto on
    either side.
    """
    candidates = _candidates(side)
    pool = pool_of(side.event, {side.organisation_id, *candidates})
    newcomers = {number for number, row in candidates.items() if not row.known}
    found = rank(pool, side.organisation_id, candidates, newcomers=newcomers, limit=SHOWN)
    return _with_words(found, {number: row.id for number, row in candidates.items()})


def _candidates(side: Registration) -> dict[int, Any]:
    """By number of the organisation: its registration, and whether it has taken part in another event before."""
    other = aliased(Registration)
    known = exists().where(
        other.organisation_id == Registration.organisation_id,
        other.id < Registration.id,
        other.state == RegistrationState.APPROVED,
    )
    dismissed = select(Dismissal.dismissed_id).where(Dismissal.registration_id == side.id)
    others = (numbers(side) for numbers in not_recommended)
    rows = db.session.execute(
        select(Registration.id, Registration.organisation_id, known.label("known"))
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .where(
            to_be_met(side.event),
            may_be_met_by(side),
            true() if side.event.meeting_rules else Organisation.kind.in_(partners_of(side.organisation.kind)),
            Registration.id.not_in(dismissed.union_all(*others)),
        )
    )
    return {row.organisation_id: row for row in rows}


def pool_of(event: Event, organisations: Collection[int]) -> Pool:
    """What these organisations of an event need and offer, with whoever else takes part; kept from call to call."""
    revision = db.session.scalar(select(func.max(StatementVector.revision))) or 0
    taxonomy = concept_space().taxonomy.fingerprint
    kept = _kept.get(event.id)
    fresh = kept and kept.revision == revision and kept.taxonomy == taxonomy
    if kept is None or not fresh or not kept.organisations.issuperset(organisations):
        kept = _Kept(revision, taxonomy, *_read_pool(event, taxonomy))
        while len(_kept) >= EVENTS_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[event.id] = kept
    return kept.pool


def _read_pool(event: Event, taxonomy: str) -> tuple[frozenset[int], Pool]:
    """Every statement of the organisations approved for the event. What another taxonomy described is left out."""
    approved = select(Registration.organisation_id).where(taking_part(event))
    rows = db.session.execute(
        select(
            Statement.id,
            Statement.organisation_id,
            Statement.kind,
            StatementVector.concepts,
            StatementVector.sentence,
        )
        .join(StatementVector, StatementVector.statement_id == Statement.id)
        .where(StatementVector.taxonomy == taxonomy, Statement.organisation_id.in_(approved))
        .order_by(Statement.id)
    ).all()
    organisations = frozenset(db.session.scalars(approved))
    offers = [row for row in rows if row.kind in OFFERED]
    needs = [row for row in rows if row.kind not in OFFERED]
    return organisations, Pool(offers=_arrays(offers), needs=_arrays(needs))


def _arrays(rows: Sequence[Any]) -> Statements:
    import numpy as np

    return Statements(
        np.array([row.id for row in rows], np.int64),
        np.array([row.organisation_id for row in rows], np.int64),
        vectors.from_blobs([row.concepts for row in rows], len(concept_space().keys)),
        vectors.from_blobs([row.sentence for row in rows], vectors.DIMENSIONS),
    )


def _with_words(found: Sequence[Recommendation], registrations: dict[int, int]) -> list[Suggestion]:
    """The rows behind a ranking. A statement deleted this moment takes its recommendation along."""
    numbers = {number for each in found for number in (each.reason.need, each.reason.offer)}
    statements = {row.id: row for row in db.session.scalars(select(Statement).where(Statement.id.in_(numbers)))}
    rows = {row.id: row for row in queries.with_profiles([registrations[each.owner] for each in found])}
    space = concept_space()
    return [
        Suggestion(
            rows[registrations[each.owner]],
            statements[each.reason.need],
            statements[each.reason.offer],
            each.reason.ours == "need",
            _topics(space, each.reason, statements),
            each.newcomer,
        )
        for each in found
        if each.reason.need in statements and each.reason.offer in statements
    ]


def _topics(space: ConceptSpace, reason: Reason, statements: Mapping[int, Statement]) -> tuple[Concept, ...]:
    """The strongest concepts in common that one of the two texts names, itself or by something narrower.

    What is near by its words alone helps to find, and would often be wrong as a reason.
    """
    taxonomy = space.taxonomy
    pair = statements[reason.need], statements[reason.offer]
    texts = [text for each in pair for text in (each.text_ja, each.text_en) if text]
    named = {above for text in texts for key in taxonomy.concepts_in(text) for above in taxonomy.ancestors(key)}
    found = (taxonomy.concepts[space.keys[column]] for column in reason.concepts)
    return tuple(concept for concept in found if concept.key in named)
