"""Who may see whom in an event's directory, and for which organisation a person acts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import ColumnElement, or_, select

from rbc_events.accounts.access import require, require_sign_in
from rbc_events.database import db
from rbc_events.directory.models import SavedSearch
from rbc_events.events.access import load_event, may_view
from rbc_events.events.models import Event
from rbc_events.registration.access import own_registration
from rbc_events.registration.models import Registration
from rbc_events.registration.pairing import may_be_met_by
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


@dataclass(frozen=True)
class Directory:
    """An event's directory as one reader gets it. `own`: the organisation that a participant takes part with;
    `user_id`: whose bookmarks count."""

    event: Event
    audience: Audience
    own: Registration | None = None
    user_id: int | None = None

    def seen(self) -> ColumnElement[bool]:
        """The registrations whose page the reader may open: approved, and with the consent that this takes."""
        shown = {Audience.STAFF: taking_part, Audience.PARTICIPANTS: to_be_met, Audience.PUBLIC: to_be_published}
        return shown[self.audience](self.event)

    def listed(self) -> ColumnElement[bool]:
        """Those of them that are listed, found and told of: for a participant whom they may meet, and themselves."""
        if self.audience != Audience.PARTICIPANTS or self.own is None:
            return self.seen()
        return self.seen() & or_(may_be_met_by(self.own), Registration.id == self.own.id)


def directory_for(actor: Any, event: Event) -> Directory:
    """The directory as this person gets it."""
    own = own_registration(actor, event)
    return Directory(event, audience_of(actor, event), own, actor.id if actor.is_authenticated else None)


def load_listed(event: Event, number: int, audience: Audience) -> Registration:
    """A registration that the audience may see; 404 otherwise."""
    seen = Directory(event, audience).seen()
    found = db.session.scalar(select(Registration).where(Registration.id == number, seen))
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


def load_directory(key: str) -> Directory:
    """The event's directory as the actor gets it."""
    return directory_for(current_user, load_event(key))


def load_own_search(event: Event, number: int) -> SavedSearch:
    """A search that the actor saved at the event: 404 for other people's."""
    user = require_sign_in()
    found = db.session.get(SavedSearch, number)
    if found is None or found.user_id != user.id or found.event_id != event.id:
        abort(404)
    return found
