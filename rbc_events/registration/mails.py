"""The mails that registration sends. Their wording is the event's, see `rbc_events.mail`; links are made here."""

from datetime import datetime, timedelta

from sqlalchemy import select

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import LinkPurpose, User
from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.database import db
from rbc_events.mail.operations import Notice, write_notice
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outbox.operations import addresses_in, withdraw
from rbc_events.registration.models import Claim, Delegate, Registration

KEPT = timedelta(days=30)  # how long a draft is kept that nobody confirms or changes; its mail says so


def tell(registration: Registration, kind: str, *, now: datetime, message: str = "") -> None:
    """Tell the contact how the registration stands, once for each of its versions. `message` is the office's."""
    contact = _contact(registration)
    occasion = _occasion(registration, kind)
    link = absolute_url("registration.status", number=str(registration.id))
    _write(contact, kind, occasion, registration.language, link, now=now, message=message)


def recall(registration: Registration, kind: str) -> bool:
    """Take back the last mail of a kind that told how the registration stands; False where it has gone out."""
    begins = _occasion(registration, kind).rpartition(":")[0] + ":"
    last = select(OutboxMessage.message_id).where(OutboxMessage.occasion.startswith(begins, autoescape=True))
    message_id = db.session.scalar(last.order_by(OutboxMessage.id.desc()).limit(1))
    if message_id is None:
        return True
    withdraw([message_id])
    return db.session.scalar(select(OutboxMessage.id).filter_by(message_id=message_id)) is None


def ask_to_confirm(registration: Registration, *, now: datetime) -> None:
    """Ask the contact to confirm the address of a registration that was sent in. Where they were mailed a link that
    still works, there is no second one."""
    user = accounts.find_user(_contact(registration).email)
    if user and accounts.has_link(user, LinkPurpose.CONFIRM_EMAIL, now=now, subject=_subject(registration)):
        return
    occasion = _occasion(registration, "confirm_address")
    link = confirmation_link(registration, now=now)
    _write(_contact(registration), "confirm_address", occasion, registration.language, link, now=now)


def _occasion(registration: Registration, kind: str) -> str:
    """The name of a mail that goes out once for each version of a registration. The number alone isn't enough: SQLite
    gives the number of a deleted draft to the next one."""
    begun = registration.created_at.isoformat()
    return f"registration:{registration.id}:{begun}:{kind}:{registration.version}"


def send_draft_link(registration: Registration, *, now: datetime) -> None:
    """A mail with which the contact goes on with the draft from any browser until it is sent, and confirms the address
    on the way. The link lasts as long as the draft is kept."""
    _write_draft_link(registration, f"draft:{registration.id}:{now.isoformat()}", now=now)


def send_first_draft_link(registration: Registration, *, now: datetime) -> None:
    """The same once for each address, however often the page that begins the draft is sent."""
    occasion = f"draft:{registration.id}:{registration.created_at.isoformat()}:{_contact(registration).email}"
    if db.session.scalar(select(OutboxMessage.id).filter_by(occasion=occasion)) is None:
        _write_draft_link(registration, occasion, now=now)


def _write_draft_link(registration: Registration, occasion: str, *, now: datetime) -> None:
    link = confirmation_link(registration, now=now, lifetime=KEPT)
    _write(_contact(registration), "draft", occasion, registration.language, link, now=now)


def invite(delegate: Delegate, *, now: datetime) -> None:
    """Ask a delegate to take up the organisation's place."""
    token = accounts.issue_link(
        account_for(delegate, now=now), LinkPurpose.JOIN_ORGANISATION, now=now, subject=f"delegate:{delegate.id}"
    )
    link = absolute_url("registration.join", token=token)
    _write(delegate, "invite", f"invite:{delegate.id}:{now.isoformat()}", delegate.language, link, now=now)


def ask_about_claim(claim: Claim, lead: User, *, now: datetime) -> None:
    """Ask a lead of the known organisation whether the registration is theirs. The page asks them to sign in."""
    notice = Notice(
        kind="claim",
        occasion=f"claim:{claim.id}:{lead.id}:{now.isoformat()}",
        recipient=Person(name=lead.name_in(lead.language), address=lead.email),
        language=lead.language,
        values={
            "name": lead.name_in(lead.language),
            "organisation": claim.known.name.in_language(lead.language)[0],
            "link": absolute_url("registration.claim", number=str(claim.id)),
        },
    )
    write_notice(claim.registration.event, notice, now=now)


def _contact(registration: Registration) -> Delegate:
    return next(delegate for delegate in registration.delegates if delegate.contact)


def _write(
    delegate: Delegate, kind: str, occasion: str, language: str, link: str, *, now: datetime, message: str = ""
) -> None:
    registration = delegate.registration
    name = delegate.name_in(language)
    organisation = registration.organisation.name.in_language(language)[0]
    notice = Notice(
        kind=kind,
        occasion=occasion,
        recipient=Person(name=name, address=delegate.email),
        language=language,
        links=addresses_in(message),  # the office's words, see `tell`
        values={"name": name, "organisation": organisation, "link": link, "message": message},
    )
    write_notice(registration.event, notice, now=now)


def confirmation_link(registration: Registration, *, now: datetime, lifetime: timedelta | None = None) -> str:
    """A link for the contact's address. Whether it has an account already, nobody can see."""
    user = account_for(_contact(registration), now=now)
    subject = _subject(registration)
    token = accounts.issue_link(user, LinkPurpose.CONFIRM_EMAIL, now=now, subject=subject, lifetime=lifetime)
    return absolute_url("registration.confirm", token=token)


def _subject(registration: Registration) -> str:
    return f"registration:{registration.id}"


def zone_of(delegate: Delegate) -> str:
    """Where the delegate reads times: the zone of their account; before they have one, or told it none, what was said
    of the delegate, else of the organisation."""
    of_account = delegate.user.time_zone if delegate.user else ""
    return of_account or delegate.time_zone or delegate.registration.organisation.profile.time_zone


def account_for(delegate: Delegate, *, now: datetime) -> User:
    """The account of a delegate's address; a new one can do nothing until a mailed link is opened."""
    names = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
    return accounts.find_user(delegate.email) or accounts.create_user(
        delegate.email,
        now=now,
        language=delegate.language,
        time_zone=zone_of(delegate),
        **{name: getattr(delegate, name) for name in names},
    )
