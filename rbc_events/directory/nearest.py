"""Organisations that come nearest in meaning to a query, for when its words find few or none.

What was typed is read as a need and compared with offers, and as an offer and compared with needs, as recommendations
are. It takes sentence vectors: concepts alone say too little of a few words. The worker makes those of the words, since
a web process would hold the model, 100 MB, for them: the page asks until they are there.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from rbc_events.application import settings
from rbc_events.database import db
from rbc_events.directory import queries
from rbc_events.directory.access import Directory
from rbc_events.directory.indexing import SIDES
from rbc_events.directory.models import SearchedWords
from rbc_events.directory.recommending import pool_of
from rbc_events.directory.searching import Search, listed
from rbc_events.directory.terms import concept_space
from rbc_events.matching import vectors
from rbc_events.matching.ranking import Near, Pool, Statements
from rbc_events.matching.ranking import nearest as rank_nearest
from rbc_events.matching.text import is_cjk
from rbc_events.paging import Part
from rbc_events.registration.models import Registration, Statement

if TYPE_CHECKING:
    import numpy as np

FEW = 3  # results from which on nothing nearest is looked for
SHOWN = 5
LEAST = 1.15  # of a score: see docs/matching.md
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Nearest:
    registration: Registration
    statement: Statement
    offered: bool  # or sought


def is_wanted(search: Search, found: Part) -> bool:
    """Whether to look for what comes near: the words find few, the model is installed, and nobody has set
    RBC_NEAREST=0."""
    return bool(settings().nearest and search.q and (found.total or 0) < FEW and vectors.available())


def kept_meaning(words: str) -> SearchedWords | None:
    """What the worker has made of the words; None where it hasn't come to it yet."""
    return db.session.get(SearchedWords, _digest(words))


def make_meaning(words: str, *, now: datetime) -> SearchedWords | None:
    """The vectors of the words, to be added by the caller; None where the model says nothing. Takes 60 ms, and the
    first time in a process a second."""
    as_need, as_offer = _encode(words, "need"), _encode(words, "offer")
    if as_need is None or as_offer is None:
        return None
    return SearchedWords(
        digest=_digest(words), as_need=vectors.to_blob(as_need), as_offer=vectors.to_blob(as_offer), made_at=now
    )


def forget_searched_words(*, now: datetime) -> None:
    db.session.execute(delete(SearchedWords).where(SearchedWords.made_at < now - KEPT))


def find_nearest(directory: Directory, search: Search, said: SearchedWords, *, found: Part) -> list[Nearest]:
    """The best few organisations beside those found, best first; none where nothing comes near."""
    rows = db.session.execute(listed(directory, search)).all()
    registrations = {row.organisation_id: row.id for row in rows if row.id not in found.rows}
    pool = pool_of(directory.event, [row.organisation_id for row in rows])
    near = {each.owner: each for each in sorted(_near(pool, search, said, registrations), key=lambda each: each.score)}
    best = sorted(near.values(), key=lambda each: -each.score)[:SHOWN]
    return _with_rows([(registrations[each.owner], each.statement) for each in best])


def _near(pool: Pool, search: Search, said: SearchedWords, owners: Collection[int]) -> list[Near]:
    found: list[Near] = []
    if search.side != "needs" and pool.offers.sentences.any():
        found += rank_nearest(pool, _statement(search.q, said.as_need), "need", owners, least=LEAST)
    if search.side != "offers" and pool.needs.sentences.any():
        found += rank_nearest(pool, _statement(search.q, said.as_offer), "offer", owners, least=LEAST)
    return found


def _digest(words: str) -> str:
    return hashlib.sha256(f"{vectors.MODEL}\0{words}".encode()).hexdigest()


def _language(words: str) -> str:
    return "ja" if any(map(is_cjk, words)) else "en"


def _encode(words: str, side: vectors.Side) -> "np.ndarray | None":
    japanese = _language(words) == "ja"
    return vectors.encode(words if japanese else "", "" if japanese else words, side)


def _statement(words: str, sentence: bytes) -> Statements:
    """What was typed as a statement of its own."""
    import numpy as np

    space = concept_space()
    weights = space.describe(words, _language(words))
    nobody = np.zeros(1, np.int64)
    concepts = np.array([[weights.get(key, 0.0) for key in space.keys]], np.float32)
    return Statements(nobody, nobody, concepts, vectors.from_blobs([sentence], vectors.DIMENSIONS))


def _with_rows(best: list[tuple[int, int]]) -> list[Nearest]:
    registrations = {row.id: row for row in queries.with_profiles([number for number, _statement in best])}
    statements = {row.id: row for each in registrations.values() for row in each.organisation.statements}
    return [
        Nearest(registrations[number], statements[said], SIDES[statements[said].kind] == "offers")
        for number, said in best
        if number in registrations and said in statements
    ]
