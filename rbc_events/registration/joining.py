"""Making one of an organisation's two registrations for an event. Functions flush; the route commits.

The one that is further on stays, with the people of both and all that hangs on either. The other one is withdrawn,
nobody is told, and its address leads to the one that stayed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, and_, select, update
from sqlalchemy.exc import IntegrityError

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.events.operations import touch
from rbc_events.registration.models import Delegate, Registration, Step, StepTaken
from rbc_events.registration.models import RegistrationState as State
from rbc_events.registration.participation import current_consents

FURTHER = (State.DRAFT, State.UNCONFIRMED, State.SUBMITTED, State.ASKED_BACK, State.WAITLISTED, State.APPROVED)
# What tells of the other registration itself, and rows that move under rules of their own, here or in later features.
STAYS = frozenset(
    {"registration_steps", "profile_snapshots", "unsaved_entries", "delegates", "consents", "registrations"}
    | {"meeting_parties", "request_parties"}
)
PERSON = ("email", "family_latin", "given_latin", "family_kanji", "given_kanji")


@dataclass(frozen=True)
class Joining:
    """Who joins two registrations, and when. `people`: the number of a person's row by that of the one given up."""

    actor: User
    now: datetime
    people: dict[int, int] = field(default_factory=dict)


Join = Callable[[Registration, Registration, Joining], None]
JOINS: list[Join] = []


def joins_registrations(function: Join) -> Join:
    """Have joining call this with the registration that is given up and the one that stays: for rows of later features
    that need more than to refer to the other one from now on."""
    JOINS.append(function)
    return function


def join(one: Registration, other: Registration, joining: Joining) -> None:
    """Make one of two registrations for the same event; where neither is further on, `other` stays.

    Locks in the order of `life.take`, so that of a withdrawal or publication at the same moment the second sees the
    first.
    """
    lock(one, other)
    lock(one.event)
    if not {one.state, other.state} <= set(FURTHER):
        return  # somebody has withdrawn one meanwhile: there are no two any more
    left, kept = (other, one) if FURTHER.index(one.state) > FURTHER.index(other.state) else (one, other)
    _join_people(left, kept, joining)
    kept.capacity = max(left.capacity, kept.capacity)  # before meetings look for lanes
    db.session.flush()
    for joins in JOINS:
        joins(left, kept, joining)
    _join_consents(left, kept)
    _join_own(left, kept)
    db.session.flush()
    for column in _references(Registration):
        if column.table.name not in STAYS:
            _move(column, left.id, kept.id)
    _give_up(left, kept, joining)
    touch(kept.event)
    db.session.expire_all()


def now_is(delegate: Delegate) -> Delegate:
    """The delegate that this one has become, where its registration was joined to another: for links sent before."""
    kept = db.session.get(Registration, delegate.registration.joined_into_id or 0)
    if kept is None:
        return delegate
    same = [each for each in kept.delegates if _person(each) == _person(delegate)]
    return now_is(same[0]) if same else delegate


def _person(delegate: Delegate) -> tuple[str, ...]:
    return tuple(getattr(delegate, name) for name in PERSON)


def _join_people(left: Registration, kept: Registration, joining: Joining) -> None:
    known = {_person(each): each for each in kept.delegates}
    for delegate in list(left.delegates):
        same = known.get(_person(delegate))
        if same is None:
            delegate.contact = delegate.contact and not any(each.contact for each in kept.delegates)
            delegate.position = len(kept.delegates)
            kept.delegates.append(delegate)
            continue
        same.user_id = same.user_id or delegate.user_id
        joining.people[delegate.id] = same.id
    db.session.flush()
    for old, new in joining.people.items():
        for column in _references(Delegate):
            _move(column, old, new)


def _join_consents(left: Registration, kept: Registration) -> None:
    """Consents that the one given up has and the other one lacks go over, but for those that were taken back there
    since."""
    given = current_consents(kept)
    for kind, consent in current_consents(left).items():
        taken_back = [each.withdrawn_at for each in kept.consents if each.kind == kind and each.withdrawn_at]
        if kind not in given and all(moment < consent.given_at for moment in taken_back):
            consent.registration = kept


def _join_own(left: Registration, kept: Registration) -> None:
    kept.group_name = kept.group_name or left.group_name
    kept.staff_note = "\n".join(filter(None, (kept.staff_note, left.staff_note)))
    kept.booth_id, left.booth_id = kept.booth_id or left.booth_id, None


def _references(model: Any) -> list[Column[Any]]:
    """The columns of all tables that refer to rows of a model."""
    tables = db.metadata.sorted_tables
    return [key.parent for table in tables for key in table.foreign_keys if key.references(model.__table__)]


def _move(column: Column[Any], old: int, new: int) -> None:
    """Let rows refer to another one; where that has the like already, the row stays."""
    keys = list(column.table.primary_key)
    for row in db.session.execute(select(*keys).where(column == old)).all():
        here = and_(*(key == value for key, value in zip(keys, row, strict=True)))
        try:
            with db.session.begin_nested():
                db.session.execute(update(column.table).where(here).values({column.name: new}))
        except IntegrityError:
            continue


def _give_up(left: Registration, kept: Registration, joining: Joining) -> None:
    taken = StepTaken(step=Step.WITHDRAW, before=left.state, after=State.WITHDRAWN, at=joining.now)
    taken.taken_by_id = joining.actor.id
    left.steps.append(taken)
    left.state, left.waiting_since, left.joined_into_id = State.WITHDRAWN, None, kept.id
    db.session.flush()
