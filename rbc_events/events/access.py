"""Who may see and manage programmes and events."""

from typing import Any

from flask import abort, g
from flask_login import current_user
from sqlalchemy import select

from rbc_events.accounts.access import is_headquarters, require
from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event


def may_manage(actor: Any, event: Event) -> bool:
    """Headquarters, and the coordinators of the event or of one of its host regions."""
    if not actor.is_authenticated:
        return False
    if is_headquarters(actor):
        return True
    hosts = {host.code for host in event.hosts}
    return any(
        grant.role == Role.COORDINATOR and (grant.event_id == event.id or (grant.region_code in hosts))
        for grant in actor.grants
    )


def find_event(key: str) -> Event:
    event = db.session.scalar(select(Event).where(Event.key == key))
    if event is None:
        abort(404)
    g.event_zone = event.time_zone
    return event


def load_event(key: str) -> Event:
    """The event if the public may see it or the actor manages it; 404 otherwise."""
    event = find_event(key)
    if not event.visible and not may_manage(current_user, event):
        abort(404)
    return event


def load_managed_event(key: str) -> Event:
    """The event if the actor manages it: 401 or 403 otherwise (404 while the public can't know of it)."""
    event = load_event(key)
    require(may_manage(current_user, event))
    return event
