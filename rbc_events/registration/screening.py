"""What coordinators decide about registrations. Functions flush; the route commits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.registration import mails
from rbc_events.registration.models import (
    Organisation,
    OrganisationKind,
    Quota,
    Registration,
    RegistrationState,
    Review,
)


class Decision(StrEnum):
    APPROVE = "approve"
    WAITLIST = "waitlist"
    ASK_BACK = "ask_back"
    DECLINE = "decline"


class NotToDecide(Conflict):
    message = _l("In its present state this registration can't be decided on in this way. Please look at it again.")


class NoMessage(Unacceptable):
    message = _l("Please write a message: what you would like to know, or the reason.")


class QuotaFull(Conflict):
    message = _l("All places for this kind of organisation are taken. Put it on the waiting list, or raise the quota.")


SCREENED = frozenset({RegistrationState.SUBMITTED, RegistrationState.ASKED_BACK, RegistrationState.WAITLISTED})
# From which states each decision leads where, and the kind of mail that tells it.
DECISIONS = {
    Decision.APPROVE: (SCREENED | {RegistrationState.DECLINED}, RegistrationState.APPROVED, "approved"),
    Decision.WAITLIST: (SCREENED - {RegistrationState.WAITLISTED}, RegistrationState.WAITLISTED, "waiting_list"),
    Decision.ASK_BACK: (SCREENED | {RegistrationState.APPROVED}, RegistrationState.ASKED_BACK, "asked_back"),
    Decision.DECLINE: (SCREENED | {RegistrationState.APPROVED}, RegistrationState.DECLINED, "declined"),
}

WITH_MESSAGE = frozenset({Decision.ASK_BACK, Decision.WAITLIST})  # a question, a reason


def decisions_for(registration: Registration) -> list[Decision]:
    """What can be decided now."""
    return [decision for decision, (before, _after, _kind) in DECISIONS.items() if registration.state in before]


def decide(
    registration: Registration, decision: Decision, *, message: str, version: int, actor: User, now: datetime
) -> None:
    """Decide, and tell the organisation by mail. `version`: of the registration that the coordinator saw.

    Raises:
        Conflict: somebody changed it meanwhile.
        NotToDecide, NoMessage, QuotaFull
    """
    # Takes the event's row first: of two coordinators who give the last place away, the second sees the first.
    touch(registration.event)
    db.session.refresh(registration)
    if registration.version != version:
        raise Conflict
    before, after, mail = DECISIONS[decision]
    if registration.state not in before:
        raise NotToDecide
    if decision in WITH_MESSAGE and not message:
        raise NoMessage
    if decision == Decision.APPROVE:
        refuse_beyond_quota(registration)
    registration.state, registration.message = after, message
    registration.decided_at, registration.decided_by_id = now, actor.id
    registration.waiting_since = now if after == RegistrationState.WAITLISTED else None
    db.session.flush()
    mails.tell(registration, mail, now=now, message=message)


def move_on_waiting_list(registration: Registration, by: int, *, actor: User) -> None:
    """Change places with the neighbour before (-1) or behind (1) among the waiting organisations of its kind."""
    touch(registration.event)  # of two coordinators who move at once, the second sees the first
    waiting = list(
        db.session.scalars(
            select(Registration)
            .join(Organisation)
            .where(
                Registration.event_id == registration.event_id,
                Registration.state == RegistrationState.WAITLISTED,
                Organisation.kind == registration.organisation.kind,
            )
            .order_by(Registration.waiting_since, Registration.id)
        )
    )
    if registration not in waiting:
        raise NotToDecide
    times = [each.waiting_since or each.created_at for each in waiting]
    here = waiting.index(registration)
    waiting.insert(min(max(here + by, 0), len(waiting) - 1), waiting.pop(here))
    last = min(times) - timedelta(microseconds=1)
    for each, since in zip(waiting, times, strict=True):
        each.waiting_since = last = max(since, last + timedelta(microseconds=1))
    registration.decided_by_id = actor.id
    db.session.flush()


def refuse_beyond_quota(registration: Registration) -> None:
    kind = registration.organisation.kind
    places = db.session.scalar(select(Quota.places).filter_by(event_id=registration.event_id, kind=kind))
    if places is not None and approved_count(registration.event, kind) >= places:
        raise QuotaFull


def approved_count(event: Event, kind: OrganisationKind) -> int:
    approved = (
        select(func.count(Registration.id))
        .join(Organisation)
        .where(
            Registration.event_id == event.id,
            Registration.state == RegistrationState.APPROVED,
            Organisation.kind == kind,
        )
    )
    return db.session.scalar(approved) or 0


def give_score(registration: Registration, *, reviewer: User, score: int, comment: str, now: datetime) -> None:
    """Keep one reviewer's score, 1 to 5; a second one replaces the first."""
    review = db.session.scalar(select(Review).filter_by(registration_id=registration.id, reviewer_id=reviewer.id))
    if review is None:
        review = Review(registration=registration, reviewer=reviewer)
        db.session.add(review)
    review.score, review.comment, review.at = score, comment, now
    db.session.flush()


def set_quotas(event: Event, places: Mapping[OrganisationKind, int | None]) -> None:
    """The most organisations of each kind; None is no limit. Who is approved already stays so."""
    known = {quota.kind: quota for quota in db.session.scalars(select(Quota).filter_by(event_id=event.id))}
    for kind, number in places.items():
        if number is None:
            if kind in known:
                db.session.delete(known[kind])
        elif kind in known:
            known[kind].places = number
        else:
            db.session.add(Quota(event_id=event.id, kind=kind, places=number))
    db.session.flush()
