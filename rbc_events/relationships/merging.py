"""What becomes of relationships where organisations are merged: two of the same parties become one."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.registration.duplicates import hands_over
from rbc_events.registration.models import Organisation
from rbc_events.relationships.models import Relationship, RelationshipParty
from rbc_events.relationships.operations import grew_in, parties_key, side_of


@hands_over
def merge_organisation(double: Organisation, kept: Organisation) -> None:
    """Hand the relationships of a double to the organisation that stays; two with the same parties become one."""
    concerned = select(Relationship).join(RelationshipParty).where(RelationshipParty.organisation_id == double.id)
    for relationship in db.session.scalars(concerned).unique().all():
        _hand_over(relationship, double, kept)


def _hand_over(relationship: Relationship, double: Organisation, kept: Organisation) -> None:
    sides: list[Any] = [
        kept if party.organisation_id == double.id else side_of(party) for party in relationship.parties
    ]
    key = parties_key(sides, relationship.seed)
    other = db.session.scalar(select(Relationship).where(Relationship.parties_key == key))
    if other is None or other is relationship:
        relationship.parties_key = key
        there = any(party.organisation_id == kept.id for party in relationship.parties)
        for party in [each for each in relationship.parties if each.organisation_id == double.id]:
            if there:
                relationship.parties.remove(party)
            else:
                party.organisation = kept
        db.session.flush()
        return
    join(relationship, other)


CarryOver = Callable[[Relationship, Relationship], None]
CARRY_OVER: list[CarryOver] = []


def carries_over(function: CarryOver) -> CarryOver:
    """Have `join` call this first: for rows of later features that hang on a relationship."""
    CARRY_OVER.append(function)
    return function


def join(left: Relationship, kept: Relationship) -> None:
    """Carry everything of one relationship over to another, and drop it."""
    for carry_over in CARRY_OVER:
        carry_over(left, kept)
    rows: list[Any] = [*left.stages, *left.notes, *left.tasks]
    for row in rows:
        row.relationship = kept
    for origin in left.origins:
        grew_in(kept, origin.programme, origin.event)
    kept.meetings += [meeting for meeting in left.meetings if meeting not in kept.meetings]
    left.meetings = []
    db.session.flush()
    db.session.refresh(left)
    db.session.delete(left)
    db.session.flush()
