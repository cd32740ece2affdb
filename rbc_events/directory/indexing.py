"""Keeping the full-text index and the statements' vectors in step with the profiles.

Whoever changes an organisation, its profile or its statements through the session changes the index in the same
transaction: the changes are noted at each flush and written before the commit. Where many change at once, as by a large
sheet, they are taken out of the index, and the worker writes them anew in short transactions: nobody waits for that.
Sentence vectors take longer and are always made by the worker. What is changed by bare SQL needs `rbc-events reindex`.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import column, delete, event, exists, func, select, table, text
from sqlalchemy.orm import selectinload

from rbc_events.database import Bilingual, db, follows
from rbc_events.directory.models import StatementVector
from rbc_events.directory.terms import concept_space
from rbc_events.jobs import wake_after_commit
from rbc_events.matching import vectors
from rbc_events.matching.concepts import ConceptSpace
from rbc_events.matching.query import index_document
from rbc_events.matching.taxonomy import Taxonomy
from rbc_events.registration.models import Organisation, Profile, Statement, StatementKind

CHANGED = "directory_changed"
SIDES = {
    StatementKind.OFFER: "offers",
    StatementKind.SEED: "offers",
    StatementKind.NEED: "needs",
    StatementKind.CHALLENGE: "needs",
}
LABELS = {"names": "A", "profile": "B", "offers": "C", "needs": "D"}
GAP = "_"  # stands between two texts, so that no phrase reaches from one into the next
LAST_POSITION = 16383  # of a tsvector
BATCH = 50  # organisations that are indexed anew in a transaction, some 50 ms
AT_ONCE = 500
"""Organisations that are indexed in the transaction that changes them, half a second's work."""


@event.listens_for(db.session, "after_flush")
def _note_changes(session: Any, _context: Any) -> None:
    changed = session.info.setdefault(CHANGED, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Organisation):
            changed.add(row.id)
        elif isinstance(row, (Profile, Statement)):
            changed.add(row.organisation_id)


@follows("before_commit")
def _write_changes(session: Any) -> None:
    session.flush()
    changed = session.info.pop(CHANGED, None)
    if changed and len(changed) <= AT_ONCE:
        index_organisations(changed)
        if vectors.available():
            wake_after_commit("statements", tuple(sorted(changed)))
    elif changed:
        index_later(changed)


def index_later(numbers: Collection[int]) -> None:
    """Take organisations out of the index. What has no place in it is found by `without_index`, whatever happens to the
    worker meanwhile."""
    _take_out(numbers)
    wake_after_commit("index")


def without_index(limit: int) -> list[int]:
    """Organisations that the index lacks."""
    indexed = exists().where(column("rowid") == Organisation.id).select_from(table("search_organisations"))
    wanted = select(Organisation.id).where(~indexed).order_by(Organisation.id).limit(limit)
    return list(db.session.scalars(wanted))


@follows("after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(CHANGED, None)


def reindex() -> int:
    """Write the index of every organisation anew. Commits every few, so that nobody who writes waits for all of them,
    and search finds the others meanwhile. Returns their number."""
    concept_space()  # takes a while to load
    gone = column("rowid").not_in(select(Organisation.id))
    db.session.execute(delete(table("search_organisations", column("rowid"))).where(gone))
    numbers = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    for start in range(0, len(numbers), BATCH):
        index_organisations(numbers[start : start + BATCH])
        db.session.commit()
        db.session.expire_all()
    return len(numbers)


def reindex_if_outdated() -> int:
    """Write the index anew if another taxonomy made it, as after an upgrade; commits. Returns how many organisations
    that were."""
    made_by = db.session.scalars(select(StatementVector.taxonomy).distinct()).all()
    return reindex() if made_by and set(made_by) != {concept_space().taxonomy.fingerprint} else 0


def index_organisations(numbers: Collection[int]) -> None:
    """Write the index of these organisations anew; those that are gone leave it."""
    space = concept_space()
    _take_out(numbers)
    organisations = db.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(list(numbers)))
        .options(selectinload(Organisation.profile), selectinload(Organisation.statements))
    ).all()
    _write_documents(organisations, space.taxonomy)
    _write_concepts([statement for each in organisations for statement in each.statements], space)


def _take_out(numbers: Collection[int]) -> None:
    db.session.execute(
        text("DELETE FROM search_organisations WHERE rowid = :number"), [{"number": number} for number in numbers]
    )


def _write_documents(organisations: Iterable[Organisation], taxonomy: Taxonomy) -> None:
    documents = {
        each.id: {part: _tokens(texts, taxonomy) for part, texts in _texts(each).items()} for each in organisations
    }
    if not documents:
        return
    if db.engine.dialect.name == "sqlite":
        statement = text(
            "INSERT INTO search_organisations (rowid, names, profile, offers, needs)"
            " VALUES (:rowid, :names, :profile, :offers, :needs)"
        )
        rows: list[dict[str, Any]] = [
            {"rowid": number, **{part: " ".join(tokens) for part, tokens in parts.items()}}
            for number, parts in documents.items()
        ]
    else:
        statement = text(
            "INSERT INTO search_organisations (rowid, document) VALUES (:rowid, CAST(:document AS tsvector))"
        )
        rows = [{"rowid": number, "document": _tsvector(parts)} for number, parts in documents.items()]
    db.session.execute(statement, rows)


def _texts(organisation: Organisation) -> dict[str, list[str]]:
    profile = organisation.profile
    said: dict[str, list[str]] = {"offers": [], "needs": []}
    for statement in organisation.statements:
        said[SIDES[statement.kind]] += [statement.text_ja, statement.text_en]
    described = (
        (profile.technology, profile.social_issue, profile.intellectual_property, profile.japan_plan) if profile else ()
    )
    return {
        # The summary stands with the names: the public may search both, and only by them what it may read.
        "names": [
            organisation.name_native,
            organisation.name_latin,
            organisation.name_kana,
            *(_both(profile.summary) if profile else ()),
        ],
        "profile": [words for both in described for words in _both(both)],
        **said,
    }


def _both(words: Bilingual) -> tuple[str, str]:
    return words.ja, words.en


def _tokens(texts: Iterable[str], taxonomy: Taxonomy) -> list[str]:
    return [token for words in texts if words for token in (*index_document(words, taxonomy), GAP)]


def _tsvector(parts: dict[str, list[str]]) -> str:
    """The text form of a tsvector: every lexeme with its position and the label of its part."""
    position, lexemes = 0, []
    for part, tokens in parts.items():
        for token in tokens:
            position = min(position + 1, LAST_POSITION)
            if token != GAP:
                escaped = token.replace("\\", "\\\\").replace("'", "''")
                lexemes.append(f"'{escaped}':{position}{LABELS[part]}")
    return " ".join(lexemes)


def _write_concepts(statements: list[Statement], space: ConceptSpace) -> None:
    known = {
        row.statement_id: row
        for row in db.session.scalars(
            select(StatementVector).where(StatementVector.statement_id.in_([each.id for each in statements]))
        )
    }
    revision = next_revision()
    for statement in statements:
        digest = text_hash(statement)
        row = known.get(statement.id)
        if row and row.text_hash == digest and row.taxonomy == space.taxonomy.fingerprint:
            continue
        if row is None:
            row = StatementVector(statement_id=statement.id)
            db.session.add(row)
        if row.text_hash != digest:
            row.sentence, row.encoder = None, ""
        row.text_hash, row.taxonomy, row.revision = digest, space.taxonomy.fingerprint, revision
        row.concepts = vectors.to_blob(concept_row(space, statement))


def concept_row(space: ConceptSpace, statement: Statement) -> list[float]:
    weights = space.describe_both(statement.text_ja, statement.text_en)
    return [weights.get(key, 0.0) for key in space.keys]


def text_hash(statement: Statement) -> str:
    return hashlib.sha256(f"{statement.text_ja}\0{statement.text_en}".encode()).hexdigest()


def next_revision() -> int:
    return (db.session.scalar(select(func.max(StatementVector.revision))) or 0) + 1


Text = tuple[int, StatementKind, str, str]  # a statement's number and kind, its Japanese and its English


def encode(organisations: Collection[int]) -> int:
    """Make the sentence vectors that these organisations' statements lack; the caller commits. Returns their number."""
    return keep_vectors({text: sentence_vector(text) for text in texts_to_encode(organisations)})


def texts_to_encode(organisations: Collection[int]) -> list[Text]:
    """The statements of these organisations that have no sentence vector of the present model."""
    statement = (
        select(Statement.id, Statement.kind, Statement.text_ja, Statement.text_en)
        .join(StatementVector, Statement.id == StatementVector.statement_id)
        .where(Statement.organisation_id.in_(list(organisations)), StatementVector.encoder != vectors.MODEL)
    )
    return [(number, kind, ja, en) for number, kind, ja, en in db.session.execute(statement)]


def sentence_vector(text: Text) -> bytes | None:
    """What is kept of a text: its vector, or nothing where the model says nothing. Takes some 30 ms."""
    _number, kind, ja, en = text
    vector = vectors.encode(ja, en, "need" if SIDES[kind] == "needs" else "offer")
    return None if vector is None else vectors.to_blob(vector)


def keep_vectors(made: Mapping[Text, bytes | None]) -> int:
    """Keep vectors of texts that are still what they were when the vector was made. Returns how many."""
    rows = db.session.execute(
        select(StatementVector, Statement)
        .join(Statement, Statement.id == StatementVector.statement_id)
        .where(Statement.id.in_([number for number, _kind, _ja, _en in made]))
    ).all()
    revision, kept = next_revision(), 0
    for row, statement in rows:
        text = (statement.id, statement.kind, statement.text_ja, statement.text_en)
        if text in made:
            row.sentence, row.encoder, row.revision = made[text], vectors.MODEL, revision
            kept += 1
    return kept


def without_vectors(limit: int) -> list[int]:
    """Organisations with a statement that has no sentence vector yet."""
    return list(
        db.session.scalars(
            select(Statement.organisation_id)
            .join(StatementVector, Statement.id == StatementVector.statement_id)
            .where(StatementVector.encoder != vectors.MODEL)
            .distinct()
            .order_by(Statement.organisation_id)
            .limit(limit)
        )
    )
