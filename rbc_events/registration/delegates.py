"""The people of a registration. Functions flush; the route commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.addresses import follows_address
from rbc_events.accounts.models import User
from rbc_events.database import conflict_as, db, fill
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.registration.mails import zone_of
from rbc_events.registration.models import Delegate, Membership, Organisation, Registration
from rbc_events.registration.rights import leads, may_appoint, may_dismiss, speaks_for_organisation


@follows_address
def move_with_account(user: User, old: str) -> None:
    """Mails to the person as a delegate go where the person is now."""
    of_person = Delegate.user_id == user.id, Delegate.email == old
    db.session.execute(update(Delegate).where(*of_person).values(email=user.email))


class LastContact(Unacceptable):
    message = _l("A registration needs a contact. Make somebody else the contact first.")


class DelegateTwice(Conflict):
    message = _l("There is a delegate with this name and address already.")


def save_delegate(
    registration: Registration, delegate: Delegate | None, fields: Mapping[str, Any], *, actor: User | None
) -> Delegate:
    """Add or change a delegate. There is one contact: making one takes it from the other. Whether the person leads the
    organisation (`lead`) is for those to say who may appoint.

    Raises:
        DelegateTwice
    """
    if delegate is None:
        delegate = Delegate(registration=registration, position=len(registration.delegates))
    elif delegate.user_id is not None:
        fields = {name: value for name, value in fields.items() if name != "email"}
    lead = fields.get("lead")
    change_delegate(delegate, {name: value for name, value in fields.items() if name != "lead"}, actor=actor)
    if not any(other.contact for other in registration.delegates):
        raise LastContact
    with conflict_as(DelegateTwice, "delegates"):
        db.session.add(delegate)
    if delegate.user is not None and lead is not None and may_appoint(actor, registration.organisation):
        make_member(registration.organisation, delegate.user, lead=lead or delegate.contact)
    return delegate


def change_delegate(delegate: Delegate, fields: Mapping[str, Any], *, actor: User | None) -> bool:
    """Set what differs, and tell whether anything did. Who puts another person in, or makes one the contact, has named
    that person: what the person may do hangs on it. A new contact takes the place of the one before."""
    address, contact = delegate.email, delegate.contact
    changed = fill(delegate, fields)
    if delegate.email != address or (delegate.contact and not contact):
        delegate.named_by_id = actor.id if actor else None
    if delegate.contact:
        for other in delegate.registration.delegates:
            other.contact = other is delegate
    return changed


def remove_delegate(registration: Registration, delegate: Delegate, *, actor: User | None) -> None:
    """Take a delegate off the registration. The person keeps the account, and acts for the organisation only if still a
    delegate of it at another event, or if the actor has no say in that.

    Raises:
        LastContact
    """
    if delegate.contact:
        raise LastContact
    registration.delegates.remove(delegate)
    db.session.flush()
    organisation, user_id = registration.organisation, delegate.user_id
    elsewhere = any(other.user_id == user_id for each in organisation.registrations for other in each.delegates)
    if not elsewhere and may_dismiss(actor, organisation, user_id):
        organisation.memberships = [each for each in organisation.memberships if each.user_id != user_id]
        db.session.flush()


def vouch_for(delegate: Delegate, actor: User) -> None:
    """A lead who invites a delegate whom nobody signed in has named speaks for that person."""
    if delegate.named_by_id is None and leads(actor, delegate.registration.organisation):
        delegate.named_by = actor
        db.session.flush()


def join(delegate: Delegate, user: User, *, now: datetime) -> None:
    """A delegate takes up the invitation of the organisation."""
    accounts.confirm_email(user, now=now)
    take_part(delegate, user)


def contact_of(registration: Registration) -> Delegate:
    return next(delegate for delegate in registration.delegates if delegate.contact)


def take_part(delegate: Delegate, user: User) -> None:
    """Make the person the delegate's; and a member of the organisation, as the contact its lead, if those who named the
    person may say so."""
    delegate.user = user
    take_over_zone(delegate)
    organisation = delegate.registration.organisation
    if speaks_for_organisation(delegate):
        make_member(organisation, user, lead=delegate.contact or leads(user, organisation))
    db.session.flush()


def take_over_zone(delegate: Delegate) -> None:
    """A zone that was told while registering is that of the person, who is known to be the delegate and has none of
    their own. The account that merely has the delegate's address may be somebody's who knows nothing of it."""
    if delegate.user is not None and not delegate.user.time_zone:
        delegate.user.time_zone = zone_of(delegate)


def make_member(organisation: Organisation, user: User, *, lead: bool) -> None:
    known = next((each for each in organisation.memberships if each.user_id == user.id), None)
    if known is None:
        organisation.memberships.append(Membership(user=user, lead=lead))
    else:
        known.lead = lead
    db.session.flush()
