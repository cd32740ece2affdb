"""Whose an organisation is. It is known across events: who works on one of its registrations, as staff or as a contact
whom staff have named, doesn't thereby change it or speak for it. Every rule about that is here."""

from typing import Any

from rbc_events.accounts.access import is_headquarters
from rbc_events.events.access import may_manage
from rbc_events.registration.models import Delegate, Organisation


def has_lead(organisation: Organisation) -> bool:
    return any(membership.lead for membership in organisation.memberships)


def leads(actor: Any, organisation: Organisation) -> bool:
    """Whether the actor is one of the organisation's leads."""
    if not actor or not actor.is_authenticated:
        return False
    return any(each.user_id == actor.id and each.lead for each in organisation.memberships)


def is_ours(actor: Any, organisation: Organisation) -> bool:
    """Whether staff may act for the organisation itself: headquarters, and who manages every event that it takes part
    in. One that takes part in none is headquarters' alone."""
    if not actor or not actor.is_authenticated:
        return False
    if is_headquarters(actor):
        return True
    registrations = organisation.registrations
    return bool(registrations) and all(may_manage(actor, each.event) for each in registrations)


def may_write(actor: Any, organisation: Organisation) -> bool:
    """Whether the actor changes what is known of the organisation at every event: identity, profile, files."""
    return leads(actor, organisation) or is_ours(actor, organisation)


def may_appoint(actor: Any, organisation: Organisation) -> bool:
    """Whether the actor says who leads the organisation: its leads do. Staff name the first one, never another."""
    return leads(actor, organisation) or (is_ours(actor, organisation) and not has_lead(organisation))


def may_dismiss(actor: Any, organisation: Organisation, user_id: int | None) -> bool:
    """Whether the actor ends that a person acts for the organisation. A lead goes by another lead or headquarters."""
    if leads(actor, organisation) or (actor and actor.is_authenticated and is_headquarters(actor)):
        return True
    lead = any(each.user_id == user_id and each.lead for each in organisation.memberships)
    return is_ours(actor, organisation) and not lead


def speaks_for_organisation(delegate: Delegate) -> bool:
    """Whether the delegate acts for the organisation at its other events too, once the invitation is taken up.

    So it is if one of its leads named the person; while it has no lead, also if staff did whose it is, or nobody who
    has signed in, at the one event that it takes part in. Anybody else acts for this registration alone.
    """
    organisation, namer = delegate.registration.organisation, delegate.named_by
    if namer is not None and leads(namer, organisation):
        return True
    if has_lead(organisation):
        return False
    return len(organisation.registrations) == 1 if namer is None else is_ours(namer, organisation)
