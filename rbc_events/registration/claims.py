"""Registering an organisation that is known from events of others. Staff register it as a new one and claim that it is
the known one; only one of that one's leads, or headquarters, makes the two one. Functions flush; the route commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select

from rbc_events.accounts.access import is_headquarters
from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.registration import duplicates as doubles
from rbc_events.registration import mails
from rbc_events.registration.models import Claim, Membership, Organisation, Registration
from rbc_events.registration.starting import RegisteredAlready


class Refused(Conflict):
    message = _l("The known organisation has answered that this registration is not its own.")


class NobodyToAsk(Conflict):
    message = _l("Nobody leads the organisation: please ask headquarters.")


def claim(registration: Registration, known: Organisation, *, actor: User | None, now: datetime) -> Claim:
    """Say that the registration's organisation is one that is known. Said again, it is the same claim.

    Raises:
        RegisteredAlready: the known one is registered for the event, or claimed there.
    """
    made = claim_of(registration.organisation)
    if made is not None:
        return made
    event = registration.event
    if claimed_at(event, known) or any(each.event_id == event.id for each in known.registrations):
        raise RegisteredAlready
    made = Claim(organisation=registration.organisation, known=known, made_at=now)
    made.made_by_id = actor.id if actor else None
    db.session.add(made)
    db.session.flush()
    return made


def claim_of(organisation: Organisation) -> Claim | None:
    return db.session.scalar(select(Claim).filter_by(organisation_id=organisation.id))


def claimed_at(event: Event, known: Organisation) -> Registration | None:
    """The event's registration that staff say belongs to the known organisation; None where there is none."""
    return db.session.scalar(
        select(Registration)
        .join(Claim, Claim.organisation_id == Registration.organisation_id)
        .where(Registration.event_id == event.id, Claim.known_id == known.id)
    )


def open_claims(actor: Any) -> Sequence[Claim]:
    """The claims that wait for the actor's word: on organisations that they lead; for headquarters, on those that
    nobody leads."""
    led = exists().where(Membership.organisation_id == Claim.known_id, Membership.lead)
    mine = exists().where(Membership.organisation_id == Claim.known_id, Membership.lead, Membership.user_id == actor.id)
    wanted = or_(mine, ~led) if is_headquarters(actor) else mine
    return db.session.scalars(_open().where(wanted).order_by(Claim.id)).all()


def waiting_at(event: Event) -> frozenset[int]:
    """The numbers of the event's organisations that staff say are a known one, while that one hasn't agreed."""
    here = Registration.event_id == event.id
    return frozenset(db.session.scalars(_open().where(here).with_only_columns(Claim.organisation_id)))


def _open() -> Select[Any]:
    registered = Registration.organisation_id == Claim.organisation_id
    return select(Claim).join(Registration, registered).where(Claim.refused_at.is_(None))


def ask_leads(made: Claim, *, now: datetime) -> None:
    """Ask those who lead the known organisation, by mail, whether the registration is theirs.

    Raises:
        Refused, NobodyToAsk
    """
    if made.refused_at is not None:
        raise Refused
    people = [membership.user for membership in made.known.memberships if membership.lead and membership.user.active]
    if not people:
        raise NobodyToAsk
    for person in people:
        mails.ask_about_claim(made, person, now=now)
    made.asked_at = now
    db.session.flush()


def agree(made: Claim) -> Registration:
    """Make the registration the known organisation's. Whom staff named for it acts for this registration alone.

    Raises:
        BothRegistered
    """
    registration = made.registration
    doubles.merge(made.organisation, made.known, with_people=False)
    return registration


def refuse(made: Claim, *, now: datetime) -> None:
    """Keep the two apart: the registration stays one of an organisation of its own."""
    made.refused_at = now
    db.session.flush()
