"""Who may see, view and manage outcomes; see `events.access` for the words.

`seen_outcomes` alone decides who sees an outcome, on pages, lists, exports and mails alike. It is a condition in the
database; what is asked of one outcome (`may_see_outcome`) asks it too.
"""

from datetime import date
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from rbc_events.accounts.access import Level, is_headquarters, require_level
from rbc_events.accounts.models import User
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import managed, viewed
from rbc_events.i18n import TOKYO
from rbc_events.outcomes.models import Outcome, OutcomeParty, Visibility
from rbc_events.registration.models import Delegate, Membership, Organisation, Registration
from rbc_events.registration.participation import taking_part


def is_public(today: date) -> ColumnElement[bool]:
    """The outcomes that everybody sees."""
    return and_(Outcome.visibility == Visibility.PUBLIC, _out_of_embargo(today))


def seen_outcomes(actor: Any, *, today: date) -> ColumnElement[bool]:
    """The outcomes that the actor sees.

    Everybody: what is public and out of embargo. Participants of its event: what is for them and out of embargo. The
    parties' members: all that is not for staff or named people alone, also before the embargo ends. Named people: what
    they are named for. Staff: see `viewed_outcomes`.
    """
    if not actor or not actor.is_authenticated:
        return is_public(today)
    for_participants = and_(Outcome.visibility == Visibility.PARTICIPANTS, _out_of_embargo(today))
    for_parties = Outcome.visibility.in_([Visibility.PUBLIC, Visibility.PARTICIPANTS, Visibility.PARTIES])
    for_named = Outcome.visibility == Visibility.NAMED
    return or_(
        is_public(today),
        and_(for_participants, Outcome.event_id.in_(_events_of(actor))),
        and_(for_parties, _is_party(actor)),
        and_(for_named, Outcome.readers.any(User.id == actor.id)),
        viewed_outcomes(actor),
    )


def _out_of_embargo(today: date) -> ColumnElement[bool]:
    return or_(Outcome.embargo_until.is_(None), Outcome.embargo_until <= today)


def _is_party(actor: Any) -> ColumnElement[bool]:
    own = select(Membership.organisation_id).where(Membership.user_id == actor.id)
    return Outcome.parties.any(OutcomeParty.organisation_id.in_(own))


def _events_of(actor: Any) -> Any:
    """The events in which the actor takes part."""
    delegate = Registration.delegates.any(Delegate.user_id == actor.id)
    member = Registration.organisation.has(Organisation.memberships.any(Membership.user_id == actor.id))
    return select(Registration.event_id).where(taking_part(), or_(delegate, member))


def viewed_outcomes(actor: Any) -> ColumnElement[bool]:
    """The outcomes that staff view: of events that they may view; those of no event are headquarters' own."""
    return _of_staff(actor, viewed(actor))


def managed_outcomes(actor: Any) -> ColumnElement[bool]:
    return _of_staff(actor, managed(actor))


def _of_staff(actor: Any, events: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of these events, but for what named people alone may see. Headquarters answer for all of them."""
    if is_headquarters(actor):
        return true()
    if not actor or not actor.is_authenticated:
        return false()
    own = or_(Outcome.recorded_by_id == actor.id, Outcome.readers.any(User.id == actor.id))
    return and_(Outcome.event.has(events), or_(Outcome.visibility != Visibility.NAMED, own))


def _holds(condition: ColumnElement[bool], outcome: Outcome) -> bool:
    return db.session.scalar(select(Outcome.id).where(Outcome.id == outcome.id, condition)) is not None


def may_see_outcome(actor: Any, outcome: Outcome, *, today: date) -> bool:
    return _holds(seen_outcomes(actor, today=today), outcome)


def may_view_outcome(actor: Any, outcome: Outcome) -> bool:
    return _holds(viewed_outcomes(actor), outcome)


def may_manage_outcome(actor: Any, outcome: Outcome) -> bool:
    return _holds(managed_outcomes(actor), outcome)


def today() -> date:
    """The day in Japan, by which embargoes end."""
    return now().astimezone(TOKYO).date()


def load_managed_outcome(number: int) -> Outcome:
    """The outcome for staff: its page for all who may view it, its forms for those who manage it."""
    outcome = db.session.get(Outcome, number)
    if outcome is None:
        abort(404)
    allowed = {Level.VIEW: may_view_outcome, Level.MANAGE: may_manage_outcome}
    require_level(lambda level: allowed[level](current_user, outcome))
    return outcome
