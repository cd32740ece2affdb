"""Writing the mails of an event, in the words that it has chosen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select

from rbc_events.accounts.addresses import follows_address
from rbc_events.accounts.models import User
from rbc_events.application import absolute_url, settings
from rbc_events.calendars.entry import Person
from rbc_events.calendars.message import Attachment, Invitation
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.events.site import shown_site
from rbc_events.i18n import in_language
from rbc_events.mail.kinds import KINDS, Wording, as_typed, default_wording, fill
from rbc_events.mail.models import MailText, Unsubscription
from rbc_events.outbox.operations import Letter, Look, addresses_in, queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an event has to tell one person. `values` are the fields of the kind, see `kinds.py`; `event` is filled in.

    Whoever typed a value, nothing in it becomes a link but the value `link` and the addresses among `links`.
    The same `occasion` is never written twice. `reply_to` is the event's address unless one is given.
    """

    kind: str
    occasion: str
    recipient: Person
    language: str
    values: Mapping[str, str]
    links: frozenset[str] = frozenset()
    reply_to: str = ""
    invitation: Invitation | None = None
    attachments: tuple[Attachment, ...] = ()


def write_notices(event: Event, notices: Iterable[Notice], *, now: datetime) -> int:
    """Queue the notices in the event's words and return how many are new; nobody gets what they unsubscribed from."""
    notices = list(notices)
    wordings = wordings_of(event)
    unwanted, look = _unsubscribed(notices), look_of(event)
    letters = [
        _letter(event, notice, wordings, look)
        for notice in notices
        if (notice.recipient.address.lower(), notice.kind) not in unwanted
    ]
    return queue(letters, now=now)


def write_notice(event: Event, notice: Notice, *, now: datetime) -> int:
    return write_notices(event, [notice], now=now)


def write_test(event: Event, notice: Notice, wording: Wording, *, now: datetime) -> None:
    """Queue one mail in these words, whether or not they have been kept."""
    queue([_letter(event, notice, {(notice.kind, notice.language): wording}, look_of(event))], now=now)


def look_of(event: Event) -> Look:
    """The event's own colour and logo, else the installation's, else ours."""
    site = shown_site(event)
    coloured, pictured = site.coloured, site.with_logo
    logo = pictured and absolute_url("events.site_logo", number=str(pictured.id), v=pictured.logo_hash)
    return Look(coloured.colour if coloured else Look().colour, logo or "")


def wordings_of(event: Event) -> dict[tuple[str, str], Wording]:
    """The event's own wordings by kind and language."""
    rows = db.session.scalars(select(MailText).where(MailText.event_id == event.id))
    return {(row.kind, row.language): Wording(row.subject, row.body) for row in rows}


def set_wording(event: Event, kind: str, language: str, wording: Wording) -> None:
    """Keep the event's own wording; one that is the same as the default is not kept, so that it follows the default."""
    reset_wording(event, kind, language)
    if wording != default_wording(kind, language):
        row = MailText(event_id=event.id, kind=kind, language=language, subject=wording.subject, body=wording.body)
        db.session.add(row)
    db.session.flush()


def reset_wording(event: Event, kind: str, language: str) -> None:
    own = (MailText.event_id == event.id, MailText.kind == kind, MailText.language == language)
    db.session.execute(delete(MailText).where(*own))
    db.session.flush()


def unsubscribe(address: str, kind: str, *, now: datetime) -> None:
    """Keep that this address wants no more mails of the kind; asking twice is the same as once."""
    address = address.lower()
    known = select(Unsubscription.id).where(Unsubscription.address == address, Unsubscription.kind == kind)
    if db.session.scalar(known) is None:
        db.session.add(Unsubscription(address=address, kind=kind, since=now))
        db.session.flush()


def subscribe_again(address: str, kind: str) -> None:
    unwanted = (Unsubscription.address == address.lower(), Unsubscription.kind == kind)
    db.session.execute(delete(Unsubscription).where(*unwanted))


def unwanted_kinds(address: str) -> set[str]:
    return set(db.session.scalars(select(Unsubscription.kind).where(Unsubscription.address == address.lower())))


@follows_address
def _move_with_account(user: User, old: str) -> None:
    for kind in unwanted_kinds(old):
        subscribe_again(old, kind)
        unsubscribe(user.email, kind, now=user.email_confirmed_at or user.created_at)


def unsubscribe_address(address: str, kind: str) -> str:
    """The page on which this address, and nobody else, can unsubscribe from the kind."""
    return absolute_url("mail.unsubscribe", token=_signer().dumps([address.lower(), kind]))


def read_unsubscribe_token(token: str) -> tuple[str, str] | None:
    """Address and kind; None for a token that isn't ours."""
    try:
        address, kind = _signer().loads(token)
    except (BadSignature, ValueError):
        return None
    return address, kind


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="unsubscribe")


def _unsubscribed(notices: list[Notice]) -> set[tuple[str, str]]:
    if all(KINDS[notice.kind].own for notice in notices):
        return set()
    rows = db.session.execute(select(Unsubscription.address, Unsubscription.kind))
    return {(address, kind) for address, kind in rows if kind in KINDS and not KINDS[kind].own}


def _letter(event: Event, notice: Notice, wordings: Mapping[tuple[str, str], Wording], look: Look) -> Letter:
    language = notice.language
    wording = wordings.get((notice.kind, language)) or default_wording(notice.kind, language)
    name = event.name.in_language(language)[0]
    links = notice.links | {notice.values.get("link", "")}
    typed = {**notice.values, "event": name, "name": notice.values.get("name") or _nobody_named(notice)}
    values = {field: as_typed(field, value, links) for field, value in typed.items()}
    unsubscribe_at = "" if KINDS[notice.kind].own else unsubscribe_address(notice.recipient.address, notice.kind)
    notice_at = absolute_url("events.notice_of_event", key=event.key, kind="privacy")
    return Letter(
        occasion=notice.occasion,
        kind=notice.kind,
        recipient=replace(notice.recipient, name=as_typed("name", notice.recipient.name)),
        language=language,
        subject=fill(wording.subject, values),
        text=fill(wording.body, values) + _signature(event, language, unsubscribe_at, notice_at),
        sender_name=name,
        reply_to=notice.reply_to or event.reply_address,
        unsubscribe=unsubscribe_at,
        links=links | addresses_in(wording.body) | {unsubscribe_at, notice_at},
        look=look,
        secret=KINDS[notice.kind].secret,
        event_id=event.id,
        invitation=notice.invitation,
        attachments=notice.attachments,
    )


def _nobody_named(notice: Notice) -> str:
    """Whom a mail greets whose recipient's name isn't known: their organisation, else whoever reads it."""
    with in_language(notice.language):
        return notice.values.get("organisation") or _("participant")


def _signature(event: Event, language: str, unsubscribe_at: str, notice_at: str) -> str:
    with in_language(language):
        lines = [event.name.in_language(language)[0], event.reply_address]
        lines.append(_("Privacy notice: %(address)s", address=notice_at))
        if unsubscribe_at:
            lines.append(_("Unsubscribe from mails of this kind: %(address)s", address=unsubscribe_at))
    return "\n\n-- \n" + "\n".join(line for line in lines if line)
