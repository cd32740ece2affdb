"""Writing seeds. What a seed says is kept as a version with every change; what cites it names a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.database import db, fill, require_version
from rbc_events.errors import Unacceptable
from rbc_events.registration.models import Organisation
from rbc_events.seeds.models import Seed, SeedResearcher, SeedVersion
from rbc_events.seeds.searching import words_of

PASSAGES = ("title", "summary", "uses", "abstract", "confidential")
TEXTS = tuple(f"{name}_{code}" for name in PASSAGES for code in ("ja", "en"))
FACTS = (
    "origin_ja", "origin_en", "field", "keywords", "readiness", "modes", "owner", "co_owners", "patent_state",
    "patent_numbers", "licence", "abstract_stage", "people_stage", "rights_stage",
)  # fmt: skip


class NotReady(Unacceptable):
    message = _l("A seed is published with title and summary in both languages.")


def add_seed(organisation: Organisation, fields: Mapping[str, Any], *, actor: User | None, now: datetime) -> Seed:
    seed = Seed(organisation=organisation, created_at=now)
    fill(seed, fields)
    db.session.add(seed)
    db.session.flush()
    _keep(seed, actor=actor, now=now)
    return seed


def change_seed(
    seed: Seed, fields: Mapping[str, Any], *, actor: User | None, now: datetime, seen_version: int | None = None
) -> bool:
    """Tells whether anything changed.

    Raises:
        Conflict: somebody has changed it since `seen_version`.
        NotReady: it is public, and would lack what every public seed has.
    """
    require_version(seed, seen_version)
    changed = fill(seed, fields)
    if seed.published_at is not None:
        _require_ready(seed)
    if changed:
        _keep(seed, actor=actor, now=now)
    return changed


def publish_seed(seed: Seed, *, now: datetime) -> None:
    """Put it into the catalogue.

    Raises:
        NotReady
    """
    _require_ready(seed)
    seed.published_at, seed.withdrawn_at = seed.published_at or now, None
    seed.search_words = words_of(seed)
    db.session.flush()


def withdraw_seed(seed: Seed, *, now: datetime) -> None:
    """Take it out of the catalogue; its address says so. What cites it goes on doing so."""
    if seed.published_at is not None:
        seed.published_at, seed.withdrawn_at = None, now
    db.session.flush()


def _require_ready(seed: Seed) -> None:
    if not all((seed.title_ja, seed.title_en, seed.summary_ja, seed.summary_en)):
        raise NotReady


def put_researcher(seed: Seed, person: SeedResearcher | None, fields: Mapping[str, Any]) -> SeedResearcher:
    if person is None:
        person = SeedResearcher(position=len(seed.researchers))
        seed.researchers.append(person)
    fill(person, fields)
    db.session.flush()
    return person


def current_version(seed: Seed) -> SeedVersion:
    """What whoever cites the seed now cites."""
    return seed.versions[-1]


def _keep(seed: Seed, *, actor: User | None, now: datetime) -> None:
    """Keep what it says now as a version, unless the last one says the same."""
    text = {name: _plain(getattr(seed, name)) for name in (*TEXTS, *FACTS)}
    seed.search_words = words_of(seed)
    if not seed.versions or seed.versions[-1].text != text:
        seed.versions.append(
            SeedVersion(number=len(seed.versions) + 1, text=text, made_at=now, made_by_id=actor.id if actor else None)
        )
    db.session.flush()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value
