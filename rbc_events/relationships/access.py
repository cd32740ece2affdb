"""Who looks after a relationship, and who is a side of it."""

from collections.abc import Sequence
from typing import Any

from flask import abort
from flask_login import current_user
from sqlalchemy import ColumnElement, or_, select, true

from rbc_events.accounts.access import (
    Level,
    is_headquarters,
    level_of_request,
    note_level,
    require_sign_in,
    require_staff,
)
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.access import managed, may_manage, viewed
from rbc_events.i18n import TOKYO
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.registration.models import Membership, Organisation
from rbc_events.relationships.models import (
    Relationship,
    RelationshipOrigin,
    RelationshipParty,
    RelationshipState,
    StageKind,
    StageReport,
)


def viewed_relationships(actor: Any) -> ColumnElement[bool]:
    """The relationships that staff may look at: those that grew in events that they may view; see `_of_staff`."""
    return _of_staff(actor, viewed(actor))


def managed_relationships(actor: Any) -> ColumnElement[bool]:
    return _of_staff(actor, managed(actor))


def _of_staff(actor: Any, events: ColumnElement[bool]) -> ColumnElement[bool]:
    """For headquarters all; for others those that grew in these events, that they began, or that were given to them."""
    if is_headquarters(actor):
        return true()
    own = or_(Relationship.created_by_id == actor.id, Relationship.keeper_id == actor.id)
    return or_(own, Relationship.origins.any(RelationshipOrigin.event.has(events)))


def load_relationship(number: int) -> Relationship:
    """A relationship for the staff who look after it: its page for all who may view it, its forms for those who manage
    it. 404 for other staff, who need not learn that it exists."""
    require_staff()
    allowed = {Level.VIEW: viewed_relationships, Level.MANAGE: managed_relationships}

    def find(level: Level) -> Relationship | None:
        found = select(Relationship).where(Relationship.id == number, allowed[level](current_user))
        return db.session.scalar(found)

    note_level(lambda level: find(level) is not None)
    return find(level_of_request()) or abort(404)


def own_organisations(actor: Any) -> list[int]:
    """The organisations that a person acts for, across events."""
    if not actor.is_authenticated:
        return []
    return list(db.session.scalars(select(Membership.organisation_id).where(Membership.user_id == actor.id)))


def has_party(organisations: Sequence[int]) -> ColumnElement[bool]:
    """The relationships of which one of these organisations is a side."""
    return Relationship.parties.any(RelationshipParty.organisation_id.in_(organisations))


def load_partnership(number: int) -> tuple[Relationship, Organisation]:
    """A relationship and the side of it for which the actor speaks; 404 for other people's."""
    require_sign_in()
    relationship = db.session.get(Relationship, number)
    own = set(own_organisations(current_user))
    sides = [party.organisation for party in relationship.parties] if relationship else []
    side = next((organisation for organisation in sides if organisation and organisation.id in own), None)
    if relationship is None or side is None:
        abort(404)
    return relationship, side


def is_side(actor: Any, meeting: Meeting) -> bool:
    """Whether the actor speaks for one of the organisations that met."""
    met = {party.registration.organisation_id for party in meeting.parties if party.registration}
    return bool(met & set(own_organisations(actor)))


def may_take_up(actor: Any, meeting: Meeting) -> bool:
    """Whether the actor is asked what came of this meeting."""
    return meeting.state == MeetingState.HELD and (may_manage(actor, meeting.event) or is_side(actor, meeting))


def bound_to_secrecy(actor: Any, organisation: Organisation) -> bool:
    """Whether an agreement on confidentiality stands between this organisation and one that the actor acts for.

    It has to be reported by staff or by this organisation itself: nobody opens another's secrets by their own word. It
    ends with the day that was reported, or with the relationship.
    """
    day = now().astimezone(TOKYO).date()
    told = or_(StageReport.organisation_id.is_(None), StageReport.organisation_id == organisation.id)
    begun = or_(StageReport.on.is_(None), StageReport.on <= day)
    going = or_(StageReport.ended_on.is_(None), StageReport.ended_on >= day)
    acts_for = select(Membership.organisation_id).where(Membership.user_id == actor.id)
    theirs = RelationshipParty.organisation_id.in_(acts_for) & (RelationshipParty.organisation_id != organisation.id)
    agreement = (
        select(StageReport.id)
        .join(StageReport.relationship)
        .where(
            StageReport.kind == StageKind.NDA,
            told,
            begun,
            going,
            Relationship.state != RelationshipState.CLOSED,
            Relationship.parties.any(RelationshipParty.organisation_id == organisation.id),
            Relationship.parties.any(theirs),
        )
    )
    return db.session.scalar(agreement.limit(1)) is not None
