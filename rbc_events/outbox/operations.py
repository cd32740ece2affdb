"""Writing mails to the outbox, in the transaction of what they are about."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from rbc_events.application import render, settings
from rbc_events.calendars.content import UnsafeAddress, clean, clean_line
from rbc_events.calendars.entry import Person
from rbc_events.calendars.message import Attachment, Invitation, Mail, write
from rbc_events.colours import OURS
from rbc_events.database import db, in_batches
from rbc_events.i18n import in_language, language
from rbc_events.jobs import wake_after_commit
from rbc_events.outbox.models import Delivery, OutboxMessage

_PAGE = re.compile(r"https?://[^\s{}]+")


@dataclass(frozen=True, slots=True)
class Look:
    """How the HTML of a mail looks: a colour that can be read on white, and the address of a logo."""

    colour: str = OURS
    logo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to be written. The same `occasion` is never written twice, whoever asks and however often.

    `links`: the addresses in the text that become links in the HTML beside it; no other ever does.
    """

    occasion: str
    kind: str
    recipient: Person
    language: str
    subject: str
    text: str
    sender_name: str = ""
    reply_to: str = ""
    unsubscribe: str = ""
    in_reply_to: str = ""
    links: frozenset[str] = frozenset()
    look: Look = Look()
    secret: bool = False  # see OutboxMessage
    event_id: int | None = None
    invitation: Invitation | None = None
    attachments: tuple[Attachment, ...] = ()


def queue(letters: Iterable[Letter], *, now: datetime) -> int:
    """Put the letters into the outbox and return how many of them are new.

    A letter to an address that mail can't reach becomes a row that has failed, for staff to see: whatever else the
    transaction does isn't held up by it.
    """
    rows = [_row(letter, now) for letter in letters]
    if not rows:
        return 0
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(OutboxMessage).on_conflict_do_nothing().returning(OutboxMessage.id)
    wake_after_commit("mail")
    return len(db.session.scalars(new, rows).all())


def queue_text(
    recipient: str, *, occasion: str, kind: str, subject: str, body: str, now: datetime, secret: bool = False
) -> None:
    """Queue one mail in the language of the page or of the `in_language` block around it.

    Its words are our own: what somebody typed belongs into a notice (see `rbc_events.mail`).
    """
    letter = Letter(
        occasion=occasion,
        kind=kind,
        recipient=Person(name="", address=recipient),
        language=language(),
        subject=subject,
        text=body,
        links=addresses_in(body),
        secret=secret,
    )
    queue([letter], now=now)


def message_id(occasion: str) -> str:
    """The Message-ID of an occasion's mail: fixed, and not to be guessed by who would forge a bounce."""
    config = settings()
    digest = hmac.new(config.secret_key.encode(), b"message-id:" + occasion.encode(), hashlib.sha256).hexdigest()
    return f"<{digest[:40]}@{parseaddr(config.mail_from)[1].partition('@')[2] or 'localhost'}>"


def send_again(message: OutboxMessage, *, now: datetime) -> None:
    """Let a mail that failed or bounced, or waits for a later try, be tried at once; it stays the same mail."""
    if message.content and message.can_be_sent_again:
        message.state = Delivery.QUEUED
        message.attempts = 0
        message.due_at = now
        message.fault = ""
        db.session.flush()
        wake_after_commit("mail")


def withdraw(message_ids: Sequence[str]) -> None:
    """Take back mails that a later one replaces, unless they have gone out or are just going.

    A mail that waits for another try could otherwise arrive after the one that replaces it.
    """
    for some in in_batches(message_ids):
        replaced = OutboxMessage.message_id.in_(some)
        unsent = OutboxMessage.state.not_in((Delivery.SENT, Delivery.IN_FLIGHT))
        db.session.execute(delete(OutboxMessage).where(replaced, unsent))


def html_of(letter: Letter) -> str:
    """The HTML beside a mail's text: the same words, as paragraphs, with its links."""
    with in_language(letter.language):
        paragraphs = paragraphs_of(letter.text, letter.links)
    return render(
        "outbox/mail.html",
        paragraphs=paragraphs,
        subject=clean_line(letter.subject),
        mail_language=letter.language,
        sender=letter.sender_name,
        look=letter.look,
    )


def addresses_in(text: str) -> frozenset[str]:
    """The addresses of pages that stand in words of ours or of an office, each a word of its own and without fields."""
    return frozenset(word for word in text.split() if _PAGE.fullmatch(word))


def paragraphs_of(text: str, links: Collection[str]) -> list[Markup]:
    return [_linked(paragraph, links) for paragraph in clean(text).strip().split("\n\n") if paragraph.strip()]


def _linked(paragraph: str, links: Collection[str]) -> Markup:
    return Markup("<br>\n").join(_line(line.strip(), links) for line in paragraph.strip().split("\n"))


def _line(line: str, links: Collection[str]) -> Markup:
    """A link that has a line for itself becomes a button, above the address that it leads to."""
    if line in links:
        shown = Markup('<a class="mail-button" href="{0}">{1}</a><br>\n<span class="mail-address">{0}</span>')
        return shown.format(line, _("Open the page"))
    words = re.split(r"(\s+)", line)
    linked = (Markup('<a href="{0}">{0}</a>').format(word) if word in links else escape(word) for word in words)
    return Markup("").join(linked)


def _row(letter: Letter, now: datetime) -> dict[str, Any]:
    identifier = message_id(letter.occasion)
    row: dict[str, Any] = {
        "occasion": letter.occasion,
        "message_id": identifier,
        "kind": letter.kind,
        "event_id": letter.event_id,
        "recipient": clean_line(letter.recipient.address),
        "subject": clean_line(letter.subject),
        "content": b"",
        "secret": letter.secret,
        "state": Delivery.QUEUED,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
        "fault": "",
    }
    try:
        row["content"] = write(_mail(letter, identifier, now))
    except UnsafeAddress as error:
        row |= {"state": Delivery.FAILED, "fault": str(error)}
    return row


def _mail(letter: Letter, identifier: str, now: datetime) -> Mail:
    name, address = parseaddr(settings().mail_from)
    return Mail(
        message_id=identifier,
        date=now,
        sender=Person(name=letter.sender_name or name, address=address),
        recipient=letter.recipient,
        subject=letter.subject,
        text=letter.text,
        html=html_of(letter),
        language=letter.language,
        reply_to=letter.reply_to,
        unsubscribe=letter.unsubscribe,
        in_reply_to=letter.in_reply_to,
        invitation=letter.invitation,
        attachments=letter.attachments,
    )
