from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.accounts.access import is_headquarters
from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event, Programme, Region, Sector, Slot, event_hosts
from rbc_events.i18n import fiscal_year


def _listed() -> Select[Event]:
    return select(Event).options(joinedload(Event.programme), joinedload(Event.sector), selectinload(Event.hosts))


def events_for(actor: Any) -> Sequence[Event]:
    """The events that the actor may see, newest first; those without days last within their fiscal year."""
    statement = _listed().join(Event.programme)
    if not is_headquarters(actor):
        seen: list[ColumnElement[bool]] = [Event.visible.is_(True)]
        if actor.is_authenticated:
            seen.append(Event.id.in_(_managed_ids(actor)))
        statement = statement.where(or_(*seen))
    order = (Programme.fiscal_year.desc(), Event.starts_on.is_(None), Event.starts_on.desc(), Event.id)
    return db.session.scalars(statement.order_by(*order)).all()


def managed_events(actor: Any) -> Sequence[Event]:
    """The events that a coordinator works on; for headquarters, all."""
    statement = _listed().join(Event.programme).order_by(Programme.fiscal_year.desc(), Event.starts_on.desc(), Event.id)
    if not is_headquarters(actor):
        statement = statement.where(Event.id.in_(_managed_ids(actor)))
    return db.session.scalars(statement).all()


def _managed_ids(actor: Any) -> Select[int]:
    grants = [grant for grant in actor.grants if grant.role == Role.COORDINATOR]
    events = [grant.event_id for grant in grants if grant.event_id]
    regions = [grant.region_code for grant in grants if grant.region_code]
    hosted = select(event_hosts.c.event_id).where(event_hosts.c.region_code.in_(regions))
    return select(Event.id).where(or_(Event.id.in_(events), Event.id.in_(hosted)))


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


def slots_in_blocks(event: Event) -> dict[int, int]:
    """How many slots each block of the event has; one without any isn't in it."""
    statement = select(Slot.block_id, func.count()).where(Slot.event_id == event.id).group_by(Slot.block_id)
    return dict(iter(db.session.execute(statement)))
