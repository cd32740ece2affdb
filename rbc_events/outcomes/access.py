"""Who may see and change outcomes."""

from datetime import date
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from rbc_events.accounts.access import is_headquarters, require
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import may_manage
from rbc_events.i18n import TOKYO
from rbc_events.outcomes.models import Outcome, Visibility
from rbc_events.outcomes.operations import is_open
from rbc_events.registration.models import Membership


def may_edit_outcome(actor: Any, outcome: Outcome) -> bool:
    """The managers of its event; an outcome of no event is headquarters' own."""
    return may_manage(actor, outcome.event) if outcome.event else is_headquarters(actor)


def may_see_outcome(actor: Any, outcome: Outcome, *, today: date) -> bool:
    """Staff always; the parties' members what is theirs to see; the public what is public and out of embargo."""
    if may_edit_outcome(actor, outcome):
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


def today() -> date:
    return now().astimezone(TOKYO).date()


def load_edited_outcome(number: int) -> Outcome:
    outcome = db.session.get(Outcome, number)
    if outcome is None:
        abort(404)
    require(may_edit_outcome(current_user, outcome))
    return outcome
