"""The people who act for an organisation at every event: asked to join, given the lead, let go. Functions flush; the
route commits. Who may do so says `rights`."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Link, LinkPurpose, User
from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db, lock
from rbc_events.errors import Conflict, Forbidden, Unacceptable
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.registration.delegates import make_member
from rbc_events.registration.models import Membership, Organisation
from rbc_events.registration.rights import may_appoint, may_dismiss

SUBJECT = "organisation"  # of a link: organisation:NUMBER:WHO ASKED:1 for a lead, 0 for another


class LastLead(Unacceptable):
    message = _l("An organisation needs somebody who leads. Give the lead to somebody else first.")


class Colleague(Conflict):
    message = _l("This person acts for the organisation already.")


def invite(
    organisation: Organisation,
    names: dict[str, str],
    email: str,
    *,
    language: str,
    lead: bool,
    actor: User,
    now: datetime,
) -> None:
    """Ask a person by mail to act for the organisation, as one who leads or not. Nothing changes before they agree.

    Raises:
        Forbidden, Colleague
    """
    if not may_appoint(actor, organisation):
        raise Forbidden
    user = accounts.find_user(email)
    if user is not None and any(each.user_id == user.id for each in organisation.memberships):
        raise Colleague
    user = user or accounts.create_user(email, now=now, language=language, **names)
    subject = f"{SUBJECT}:{organisation.id}:{actor.id}:{int(lead)}"
    token = accounts.issue_link(user, LinkPurpose.JOIN_ORGANISATION, now=now, subject=subject)
    name = user.name_in(language)
    notice = Notice(
        kind="colleague",
        occasion=f"colleague:{organisation.id}:{user.id}:{now.isoformat()}",
        recipient=Person(name=name, address=user.email),
        language=language,
        values={
            "name": name,
            "organisation": organisation.name.in_language(language)[0],
            "link": absolute_url("registration.join_colleagues", token=token),
        },
    )
    write_notice(max(organisation.registrations, key=lambda each: each.id).event, notice, now=now)


def invited_to(link: Link) -> tuple[Organisation, User, bool]:
    """The organisation to which a link leads, who has asked, and whether as one who leads.

    Raises:
        LinkSpent: it is of another kind, or who asked may appoint nobody any more.
    """
    kind, *numbers = link.subject.split(":")
    if kind != SUBJECT:
        raise accounts.LinkSpent
    number, asked_by, lead = map(int, numbers)
    organisation, asker = db.session.get(Organisation, number), db.session.get(User, asked_by)
    if organisation is None or asker is None or not may_appoint(asker, organisation):
        raise accounts.LinkSpent
    return organisation, asker, bool(lead)


def join(link: Link, *, now: datetime) -> Organisation:
    """The invited person takes up the invitation.

    Raises:
        LinkSpent
    """
    organisation, _asker, lead = invited_to(link)
    accounts.confirm_email(link.user, now=now)
    known = next((each for each in organisation.memberships if each.user_id == link.user_id), None)
    make_member(organisation, link.user, lead=lead or (known is not None and known.lead))
    return organisation


def set_lead(membership: Membership, *, lead: bool, actor: Any) -> None:
    """Give a colleague the lead, or end that they lead.

    Raises:
        Forbidden, LastLead
    """
    organisation = membership.organisation
    lock(organisation)
    if not may_appoint(actor, organisation):
        raise Forbidden
    membership.lead = lead
    _require_lead(organisation)


def hand_over(membership: Membership, *, actor: Any) -> None:
    """Give a colleague the lead in the actor's own place.

    Raises:
        Forbidden
    """
    set_lead(membership, lead=True, actor=actor)
    for own in membership.organisation.memberships:
        if own.user_id == actor.id and own is not membership:
            own.lead = False
    db.session.flush()


def remove(membership: Membership, *, actor: Any) -> None:
    """End that a person acts for the organisation, or one's own part in it. As a delegate the person remains until
    taken off the registration.

    Raises:
        Forbidden, LastLead
    """
    organisation = membership.organisation
    lock(organisation)
    if membership.user_id != actor.id and not may_dismiss(actor, organisation, membership.user_id):
        raise Forbidden
    organisation.memberships.remove(membership)
    _require_lead(organisation)


def _require_lead(organisation: Organisation) -> None:
    if not any(each.lead for each in organisation.memberships):
        db.session.rollback()
        raise LastLead
    db.session.flush()
