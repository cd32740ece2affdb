"""Mails that tell what became of another: delivery reports (RFC 3464) and what systems write in words of their own,
complaints, receipts and absence notes.

Which systems' words name which address is known to flufl.bounce, which Mailman is made with; what it doesn't know is
read by the rules here. Which mail of ours it is about is told by every Message-ID and reply token in it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from typing import Any

from rbc_events.calendars import incoming
from rbc_events.calendars.bounce_words import (
    AWAY,
    DAEMONS,
    DELAYED,
    FAILING,
    NOBODY,
    REPLY_CODE,
    STATUS,
    TITLES,
    only_delayed,
    status_in,
    telling_line,
    without_copy,
)
from rbc_events.calendars.content import clean_line
from rbc_events.calendars.incoming import Part

TRACES = 100
REPORTS = 20
SENDER = re.compile(r"\+([0-9a-f]{40})@([\w.-]{1,200})")
"""Of the address that a mail was sent from, where it is its own for each mail: the Message-ID, which it is made of."""
TOKEN = re.compile(r"\+([a-z2-7]{26})@")


class Kind(StrEnum):
    """What a mail is that no person wrote."""

    DELIVERY = "delivery"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a mail for one recipient.

    `action` is RFC 3464's: failed, delayed, delivered, relayed or expanded; `status` the enhanced code (`5.1.1`) where
    one is told. `recipient` is empty where the report names none: it is the mail's own then. `meant` is the address
    that the mail was written to, where the report says that it is another.
    """

    recipient: str
    action: str
    status: str = ""
    diagnostic: str = ""
    meant: str = ""

    @property
    def bounced(self) -> bool:
        return self.action == "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a program wrote about a mail. `message_ids` and `tokens` are all that stand in it: one may be ours.

    `original_to`: the addresses in the To of a mail that it returns.
    """

    kind: Kind
    reports: tuple[Report, ...] = ()
    message_ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    original_to: tuple[str, ...] = ()


def read(raw: bytes) -> Returned | None:
    """What a whole mail tells of another; None where it tells nothing, or can't be read. Never raises."""
    try:
        message = incoming.opened(raw)
        return returned_in(message, incoming.parts_of(message))
    except incoming.NotAMail:
        return None


def returned_in(message: Message, parts: list[Part]) -> Returned | None:
    """Raises NotAMail."""
    words = _own_words(parts)
    kind = _kind(message, parts, words)
    if kind is None:
        return None
    text = _everything(message, parts)
    return Returned(
        kind=kind,
        reports=tuple(_reports(message, parts, words)[:REPORTS]) if kind is Kind.DELIVERY else (),
        message_ids=tuple(_message_ids(text, message)),
        tokens=tuple(dict.fromkeys(TOKEN.findall(text.lower())))[:TRACES],
        original_to=_original_to(parts),
    )


def _kind(message: Message, parts: list[Part], words: str) -> Kind | None:
    kinds = {part.kind for part in parts if not part.nested} | {_report_type(message)}
    if kinds & {"message/feedback-report", "feedback-report"}:
        return Kind.COMPLAINT
    if kinds & {"message/disposition-notification", "disposition-notification"}:
        return Kind.RECEIPT
    if kinds & _STATUS_KINDS or _status_parts(message) or incoming.header(message, "X-Failed-Recipients"):
        return Kind.DELIVERY
    subject = incoming.header(message, "Subject")
    if AWAY.search(subject) and not TITLES.search(subject):
        return Kind.ABSENCE if _automatic(message) else None
    if _by_a_daemon(message) or (TITLES.search(subject) and _null_sender(message)):
        told = f"{subject}\n{words}"
        failing = any(pattern.search(told) for pattern in (TITLES, FAILING, DELAYED, STATUS, REPLY_CODE))
        return Kind.DELIVERY if failing or _known_failures(message) else None
    if _returns_a_mail(parts) and FAILING.search(words) and NOBODY.match(incoming.header(message, "From")):
        return Kind.DELIVERY
    if _null_sender(message) and (FAILING.search(words) or _returns_a_mail(parts)):
        return Kind.DELIVERY
    if "amazonaws.com" in incoming.header(message, "From") and _known_failures(message):
        return Kind.DELIVERY
    return Kind.ABSENCE if _automatic(message) else None


_STATUS_KINDS = {"message/delivery-status", "message/global-delivery-status", "delivery-status"}


def _report_type(message: Message) -> str:
    return (
        str(message.get_param("report-type") or "").lower() if message.get_content_type() == "multipart/report" else ""
    )


def _by_a_daemon(message: Message) -> bool:
    sender = incoming.envelope_of(message)
    return bool(DAEMONS.match(sender.sender) or DAEMONS.match(sender.sender_name))


def _null_sender(message: Message) -> bool:
    """Whether the mail came without a sender, as RFC 5321 asks of those that no mail may answer."""
    path = message.get("Return-Path")
    return path is not None and str(path).strip().strip("<>").upper() in ("", "MAILER-DAEMON")


def _automatic(message: Message) -> bool:
    submitted = incoming.header(message, "Auto-Submitted").lower()
    replies = any(
        incoming.header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    )
    return (submitted.startswith("auto-") or replies or _null_sender(message)) and "calendar" not in submitted


def _returns_a_mail(parts: list[Part]) -> bool:
    return any(part.kind in _HEADERS or part.nested for part in parts)


_HEADERS = ("text/rfc822-headers", "message/global-headers")


def _known_failures(message: Message) -> set[str]:
    """The addresses that flufl.bounce finds; its detectors are a stranger's, over strangers' mails."""
    from flufl.bounce import all_failures  # its modules are loaded by those alone who get such a mail

    try:
        temporary, permanent = all_failures(message)
    except Exception:  # a detector that stumbles knows nothing of this mail
        return set()
    found = (address.decode("utf-8", "replace") if isinstance(address, bytes) else address
             for address in (*permanent, *temporary))  # fmt: skip
    return {address.rstrip(".") for address in found if address}


def _status_parts(message: Message) -> list[Any]:
    """The delivery statuses of the mail itself, not of one attached to it, as the blocks that they consist of."""
    found, waiting = [], [message]
    while waiting:
        part = waiting.pop(0)
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/delivery-status" and isinstance(payload, list):
            found.append(payload)
        elif kind in _STATUS_KINDS or _looks_like_status(part):
            whole = Part(part, part, nested=False).text
            text = "\n\n".join(map(str, payload)) if isinstance(payload, list) else whole
            blocks = re.split(r"\r?\n\s*\r?\n", text.strip())
            found.append([incoming.opened(block.encode("utf-8", "replace")) for block in blocks[: REPORTS + 1]])
        elif isinstance(payload, list) and kind not in ("message/rfc822", "message/global"):
            waiting.extend(inner for inner in payload if isinstance(inner, Message))
    return found


def _looks_like_status(part: Message) -> bool:
    """Whether a text is a status under another name."""
    if part.get_content_type() != "text/plain":
        return False
    text = Part(part, part, nested=False).raw[:4000]
    return bool(re.search(rb"(?im)^Reporting-MTA:", text) and re.search(rb"(?im)^Final-Recipient:", text))


def _reports(message: Message, parts: list[Part], words: str) -> list[Report]:
    blocks = [block for status in _status_parts(message) for block in status]
    found = [report for block in blocks if (report := _report(block))]
    return found or _worded_reports(message, parts, words)


def _report(block: Any) -> Report | None:
    recipient = _typed(block, "Final-Recipient") or _typed(block, "Original-Recipient")
    action = re.match(r"[a-z]*", _field(block, "Action").lower())
    named = action[0] if action else ""
    if not recipient or named not in ("failed", "delayed", "delivered", "relayed", "expanded"):
        return None
    return Report(
        recipient=recipient[:320],
        action=named,
        status=(STATUS.search(_field(block, "Status")) or [""])[0],
        diagnostic=_typed(block, "Diagnostic-Code")[:500],
        meant=_typed(block, "Original-Recipient")[:320],
    )


def _worded_reports(message: Message, parts: list[Part], words: str) -> list[Report]:
    """What a bounce without a status says: an address for each that it names as failing, else one without any."""
    named = [address for _, address in getaddresses([incoming.header(message, "X-Failed-Recipients")]) if address]
    addresses = list(dict.fromkeys([*named, *sorted(_known_failures(message))])) or [""]
    if '"notificationType":"Delivery"' in words:
        return []  # of Amazon SES, in JSON: it arrived
    diagnostic = telling_line(words)
    return [
        Report(
            recipient=address[:320],
            action="delayed" if only_delayed(words) else "failed",
            status=status_in(words),
            diagnostic=diagnostic,
        )
        for address in addresses
    ]


def _own_words(parts: list[Part]) -> str:
    """What the report itself says, without the mail that it returns."""
    # A part may call itself multipart and be none: a broken header line ended its headers.
    words = (
        part for part in parts if not part.nested and part.kind.startswith(("text/plain", "text/html", "multipart/"))
    )
    texts = [part.text for part in words]
    text = "\n".join(re.sub(r"<[^@<>]{1,500}>", " ", text) for text in texts)[:50_000]
    return without_copy(text)


def _everything(message: Message, parts: Iterable[Part]) -> str:
    """All that stands in the mail's body, decoded: headers of attached mails too, and statuses."""
    texts, seen = [], {id(message)}
    for part in parts:
        if id(part.message) not in seen:
            seen.add(id(part.message))
            texts += [f"{name}: {value}" for name, value in part.message.items()]
        texts += [f"{name}: {value}" for name, value in part.content.items() if part.content is not message]
        texts.append(part.text if part.content.get_content_maintype() in ("text", "message", "multipart") else "")
    return re.sub(r"\r?\n[ \t]+", " ", "\n".join(texts))[:2_000_000]


def _message_ids(text: str, message: Message) -> list[str]:
    """The Message-IDs in the mail, then those that the report names as before it; never its own."""
    named = re.findall(r"(?im)\bmessage-?id\b\W{1,20}?([^<>\s:;\"']{1,200}@[^<>\s;\"']{1,200})", text)
    about = incoming.identifiers(" ".join(str(message.get(name, "")) for name in ("References", "In-Reply-To")))
    came_to = " ".join(incoming.envelope_of(message).addressed)
    senders = [f"<{tag}@{domain}>" for tag, domain in SENDER.findall(f"{came_to} {text}")]
    found = dict.fromkeys([*senders, *(f"<{plain}>" for plain in named), *incoming.identifiers(text), *about])
    own = clean_line(str(message.get("Message-ID", "")))
    return [identifier for identifier in found if identifier != own][:TRACES]


def _original_to(parts: list[Part]) -> tuple[str, ...]:
    for part in parts:
        if part.nested:
            return incoming.envelope_of(part.message).addressed[:20]
        if part.kind in _HEADERS:
            return incoming.envelope_of(incoming.opened(part.text.encode())).addressed[:20]
    return ()


def _field(block: Any, name: str) -> str:
    return clean_line(str(block.get(name, "")))


def _typed(block: Any, name: str) -> str:
    """The value of a field written `type; value`, such as `rfc822; somebody@example.org`."""
    kind, semicolon, value = _field(block, name).partition(";")
    return (value if semicolon else kind).strip().strip("<>")
