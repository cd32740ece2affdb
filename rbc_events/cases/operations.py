"""What can be done with support cases. Functions flush; the route commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.cases.consent import find_version, missing_consents, version_of
from rbc_events.cases.models import Basis, SupportCase
from rbc_events.cases.telling import parties_of, text_of
from rbc_events.database import Bilingual, conflict_as, db, lock, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Programme
from rbc_events.outcomes.joining import must_stay, takes_over
from rbc_events.outcomes.models import Outcome
from rbc_events.outcomes.operations import is_open
from rbc_events.registration.models import Origin


class CaseKeyTaken(Conflict):
    message = _l("This short name is taken.")


class NotReady(Unacceptable):
    message = _l("This case can't be published yet.")


class BasisIsPublic(Conflict):
    message = _l("The case is public. Take it off the public pages before you change what it rests on.")


class KeyIsPublic(Conflict):
    message = _l("The case has been public at this address, which stays: the short name can't be changed any more.")


@dataclass(frozen=True)
class Missing:
    """What keeps a support case from being published: texts (`summary_en`), outcomes not everybody may see yet,
    outcomes whose grounds are told in one language alone, parties that haven't approved this very text, languages that
    a machine wrote and nobody looked at, and sources of a case that rests on them."""

    texts: list[str]
    outcomes: list[Outcome]
    grounds: list[Outcome]
    parties: list[Bilingual] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    sources: bool = False

    def __bool__(self) -> bool:
        return bool(self.texts or self.outcomes or self.grounds or self.parties or self.unread or self.sources)


def create_case(programme: Programme, *, outcomes: Sequence[Outcome], **fields: Any) -> SupportCase:
    """Begin a support case on outcomes; it is not public before it is published.

    Raises:
        CaseKeyTaken: another case has the key.
    """
    case = SupportCase(programme=programme, outcomes=list(outcomes), **fields)
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        db.session.add(case)
    return case


def update_case(
    case: SupportCase, *, seen_version: int | None, outcomes: Sequence[Outcome] | None = None, **fields: Any
) -> None:
    """Change a support case. What is public of one that rests on consent stays as it was approved.

    Raises:
        Conflict: it was changed since `seen_version`.
        CaseKeyTaken: another case has the key.
        KeyIsPublic: it has been public under another key.
    """
    require_version(case, seen_version)
    was_public = case.published_at is not None or case.withdrawn_at is not None
    if was_public and fields.get("key", case.key) != case.key:
        raise KeyIsPublic
    if case.published_at and fields.get("rests_on", case.rests_on) != case.rests_on:
        raise BasisIsPublic
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        for name, value in fields.items():
            setattr(case, name, value)
        if outcomes is not None:
            case.outcomes = list(outcomes)


def missing(case: SupportCase, *, today: date) -> Missing:
    """All that keeps the case from being published: it is shown in both languages, with outcomes open to everybody, and
    with the consent or the sources that it rests on."""
    told = [name for name in ("background", "support") if getattr(case, name)]
    columns = (f"{name}_{code}" for name in ("title", "summary", *told, "result") for code in ("ja", "en"))
    return Missing(
        texts=[column for column in columns if not getattr(case, column)],
        grounds=[each for each in case.outcomes if bool(each.attribution_basis_ja) != bool(each.attribution_basis_en)],
        outcomes=[outcome for outcome in case.outcomes if not is_open(outcome, today=today)],
        parties=_not_approved(case) if case.rests_on == Basis.CONSENT else [],
        unread=[code for code in ("ja", "en") if getattr(case, f"origin_{code}") == Origin.MACHINE],
        sources=case.rests_on == Basis.SOURCES and not case.facts,
    )


def _not_approved(case: SupportCase) -> list[Bilingual]:
    """The parties whose consent to the text as it stands is missing."""
    parties, version = parties_of(text_of(case)), find_version(case)
    lacking = missing_consents(version) if version else list(parties)
    return [Bilingual(**parties[key]["name"]) for key in lacking]


def publish_case(case: SupportCase, *, now: datetime, today: date) -> None:
    """Show the case to everybody, with the text that it has now.

    Raises:
        NotReady: see `missing`.
    """
    lock(case)
    if missing(case, today=today):
        raise NotReady
    case.published_version_id = version_of(case, now=now).id
    case.published_at, case.withdrawn_at = now, None
    db.session.flush()


def withdraw_case(case: SupportCase, *, now: datetime) -> None:
    """Take the case off the public pages; its address then says so. Nothing is deleted."""
    lock(case)
    if case.published_at is not None:
        case.published_at, case.withdrawn_at = None, now
        db.session.flush()


@must_stay
def is_told_publicly(outcome: Outcome) -> bool:
    """Whether a public case tells of this outcome."""
    public = SupportCase.published_at.is_not(None)
    return db.session.scalar(select(SupportCase.id).where(public, SupportCase.outcomes.contains(outcome))) is not None


@takes_over
def tell_of_the_one_that_stays(double: Outcome, kept: Outcome) -> None:
    """Let cases that told of a double tell of the outcome that stays."""
    telling = select(SupportCase).where(SupportCase.outcomes.contains(double))
    for case in db.session.scalars(telling).all():
        case.outcomes = [each for each in case.outcomes if each not in (double, kept)] + [kept]
    db.session.flush()


def public_text(case: SupportCase) -> dict[str, Any]:
    """What the public reads: of a case that rests on consent the very text that was approved."""
    if case.rests_on == Basis.CONSENT and case.published_version is not None:
        return case.published_version.text
    return text_of(case)


def public_key(case: SupportCase) -> str:
    """The short name of a case that is public; empty while it isn't."""
    return case.key if case.published_at is not None else ""
