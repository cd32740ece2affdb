"""The mails that registration sends. Their wording is the event's, see `rbc_events.mail`; links are made here."""

from datetime import datetime

from flask_babel import gettext as _

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.mails import absolute_url
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.calendars.entry import Person
from rbc_events.i18n import in_language, plain
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.outbox.operations import queue_text
from rbc_events.registration.models import Delegate, Registration


def tell(registration: Registration, kind: str, *, now: datetime, message: str = "", link: str = "") -> None:
    """Tell the contact how the registration stands, once for each of its versions."""
    contact = next(delegate for delegate in registration.delegates if delegate.contact)
    link = link or absolute_url("registration.standing", number=str(registration.id))
    with in_language(registration.language):
        organisation = plain(registration.organisation.name)
    notice = Notice(
        kind=kind,
        occasion=f"registration:{registration.id}:{kind}:{registration.version}",
        recipient=Person(name=contact.name_in(registration.language), address=contact.email),
        language=registration.language,
        values={
            "name": contact.name_in(registration.language),
            "organisation": organisation,
            "link": link,
            "message": message,
        },
    )
    write_notice(registration.event, notice, now=now)


def ask_to_confirm(registration: Registration, *, now: datetime) -> None:
    tell(registration, "confirm_address", now=now, link=confirmation_link(registration, now=now))


def send_draft_link(registration: Registration, *, now: datetime) -> None:
    """A mail with which the contact goes on with the draft from any browser, and confirms the address on the way."""
    contact = next(delegate for delegate in registration.delegates if delegate.contact)
    link = confirmation_link(registration, now=now)
    with in_language(registration.language):
        queue_text(
            contact.email,
            occasion=f"draft:{registration.id}:{now.isoformat()}",
            kind="draft",
            event_id=registration.event_id,
            subject=_("Your registration for %(event)s", event=plain(registration.event.name)),
            body=_(
                "Your registration for %(event)s has been begun. You can go on with it at any time on this page:\n\n"
                "%(link)s\n\nThe link works for 7 days. If it wasn't you, there is nothing to do.",
                event=plain(registration.event.name),
                link=link,
            ),
            now=now,
        )


def confirmation_link(registration: Registration, *, now: datetime) -> str:
    """A link for the contact's address. Whether it has an account already, nobody can see."""
    contact = next(delegate for delegate in registration.delegates if delegate.contact)
    user = account_for(contact, now=now)
    token = accounts.issue_link(user, LinkPurpose.CONFIRM_EMAIL, now=now, subject=f"registration:{registration.id}")
    return absolute_url("registration.confirm", token=token)


def invite(delegate: Delegate, *, now: datetime) -> None:
    """Ask a delegate to take up the organisation's place."""
    registration = delegate.registration
    token = accounts.issue_link(
        account_for(delegate, now=now), LinkPurpose.JOIN_ORGANISATION, now=now, subject=f"delegate:{delegate.id}"
    )
    with in_language(delegate.language):
        queue_text(
            delegate.email,
            occasion=f"invite:{delegate.id}:{now.isoformat()}",
            kind="invite",
            event_id=registration.event_id,
            subject=_("Invitation to %(event)s", event=plain(registration.event.name)),
            body=_(
                "%(organisation)s has named you as a delegate to %(event)s. Please open this page to take part:\n\n"
                "%(link)s\n\nThe link works for 30 days.",
                organisation=plain(registration.organisation.name),
                event=plain(registration.event.name),
                link=absolute_url("registration.join", token=token),
            ),
            now=now,
        )


def account_for(delegate: Delegate, *, now: datetime) -> User:
    """The account of a delegate's address; a new one can do nothing until a mailed link is opened."""
    names = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
    return accounts.find_user(delegate.email) or accounts.create_user(
        delegate.email,
        now=now,
        language=delegate.language,
        **{name: getattr(delegate, name) for name in names},
    )
