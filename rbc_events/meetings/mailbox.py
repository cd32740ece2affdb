"""Fetching what has come into the mailbox that invitations are answered to.

RBC_INBOX_URL: imaps://user:password@host/INBOX, or imap:// for a server on the same machine.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from rbc_events.calendars.incoming import MAIL_OCTETS

log = logging.getLogger(__name__)

TIMEOUT = 30
MOST_AT_ONCE = 2000
BATCH = 25  # mails that are read together
BATCH_OCTETS = 2 * MAIL_OCTETS


class MailboxFault(Exception):
    """The mailbox can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail with its place in the mailbox. Of one that is too large only the headers are fetched."""

    content: bytes
    validity: int
    uid: int
    whole: bool = True


def fetch_new(url: str, take: Callable[[list[Fetched]], Iterable[int]]) -> int:
    """Give the new mails to `take`, a few at a time, and mark them; returns how many were taken. Raises MailboxFault.

    `take` gives the numbers (uid) of those that a person has to look at: they stay unseen, are flagged as people do it,
    and aren't fetched again. The others are marked as seen. All are marked after `take` has returned: those that a
    crash cuts short come again, so `take` must bear that.
    """
    taken = 0
    try:
        with _opened(url) as mailbox:
            validity = _validity(mailbox)
            _, found = mailbox.uid("SEARCH", "UNSEEN", "UNFLAGGED")
            numbers = [int(number) for number in found[0].split()[:MOST_AT_ONCE]]
            for batch in _batches(mailbox, numbers):
                mails = [_fetch(mailbox, number, validity, whole=whole) for number, whole in batch]
                waiting = set(take(mails))
                _store(mailbox, sorted(waiting), "+FLAGS", r"(\Flagged)")
                _store(mailbox, [mail.uid for mail in mails if mail.uid not in waiting], "+FLAGS", r"(\Seen)")
                taken += len(mails) - len(waiting)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFault(str(error)) from error
    return taken


def mark_settled(url: str, places: Iterable[tuple[int, int]]) -> None:
    """Mark mails, by validity and number, as seen and take their flags away: somebody has dealt with them.

    Of a mailbox that was made anew since (another validity) nothing is marked: the numbers mean other mails there.
    Raises MailboxFault.
    """
    try:
        with _opened(url) as mailbox:
            validity = _validity(mailbox)
            numbers = [uid for valid, uid in places if valid == validity]
            _store(mailbox, numbers, "+FLAGS", r"(\Seen)")
            _store(mailbox, numbers, "-FLAGS", r"(\Flagged)")
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFault(str(error)) from error


def _validity(mailbox: imaplib.IMAP4) -> int:
    _, found = mailbox.response("UIDVALIDITY")
    return int(found[0]) if found and found[0] else 0


def _store(mailbox: imaplib.IMAP4, numbers: list[int], how: str, flags: str) -> None:
    if numbers:
        mailbox.uid("STORE", ",".join(map(str, numbers)), how, flags)


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


def _batches(mailbox: imaplib.IMAP4, numbers: list[int]) -> Iterator[list[tuple[int, bool]]]:
    """A few mails each, with whether they are small enough to be fetched whole."""
    sizes = _sizes(mailbox, numbers)
    batch: list[tuple[int, bool]] = []
    octets = 0
    for number in numbers:
        size = sizes.get(number, MAIL_OCTETS + 1)
        if batch and (len(batch) >= BATCH or octets + size > BATCH_OCTETS):
            yield batch
            batch, octets = [], 0
        whole = size <= MAIL_OCTETS
        batch.append((number, whole))
        octets += size if whole else 0
    if batch:
        yield batch


def _sizes(mailbox: imaplib.IMAP4, numbers: list[int]) -> dict[int, int]:
    if not numbers:
        return {}
    _, answers = mailbox.uid("FETCH", ",".join(map(str, numbers)), "(UID RFC822.SIZE)")
    found = {}
    for answer in answers:
        line = answer[0] if isinstance(answer, tuple) else answer
        uid, size = (re.search(pattern, line or b"") for pattern in (rb"UID (\d+)", rb"RFC822\.SIZE (\d+)"))
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return found


def _fetch(mailbox: imaplib.IMAP4, number: int, validity: int, *, whole: bool) -> Fetched:
    _, parts = mailbox.uid("FETCH", str(number), "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
    content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    return Fetched(content=content, validity=validity, uid=number, whole=whole)
