"""From a seed to a meeting about it."""

from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.queries import requests_are_open
from rbc_events.registration.models import ConsentKind, Delegate, Membership, Registration
from rbc_events.registration.participation import consented, taking_part
from rbc_events.seeds.models import Seed


def ways_to_ask(actor: Any, seed: Seed) -> list[Registration]:
    """The registrations of the seed's organisation with which the actor can ask for a meeting now, one an event."""
    if not actor.is_authenticated:
        return []
    own = aliased(Registration)
    acts = or_(
        exists().where(Membership.organisation_id == own.organisation_id, Membership.user_id == actor.id),
        exists().where(Delegate.registration_id == own.id, Delegate.user_id == actor.id),
    )
    both = select(Registration).join(own, own.event_id == Registration.event_id)
    conditions = (
        Registration.organisation_id == seed.organisation_id,
        own.organisation_id != seed.organisation_id,
        own.state == Registration.state,
        taking_part(),
        consented(ConsentKind.SHARING),
        acts,
    )
    found = db.session.scalars(both.where(*conditions).order_by(Registration.id).distinct()).all()
    return [registration for registration in found if requests_are_open(registration.event, now())]
