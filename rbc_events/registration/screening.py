"""What coordinators decide about registrations. Functions flush; the route commits."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.errors import Unacceptable
from rbc_events.registration import life
from rbc_events.registration.models import Organisation, Registration, Review


class Decision(StrEnum):
    APPROVE = "approve"
    WAITLIST = "waitlist"
    ASK_BACK = "ask_back"
    DECLINE = "decline"


class NoMessage(Unacceptable):
    message = _l("Please write a message: what you would like to know, or the reason.")


WITH_MESSAGE = frozenset({Decision.ASK_BACK, Decision.WAITLIST})  # a question, a reason


def decisions_for(registration: Registration) -> list[Decision]:
    """What can be decided now."""
    return [decision for decision in Decision if life.possible(registration, life.Step(decision))]


def decide(
    registration: Registration, decision: Decision, *, message: str, version: int, actor: User, now: datetime
) -> None:
    """Decide, and tell the organisation by mail. `version`: of the registration that the coordinator saw.

    Raises:
        Conflict: somebody changed it meanwhile.
        NoMessage, life.NotPossible, quotas.QuotaFull
    """
    if decision in WITH_MESSAGE and not message:
        raise NoMessage

    def note() -> None:
        registration.decided_at, registration.decided_by_id = now, actor.id

    life.take(registration, life.Step(decision), actor=actor, now=now, message=message, version=version, before=note)


def move_on_waiting_list(registration: Registration, by: int, *, actor: User) -> None:
    """Change places with the neighbour before (-1) or behind (1) among the waiting organisations of its kind."""
    lock(registration.event)  # of two coordinators who move at once, the second sees the first
    waiting = list(
        db.session.scalars(
            select(Registration)
            .join(Organisation)
            .where(
                Registration.event_id == registration.event_id,
                Registration.waiting_since.is_not(None),
                Organisation.kind == registration.organisation.kind,
            )
            .order_by(Registration.waiting_since, Registration.id)
        )
    )
    if registration not in waiting:
        raise life.NotPossible
    times = [each.waiting_since or each.created_at for each in waiting]
    here = waiting.index(registration)
    waiting.insert(min(max(here + by, 0), len(waiting) - 1), waiting.pop(here))
    last = min(times) - timedelta(microseconds=1)
    for each, since in zip(waiting, times, strict=True):
        each.waiting_since = last = max(since, last + timedelta(microseconds=1))
    registration.decided_by_id = actor.id
    db.session.flush()


def give_score(registration: Registration, *, reviewer: User, score: int, comment: str, now: datetime) -> None:
    """Keep one reviewer's score, 1 to 5; a second one replaces the first."""
    review = db.session.scalar(select(Review).filter_by(registration_id=registration.id, reviewer_id=reviewer.id))
    if review is None:
        review = Review(registration=registration, reviewer=reviewer)
        db.session.add(review)
    review.score, review.comment, review.at = score, comment, now
    db.session.flush()
