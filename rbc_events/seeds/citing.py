"""Citing seeds: what a request or an outcome is about is a version, so that it says for ever what was meant."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import SelectChoice, SelectField

from rbc_events.database import Bilingual, db
from rbc_events.i18n import in_brackets, plain
from rbc_events.registration.models import Organisation
from rbc_events.seeds.models import Seed, SeedVersion

NONE = 0


def seed_field() -> SelectField:
    """A choice of a version by its number; NONE where it is about no seed."""
    return SelectField(_l("About the seed"), coerce=int, default=NONE)


def offer_seeds(field: Any, organisations: Iterable[Organisation], cited: SeedVersion | None = None) -> None:
    """Let the field choose among the seeds that these organisations have in the catalogue, and what is `cited`."""
    owners = [organisation.id for organisation in organisations]
    of_seed = SeedVersion.__table__.alias()
    latest = select(func.max(of_seed.c.number)).where(of_seed.c.seed_id == SeedVersion.seed_id).scalar_subquery()
    offered = (
        select(SeedVersion)
        .join(SeedVersion.seed)
        .where(Seed.organisation_id.in_(owners), Seed.published_at.is_not(None), SeedVersion.number == latest)
        .order_by(Seed.id)
    )
    versions = list(db.session.scalars(offered))
    if cited is not None and cited not in versions:
        versions.insert(0, cited)
    field.choices = [SelectChoice(NONE, _l("None"))]
    field.choices += [SelectChoice(version.id, in_words(version)) for version in versions]


def title_of(version: SeedVersion) -> Bilingual:
    """As the seed was called then."""
    return Bilingual(version.text.get("title_ja", ""), version.text.get("title_en", ""))


def in_words(version: SeedVersion) -> str:
    return named(title_of(version), version.number)


def named(title: Bilingual, number: int) -> str:
    """A version by its title and number, in the reader's language."""
    return plain(title) + in_brackets(_("version %(number)s", number=number))


def was_public(version: SeedVersion) -> bool:
    """Whether readers beyond its owner may learn that the seed exists."""
    return version.seed.published_at is not None or version.seed.withdrawn_at is not None
