"""Organisations that come nearest in meaning to a query, for when its words find few or none.

What was typed is read as a need and compared with offers, and as an offer and compared with needs, as recommendations
are. It takes sentence vectors: concepts alone say too little of a few words.
"""

from collections.abc import Collection
from dataclasses import dataclass

from rbc_events.application import settings
from rbc_events.database import db
from rbc_events.directory import queries
from rbc_events.directory.access import Audience
from rbc_events.directory.indexing import SIDES
from rbc_events.directory.recommending import pool_of
from rbc_events.directory.searching import Search, listed
from rbc_events.directory.terms import concept_space
from rbc_events.events.models import Event
from rbc_events.matching import vectors
from rbc_events.matching.ranking import Near, Pool, Statements
from rbc_events.matching.ranking import nearest as rank_nearest
from rbc_events.matching.text import is_cjk
from rbc_events.paging import Part
from rbc_events.registration.models import Registration, Statement

FEW = 3  # results from which on nothing nearest is looked for
SHOWN = 5
LEAST = 1.15  # of a score: see docs/matching.md


@dataclass(frozen=True)
class Nearest:
    registration: Registration
    statement: Statement
    offered: bool  # or sought


def find_nearest(
    event: Event, audience: Audience, search: Search, *, found: Part, user_id: int | None
) -> list[Nearest]:
    """The best few organisations beside those found, best first; none where nothing comes near, and none where the
    installation has not asked for it (RBC_NEAREST): a web process that compares sentences holds their model."""
    wanted = settings().nearest and search.q and (found.total or 0) < FEW
    if not wanted or not vectors.available():
        return []
    rows = db.session.execute(listed(event, audience, search, user_id)).all()
    registrations = {row.organisation_id: row.id for row in rows if row.id not in found.rows}
    pool = pool_of(event, [row.organisation_id for row in rows])
    near = {each.owner: each for each in sorted(_near(pool, search, registrations), key=lambda each: each.score)}
    best = sorted(near.values(), key=lambda each: -each.score)[:SHOWN]
    return _with_rows([(registrations[each.owner], each.statement) for each in best])


def _near(pool: Pool, search: Search, owners: Collection[int]) -> list[Near]:
    found: list[Near] = []
    if search.side != "needs" and pool.offers.sentences.any():
        found += rank_nearest(pool, _said(search.q, "need"), "need", owners, least=LEAST)
    if search.side != "offers" and pool.needs.sentences.any():
        found += rank_nearest(pool, _said(search.q, "offer"), "offer", owners, least=LEAST)
    return found


def _said(words: str, side: vectors.Side) -> Statements:
    """What was typed as a statement of its own."""
    import numpy as np

    space = concept_space()
    language = "ja" if any(map(is_cjk, words)) else "en"
    weights = space.describe(words, language)
    vector = vectors.encode(words, "", side) if language == "ja" else vectors.encode("", words, side)
    if vector is None:
        vector = np.zeros(vectors.DIMENSIONS)
    nobody = np.zeros(1, np.int64)
    concepts = np.array([[weights.get(key, 0.0) for key in space.keys]], np.float32)
    return Statements(nobody, nobody, concepts, vector[None].astype(np.float32))


def _with_rows(best: list[tuple[int, int]]) -> list[Nearest]:
    registrations = {row.id: row for row in queries.with_profiles([number for number, _statement in best])}
    statements = {row.id: row for each in registrations.values() for row in each.organisation.statements}
    return [
        Nearest(registrations[number], statements[said], SIDES[statements[said].kind] == "offers")
        for number, said in best
        if number in registrations and said in statements
    ]
