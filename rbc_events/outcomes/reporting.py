"""Who told what of an outcome. A second report of a deal joins the first; where they differ, staff decide."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import TOKYO
from rbc_events.outcomes import changes, operations
from rbc_events.outcomes.evidence import unverify
from rbc_events.outcomes.models import DateKind, Outcome, OutcomeReport, OutcomeState, OutcomeType, Visibility
from rbc_events.partial_dates import Precision, end_of, read_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship
from rbc_events.relationships.operations import side_of

COMPARED = (
    "type", "state", "signed_on", "amount", "amount_basis", "jobs", "subject_ja", "subject_en", "place_ja", "place_en",
)  # fmt: skip
"""The fields of which reports may say different things."""

NEAR = timedelta(days=183)
"""Two reports of one kind between the same parties are of one deal if their days are no further apart."""

ATTEMPTS = 5
"""Each fails only if somebody else recorded a deal of these parties in the very moment between."""

PartialDate = tuple[date, Precision]
Span = tuple[date, date]  # the first and the last day


class Reported(NamedTuple):
    outcome: Outcome
    joined: bool  # it had been told before


def report_outcome(
    programme: Programme,
    *,
    actor: User | None,
    now: datetime,
    parties: Sequence[operations.Party],
    event: Event | None = None,
    organisation: Organisation | None = None,
    signed: PartialDate | None = None,
    another: bool = False,
    **rest: Any,
) -> Reported:
    """Take down what staff, or an `organisation`, say of a deal. If it was told before, the report joins that one.

    `another`: it is a further deal, though one of its kind has been told lately. Of two reports of the same moment the
    database refuses the second one's new deal; it then finds the first one's, and joins.

    Raises:
        Unacceptable: see `operations.record_outcome`.
        Conflict: a deal with this key is there, and it is said to be another.
    """
    told = operations.told_of(rest, signed)

    def record() -> Outcome:
        by = {"organisation": organisation, "signed": signed, **rest}
        return operations.record_outcome(programme, actor=actor, now=now, parties=parties, event=event, **by)

    for _attempt in range(ATTEMPTS):
        between = operations.relationship_of(parties, programme, event, actor=actor, now=now)
        if between is not None:
            lock(between)  # whoever reports at this moment is read by the one who comes second
        first = None if another else _told_before(between, rest, signed, now=now)
        if first is not None:
            _join(first, told, rest, organisation=organisation, actor=actor, now=now)
            return Reported(first, joined=True)
        outcome = _recorded(record)
        if outcome is not None:
            return Reported(outcome, joined=False)
    raise Conflict


def _recorded(record: Callable[[], Outcome]) -> Outcome | None:
    """The new outcome; None where somebody else recorded a deal in the same moment, and the database refused this."""
    try:
        with db.session.begin_nested():
            return record()
    except IntegrityError as refused:
        if not any(name in str(refused.orig) for name in ("nth", "deal_key")):
            raise
        return None


def _told_before(
    between: Relationship | None, fields: dict[str, Any], signed: PartialDate | None, *, now: datetime
) -> Outcome | None:
    """The outcome that a report is of, if somebody has told it."""
    key = fields.get("deal_key")
    if key:
        named = db.session.scalar(select(Outcome).where(Outcome.deal_key == key))
        if named is not None:
            return named
    if between is None:
        return None
    free = or_(Outcome.deal_key.is_(None), Outcome.deal_key == key)
    same = select(Outcome).where(Outcome.relationship_id == between.id, Outcome.type == fields["type"], free)
    today = now.astimezone(TOKYO).date()
    mine = (signed[0], end_of(*signed)) if signed else (today, today)
    return next((each for each in db.session.scalars(same.order_by(Outcome.id)) if is_near(each, mine)), None)


def is_near(outcome: Outcome, mine: Span) -> bool:
    """Whether an outcome's time and another's may be the same. What is only expected is waiting for its report."""
    if outcome.state == OutcomeState.EXPECTED:
        return True
    theirs = time_of(outcome)
    return mine[0] - NEAR <= theirs[1] and theirs[0] <= mine[1] + NEAR


def time_of(outcome: Outcome) -> Span:
    """The first and last day on which it may have been signed; of one without a date, the day of its record."""
    shown = next((claim for claim in outcome.dates if claim.kind == DateKind.SIGNED and claim.shown), None)
    recorded = outcome.recorded_at.astimezone(TOKYO).date()
    return (shown.on, end_of(shown.on, shown.precision)) if shown else (recorded, recorded)


def _join(
    outcome: Outcome,
    told: dict[str, str],
    rest: dict[str, Any],
    *,
    organisation: Organisation | None,
    actor: User | None,
    now: datetime,
) -> None:
    """Put a report beside the earlier ones. It fills in what nobody had told; what differs waits for a decision."""
    operations.add_report(outcome, told, organisation=organisation, actor=actor, now=now, key=rest.get("key") or None)
    with changes.kept(outcome, actor=actor, now=now):
        if is_for_staff(outcome):
            fill_in(outcome, told, now=now)
        outcome.meetings += [each for each in rest.get("meetings", ()) if each not in outcome.meetings]


def is_for_staff(outcome: Outcome) -> bool:
    """Whether staff alone see it. What others see isn't filled in by a report, which may not have been meant for them:
    it waits for staff to take it."""
    return outcome.visibility in (Visibility.STAFF, Visibility.NAMED)


def fill_in(outcome: Outcome, told: dict[str, str], *, now: datetime) -> None:
    """Take what is told where nothing was known."""
    known = changes.values_of(outcome)
    for field in COMPARED:
        dated_too_early = field == "signed_on" and outcome.state == OutcomeState.EXPECTED
        if told.get(field) and not known[field] and not dated_too_early:
            _set(outcome, field, told[field], now=now)


def _set(outcome: Outcome, field: str, text: str, *, now: datetime) -> None:
    """Write one value as it was told into the outcome, which is then no longer verified."""
    unverify(outcome)
    if field == "signed_on":
        on, precision = read_partial_date(text)
        operations.show_date(outcome, kind=DateKind.SIGNED, on=on, precision=precision, now=now)
    elif field == "amount":
        amount, currency = text.split()
        outcome.amount, outcome.currency = Decimal(amount), currency  # type: ignore[assignment]
    elif field == "state":
        operations.change_state(outcome, OutcomeState(text))
    elif field == "type":
        sides = [side_of(party) for party in outcome.parties]
        operations.place(outcome, sides, OutcomeType(text), actor=None, now=now)
    elif field == "jobs":
        outcome.jobs = int(text)
    else:
        setattr(outcome, field, text)


@dataclass(frozen=True)
class Difference:
    """A field of which reports say something else than the outcome, with all reports that tell it."""

    field: str
    current: str
    reports: list[OutcomeReport]


def differences(outcome: Outcome) -> list[Difference]:
    """What waits for a decision."""
    known, found = changes.values_of(outcome), []
    for field in COMPARED:
        telling = [report for report in outcome.reports if report.told.get(field)]
        if any(report.told[field] != known[field] and field not in report.settled for report in telling):
            found.append(Difference(field, known[field], telling))
    return found


def decide(
    outcome: Outcome, field: str, report: OutcomeReport | None, *, actor: User, now: datetime, seen: str
) -> None:
    """Take what one report says of a field, or (without one) keep what the outcome says.

    `seen`: what the outcome said of it when the decision was made.

    Raises:
        Conflict: that was changed since.
        NotConcluded, Concluded: see `operations`.
    """
    if changes.values_of(outcome)[field] != seen:
        raise Conflict
    with changes.kept(outcome, actor=actor, now=now):
        if report is not None and report.told[field] != seen:
            _set(outcome, field, report.told[field], now=now)
        settle(outcome, [field])


def settle(outcome: Outcome, fields: Sequence[str]) -> None:
    """Note that staff have decided what is true of these fields, whatever the reports so far say."""
    for report in outcome.reports:
        report.settled = sorted({*report.settled, *fields})
    db.session.flush()
