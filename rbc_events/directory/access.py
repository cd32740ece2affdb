"""Who may see whom in an event's directory, and for which organisation a person acts."""

from enum import StrEnum
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.database import db
from rbc_events.directory.models import SavedSearch
from rbc_events.events.access import load_event, may_view
from rbc_events.events.models import Event
from rbc_events.registration.access import own_registration
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import taking_part, to_be_met, to_be_published


class Audience(StrEnum):
    """The public sees who agreed to publication, participants who agreed to sharing, the event's staff everybody."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    STAFF = "staff"


def audience_of(actor: Any, event: Event) -> Audience:
    if may_view(actor, event):
        return Audience.STAFF
    return Audience.PARTICIPANTS if own_registration(actor, event) else Audience.PUBLIC


def in_directory(event: Event, audience: Audience) -> ColumnElement[bool]:
    """The registrations that an audience may see: approved, and with the consent that this takes."""
    shown = {Audience.STAFF: taking_part, Audience.PARTICIPANTS: to_be_met, Audience.PUBLIC: to_be_published}
    return shown[audience](event)


def load_listed(event: Event, number: int, audience: Audience) -> Registration:
    """A registration that the audience may see; 404 otherwise."""
    found = db.session.scalar(select(Registration).where(Registration.id == number, in_directory(event, audience)))
    if found is None and audience != Audience.PUBLIC:
        own = own_registration(current_user, event)
        found = own if own is not None and own.id == number else None
    if found is None:
        abort(404)
    return found


def load_side(key: str) -> Registration:
    """The organisation to recommend partners to: one's own; staff name one by `?for=`. 403 for others."""
    event = load_event(key)
    require_sign_in()
    wanted = request.args.get("for", type=int)
    if wanted is not None and may_view(current_user, event):
        return load_listed(event, wanted, Audience.STAFF)
    own = own_registration(current_user, event)
    require(own is not None)
    assert own is not None  # noqa: S101 - for mypy
    return own


def load_with_audience(key: str) -> tuple[Event, Audience]:
    """The event and the part of its directory that the actor may see."""
    event = load_event(key)
    return event, audience_of(current_user, event)


def load_own_search(event: Event, number: int) -> SavedSearch:
    """A search that the actor saved at the event: 404 for other people's."""
    user = require_sign_in()
    found = db.session.get(SavedSearch, number)
    if found is None or found.user_id != user.id or found.event_id != event.id:
        abort(404)
    return found
