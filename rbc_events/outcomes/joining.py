"""Two records of one deal become one: by hand, or where two organisations turn out to be one. What they say differently
stands side by side until staff decide."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.outcomes import changes, operations, reporting
from rbc_events.outcomes.access import managed_outcomes
from rbc_events.outcomes.evidence import unverify
from rbc_events.outcomes.models import (
    Attribution,
    Outcome,
    OutcomeChange,
    OutcomeParty,
    OutcomeState,
    Visibility,
)
from rbc_events.partial_dates import write_partial_date
from rbc_events.registration.duplicates import hands_over
from rbc_events.registration.models import Organisation
from rbc_events.relationships.merging import carries_over
from rbc_events.relationships.models import Relationship
from rbc_events.relationships.operations import side_of

MOST_OFFERED = 50


class SameOutcome(Unacceptable):
    message = _l("This is one record already.")


class BothTold(Conflict):
    message = _l("Public support cases tell of both records. Take one of the cases off the public pages first.")


TakeOver = Callable[[Outcome, Outcome], None]
TAKE_OVER: list[TakeOver] = []
MUST_STAY: list[Callable[[Outcome], bool]] = []


def takes_over(function: TakeOver) -> TakeOver:
    """Have `join_outcomes` call this with the double and the one that stays: for rows of later features."""
    TAKE_OVER.append(function)
    return function


def must_stay(function: Callable[[Outcome], bool]) -> Callable[[Outcome], bool]:
    """Ask this of an outcome before it goes: whether something public stands on this very record."""
    MUST_STAY.append(function)
    return function


def to_join(actor: Any, outcome: Outcome) -> Sequence[Outcome]:
    """The other records that may be of the same deal: of the same relationship, or with a party in common; those of its
    own type first."""
    organisations = [party.organisation_id for party in outcome.parties if party.organisation_id]
    near = or_(
        Outcome.relationship_id.is_not(None) & (Outcome.relationship_id == outcome.relationship_id),
        Outcome.parties.any(OutcomeParty.organisation_id.in_(organisations)),
    )
    statement = select(Outcome).where(near, Outcome.id != outcome.id, managed_outcomes(actor))
    statement = statement.options(
        selectinload(Outcome.parties).joinedload(OutcomeParty.organisation), selectinload(Outcome.dates)
    )
    order = (Outcome.type != outcome.type, Outcome.relationship_id != outcome.relationship_id, Outcome.id.desc())
    return db.session.scalars(statement.order_by(*order).limit(MOST_OFFERED)).all()


def join_outcomes(one: Outcome, other: Outcome, *, actor: User | None, now: datetime) -> Outcome:
    """Make one record of two, and return it: reports, dates, evidence and changes of both are kept.

    The earlier record stays, unless it is only expected while the other has been agreed, or a public case tells of the
    other. Values that it lacks come from the other one as from a report; what differs waits for a decision.

    Raises:
        SameOutcome
        BothTold: a public case stands on either.
    """
    if one.id == other.id:
        raise SameOutcome
    lock(one, other)
    kept, double = _which_stays(one, other)
    with changes.kept(kept, actor=actor, now=now):
        _tell_as_it_stood(double, kept, actor=actor, now=now)
        for take_over in TAKE_OVER:
            take_over(double, kept)
        _carry_rows(double, kept)
        _carry_dates(double, kept, actor=actor, now=now)
        deal_key, double.deal_key = double.deal_key, None
        db.session.flush()
        db.session.refresh(double)
        db.session.delete(double)
        db.session.flush()
        kept.deal_key = kept.deal_key or deal_key
        unverify(kept)
    return kept


def _which_stays(one: Outcome, other: Outcome) -> tuple[Outcome, Outcome]:
    held = [outcome for outcome in (one, other) if any(stays(outcome) for stays in MUST_STAY)]
    if len(held) == 2:
        raise BothTold
    ordered = sorted((one, other), key=lambda each: (each not in held, each.state == OutcomeState.EXPECTED, each.id))
    return ordered[0], ordered[1]


def _tell_as_it_stood(double: Outcome, kept: Outcome, *, actor: User | None, now: datetime) -> None:
    """Put what the double says beside the reports of the one that stays, as a report; it fills in what nobody told."""
    known = changes.values_of(double)
    told = {name: known[name] for name in (*reporting.COMPARED, "note") if known[name]}
    if not any(report.told == told for report in double.reports):
        operations.add_report(double, told, organisation=None, actor=actor, now=now)
    if _may_fill_in(double, kept):
        reporting.fill_in(kept, told, now=now)
    kept.meetings += [each for each in double.meetings if each not in kept.meetings]
    kept.readers += [each for each in double.readers if each not in kept.readers]
    if kept.attribution == Attribution.UNKNOWN:
        kept.attribution = double.attribution
    _note(kept, "joined", _in_words(known), actor=actor, now=now)
    db.session.flush()


def _may_fill_in(double: Outcome, kept: Outcome) -> bool:
    """Whether what the double says may stand at once in the one that stays: everybody who sees this saw that too."""
    width = list(Visibility)
    as_open = width.index(double.visibility) <= width.index(kept.visibility)
    as_early = (double.embargo_until or date.min) <= (kept.embargo_until or date.min)
    return reporting.is_for_staff(kept) or (as_open and as_early)


def _note(outcome: Outcome, field: str, before: str, *, actor: User | None, now: datetime) -> None:
    outcome.changes.append(OutcomeChange(at=now, by_id=actor.id if actor else None, field=field, before=before))


def _in_words(values: dict[str, str]) -> str:
    parts = (values["type"], values["parties"], values["subject_en"] or values["subject_ja"], values["signed_on"])
    return ", ".join(part for part in parts if part)


def _carry_rows(double: Outcome, kept: Outcome) -> None:
    rows: list[Any] = [*double.reports, *double.evidence, *double.changes]
    for row in rows:
        row.outcome = kept
    db.session.flush()


def _carry_dates(double: Outcome, kept: Outcome, *, actor: User | None, now: datetime) -> None:
    """What the double says of dates stands beside what was there; the date that was shown stays shown. Dates that
    readers of the one that stays may not have been meant to see, or that it can't have yet, are among its changes."""
    shown = {each.kind for each in kept.dates if each.shown}
    for claim in list(double.dates):
        same = [
            each
            for each in kept.dates
            if (each.kind, each.on, each.precision) == (claim.kind, claim.on, claim.precision)
        ]
        early = kept.state == OutcomeState.EXPECTED and claim.kind in operations.CONCLUDING
        if same and claim.source_id in (None, *(each.source_id for each in same)):
            continue
        if early or not _may_fill_in(double, kept):
            day = write_partial_date(claim.on, claim.precision)
            _note(kept, f"{claim.kind}_on", day, actor=actor, now=now)
        elif same and same[0].source_id is None:
            same[0].source = claim.source
        else:
            claim.shown = claim.shown and claim.kind not in shown
            claim.outcome = kept
    db.session.flush()


@carries_over
def carry_over(left: Relationship, kept: Relationship) -> None:
    """The outcomes of a relationship go over to the one that it is joined to. Those that are of a deal which is there,
    by the rule for reports, join it; others are further deals."""
    known = list(db.session.scalars(select(Outcome).where(Outcome.relationship_id == kept.id).order_by(Outcome.id)))
    concerned = select(Outcome).where(Outcome.relationship_id == left.id).order_by(Outcome.id)
    for outcome in db.session.scalars(concerned).all():
        same = next((each for each in known if _is_same_deal(outcome, each)), None)
        if same is not None:
            known.remove(same)
            try:
                join_outcomes(same, outcome, actor=None, now=max(same.recorded_at, outcome.recorded_at))
                continue
            except BothTold:
                pass  # both stay, as further deals
        outcome.nth = operations.next_nth(kept, outcome.type)
        outcome.between = kept
        db.session.flush()


def _is_same_deal(one: Outcome, other: Outcome) -> bool:
    """Whether two records would have been one, had the second been told as a report of the first."""
    keys = {one.deal_key, other.deal_key} - {None}
    if one.type != other.type or len(keys) == 2:
        return False
    if OutcomeState.EXPECTED in (one.state, other.state):
        return True
    return reporting.is_near(one, reporting.time_of(other))


@hands_over
def merge_outcomes(double: Organisation, kept: Organisation) -> None:
    """Hand the outcomes of a double to the organisation that stays, each with the relationship of its parties."""
    concerned = select(Outcome).join(OutcomeParty).where(OutcomeParty.organisation_id == double.id)
    for outcome in db.session.scalars(concerned.order_by(Outcome.id)).unique().all():
        there = any(party.organisation_id == kept.id for party in outcome.parties)
        for party in [each for each in outcome.parties if each.organisation_id == double.id]:
            if there and len(outcome.parties) > operations.least_parties(outcome.type):
                outcome.parties.remove(party)
            else:
                party.organisation = kept
        sides = [side_of(party) for party in outcome.parties]
        operations.place(outcome, sides, outcome.type, actor=None, now=outcome.recorded_at)
    db.session.flush()
