"""The people of a registration. Functions flush; the route commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.importing import fill
from rbc_events.registration.models import Delegate, Membership, Registration


class LastContact(Unacceptable):
    message = _l("A registration needs a contact. Make somebody else the contact first.")


class DelegateTwice(Conflict):
    message = _l("There is a delegate with this address already.")


def save_delegate(registration: Registration, delegate: Delegate | None, fields: Mapping[str, Any]) -> Delegate:
    """Add or change a delegate. There is one contact: making one takes it from the other.

    Raises:
        DelegateTwice
    """
    if delegate is None:
        delegate = Delegate(registration=registration, position=len(registration.delegates))
    elif delegate.user_id is not None:
        fields = {name: value for name, value in fields.items() if name != "email"}
    lead = fields.get("lead")
    fill(delegate, {name: value for name, value in fields.items() if name != "lead"})
    if delegate.contact:
        for other in registration.delegates:
            other.contact = other is delegate
    elif not any(other.contact for other in registration.delegates):
        raise LastContact
    with conflict_as(DelegateTwice, "delegates"):
        db.session.add(delegate)
    if delegate.user is not None and lead is not None:
        take_part(delegate, delegate.user, lead=lead or delegate.contact)
    return delegate


def remove_delegate(registration: Registration, delegate: Delegate) -> None:
    """Take a delegate off the registration. The person keeps the account, and acts for the organisation only if still a
    delegate of it at another event.

    Raises:
        LastContact
    """
    if delegate.contact:
        raise LastContact
    registration.delegates.remove(delegate)
    db.session.flush()
    organisation = registration.organisation
    if not any(other.user_id == delegate.user_id for each in organisation.registrations for other in each.delegates):
        organisation.memberships = [each for each in organisation.memberships if each.user_id != delegate.user_id]
        db.session.flush()


def join(delegate: Delegate, user: User, *, now: datetime) -> None:
    """A delegate takes up the invitation of the organisation."""
    accounts.confirm_email(user, now=now)
    take_part(delegate, user, lead=leads(delegate, user) or delegate.contact)


def leads(delegate: Delegate, user: User) -> bool:
    """Whether the person is one of the organisation's leads already."""
    return any(each.user_id == user.id and each.lead for each in delegate.registration.organisation.memberships)


def contact_of(registration: Registration) -> Delegate:
    return next(delegate for delegate in registration.delegates if delegate.contact)


def take_part(delegate: Delegate, user: User, *, lead: bool) -> None:
    """Make the person the delegate's, and a member of the organisation."""
    delegate.user = user
    organisation = delegate.registration.organisation
    known = next((each for each in organisation.memberships if each.user_id == user.id), None)
    if known is None:
        organisation.memberships.append(Membership(user=user, lead=lead))
    else:
        known.lead = lead
    db.session.flush()
