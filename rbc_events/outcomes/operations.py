"""What can be done with outcomes. Functions flush; the route commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from rbc_events.accounts.models import User
from rbc_events.database import Bilingual, db, require_version
from rbc_events.errors import Unacceptable
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import TOKYO
from rbc_events.meetings.models import Meeting
from rbc_events.outcomes import changes
from rbc_events.outcomes.evidence import unverify
from rbc_events.outcomes.models import (
    DateKind,
    Outcome,
    OutcomeDate,
    OutcomeParty,
    OutcomeReport,
    OutcomeState,
    OutcomeType,
    Source,
    Visibility,
)
from rbc_events.partial_dates import Precision, write_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.relationships import operations as relationships
from rbc_events.relationships.models import Relationship
from rbc_events.relationships.operations import Party, side_of

CONCLUDING = (DateKind.SIGNED, DateKind.EFFECTIVE)
"""The dates that only an agreement that was concluded has."""


class NotConcluded(Unacceptable):
    message = _l("An expected agreement has not been signed: it can't have a date of signing or taking effect.")


class FutureDate(Unacceptable):
    message = _l("The day of signing is in the future.")


class Concluded(Unacceptable):
    message = _l("A date of signing or taking effect has been recorded. Remove it before the state becomes “expected”.")


def record_outcome(
    programme: Programme,
    *,
    actor: User | None,
    now: datetime,
    parties: Sequence[Party],
    event: Event | None = None,
    meetings: Sequence[Meeting] = (),
    organisation: Organisation | None = None,
    signed: tuple[date, Precision] | None = None,
    key: str | None = None,
    **fields: Any,
) -> Outcome:
    """Record what came of meetings, an event or a programme, as staff or (`organisation`) one of the parties tell it.

    `reporting.report_outcome` looks first whether it was told before.

    Raises:
        Unacceptable: fewer parties than such an outcome has.
        NotConcluded, FutureDate: see `claim_date`.
    """
    between = relationship_of(parties, programme, event, actor=actor, now=now)
    outcome = Outcome(
        programme=programme,
        event=event,
        between=between,
        nth=next_nth(between, fields["type"]),
        meetings=list(meetings),
        key=key,
        recorded_at=now,
        recorded_by_id=actor.id if actor else None,
        **fields,
    )
    set_parties(outcome, parties)
    db.session.add(outcome)
    db.session.flush()
    add_report(outcome, told_of(fields, signed), organisation=organisation, actor=actor, now=now, key=key)
    if signed:
        _claim(outcome, kind=DateKind.SIGNED, on=signed[0], precision=signed[1], now=now)
    return outcome


def relationship_of(
    parties: Sequence[Party], programme: Programme, event: Event | None, *, actor: User | None, now: datetime
) -> Relationship | None:
    """The relationship of an outcome's parties; none where an organisation acts on its own."""
    if "+" not in relationships.parties_key(parties):
        return None
    between = relationships.find_or_begin(parties, actor=actor, now=now)
    relationships.grew_in(between, programme, event)
    return between


def next_nth(between: Relationship | None, type_: OutcomeType) -> int:
    """The number of the next deal of a type in a relationship."""
    if between is None:
        return 1
    last = select(func.max(Outcome.nth)).where(Outcome.relationship_id == between.id, Outcome.type == type_)
    return (db.session.scalar(last) or 0) + 1


def told_of(fields: Mapping[str, Any], signed: tuple[date, Precision] | None) -> dict[str, str]:
    """What a report tells, each field as text, for comparing it with others."""
    plain = ("type", "state", "subject_ja", "subject_en", "place_ja", "place_en", "amount_basis", "jobs", "note")
    told = {name: str(fields[name]) for name in plain if fields.get(name) not in (None, "")}
    told["amount"] = changes.money(fields.get("amount"), fields.get("currency", ""))
    told["signed_on"] = write_partial_date(*signed) if signed else ""
    return {name: text for name, text in told.items() if text}


def add_report(
    outcome: Outcome,
    told: dict[str, str],
    *,
    organisation: Organisation | None,
    actor: User | None,
    now: datetime,
    key: str | None = None,
) -> OutcomeReport:
    report = OutcomeReport(
        outcome=outcome,
        organisation_id=organisation.id if organisation else None,
        key=key,
        told=told,
        settled=[],
        reported_at=now,
        reported_by_id=actor.id if actor else None,
    )
    db.session.add(report)
    db.session.flush()
    return report


def update_outcome(
    outcome: Outcome,
    *,
    actor: User,
    now: datetime,
    seen_version: int | None,
    parties: Sequence[Party],
    **fields: Any,
) -> None:
    """Change an outcome. What was verified before is no longer, since it has changed.

    Raises:
        Conflict: it was changed since `seen_version`.
        Concluded: it would be expected, and has a date of being concluded.
    """
    require_version(outcome, seen_version)
    with changes.kept(outcome, actor=actor, now=now):
        change_state(outcome, fields.pop("state", outcome.state))
        type_ = fields.pop("type", outcome.type)
        for name, value in fields.items():
            setattr(outcome, name, value)
        place(outcome, parties, type_, actor=actor, now=now)
        unverify(outcome)


def place(outcome: Outcome, parties: Sequence[Party], type_: OutcomeType, *, actor: User | None, now: datetime) -> None:
    """Give an outcome its parties and type, and its number among the deals of that kind between them."""
    between = relationship_of(parties, outcome.programme, outcome.event, actor=actor, now=now)
    if (outcome.between, outcome.type) != (between, type_):
        outcome.nth = next_nth(between, type_)
    outcome.between, outcome.type = between, type_
    set_parties(outcome, parties)


def change_state(outcome: Outcome, state: OutcomeState) -> None:
    """Raises Concluded: it would be expected, and has a date of being concluded."""
    if state == OutcomeState.EXPECTED and any(claim.kind in CONCLUDING for claim in outcome.dates):
        raise Concluded
    outcome.state = state


def least_parties(type_: OutcomeType) -> int:
    """An agreement has two sides; an organisation opens an office on its own."""
    return 1 if type_ == OutcomeType.OFFICE else 2


def set_parties(outcome: Outcome, parties: Sequence[Party]) -> None:
    """Name the parties, in this order. Those that are there keep their roles."""
    if len(parties) < least_parties(outcome.type):
        raise Unacceptable(_l("An outcome has at least two parties."))
    there: dict[str, OutcomeParty | None] = {relationships.side_key(side_of(row)): row for row in outcome.parties}
    rows = [there.pop(relationships.side_key(party), None) or OutcomeParty() for party in parties]
    for place, (row, party) in enumerate(zip(rows, parties, strict=True)):
        row.position, row.organisation = place, party if isinstance(party, Organisation) else None
        row.name_ja, row.name_en = ("", "") if row.organisation else name_of(party)
    outcome.parties = rows


def set_roles(outcome: Outcome, roles: Sequence[Bilingual], *, actor: User, now: datetime) -> None:
    """Say what part each of the parties has in the deal, in the order of the parties."""
    with changes.kept(outcome, actor=actor, now=now):
        for party, role in zip(outcome.parties, roles, strict=True):
            party.role_ja, party.role_en = role.ja, role.en
        unverify(outcome)


def name_of(party: Any) -> tuple[str, str]:
    """A party's name that is told by name, in Japanese and English."""
    return (party, party) if isinstance(party, str) else (party.ja, party.en)


def claim_date(
    outcome: Outcome,
    *,
    actor: User | None,
    now: datetime,
    kind: DateKind,
    on: date,
    precision: Precision,
    source: Source | None = None,
    shown: bool = True,
) -> OutcomeDate:
    """Add what somebody states of a date. Earlier claims are kept; if this one is shown, the others no longer are.

    Raises:
        NotConcluded: the outcome is expected, and the date is of its conclusion.
        FutureDate: it was signed on a day that has not come.
    """
    with changes.kept(outcome, actor=actor, now=now):
        return _claim(outcome, kind=kind, on=on, precision=precision, source=source, shown=shown, now=now)


def _claim(
    outcome: Outcome,
    *,
    kind: DateKind,
    on: date,
    precision: Precision,
    now: datetime,
    source: Source | None = None,
    shown: bool = True,
) -> OutcomeDate:
    if outcome.state == OutcomeState.EXPECTED and kind in CONCLUDING:
        raise NotConcluded
    if kind == DateKind.SIGNED and on > now.astimezone(TOKYO).date():
        raise FutureDate
    if shown:
        others = (OutcomeDate.outcome_id == outcome.id, OutcomeDate.kind == kind)
        db.session.execute(update(OutcomeDate).where(*others).values(shown=False))
    claim = _without_source(outcome, kind, on, precision) or OutcomeDate(outcome_id=outcome.id, kind=kind, on=on)
    claim.precision, claim.source, claim.shown = precision, source, shown or bool(claim.shown)
    db.session.add(claim)
    unverify(outcome)
    db.session.refresh(outcome, ["dates"])
    return claim


def _without_source(outcome: Outcome, kind: DateKind, on: date, precision: Precision) -> OutcomeDate | None:
    """The same date as it was told without a source: whoever claims it anew says who states it."""
    same = (kind, on, precision, None)
    return next((each for each in outcome.dates if (each.kind, each.on, each.precision, each.source_id) == same), None)


def show_date(outcome: Outcome, *, kind: DateKind, on: date, precision: Precision, now: datetime) -> None:
    """Have this date shown: the claim of it that is there, or a new one."""
    there = [each for each in outcome.dates if (each.kind, each.on, each.precision) == (kind, on, precision)]
    if not there:
        _claim(outcome, kind=kind, on=on, precision=precision, now=now)
        return
    for each in outcome.dates:
        if each.kind == kind:
            each.shown = False
    db.session.flush()  # one of a kind is shown at any time
    there[0].shown = True
    db.session.flush()


def remove_date(claim: OutcomeDate, *, actor: User, now: datetime) -> None:
    """Take back a claim that was recorded by mistake; if it was the one shown, the last other one of its kind is."""
    outcome, kind, was_shown = claim.outcome, claim.kind, claim.shown
    with changes.kept(outcome, actor=actor, now=now):
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
