"""Mails as bytes: text, HTML, an invitation (RFC 6047) and attachments, the same bytes for the same input."""

from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr
from hashlib import sha256

from rbc_events.calendars.content import ascii_address, clean, clean_line
from rbc_events.calendars.entry import Method, Person


class _Folded(Compat32):
    """Writes headers as they stand: they are encoded and folded when they are set.

    The newer policies parse every header that they are given, which takes several times as long as all the rest of a
    mail. What isn't ASCII by then raises UnicodeEncodeError.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode("ascii")


_POLICY = _Folded(linesep="\r\n")
NAME_CHARACTERS = 100
FILE_NAME_CHARACTERS = 60
SUBJECT_CHARACTERS = 200  # a subject is a line to read in a list; the whole title stands in the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A calendar object and the METHOD that it carries."""

    method: Method
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one recipient. `message_id` is `<...@host>`, `date` aware, `unsubscribe` an address or empty."""

    message_id: str
    date: datetime
    sender: Person
    recipient: Person
    subject: str
    text: str
    html: str
    language: str = "en"
    reply_to: str = ""
    unsubscribe: str = ""
    in_reply_to: str = ""  # the Message-ID of the mail that this one answers
    invitation: Invitation | None = None
    attachments: tuple[Attachment, ...] = ()


def write(mail: Mail) -> bytes:
    """The mail as it goes over SMTP. Raises UnsafeAddress.

    The calendar part names its method in the Content-Type, as Outlook wants (RFC 6047, 2.4), stands last among the
    alternatives, and comes once more as a file for readers that show no invitation. The boundaries are made from the
    Message-ID: with chance in them a repeated mail would be another mail.
    """
    boundary = "=_" + sha256(mail.message_id.encode()).hexdigest()[:32]
    body = MIMEMultipart("alternative", boundary=boundary + ".a")
    body.attach(MIMEText(_lines(mail.text), "plain", "utf-8"))
    body.attach(MIMEText(_lines(mail.html), "html", "utf-8"))
    files = list(mail.attachments)
    if mail.invitation:
        body.attach(_calendar_part(mail.invitation))
        name = {"CANCEL": "cancel.ics", "DECLINECOUNTER": "answer.ics"}.get(mail.invitation.method, "invite.ics")
        files.insert(0, Attachment(name=name, media_type="application/ics", content=mail.invitation.content))
    message = body
    if files:
        message = MIMEMultipart("mixed", boundary=boundary + ".m")
        message.attach(body)
        for attachment in files:
            message.attach(_file_part(attachment))
    _write_headers(message, mail)
    return message.as_bytes(policy=_POLICY)


def _write_headers(message: MIMEBase, mail: Mail) -> None:
    message["From"] = _address(mail.sender)
    message["To"] = _address(mail.recipient)
    subject = clean_line(mail.subject)
    if len(subject) > SUBJECT_CHARACTERS:
        subject = subject[: SUBJECT_CHARACTERS - 1] + "…"
    message["Subject"] = subject if _fits_plainly(subject) else _encoded(subject, "Subject")
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = clean_line(mail.message_id)
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes aren't answered to us
    if mail.reply_to:
        message["Reply-To"] = ascii_address(mail.reply_to)
    if mail.in_reply_to:
        message["In-Reply-To"] = message["References"] = _identifier(mail.in_reply_to)
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{clean_line(mail.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058


def _identifier(message_id: str) -> str:
    """A stranger's Message-ID as a header may hold it."""
    return clean_line(message_id).encode("ascii", "replace").decode()[:500]


def _fits_plainly(text: str) -> bool:
    """Whether a header can hold the text unencoded: a "=?" that somebody typed must not be decoded as ours."""
    return text.isascii() and len(text) < 60 and "=?" not in text


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _calendar_part(invitation: Invitation) -> MIMEText:
    part = MIMEText(invitation.content.decode(), "calendar", "utf-8")
    part.set_param("method", invitation.method)
    return part


def _file_part(attachment: Attachment) -> MIMEBase:
    part = MIMEBase(*attachment.media_type.split("/"))
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=clean_line(attachment.name)[:FILE_NAME_CHARACTERS])
    return part


def _address(person: Person) -> str:
    """Name and address for a header."""
    address = ascii_address(person.address)
    name = clean_line(person.name)[:NAME_CHARACTERS]
    if _fits_plainly(name):
        return formataddr((name, address))
    return f"{_encoded(name, 'From')} <{address}>"


def _lines(text: str) -> str:
    return clean(text).rstrip("\n").replace("\n", "\r\n") + "\r\n"
