"""Who may see, view and manage outcomes; see `events.access` for the words."""

from datetime import date
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import ColumnElement, select, true

from rbc_events.accounts.access import Level, is_headquarters, level_of_request, require
from rbc_events.database import db
from rbc_events.events.access import may_manage, may_view, viewed
from rbc_events.outcomes.models import Outcome, Visibility
from rbc_events.outcomes.operations import is_open
from rbc_events.registration.models import Membership


def may_view_outcome(actor: Any, outcome: Outcome) -> bool:
    """Staff of its event; an outcome of no event is headquarters' own."""
    return may_view(actor, outcome.event) if outcome.event else is_headquarters(actor)


def viewed_outcomes(actor: Any) -> ColumnElement[bool]:
    """The outcomes that the actor may view."""
    if is_headquarters(actor):
        return true()
    return Outcome.event.has(viewed(actor))


def may_manage_outcome(actor: Any, outcome: Outcome) -> bool:
    return may_manage(actor, outcome.event) if outcome.event else is_headquarters(actor)


def may_see_outcome(actor: Any, outcome: Outcome, *, today: date) -> bool:
    """Staff always; the parties' members what is theirs to see; the public what is public and out of embargo."""
    if may_view_outcome(actor, outcome):
        return True
    if outcome.visibility == Visibility.STAFF:
        return False
    return is_open(outcome, today=today) or is_party(actor, outcome)


def is_party(actor: Any, outcome: Outcome) -> bool:
    if not actor.is_authenticated:
        return False
    organisations = [party.organisation_id for party in outcome.parties if party.organisation_id]
    member = select(Membership.id).where(Membership.user_id == actor.id, Membership.organisation_id.in_(organisations))
    return db.session.scalar(member.limit(1)) is not None


def load_managed_outcome(number: int) -> Outcome:
    """The outcome for staff: its page for all who may view it, its forms for those who manage it."""
    outcome = db.session.get(Outcome, number)
    if outcome is None:
        abort(404)
    allowed = may_manage_outcome if level_of_request() == Level.MANAGE else may_view_outcome
    require(allowed(current_user, outcome))
    return outcome
