"""Who may see, view and manage events.

Everybody sees what is announced. Staff view all that there is of an event, or manage it: headquarters everywhere,
coordinators at the event or in one of its host regions. Each rule is said for one event (`may_manage`), for
lists of events (`managed`) and for lists of people (`managers_of`); `tests/events/test_access.py` compares them.
"""

from typing import Any

from flask import abort, g
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, or_, select, true

from rbc_events.accounts.access import LEVELS, Level, grants_of, require_level
from rbc_events.accounts.models import Grant, User
from rbc_events.database import db
from rbc_events.events.models import Event, event_hosts


def may_see(actor: Any, event: Event) -> bool:
    return event.visible or may_view(actor, event)


def seen(actor: Any) -> ColumnElement[bool]:
    """The events that the actor may see."""
    return or_(Event.visible.is_(True), viewed(actor))


def may_view(actor: Any, event: Event) -> bool:
    """Whether the actor may look at what staff see of the event."""
    return _granted(actor, event, Level.VIEW)


def viewed(actor: Any) -> ColumnElement[bool]:
    """The events that the actor may view."""
    return _granted_events(actor, Level.VIEW)


def may_manage(actor: Any, event: Event) -> bool:
    """Whether the actor may change the event and what belongs to it."""
    return _granted(actor, event, Level.MANAGE)


def managed(actor: Any) -> ColumnElement[bool]:
    """The events that the actor may manage."""
    return _granted_events(actor, Level.MANAGE)


def managers_of(event: Event) -> ColumnElement[bool]:
    """The people who may manage the event."""
    everywhere = and_(Grant.event_id.is_(None), Grant.region_code.is_(None))
    here = or_(everywhere, Grant.event_id == event.id, Grant.region_code.in_([host.code for host in event.hosts]))
    return User.grants.any(and_(Grant.role.in_(LEVELS[Level.MANAGE]), here))


def _granted(actor: Any, event: Event, level: Level) -> bool:
    grants = grants_of(actor, level)
    if any(grant.everywhere or grant.event_id == event.id for grant in grants):
        return True
    regions = {grant.region_code for grant in grants if grant.region_code}
    return bool(regions) and any(host.code in regions for host in event.hosts)


def _granted_events(actor: Any, level: Level) -> ColumnElement[bool]:
    grants = grants_of(actor, level)
    if any(grant.everywhere for grant in grants):
        return true()
    regions = [grant.region_code for grant in grants if grant.region_code]
    hosted = select(event_hosts.c.event_id).where(event_hosts.c.region_code.in_(regions))
    return or_(Event.id.in_([grant.event_id for grant in grants if grant.event_id]), Event.id.in_(hosted))


def find_event(key: str) -> Event:
    event = db.session.scalar(select(Event).where(Event.key == key))
    if event is None:
        abort(404)
    g.event, g.event_zone = event, event.time_zone
    return event


def load_event(key: str) -> Event:
    """The event if the actor may see it; 404 otherwise."""
    event = find_event(key)
    if not may_see(current_user, event):
        abort(404)
    return event


def load_managed_event(key: str) -> Event:
    """The event for those who work on it: 401 or 403 for others (404 while the public can't know of it)."""
    event = load_event(key)
    require_staff_of(event)
    return event


def require_staff_of(event: Event) -> None:
    """Go on only for staff of the event: a page is for all who may view it, a form is taken from its managers."""
    require_level(lambda level: _granted(current_user, event, level))
