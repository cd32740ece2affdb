"""Handing a finished mail to somebody who delivers it: an SMTP server, or a folder on a laptop.

RBC_MAIL_URL: smtp://user:password@host:587, smtps://host, smtp://127.0.0.1:25, file:///path/to/folder.
On port 587, and wherever there is a password, smtp:// encrypts (STARTTLS) before anything else is said; a server that
can't is told nothing, and mail waits. ?starttls=off goes without, ?starttls=on asks for it on other ports too.
With ?reports=all the server is asked to report deliveries too, not failures alone (RFC 3461), where it can.
With ?returns=own each mail is sent from an address of its own (VERP: sender+number@host), which a report goes to
whatever it leaves out. The server must take subaddresses of the sender's.
"""

import os
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from rbc_events.private_files import make_private_folder, write_private_file

TIMEOUT = 30  # seconds for each answer of the server
SUBMISSION = 587
LOCAL_PART = 64  # octets
NO_STARTTLS = (
    "The mail server offers no encryption (STARTTLS), so nothing was sent. Where that is meant, RBC_MAIL_URL says so"
    " with ?starttls=off; a server that is encrypted from the start is smtps://."
)


class NotDelivered(Exception):
    """A mail wasn't taken. The text is what the server said."""


class Refused(NotDelivered):
    """The server refuses this mail, and would refuse it again."""


class Postponed(NotDelivered):
    """The server doesn't take this mail now."""


class Unreachable(NotDelivered):
    """There is no server to talk to, or it doesn't let us in: no mail would go through."""


class Transport(Protocol):
    def send(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand one mail over. Raises Refused, Postponed or Unreachable."""

    def close(self) -> None: ...


def open_transport(url: str) -> Transport:
    parts = urlsplit(url)
    return FolderTransport(Path(unquote(parts.path))) if parts.scheme == "file" else SmtpTransport(parts)


def folder_of(url: str) -> Path | None:
    """The folder to which mails are written; None where a server sends them."""
    transport = open_transport(url)
    return transport.folder if isinstance(transport, FolderTransport) else None


class FolderTransport:
    """Each mail becomes a file that mail programs open, named after its Message-ID: sent twice, it is there once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, sender: str, recipient: str, content: bytes) -> None:
        name = _number_of(content) or "mail"
        try:
            make_private_folder(self.folder)
            unfinished = self.folder / f".{name}.part"
            write_private_file(unfinished, content)
            os.replace(unfinished, self.folder / f"{name}.eml")
        except OSError as error:
            raise Unreachable(str(error)) from error

    def close(self) -> None:
        pass


def own_sender(sender: str, content: bytes) -> str:
    """The sender with the mail's number as subaddress, where that is no longer than an address may be (RFC 5321)."""
    local, _, domain = sender.rpartition("@")
    own = f"{local}+{_number_of(content)}"
    return f"{own}@{domain}" if len(own) <= LOCAL_PART else sender


def _number_of(content: bytes) -> str:
    """What stands before the @ in the mail's Message-ID."""
    identifier = content.partition(b"Message-ID: <")[2].partition(b"@")[0].decode("ascii", "replace")
    return "".join(character for character in identifier if character.isalnum())


class SmtpTransport:
    """One connection for many mails; opened when first needed, and anew after a fault."""

    def __init__(self, parts: SplitResult) -> None:
        self.parts = parts
        self.options = parse_qs(parts.query)
        self.server: smtplib.SMTP | None = None

    def send(self, sender: str, recipient: str, content: bytes) -> None:
        server = self.server or self._connect()
        if self.options.get("returns") == ["own"]:
            sender = own_sender(sender, content)
        try:
            server.sendmail(sender, [recipient], content, rcpt_options=self._reports(server))
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*error.recipients[recipient]) from error
        except smtplib.SMTPSenderRefused as error:
            self.close()
            raise Unreachable(_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            raise Unreachable(str(error)) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(str(error)) from error

    def close(self) -> None:
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server = None

    def _reports(self, server: smtplib.SMTP) -> list[str]:
        server.ehlo_or_helo_if_needed()
        wanted = self.options.get("reports") == ["all"] and server.has_extn("dsn")
        return ["NOTIFY=SUCCESS,FAILURE,DELAY"] if wanted else []

    def _must_encrypt(self) -> bool:
        asked = self.options.get("starttls")
        return asked[0] in ("on", "1") if asked else self.parts.port == SUBMISSION or bool(self.parts.username)

    def _connect(self) -> smtplib.SMTP:
        server = None
        try:
            server = self._reach()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            raise Unreachable(_reason(error)) from error
        self.server = server
        return server

    def _reach(self) -> smtplib.SMTP:
        """A connection that is encrypted where it must be."""
        host, port = self.parts.hostname or "localhost", self.parts.port
        secure = ssl.create_default_context()
        if self.parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=secure)
        server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
        if self._must_encrypt():
            try:
                server.starttls(context=secure)
            except BaseException:
                server.close()
                raise
        return server


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return NO_STARTTLS
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return str(error)


def _refusal(code: int, text: bytes | str) -> NotDelivered:
    return Refused(_words(code, text)) if 500 <= code < 600 else Postponed(_words(code, text))


def _words(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
