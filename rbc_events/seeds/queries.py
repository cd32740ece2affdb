"""Reads of seeds."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.accounts.access import is_headquarters
from rbc_events.database import db
from rbc_events.directory.terms import concept_space
from rbc_events.events.models import Region
from rbc_events.i18n import language
from rbc_events.paging import Part, read_counted_part
from rbc_events.registration.models import Membership, Organisation, OrganisationKind
from rbc_events.seeds.access import written
from rbc_events.seeds.models import Seed
from rbc_events.seeds.searching import Search, found

PAGE = 20
OWNERS = (OrganisationKind.UNIVERSITY, OrganisationKind.RESEARCH_INSTITUTE, OrganisationKind.UNIVERSITY_VENTURE)


def catalogue(search: Search, page: int) -> Part:
    statement = found(search).options(joinedload(Seed.organisation).joinedload(Organisation.region))
    return read_counted_part(statement, page, PAGE)


def own_seeds(actor: Any) -> Sequence[Seed]:
    statement = select(Seed).options(joinedload(Seed.organisation), selectinload(Seed.versions)).where(written(actor))
    return db.session.scalars(statement.order_by(Seed.organisation_id, Seed.id)).all()


def own_organisations(actor: Any) -> Sequence[Organisation]:
    """For which the actor may write a seed: those that they lead; for headquarters every university and institute."""
    if is_headquarters(actor):
        owners = Organisation.kind.in_(OWNERS) & Organisation.merged_into_id.is_(None)
        return db.session.scalars(select(Organisation).where(owners).order_by(Organisation.id)).all()
    led = select(Organisation).join(Membership).where(Membership.user_id == actor.id, Membership.lead)
    return db.session.scalars(led.order_by(Organisation.id)).all()


def publishers() -> Sequence[Organisation]:
    """The organisations that have a seed in the catalogue."""
    public = select(Seed.organisation_id).where(Seed.published_at.is_not(None))
    return db.session.scalars(select(Organisation).where(Organisation.id.in_(public)).order_by(Organisation.id)).all()


def regions_of_publishers() -> Sequence[Region]:
    codes = {organisation.region_code for organisation in publishers()}
    return db.session.scalars(select(Region).where(Region.code.in_(codes)).order_by(Region.code)).all()


def fields() -> list[tuple[str, str]]:
    """(key, words) of the fields of the taxonomy, in the reader's language."""
    concepts = concept_space().taxonomy.concepts.values()
    named = [(concept.key, _begun_large(concept.label(language()))) for concept in concepts if concept.kind == "field"]
    return sorted(named, key=lambda each: each[1])


def field_words(key: str) -> str:
    concept = concept_space().taxonomy.concepts.get(key)
    return _begun_large(concept.label(language())) if concept else _("Not stated")


def _begun_large(term: str) -> str:
    """A term of the taxonomy, which has them in small letters, as it stands alone."""
    return term[:1].upper() + term[1:]
