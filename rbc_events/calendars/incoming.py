"""A mail that came in, taken apart: headers, parts and words, whatever charset and encoding they have.

The standard library's parser raises on malformed headers; `opened` turns that into NotAMail. Sizes are bounded before
anything is parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from markupsafe import Markup

from rbc_events.calendars.content import clean, clean_line

MAIL_OCTETS = 10_000_000
PARTS = 50
TEXT_CHARACTERS = 20_000
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError, MessageError)
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
# Where senders name the one charset and mean the larger one of the same family, as most of Japan's do.
_WIDER = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
          "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext", "us-ascii": "utf-8", "ascii": "utf-8",
          "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}  # fmt: skip


class NotAMail(ValueError):
    """The bytes are no mail that can be taken apart, or too many."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail that has content, with the message that it lies in: the mail itself, or one attached to it."""

    message: Message
    content: Message
    nested: bool

    @property
    def kind(self) -> str:
        return self.content.get_content_type()

    @property
    def raw(self) -> bytes:
        payload = self.content.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    @property
    def text(self) -> str:
        return decoded(self.raw, _charset(self.content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who wrote a mail to whom, and about which mails: `about` are the Message-IDs that it names as those before it."""

    sender: str = ""
    sender_name: str = ""
    addressed: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    message_id: str = ""
    subject: str = ""
    written_at: datetime | None = None


def opened(raw: bytes) -> Message:
    """The mail. Raises NotAMail."""
    if len(raw) > MAIL_OCTETS:
        raise NotAMail(f"{len(raw)} octets")
    try:
        return BytesParser(policy=policy.compat32).parsebytes(raw)
    except _MALFORMED as error:
        raise NotAMail(type(error).__name__) from error


def parts_of(message: Message) -> list[Part]:
    """The mail's parts, in their order. Raises NotAMail for more than anybody sends."""
    try:
        found = list(_walk(message, message, nested=False))
    except _MALFORMED as error:
        raise NotAMail(type(error).__name__) from error
    if len(found) > PARTS:
        raise NotAMail(f"more than {PARTS} parts")
    return found


def _walk(message: Message, content: Message, *, nested: bool) -> Iterator[Part]:
    if not content.is_multipart():
        yield Part(message, content, nested)
        return
    attached = content.get_content_type() in ("message/rfc822", "message/global")
    for inner in content.get_payload():
        if isinstance(inner, Message):
            yield from _walk(inner if attached else message, inner, nested=nested or attached)


def envelope_of(message: Message) -> Envelope:
    """Raises NotAMail."""
    try:
        name, sender = parseaddr(_header(message, "From"))
        written = _header(message, "Date")
        return Envelope(
            sender=clean_line(sender)[:320],
            sender_name=clean_line(name)[:200],
            addressed=tuple(address for _, address in getaddresses(_headers(message, *_RECIPIENT_HEADERS)) if address),
            about=tuple(identifiers("\n".join(_headers(message, "In-Reply-To", "References"))))[:50],
            message_id=_header(message, "Message-ID")[:255],
            subject=_header(message, "Subject")[:500],
            written_at=_moment(written) if written else None,
        )
    except _MALFORMED as error:
        raise NotAMail(type(error).__name__) from error


def header(message: Message, name: str) -> str:
    """The header's value on one line, its encoded words read; empty where there is none or it can't be read."""
    try:
        return _header(message, name)
    except _MALFORMED:
        return ""


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _headers(message: Message, *names: str) -> list[str]:
    """The values of these headers, in the order of the names. Read as they came: the parser's own reading replaces what
    isn't ASCII by marks."""
    raw = [(name.lower(), str(value)) for name, value in message.raw_items()]
    return [_words(value) for wanted in names for value in [text for name, text in raw if name == wanted.lower()][:10]]


def _words(value: str) -> str:
    """A header's words, of at most a thousand characters. Raw bytes beyond ASCII are read as what they can be; encoded
    words that can't be decoded stay as they came."""
    if "=?" not in value:
        octets = value[:4000].encode("ascii", "surrogateescape") if value.isascii() or _raw(value) else b""
        return clean_line(decoded(octets, "") if octets else value)[:1000]
    try:
        found = decode_header(value[:4000])
    except MessageError:  # base64 that was cut off
        return clean_line(value)[:1000]
    words = (word if isinstance(word, str) else decoded(word, charset or "") for word, charset in found)
    return clean_line("".join(words))[:1000]


def _raw(value: str) -> bool:
    return all(character.isascii() or "\udc80" <= character <= "\udcff" for character in value[:4000])


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def identifiers(text: str) -> list[str]:
    """The Message-IDs in a text, each once, in order."""
    return list(dict.fromkeys(_IDENTIFIER.findall(text)))


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except _MALFORMED:
        return ""


def decoded(raw: bytes, charset: str) -> str:
    """Text in its charset; where that doesn't fit, in UTF-8, then as Japanese systems write it, then with marks."""
    wider = _WIDER.get(charset.lower(), charset)
    tried = [wider, *(["iso2022_jp_ext"] if b"\x1b$" in raw else []), "utf-8-sig", "cp932"]
    for name in filter(None, tried):
        try:
            return raw.decode("utf-8-sig" if name == "utf-8" else name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


def readable(parts: list[Part]) -> str:
    """What a person may read of a mail: its plain text, else its HTML without tags; attached mails follow."""
    own = [part for part in parts if not part.nested]
    plain = [part.text for part in own if part.kind == "text/plain"]
    if not any(text.strip() for text in plain):
        plain = [_without_tags(part.text) for part in own if part.kind == "text/html"]
    attached = [part.text for part in parts if part.nested and part.kind == "text/plain"]
    return clean("\n\n".join(text.strip() for text in (*plain, *attached) if text.strip()))[:TEXT_CHARACTERS]


def _without_tags(html: str) -> str:
    kept = re.sub(r"(?is)<(script|style|head|title)\b.*?(</\1\s*>|$)", "", html[:200_000])
    broken = re.split(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", kept)
    lines = (Markup(line).striptags() for line in broken)  # noqa: S704 - its tags are taken out, it becomes text
    return re.sub(r"\n\n\n+", "\n\n", "\n".join(lines))
