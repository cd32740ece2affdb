"""Rivals: organisations that are kept apart at an event, never in the same block and room. Functions flush."""

from collections.abc import Collection, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.registration.models import Registration
from rbc_events.timetable.models import Rivals


class ApartAlready(Conflict):
    message = _l("These two are kept apart already.")


def rivals_of(event: Event) -> Sequence[Rivals]:
    """The pairs of an event, with their organisations."""
    sides = (joinedload(side).joinedload(Registration.organisation) for side in (Rivals.first, Rivals.second))
    statement = select(Rivals).join(Rivals.first).where(Registration.event_id == event.id).options(*sides)
    return db.session.scalars(statement.order_by(Rivals.first_id, Rivals.second_id)).all()


def rivals_among(event: Event, registrations: Collection[int]) -> list[tuple[int, int]]:
    """The pairs of an event of which both are among these registrations."""
    statement = select(Rivals.first_id, Rivals.second_id).join(Rivals.first).where(Registration.event_id == event.id)
    pairs = db.session.execute(statement.order_by(Rivals.first_id, Rivals.second_id))
    return [(first, second) for first, second in pairs if first in registrations and second in registrations]


def rivals_of_registrations(registrations: Collection[int]) -> set[int]:
    """Those from whom one of these is kept apart."""
    near = or_(Rivals.first_id.in_(registrations), Rivals.second_id.in_(registrations))
    pairs = db.session.execute(select(Rivals.first_id, Rivals.second_id).where(near))
    return {number for pair in pairs for number in pair}


def keep_apart(event: Event, one: Registration, other: Registration) -> None:
    """From now on the two never meet anybody in the same block and room.

    Raises:
        ApartAlready
    """
    first, second = sorted((one, other), key=lambda side: side.id)
    if first.event_id != event.id or second.event_id != event.id:
        raise ValueError("rivals are of one event")
    with conflict_as(ApartAlready, "rivals.first_id", "pk_rivals"):
        db.session.add(Rivals(first_id=first.id, second_id=second.id))

    touch(event)


def let_meet_again(event: Event, pair: Rivals) -> None:
    """They may be in one room again."""
    db.session.delete(pair)
    touch(event)
