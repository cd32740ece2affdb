"""What can be done with outcomes. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from rbc_events.accounts.models import User
from rbc_events.database import db, require_version
from rbc_events.errors import Unacceptable
from rbc_events.events.models import Event, Programme
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes.evidence import unverify
from rbc_events.outcomes.models import (
    DateKind,
    Outcome,
    OutcomeDate,
    OutcomeParty,
    OutcomeState,
    OutcomeType,
    Precision,
    Source,
    Visibility,
)
from rbc_events.registration.models import Organisation

CONCLUDING = (DateKind.SIGNED, DateKind.EFFECTIVE)
"""The dates that only an agreement that was concluded has."""


class NotConcluded(Unacceptable):
    message = _l("An expected agreement has not been signed: it can't have a date of signing or taking effect.")


class Concluded(Unacceptable):
    message = _l("A date of signing or taking effect has been recorded. Remove it before the state becomes “expected”.")


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
    unverify(outcome)


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
    unverify(outcome)
    db.session.refresh(outcome, ["dates"])
    return claim


def remove_date(claim: OutcomeDate) -> None:
    """Take back a claim that was recorded by mistake; if it was the one shown, the last other one of its kind is."""
    outcome, kind, was_shown = claim.outcome, claim.kind, claim.shown
    db.session.delete(claim)
    unverify(outcome)
    db.session.refresh(outcome, ["dates"])
    others = [other for other in outcome.dates if other.kind == kind]
    if was_shown and others:
        others[-1].shown = True
        db.session.flush()


def is_open(outcome: Outcome, *, today: date) -> bool:
    """Whether everybody may see it."""
    return outcome.visibility == Visibility.PUBLIC and (outcome.embargo_until is None or outcome.embargo_until <= today)
