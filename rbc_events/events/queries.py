from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import db
from rbc_events.events.access import seen, viewed
from rbc_events.events.models import Event, Place, PlaceClosure, Programme, Region, Sector, Slot
from rbc_events.i18n import fiscal_year


def _listed() -> Select[Event]:
    return select(Event).options(joinedload(Event.programme), joinedload(Event.sector), selectinload(Event.hosts))


def events_for(actor: Any) -> Sequence[Event]:
    """The events that the actor may see, newest first; those without days last within their fiscal year."""
    statement = _listed().join(Event.programme).where(seen(actor))
    order = (Programme.fiscal_year.desc(), Event.starts_on.is_(None), Event.starts_on.desc(), Event.id)
    return db.session.scalars(statement.order_by(*order)).all()


def viewed_events(actor: Any) -> Sequence[Event]:
    """The events that the actor works on, if only to look at them."""
    return db.session.scalars(_by_year().where(viewed(actor))).all()


def every_event() -> Sequence[Event]:
    return db.session.scalars(_by_year()).all()


def _by_year() -> Select[Event]:
    return _listed().join(Event.programme).order_by(Programme.fiscal_year.desc(), Event.starts_on.desc(), Event.id)


def is_over(event: Event, today: date) -> bool:
    """Whether the event's last day is past; of one without days, whether its fiscal year is."""
    if event.ends_on is None:
        return event.programme.fiscal_year < fiscal_year(today)
    return event.ends_on < today


def requests_are_open(event: Event, now: datetime) -> bool:
    """Whether participants may still ask each other to meet."""
    closed = event.requests_close_at is not None and event.requests_close_at <= now
    return not closed and not is_over(event, now.astimezone(event.zone).date())


@dataclass(frozen=True)
class Choice:
    """What a visitor narrows the list of events down to; empty means all. `region` is a prefecture or municipality."""

    sector: str = ""
    year: int | None = None
    region: str = ""

    def has(self, event: Event) -> bool:
        hosts = {code for host in event.hosts for code in (host.code, host.parent_code)}
        return (
            (not self.sector or event.sector.key == self.sector)
            and (self.year is None or event.programme.fiscal_year == self.year)
            and (not self.region or self.region in hosts)
        )


def programmes() -> Sequence[Programme]:
    order = (Programme.fiscal_year.desc(), Programme.id)
    return db.session.scalars(select(Programme).options(selectinload(Programme.events)).order_by(*order)).all()


def sectors() -> list[Sector]:
    return list(db.session.scalars(select(Sector).order_by(Sector.id)))


def regions() -> list[Region]:
    return list(db.session.scalars(select(Region).order_by(Region.code)))


def regions_by_code(codes: Sequence[str]) -> list[Region]:
    return list(db.session.scalars(select(Region).where(Region.code.in_(codes)).order_by(Region.code)))


def programme_by_key(key: str) -> Programme | None:
    return db.session.scalar(select(Programme).filter_by(key=key))


def slots_in_blocks(event: Event) -> dict[int, int]:
    """How many slots each block of the event has; one without any isn't in it."""
    statement = select(Slot.block_id, func.count()).where(Slot.event_id == event.id).group_by(Slot.block_id)
    return dict(iter(db.session.execute(statement)))


class Timed(Protocol):
    """A slot, or the columns of one."""

    id: Any
    starts_at: Any
    ends_at: Any


def closed_slots(event: Event, slots: Iterable[Timed]) -> dict[int, set[int]]:
    """Of places that are closed at times, by their number: the slots that touch such a time."""
    closures = db.session.execute(
        select(PlaceClosure.place_id, PlaceClosure.starts_at, PlaceClosure.ends_at)
        .join(PlaceClosure.place)
        .where(Place.event_id == event.id)
    ).all()
    found: dict[int, set[int]] = defaultdict(set)
    for slot in slots if closures else ():
        for place, starts_at, ends_at in closures:
            if slot.starts_at < ends_at and starts_at < slot.ends_at:
                found[place].add(slot.id)
    return dict(found)
