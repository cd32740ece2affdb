"""A search of an event's directory: what the address bar says, and the organisations that it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from rbc_events.database import db
from rbc_events.directory.access import Audience, Directory
from rbc_events.directory.indexing import LABELS
from rbc_events.directory.indexing import SIDES as SIDES_OF
from rbc_events.directory.models import Bookmark
from rbc_events.directory.terms import concept_space
from rbc_events.events.models import Region, Sector
from rbc_events.matching import query
from rbc_events.matching.meaning import Meaning, by_meaning
from rbc_events.paging import Part, counted_part
from rbc_events.registration.models import Organisation, OrganisationKind, Profile, Registration, Stage

PAGE = 20
SIDES = ("offers", "needs")
PUBLIC_PARTS = ("names", "offers", "needs")  # of the index; the rest of a profile is for participants
INDEX = table("search_organisations", column("rowid"), column("document", TSVECTOR))  # FTS5 has no `document`
WEIGHTS = "'{0.5, 0.5, 0.25, 1}'::float4[]"  # of the labels D, C, B, A: needs, offers, profile, names


@dataclass(frozen=True)
class Search:
    """The parameters of a search, empty where nothing is asked. `side` narrows the words to offers or to needs."""

    q: str = ""
    side: str = ""
    sector: str = ""
    kind: str = ""
    region: str = ""
    country: str = ""
    stage: str = ""
    language: str = ""
    bookmarked: str = ""

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> "Search":
        """What can be used of an address bar or a saved search; anything else is left out."""
        given = {each.name: str(parameters.get(each.name) or "").strip() for each in fields(cls)}
        search = cls(**{**given, "q": given["q"].replace("\0", "")[: query.LONGEST_QUERY]})
        if search.side not in SIDES:
            search = replace(search, side="")
        if search.kind not in set(OrganisationKind):
            search = replace(search, kind="")
        if search.stage not in set(Stage):
            search = replace(search, stage="")
        return replace(search, bookmarked="1" if search.bookmarked else "")

    def parameters(self) -> dict[str, str]:
        """The parameters that say something, for an address or a saved search."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


def find(directory: Directory, search: Search, *, page: int = 1) -> Part:
    """A page of the registrations that a search finds: best first with words, by name without; two queries at most."""
    statement = _matching(directory, search)
    if statement is None:
        return counted_part([], 1, PAGE, 0)
    rows = db.session.execute(statement.limit(PAGE).offset(PAGE * (page - 1))).all()
    if not rows and page > 1:
        return find(directory, search)
    return counted_part([row[0] for row in rows], page, PAGE, rows[0][2] if rows else 0)


def find_all(directory: Directory, search: Search) -> list[int]:
    """Every registration that the search finds."""
    statement = _matching(directory, search)
    return [] if statement is None else [row[0] for row in db.session.execute(statement)]


def why_found(organisation: Organisation, search: Search, audience: Audience) -> list[Meaning]:
    """Why an organisation was found whose texts don't hold the search's own words: the words of theirs that mean it."""
    if not search.q:
        return []
    sides = (search.side,) if search.side else SIDES
    texts = [statement.text for statement in organisation.statements if SIDES_OF[statement.kind] in sides]
    if not search.side:
        profile = organisation.profile
        texts.append(profile.summary)
        if audience != Audience.PUBLIC:
            texts += [profile.technology, profile.social_issue, profile.intellectual_property, profile.japan_plan]
    spoken = [(code, getattr(text, code)) for text in texts for code in ("ja", "en")]
    return by_meaning(search.q, spoken, concept_space().taxonomy)


def listed(directory: Directory, search: Search) -> Select[Any]:
    """(registration, organisation) of those in the directory that the filters leave, whatever the words are."""
    statement: Any = (
        select(Registration.id, Registration.organisation_id)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .where(directory.listed(), *_filters(search, directory.user_id))
    )
    if search.sector or search.stage or search.language or search.region:  # as `_filters` asks for it
        statement = statement.join(Profile, Profile.organisation_id == Organisation.id)
    return statement  # type: ignore[no-any-return]


def _matching(directory: Directory, search: Search) -> Select[Any] | None:
    """`listed` with the count of all, in order; None where the words hold nothing to look for."""
    statement: Any = listed(directory, search).add_columns(func.count().over())
    order: list[ColumnElement[Any]] = []
    if search.q:
        clauses = query.parse(search.q, concept_space().taxonomy)
        if not clauses:
            return None
        everywhere = PUBLIC_PARTS if directory.audience == Audience.PUBLIC else ()
        hits = _hits(clauses, (search.side,) if search.side else everywhere)
        statement = statement.join(hits, hits.c.rowid == Organisation.id)
        order.append(hits.c.rank)
    name = func.lower(func.coalesce(func.nullif(Organisation.name_latin, ""), Organisation.name_native))
    return statement.order_by(*order, name, Registration.id)


def _hits(clauses: list[query.Clause], parts: tuple[str, ...]) -> CTE:
    """Organisations that hold the words in these parts of the index (none: in any), each with how well it does: the
    smaller, the better.

    Materialised, since SQLite can't rank beside a count of all rows.
    """
    if db.engine.dialect.name == "sqlite":
        asked = query.fts5(clauses, parts)
        hits = (
            select(INDEX.c.rowid, literal_column("bm25(search_organisations, 4.0, 1.0, 2.0, 2.0)").label("rank"))
            .where(text("search_organisations MATCH :asked"))
            .params(asked=asked)
        )
    else:
        wanted = cast(query.tsquery(clauses, "".join(LABELS[part] for part in parts)), TSQUERY)
        # 16 divides by the logarithm of the number of different words, which a tsvector knows without counting.
        rank = -func.ts_rank(literal_column(WEIGHTS), INDEX.c.document, wanted, 16)
        hits = select(INDEX.c.rowid, rank.label("rank")).where(INDEX.c.document.op("@@")(wanted))
    return hits.cte("hits").prefix_with("MATERIALIZED")


def _filters(search: Search, user_id: int | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.sector:
        found.append(Profile.sector_id == select(Sector.id).where(Sector.key == search.sector).scalar_subquery())
    if search.kind:
        found.append(Organisation.kind == search.kind)
    if search.country:
        found.append(Organisation.country == search.country.upper())
    if search.stage:
        found.append(Profile.stage == search.stage)
    if search.language:
        found.append(_listed(Profile.languages, search.language))
    if search.region:
        found.append(_in_region(search.region))
    if search.bookmarked:
        marked = exists().where(Bookmark.registration_id == Registration.id, Bookmark.user_id == (user_id or 0))
        found.append(marked)
    return found


def _in_region(code: str) -> ColumnElement[bool]:
    """Located in the region or a municipality of it, or looking for partners there."""
    within = select(Region.code).where(or_(Region.code == code, Region.parent_code == code))
    return or_(Organisation.region_code.in_(within), _listed(Profile.target_regions, code))


def _listed(values: Any, value: str) -> ColumnElement[bool]:
    """Whether a JSON list of codes holds one."""
    return cast(values, Text).contains(f'"{value}"', autoescape=True)
