"""Fetching what has come into the mailbox that invitations are answered to.

RBC_INBOX_URL: imaps://user:password@host/INBOX, or imap:// for a server on the same machine.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from rbc_events.calendars.reply import MAIL_OCTETS

log = logging.getLogger(__name__)

TIMEOUT = 30
MOST_AT_ONCE = 500


class MailboxFault(Exception):
    """The mailbox can't be read; the text says why."""


class ForAPerson(Exception):
    """A mail that no program should read; the text says why."""


def fetch_new(url: str, take: Callable[[bytes], None]) -> int:
    """Give each new mail to `take` and then mark it as seen; returns how many. Raises MailboxFault.

    A mail is marked after `take` has returned: one that a crash cuts short comes again, so `take` must bear that. One
    that is too large, or of which `take` says ForAPerson, stays unseen, is flagged as people do it, and isn't fetched
    again.
    """
    taken = 0
    try:
        with _opened(url) as mailbox:
            _, found = mailbox.uid("SEARCH", "UNSEEN", "UNFLAGGED")
            for number in found[0].decode().split()[:MOST_AT_ONCE]:
                try:
                    take(_fetch(mailbox, number))
                except ForAPerson as why:
                    log.warning("a mail was left for a person to look at, unseen and flagged: %s", why)
                    mailbox.uid("STORE", number, "+FLAGS", r"(\Flagged)")
                else:
                    mailbox.uid("STORE", number, "+FLAGS", r"(\Seen)")
                    taken += 1
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFault(str(error)) from error
    return taken


@contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    mailbox: imaplib.IMAP4
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    with mailbox:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, answer = mailbox.select(f'"{unquote(parts.path.strip("/")) or "INBOX"}"')
        if status != "OK":
            raise MailboxFault(str(answer))
        yield mailbox


def _fetch(mailbox: imaplib.IMAP4, number: str) -> bytes:
    """Raises ForAPerson for a mail that is too large, which isn't fetched."""
    _, sizes = mailbox.uid("FETCH", number, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", sizes[0] if isinstance(sizes[0], bytes) else b"")
    if size is None or int(size[1]) > MAIL_OCTETS:
        raise ForAPerson(f"it has {size[1].decode() if size else 'unknown'} octets")
    _, parts = mailbox.uid("FETCH", number, "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")
