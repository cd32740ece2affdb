"""Beginning a registration: the draft, with its organisation and its contact. Functions flush; the route commits."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db, fill
from rbc_events.errors import Conflict, Forbidden
from rbc_events.events.models import Event
from rbc_events.registration.delegates import contact_of, make_member
from rbc_events.registration.models import FIRST_ZONE, Delegate, Organisation, Profile, Registration, RegistrationState
from rbc_events.registration.nights import nights_of
from rbc_events.registration.operations import block, is_confirmed, refuse_closed
from rbc_events.registration.rights import is_ours, leads


class RegisteredAlready(Conflict):
    message = _l("This organisation is registered for the event already.")


def start_registration(
    event: Event,
    organisation: Organisation | None,
    contact: Mapping[str, str],
    *,
    fields: Mapping[str, Any],
    actor: User | None,
    now: datetime,
    language: str,
    form_key: str,
    zone: str = FIRST_ZONE,
    by_staff: bool = False,
) -> Registration:
    """Begin a draft: for an organisation that the actor leads (as staff: that is theirs), or for a new one with
    `fields`, whose clocks show the time of `zone`. The same `form_key` again gives the same registration, with what has
    been corrected on the page. Nothing of an organisation that is there already is read or changed.

    Raises:
        RegistrationClosed, RegisteredAlready
        Forbidden: the organisation is neither the actor's nor, as staff, theirs.
    """
    begun = db.session.scalar(select(Registration).filter_by(form_key=form_key))
    if begun is not None:
        _correct(begun, contact, fields)
        return begun
    if not by_staff:
        refuse_closed(event, now)
    if organisation is not None and not (is_ours if by_staff else leads)(actor, organisation):
        raise Forbidden
    organisation = organisation or _add_organisation(fields, event=event, zone=zone, now=now)
    begun_by = actor.id if actor else None
    registration = Registration(event=event, organisation=organisation, language=language, form_key=form_key)
    registration.created_at = now
    registration.delegates = [Delegate(contact=True, language=language, named_by_id=begun_by, **contact)]
    registration.registered_by_id = begun_by if by_staff else None
    _add_draft(registration)
    if actor is not None and not by_staff:
        contact_of(registration).user = actor
        make_member(organisation, actor, lead=True)
    return registration


def _add_draft(registration: Registration) -> None:
    """Write it; who joins online is first taken to be away in their own nights.

    Raises:
        RegisteredAlready
    """
    with conflict_as(RegisteredAlready, "organisation_id", "form_key"):
        db.session.add(registration)
    if not registration.in_person:
        block(registration, nights_of(registration.event, registration.organisation.profile.time_zone))


def _correct(begun: Registration, contact: Mapping[str, str], fields: Mapping[str, Any]) -> None:
    """The page that began a draft is sent again, as after going back in the browser. Once somebody has confirmed the
    draft's address, or an organisation was chosen that others know, it tells nothing new."""
    nobodys = not begun.organisation.memberships and len(begun.organisation.registrations) == 1
    if begun.state == RegistrationState.DRAFT and nobodys and not is_confirmed(begun):
        fill(contact_of(begun), contact)
        fill(begun.organisation, fields)
        db.session.flush()


def _add_organisation(fields: Mapping[str, Any], *, event: Event, zone: str, now: datetime) -> Organisation:
    profile = Profile(updated_at=now, sector_id=event.sector_id, time_zone=zone or FIRST_ZONE)
    organisation = Organisation(created_at=now, profile=profile, key=new_key(), **fields)
    db.session.add(organisation)
    return organisation


def new_key() -> str:
    """By which sheets name an organisation that brought no key of its own."""
    return f"o-{secrets.token_hex(5)}"
