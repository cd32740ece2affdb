"""Reads of support cases that are used twice or need care."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from rbc_events.cases.access import seen_cases
from rbc_events.cases.consent import given_by
from rbc_events.cases.models import Basis, CaseApproval, CaseFact, SupportCase
from rbc_events.cases.operations import public_text
from rbc_events.cases.telling import Text
from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event, Programme
from rbc_events.outcomes import queries as outcomes
from rbc_events.outcomes.access import may_see_outcome, today, viewed_outcomes
from rbc_events.outcomes.models import Outcome, Source
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship
from rbc_events.seeds.models import Seed, SeedVersion


class Heading(NamedTuple):
    """A case in a list, as the public reads it where it is public."""

    key: str
    title: Bilingual
    summary: Bilingual
    published_at: datetime | None


def cases_for(actor: Any) -> list[Heading]:
    """The published cases and, for staff, the unpublished ones that they may view."""
    statement = select(SupportCase).options(joinedload(SupportCase.published_version)).order_by(SupportCase.id)
    return [_heading(case) for case in db.session.scalars(statement.where(seen_cases(actor)))]


def _heading(case: SupportCase) -> Heading:
    version = case.published_version
    if case.published_at and case.rests_on == Basis.CONSENT and version is not None:
        title, summary = (Bilingual(**version.text[part]) for part in ("title", "summary"))
        return Heading(case.key, title, summary, case.published_at)
    return Heading(case.key, case.title, case.summary, case.published_at)


def hidden_from(actor: Any, text: Text, *, today: date) -> set[int]:
    """The numbers of the outcomes told in the text that the actor may not see."""
    numbers = {outcome["id"] for outcome in text["outcomes"]}
    found = db.session.scalars(select(Outcome).where(Outcome.id.in_(numbers))).all() if numbers else ()
    return numbers - {outcome.id for outcome in found if may_see_outcome(actor, outcome, today=today)}


def outcomes_to_tell(actor: Any, told: Sequence[Outcome], programme_id: int) -> Sequence[Outcome]:
    """The outcomes of which the actor may have a case tell: those told already, and those of its programme or of the
    same relationships."""
    between = {outcome.relationship_id for outcome in told} - {None}
    near = (Outcome.programme_id == programme_id) | Outcome.relationship_id.in_(between)
    wanted = near & viewed_outcomes(actor) | Outcome.id.in_([outcome.id for outcome in told])
    return db.session.scalars(select(Outcome).where(wanted).order_by(Outcome.id)).all()


def sources_to_cite(actor: Any) -> Sequence[Source]:
    """The sources that a fact may cite again: those of outcomes, and those of cases that the actor may see."""
    of_facts = select(CaseFact.source_id).join(CaseFact.case).where(seen_cases(actor))
    return outcomes.sources_to_cite(or_(outcomes.citable(actor), Source.id.in_(of_facts)))


class Named(NamedTuple):
    """A source as a page names it."""

    title: Bilingual
    url: str


def sources_of(_actor: Any, told: Event | Programme) -> list[Named]:
    """What the record of an event or a programme rests on: its sheet names sources by their numbers, or in words of its
    own."""
    named = [each.strip() for each in told.source.split(";") if each.strip()]
    numbers = [int(each) for each in named if _is_number(each)]
    known = {source.number: source for source in db.session.scalars(select(Source).where(Source.number.in_(numbers)))}
    found = [known.get(int(each)) if _is_number(each) else Named(Bilingual(each, each), "") for each in named]
    return [Named(each.title, each.url) for each in found if each is not None]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 7


def cases_of_seed(actor: Any, seed: Seed) -> list[Heading]:
    """The public cases that tell its readers of what came of a seed, as far as the actor may see that."""
    citing = SupportCase.outcomes.any(Outcome.seed_version.has(SeedVersion.seed_id == seed.id))
    public = SupportCase.published_at.is_not(None)
    found = db.session.scalars(select(SupportCase).where(public, citing).order_by(SupportCase.id)).all()
    return [_heading(case) for case in found if _cites(actor, public_text(case), seed)]


def _cites(actor: Any, text: Text, seed: Seed) -> bool:
    hidden = hidden_from(actor, text, today=today())
    shown = (outcome for outcome in text["outcomes"] if outcome["id"] not in hidden)
    return any(outcome.get("seed", {}).get("id") == seed.id for outcome in shown)


class OwnConsent(NamedTuple):
    """A case for which an organisation was asked, as its people see it."""

    case: SupportCase
    last: CaseApproval  # what it answered last
    stands: bool

    @property
    def title(self) -> Bilingual:
        """As the organisation read it when it answered."""
        return Bilingual(**self.last.version.text["title"])


def own_consents(_actor: Any, organisations: Sequence[int]) -> list[OwnConsent]:
    """What these organisations answered about cases, each case and organisation once, the last answer first."""
    found: dict[tuple[int, int | None], OwnConsent] = {}
    for approval in given_by(organisations):
        given = bool(approval.agreed) and approval.withdrawn_at is None
        key = (approval.version.case_id, approval.organisation_id)
        known = found.setdefault(key, OwnConsent(approval.version.case, approval, stands=False))
        found[key] = known._replace(stands=known.stands or given)
    return list(found.values())


def own_consents_here(actor: Any, partnership: tuple[Relationship, Organisation]) -> list[OwnConsent]:
    """Those of a side about cases that tell of this relationship."""
    relationship, side = partnership
    telling = SupportCase.outcomes.any(Outcome.relationship_id == relationship.id)
    numbers = set(db.session.scalars(select(SupportCase.id).where(telling)))
    return [each for each in own_consents(actor, [side.id]) if each.case.id in numbers]
