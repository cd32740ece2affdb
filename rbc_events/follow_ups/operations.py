"""Asking both sides, months and years later, what came of a relationship. Functions flush; the caller commits."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.errors import Closed, Conflict
from rbc_events.follow_ups import mails, queries
from rbc_events.follow_ups.models import FollowUp, FollowUpAnswer, FollowUpState
from rbc_events.outcomes.models import Outcome, OutcomeState, OutcomeType
from rbc_events.outcomes.reporting import report_outcome
from rbc_events.partial_dates import read_partial_date
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship, RelationshipState
from rbc_events.relationships.operations import report_stage, side_of

AT_MOST_LATE = timedelta(days=31)
"""Later than that nobody is asked: the worker stood still, or the programme was entered years afterwards."""
REMINDED_AFTER = timedelta(days=14)


class Spent(Closed):
    message = _l("This link has been used, or a newer mail has replaced it. Nothing more needs to be done.")


class TakenOver(Conflict):
    message = _l("Somebody has taken this answer over already.")


@dataclass(frozen=True)
class Due:
    """A relationship whose sides are to be asked: so many months after the day on which they first met."""

    relationship: Relationship
    month: int
    on: date


def month_due(first_met: date, months: Sequence[int], *, today: date) -> tuple[int, date] | None:
    """The last of the months that has come, and its day; None before the first, and where it came too long ago.

    >>> month_due(date(2027, 1, 31), [1, 3], today=date(2027, 3, 1))
    (1, datetime.date(2027, 2, 28))
    """
    came = [(month, first_met + relativedelta(months=month)) for month in sorted(months)]
    came = [(month, on) for month, on in came if on <= today]
    return came[-1] if came and came[-1][1] > today - AT_MOST_LATE else None


def what_is_due(*, today: date) -> list[Due]:
    """The relationships that go on and whose next month has come."""
    found = []
    for relationship, first_met in queries.met_relationships():
        due = month_due(first_met, queries.months_of(relationship), today=today)
        if due is not None:
            found.append(Due(relationship, *due))
    return found


def ask(due: Due, *, now: datetime) -> list[FollowUp]:
    """Ask each organisation of a relationship that was not asked for this month, by a mail to its contact."""
    asked = {row.organisation_id for row in queries.of_month(due.relationship, due.month)}
    organisations = [party.organisation for party in due.relationship.parties if party.organisation]
    rows = [_ask(due, each, now=now) for each in organisations if each.id not in asked]
    return [row for row in rows if row is not None]


def _ask(due: Due, organisation: Organisation, *, now: datetime) -> FollowUp | None:
    token = secrets.token_urlsafe(24)
    contact = queries.contact_of(organisation, due.relationship)
    row = FollowUp(
        relationship_id=due.relationship.id,
        organisation_id=organisation.id,
        month=due.month,
        due_on=due.on,
        state=FollowUpState.ASKED if contact else FollowUpState.NOBODY,
        token_hash=token_hash(token) if contact else None,
        asked_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another worker asked in the same moment
        return None
    _close_earlier(row)
    if contact is not None:
        mails.ask(row, contact, token, now=now)
    return row


def _close_earlier(row: FollowUp) -> None:
    """Close the questions that were still open when the next one came; their links stop working."""
    earlier = (
        FollowUp.relationship_id == row.relationship_id,
        FollowUp.organisation_id == row.organisation_id,
        FollowUp.month < row.month,
    )
    _close(*earlier)


def close_ended() -> None:
    """Close the questions about relationships that have ended; nobody is reminded of them."""
    _close(FollowUp.relationship_id.in_(select(Relationship.id).where(Relationship.state == RelationshipState.CLOSED)))


def _close(*which: ColumnElement[bool]) -> None:
    """Where there was nobody to ask, that stays said: it doesn't count as not answered."""
    waiting = FollowUp.state == FollowUpState.ASKED
    db.session.execute(update(FollowUp).where(waiting, *which).values(state=FollowUpState.CLOSED, token_hash=None))


def remind(row: FollowUp, *, now: datetime) -> None:
    """Ask once more, whoever is the contact now."""
    row.reminded_at = now
    _ask_again(row, "reminder", now=now)


def pass_on(row: FollowUp, *, now: datetime) -> None:
    """Ask whoever is the contact now, since whoever was asked is there no more."""
    _ask_again(row, f"passed-on-{now:%Y%m%d%H%M%S%f}", now=now)


def _ask_again(row: FollowUp, which: str, *, now: datetime) -> None:
    """The link of the last mail ends; the new mail has another."""
    contact = queries.contact_of(row.organisation, row.relationship)
    if contact is None:
        row.state, row.token_hash = FollowUpState.NOBODY, None
    else:
        token = secrets.token_urlsafe(24)
        row.token_hash = token_hash(token)
        mails.ask(row, contact, token, now=now, which=which)
    db.session.flush()


def find_open(token: str) -> FollowUp:
    """The question that a mailed link stands for, while it waits for its answer.

    Raises:
        Spent
    """
    row = queries.by_token_hash(token_hash(token))
    if row is None or row.state != FollowUpState.ASKED:
        raise Spent
    return row


def answer(row: FollowUp, fields: Mapping[str, Any], *, now: datetime) -> FollowUpAnswer:
    """Keep what one side says. Of two requests that use one link at the same time only one gets through.

    Raises:
        Spent
    """
    held = (FollowUp.id == row.id, FollowUp.state == FollowUpState.ASKED)
    ended = {"state": FollowUpState.ANSWERED, "answered_at": now, "token_hash": None}
    if db.session.scalar(update(FollowUp).where(*held).values(ended).returning(FollowUp.id)) is None:
        raise Spent
    said = FollowUpAnswer(follow_up_id=row.id, **fields)
    db.session.add(said)
    db.session.flush()
    return said


def take_over(said: FollowUpAnswer, *, actor: User, now: datetime) -> list[Outcome]:
    """Record what one side says as its report: the stage, and an outcome for each thing signed.

    Raises:
        TakenOver: somebody was quicker.
    """
    free = (FollowUpAnswer.follow_up_id == said.follow_up_id, FollowUpAnswer.taken_over_at.is_(None))
    taken = update(FollowUpAnswer).where(*free).values(taken_over_at=now, taken_over_by_id=actor.id)
    if db.session.scalar(taken.returning(FollowUpAnswer.follow_up_id)) is None:
        raise TakenOver
    row = said.follow_up
    if said.stage is not None:
        side = row.organisation
        report_stage(row.relationship, said.stage, organisation=side, note=said.note, actor=actor, now=now)
    return [_outcome(row, OutcomeType(kind), said.signed_on, actor=actor, now=now) for kind in said.signed]


def _outcome(row: FollowUp, kind: OutcomeType, signed_on: str, *, actor: User, now: datetime) -> Outcome:
    event = queries.event_of(row.relationship)
    reported = report_outcome(
        event.programme,
        event=event,
        actor=actor,
        now=now,
        parties=[side_of(party) for party in row.relationship.parties],
        organisation=row.organisation,
        signed=read_partial_date(signed_on) if signed_on else None,
        type=kind,
        state=OutcomeState.AGREED,
    )
    return reported.outcome
