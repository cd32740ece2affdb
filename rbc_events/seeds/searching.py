"""Finding seeds by words of either language.

The words of a seed's public part, and the taxonomy's concepts that they name, stand in one column in the order in which
the directory's index has them too, so that 尿 finds what says "urine". What isn't public is never in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select

from rbc_events.directory.terms import concept_space
from rbc_events.matching.query import Clause, Phrase, index_document, parse
from rbc_events.registration.models import Organisation
from rbc_events.seeds.models import Seed

GAP = " _ "  # no phrase reaches from one text into the next


@dataclass(frozen=True)
class Search:
    """What the catalogue is narrowed down to; empty means all."""

    words: str = ""
    field: str = ""
    readiness: int | None = None  # at least
    mode: str = ""
    organisation: int | None = None
    region: str = ""


def words_of(seed: Any) -> str:
    """What a seed is found by."""
    taxonomy = concept_space().taxonomy
    concept = taxonomy.concepts.get(seed.field)
    field = [concept.label(code) for code in ("ja", "en")] if concept else []
    organisation = seed.organisation
    texts = (
        *(getattr(seed, f"{name}_{code}") for name in ("title", "summary", "uses") for code in ("ja", "en")),
        *(seed.keywords or ()),
        *field,
        organisation.name_native,
        organisation.name_latin,
    )
    return f" {GAP.join(' '.join(index_document(text, taxonomy)) for text in texts if text)} "


def found(search: Search) -> Select[tuple[Seed]]:
    """The published seeds that a search finds, the newest first."""
    statement = select(Seed).join(Seed.organisation).where(Seed.published_at.is_not(None), *_conditions(search))
    return statement.order_by(Seed.published_at.desc(), Seed.id.desc())


def _conditions(search: Search) -> Iterator[ColumnElement[bool]]:
    if search.words:
        yield from map(_holds, parse(search.words, concept_space().taxonomy))
    if search.field:
        yield Seed.field == search.field
    if search.readiness:
        yield Seed.readiness >= search.readiness
    if search.mode:
        yield cast(Seed.modes, Text).contains(f'"{search.mode}"', autoescape=True)
    if search.organisation:
        yield Seed.organisation_id == search.organisation
    if search.region:
        yield Organisation.region_code == search.region


def _holds(clause: Clause) -> ColumnElement[bool]:
    return or_(*(Seed.search_words.contains(_as_kept(phrase), autoescape=True) for phrase in clause))


def _as_kept(phrase: Phrase) -> str:
    """A phrase as it stands in the column: between spaces; the last word may go on."""
    return " " + " ".join(phrase.tokens) + ("" if phrase.prefix else " ")
