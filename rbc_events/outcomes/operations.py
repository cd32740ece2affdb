"""What can be done with outcomes and support cases. Functions flush; the route commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db, require_version
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event, Programme
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes.models import (
    DateKind,
    Evidence,
    EvidenceKind,
    Outcome,
    OutcomeDate,
    OutcomeParty,
    OutcomeState,
    OutcomeType,
    Precision,
    Source,
    SupportCase,
    Visibility,
)
from rbc_events.registration.models import Organisation

CONCLUDING = (DateKind.SIGNED, DateKind.EFFECTIVE)
"""The dates that only an agreement that was concluded has."""


class CaseKeyTaken(Conflict):
    message = _l("This short name is taken.")


class NotReady(Unacceptable):
    message = _l("This case can't be published yet.")


class NotConcluded(Unacceptable):
    message = _l("An expected agreement has not been signed: it can't have a date of signing or taking effect.")


class Concluded(Unacceptable):
    message = _l("A date of signing or taking effect has been recorded. Remove it before the state becomes “expected”.")


@dataclass(frozen=True)
class Missing:
    """What keeps a support case from being published: texts (`summary_en`), outcomes not everybody may see yet, and
    outcomes whose grounds are told in one language alone."""

    texts: list[str]
    outcomes: list[Outcome]
    grounds: list[Outcome]

    def __bool__(self) -> bool:
        return bool(self.texts or self.outcomes or self.grounds)


def record_outcome(
    programme: Programme,
    *,
    actor: User | None,
    now: datetime,
    parties: Sequence[Organisation | str],
    event: Event | None = None,
    meeting: Meeting | None = None,
    **fields: Any,
) -> Outcome:
    """Record what came of a meeting, an event or a programme. A party is an organisation, or a name.

    Raises:
        Unacceptable: fewer parties than such an outcome has.
    """
    outcome = Outcome(
        programme=programme,
        event=event,
        meeting=meeting,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
        **fields,
    )
    set_parties(outcome, parties)
    db.session.add(outcome)
    db.session.flush()
    return outcome


def update_outcome(
    outcome: Outcome, *, seen_version: int | None, parties: Sequence[Organisation | str], **fields: Any
) -> None:
    """Change an outcome. What was verified before is no longer, since it has changed.

    Raises:
        Conflict: it was changed since `seen_version`.
        Concluded: it would be expected, and has a date of being concluded.
    """
    require_version(outcome, seen_version)
    if fields.get("state") == OutcomeState.EXPECTED and any(claim.kind in CONCLUDING for claim in outcome.dates):
        raise Concluded
    for name, value in fields.items():
        setattr(outcome, name, value)
    set_parties(outcome, parties)
    outcome.verified_at = outcome.verified_by_id = None
    db.session.flush()


def least_parties(type_: OutcomeType) -> int:
    """An agreement has two sides; an organisation opens an office on its own."""
    return 1 if type_ == OutcomeType.OFFICE else 2


def set_parties(outcome: Outcome, parties: Sequence[Organisation | str]) -> None:
    if len(parties) < least_parties(outcome.type):
        raise Unacceptable(_l("An outcome has at least two parties."))
    outcome.parties = [
        OutcomeParty(position=place, organisation=party)
        if isinstance(party, Organisation)
        else OutcomeParty(position=place, name_en=party, name_ja=party)
        for place, party in enumerate(parties)
    ]


def claim_date(
    outcome: Outcome,
    *,
    kind: DateKind,
    on: date,
    precision: Precision,
    source: Source | None = None,
    shown: bool = True,
) -> OutcomeDate:
    """Add what somebody states of a date. Earlier claims are kept; if this one is shown, the others no longer are.

    Raises:
        NotConcluded: the outcome is expected, and the date is of its conclusion.
    """
    if outcome.state == OutcomeState.EXPECTED and kind in CONCLUDING:
        raise NotConcluded
    if shown:
        others = (OutcomeDate.outcome_id == outcome.id, OutcomeDate.kind == kind)
        db.session.execute(update(OutcomeDate).where(*others).values(shown=False))
    claim = OutcomeDate(outcome_id=outcome.id, kind=kind, on=on, precision=precision, source=source, shown=shown)
    db.session.add(claim)
    db.session.flush()
    db.session.refresh(outcome, ["dates"])
    return claim


def remove_date(claim: OutcomeDate) -> None:
    """Take back a claim that was recorded by mistake; if it was the one shown, the last other one of its kind is."""
    outcome, kind, was_shown = claim.outcome, claim.kind, claim.shown
    db.session.delete(claim)
    db.session.flush()
    db.session.refresh(outcome, ["dates"])
    others = [other for other in outcome.dates if other.kind == kind]
    if was_shown and others:
        others[-1].shown = True
        db.session.flush()


def add_evidence(
    outcome: Outcome, *, kind: EvidenceKind, description: str, now: datetime, source: Source | None = None
) -> Evidence:
    evidence = Evidence(outcome=outcome, kind=kind, description=description, source=source, recorded_at=now)
    db.session.add(evidence)
    db.session.flush()
    return evidence


def verify_outcome(outcome: Outcome, *, actor: User, now: datetime) -> None:
    """Say that the evidence was looked at and bears the outcome out.

    Raises:
        Unacceptable: there is no evidence to look at.
    """
    if not outcome.evidence:
        raise Unacceptable(_l("There is no evidence to verify. Add it first."))
    outcome.verified_at, outcome.verified_by_id = now, actor.id
    db.session.flush()


def create_case(programme: Programme, *, outcomes: Sequence[Outcome], **fields: Any) -> SupportCase:
    """Begin a support case on outcomes; it is not public before it is published.

    Raises:
        CaseKeyTaken: another case has the key.
    """
    case = SupportCase(programme=programme, outcomes=list(outcomes), **fields)
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        db.session.add(case)
    return case


def update_case(case: SupportCase, *, seen_version: int | None, **fields: Any) -> None:
    """Change a support case.

    Raises:
        Conflict: it was changed since `seen_version`.
        CaseKeyTaken: another case has the key.
    """
    require_version(case, seen_version)
    with conflict_as(CaseKeyTaken, "support_cases.key", "uq_support_cases_key"):
        for name, value in fields.items():
            setattr(case, name, value)


def missing(case: SupportCase, *, today: date) -> Missing:
    """All that keeps the case from being published: it is shown in both languages, with outcomes open to everybody."""
    told = [name for name in ("background", "support") if getattr(case, name)]
    columns = (f"{name}_{code}" for name in ("title", "summary", *told, "result") for code in ("ja", "en"))
    return Missing(
        texts=[column for column in columns if not getattr(case, column)],
        grounds=[each for each in case.outcomes if bool(each.attribution_basis_ja) != bool(each.attribution_basis_en)],
        outcomes=[outcome for outcome in case.outcomes if not is_open(outcome, today=today)],
    )


def is_open(outcome: Outcome, *, today: date) -> bool:
    """Whether everybody may see it."""
    return outcome.visibility == Visibility.PUBLIC and (outcome.embargo_until is None or outcome.embargo_until <= today)


def publish_case(case: SupportCase, *, now: datetime, today: date) -> None:
    """Show the case to everybody.

    Raises:
        NotReady: see `missing`.
    """
    if missing(case, today=today):
        raise NotReady
    case.published_at = now
    db.session.flush()


def withdraw_case(case: SupportCase) -> None:
    """Take the case off the public pages; nothing is deleted."""
    case.published_at = None
    db.session.flush()
