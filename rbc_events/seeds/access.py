"""Who writes a seed, and how much of it somebody reads.

`read_by` is the one place where that is decided: pages, lists and whatever else shows a seed show what it gives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import aliased

from rbc_events.accounts.access import is_headquarters, require, require_sign_in
from rbc_events.database import Bilingual, db
from rbc_events.errors import Closed
from rbc_events.registration.models import Delegate, Membership, Organisation, Registration
from rbc_events.registration.participation import taking_part
from rbc_events.registration.rights import may_write
from rbc_events.seeds.models import Disclosure, Seed, SeedResearcher

# Whether an agreement on confidentiality stands between the organisations that somebody acts for and the seed's:
# relationships know seeds and not the other way round, so they add their answer in their `blueprint.py`.
agreements: list[Callable[[Any, Organisation], bool]] = []


class Withdrawn(Closed):
    message = _l("This seed is no longer in the catalogue.")


def disclosed_to(actor: Any, seed: Seed) -> Disclosure:
    """The last stage that is open to the actor. Who may write the seed reads all of it."""
    if not actor.is_authenticated:
        return Disclosure.PUBLIC
    if may_write(actor, seed.organisation) or any(agreed(actor, seed.organisation) for agreed in agreements):
        return Disclosure.NDA
    return Disclosure.PARTICIPANTS if _take_part_together(actor, seed.organisation) else Disclosure.PUBLIC


def _take_part_together(actor: Any, organisation: Organisation) -> bool:
    """Whether both are approved for one event."""
    own, theirs = aliased(Registration), Registration
    acts = or_(
        exists().where(Membership.organisation_id == own.organisation_id, Membership.user_id == actor.id),
        exists().where(Delegate.registration_id == own.id, Delegate.user_id == actor.id),
    )
    both = select(own.id).join(theirs, theirs.event_id == own.event_id)
    together = both.where(theirs.organisation_id == organisation.id, taking_part(), own.state == theirs.state, acts)
    return db.session.scalar(together.limit(1)) is not None


@dataclass(frozen=True)
class Read:
    """A seed as one reader reads it. What isn't disclosed isn't there; `closed`: the stages that would open more."""

    seed: Seed
    stage: Disclosure
    abstract: Bilingual
    researchers: list[SeedResearcher]
    rights: dict[str, Any]
    confidential: Bilingual
    closed: list[Disclosure]


def read_by(actor: Any, seed: Seed) -> Read:
    return read_at(disclosed_to(actor, seed), seed)


def read_at(stage: Disclosure, seed: Seed) -> Read:
    """What whoever has come to this stage reads."""
    rights = {name: getattr(seed, name) for name in ("owner", "co_owners", "patent_state", "patent_numbers", "licence")}
    parts = (
        (seed.abstract_stage, bool(seed.abstract)),
        (seed.people_stage, bool(seed.researchers)),
        (seed.rights_stage, any(rights.values())),
        (Disclosure.NDA, bool(seed.confidential)),
    )
    return Read(
        seed,
        stage,
        seed.abstract if stage.opens(seed.abstract_stage) else Bilingual(),
        list(seed.researchers) if stage.opens(seed.people_stage) else [],
        rights if stage.opens(seed.rights_stage) else dict.fromkeys(rights, ""),
        seed.confidential if stage.opens(Disclosure.NDA) else Bilingual(),
        [each for each in Disclosure if not stage.opens(each) and any(has and part == each for part, has in parts)],
    )


def load_seed(number: int) -> Seed:
    """A seed that the reader may see: a public one, or one that they write. 410 for one that was taken back."""
    seed = db.session.get(Seed, number) or abort(404)
    if seed.published_at is None and not may_write(current_user, seed.organisation):
        if seed.withdrawn_at is not None:
            raise Withdrawn
        abort(404)
    return seed


def load_own_seed(number: int) -> Seed:
    """A seed for those who write it: its organisation's leads, and the staff whose organisation it is."""
    require_sign_in()
    seed = db.session.get(Seed, number) or abort(404)
    require(may_write(current_user, seed.organisation))
    return seed


def load_own_organisation(number: int) -> Organisation:
    require_sign_in()
    organisation = db.session.get(Organisation, number) or abort(404)
    require(may_write(current_user, organisation))
    return organisation


def written(actor: Any) -> ColumnElement[bool]:
    """The seeds of the organisations that the actor leads; all for headquarters."""
    if is_headquarters(actor):
        return true()
    return Seed.organisation_id.in_(
        select(Membership.organisation_id).where(Membership.user_id == actor.id, Membership.lead)
    )
