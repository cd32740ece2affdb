"""From registration to outcome: the rows that are counted, read once, and counted by what they have in common.

A relationship or a deal that came of several events counts once in each line that holds any of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select, true

from rbc_events.database import db
from rbc_events.follow_ups.queries import of_events, response_rates
from rbc_events.i18n import TOKYO
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.outcomes.models import DateKind, Outcome, OutcomeDate, OutcomeState, OutcomeType
from rbc_events.partial_dates import Precision
from rbc_events.registration.models import Registration
from rbc_events.relationships.models import RelationshipMeeting
from rbc_events.reports.queries import SENT_IN

ALL = true()
DATES = (DateKind.SIGNED, DateKind.EFFECTIVE, DateKind.REPORTED, DateKind.PUBLISHED)
"""What tells an outcome's own fiscal year: the first of these that is known to the month."""


@dataclass(frozen=True, slots=True)
class Deal:
    """An outcome, as it is counted. Those that share a `key` count once; `on` is the date by which it belongs to a
    year.

    Both dates are known to the month at least: a year alone lies in two fiscal years.
    """

    key: str
    event_id: int | None
    programme_id: int
    type: OutcomeType
    state: OutcomeState
    on: date | None
    signed: date | None
    met: date | None  # the first meeting of the relationship that it came of
    verified: bool
    seed_version_id: int | None = None


@dataclass
class Counts:
    """What is counted of some events, by their numbers."""

    registered: Counter[int] = field(default_factory=Counter)
    requested: Counter[int] = field(default_factory=Counter)
    agreed: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    interpreted: Counter[int] = field(default_factory=Counter)  # meetings held with an interpreter
    interpreted_minutes: Counter[int] = field(default_factory=Counter)
    relationships: dict[int, set[int]] = field(default_factory=dict)
    deals: list[Deal] = field(default_factory=list)
    follow_ups: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # month since the first meeting: answered, asked

    @cached_property
    def deals_of(self) -> dict[int | None, list[Deal]]:
        """The deals by their event."""
        found: dict[int | None, list[Deal]] = {}
        for deal in self.deals:
            found.setdefault(deal.event_id, []).append(deal)
        return found


def count(event_ids: Sequence[int], programme_ids: Sequence[int], counted: ColumnElement[bool] = ALL) -> Counts:
    """What became of these events, and the outcomes of these programmes that came of no event; of outcomes those that
    are `counted`."""
    held = Meeting.state == MeetingState.HELD
    return Counts(
        registered=_number(Registration, event_ids, Registration.state.in_(SENT_IN)),
        requested=_number(MeetingRequest, event_ids),
        agreed=_number(MeetingRequest, event_ids, MeetingRequest.state == RequestState.MUTUAL),
        held=_number(Meeting, event_ids, held),
        relationships=_relationships(event_ids),
        deals=_deals(event_ids, programme_ids, counted),
        follow_ups=response_rates(of_events(event_ids)),
        **_interpreted(event_ids),
    )


def _number(model: Any, event_ids: Sequence[int], *conditions: Any) -> Counter[int]:
    statement = select(model.event_id, func.count()).where(model.event_id.in_(event_ids), *conditions)
    return Counter(dict(iter(db.session.execute(statement.group_by(model.event_id)))))


def _relationships(event_ids: Sequence[int]) -> dict[int, set[int]]:
    statement = (
        select(Meeting.event_id, RelationshipMeeting.relationship_id)
        .join(RelationshipMeeting, RelationshipMeeting.meeting_id == Meeting.id)
        .where(Meeting.event_id.in_(event_ids))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for event_id, relationship_id in db.session.execute(statement):
        found.setdefault(event_id, set()).add(relationship_id)
    return found


def _interpreted(event_ids: Sequence[int]) -> dict[str, Counter[int]]:
    """Meetings held with an interpreter, and their minutes as the participants were told."""
    statement = (
        select(Meeting.event_id, Meeting.published_starts_at, Meeting.published_ends_at)
        .where(Meeting.event_id.in_(event_ids), Meeting.state == MeetingState.HELD)
        .where(Meeting.published_interpreter_id.is_not(None), Meeting.published_starts_at.is_not(None))
    )
    meetings, minutes = Counter[int](), Counter[int]()
    for event_id, begin, end in db.session.execute(statement):
        meetings[event_id] += 1
        minutes[event_id] += (end - begin) // timedelta(minutes=1) if begin and end else 0
    return {"interpreted": meetings, "interpreted_minutes": minutes}


def _deals(event_ids: Sequence[int], programme_ids: Sequence[int], counted: ColumnElement[bool]) -> list[Deal]:
    without_event = Outcome.event_id.is_(None) & Outcome.programme_id.in_(programme_ids)
    met = _first_meetings()
    statement = (
        select(
            Outcome.id,
            func.coalesce(Outcome.deal_key, "outcome " + cast(Outcome.id, String)),
            Outcome.event_id,
            Outcome.programme_id,
            Outcome.type,
            Outcome.state,
            met.c.at,
            Outcome.verified_at.is_not(None),
            Outcome.seed_version_id,
        )
        .outerjoin(met, met.c.relationship_id == Outcome.relationship_id)
        .where(or_(Outcome.event_id.in_(event_ids), without_event), counted)
        .order_by(Outcome.id)
    )
    rows = db.session.execute(statement).all()
    dates = _dates(event_ids, programme_ids)
    return [_deal(dates.get(number, {}), *rest) for number, *rest in rows]


def _first_meetings() -> Any:
    """When the parties of each relationship first met."""
    at = Meeting.published_starts_at
    return (
        select(RelationshipMeeting.relationship_id, func.min(at, type_=at.type).label("at"))
        .join(Meeting, Meeting.id == RelationshipMeeting.meeting_id)
        .where(Meeting.state == MeetingState.HELD)
        .group_by(RelationshipMeeting.relationship_id)
        .subquery()
    )


def _dates(event_ids: Sequence[int], programme_ids: Sequence[int]) -> dict[int, dict[DateKind, date]]:
    """The dates that are shown of each outcome, where they are known to the month."""
    statement = (
        select(OutcomeDate.outcome_id, OutcomeDate.kind, OutcomeDate.on)
        .join(Outcome, Outcome.id == OutcomeDate.outcome_id)
        .where(OutcomeDate.shown, OutcomeDate.precision != Precision.YEAR)
        .where(or_(Outcome.event_id.in_(event_ids), Outcome.programme_id.in_(programme_ids)))
    )
    found: dict[int, dict[DateKind, date]] = {}
    for outcome_id, kind, on in db.session.execute(statement):
        found.setdefault(outcome_id, {})[kind] = on
    return found


def _deal(
    dates: dict[DateKind, date],
    key: str,
    event_id: int | None,
    programme_id: int,
    kind: OutcomeType,
    state: OutcomeState,
    met: datetime | None,
    verified: bool,
    seed_version_id: int | None,
) -> Deal:
    known = [dates[each] for each in DATES if each in dates]
    return Deal(
        key=key,
        event_id=event_id,
        programme_id=programme_id,
        type=kind,
        state=state,
        on=known[0] if known else None,
        signed=dates.get(DateKind.SIGNED),
        met=met.astimezone(TOKYO).date() if met else None,
        verified=bool(verified),
        seed_version_id=seed_version_id,
    )


def in_state(deals: Iterable[Deal], state: OutcomeState) -> int:
    """How many deals are in a state, each once, however many reported it."""
    return len({deal.key for deal in deals if deal.state == state})
