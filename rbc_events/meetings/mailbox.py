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
class Place:
    """Where a mail lies in its mailbox (RFC 3501, 2.3.1.1): numbers mean others after the validity has changed."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail with its place in the mailbox. Of one that is too large only the headers are fetched."""

    content: bytes
    place: Place
    whole: bool = True


def fetch_new(
    url: str,
    take: Callable[[list[Fetched]], Iterable[int]],
    *,
    last: Place | None = None,
    reached: Callable[[Place], None] = lambda _place: None,
) -> int:
    """Give the new mails to `take`, a few at a time, and mark them; returns how many were taken. Raises MailboxFault.

    New are those after `last`, the place that was reached before, also where a person has read them meanwhile; and
    those before it that are neither seen nor flagged. Without `last` it is only these: a mailbox may have had a life
    before. `reached` is told how far it came.

    `take` gives the numbers (uid) of those that a person has to look at: they stay unseen, are flagged as people do it,
    and aren't fetched again. The others are marked as seen. All are marked after `take` has returned: those that a
    crash cuts short come again, so `take` must bear that.
    """
    taken = 0
    try:
        with _opened(url) as mailbox:
            validity = _number(mailbox, "UIDVALIDITY")
            known = last.uid if last and last.validity == validity else None
            place = Place(validity, _number(mailbox, "UIDNEXT") - 1 if known is None else known)
            if place != last:
                reached(place)
            for batch in _batches(mailbox, _new(mailbox, known)):
                mails = _fetch(mailbox, batch, validity)
                waiting = set(take(mails))
                _store(mailbox, sorted(waiting), "+FLAGS", r"(\Flagged)")
                _store(
                    mailbox, [mail.place.uid for mail in mails if mail.place.uid not in waiting], "+FLAGS", r"(\Seen)"
                )
                taken += len(mails) - len(waiting)
                place = Place(validity, max(place.uid, *(number for number, _whole in batch)))
                reached(place)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFault(str(error)) from error
    return taken


def _new(mailbox: imaplib.IMAP4, known: int | None) -> list[int]:
    """The numbers of the mails to fetch, the oldest first."""
    numbers = _search(mailbox, "UNSEEN", "UNFLAGGED")
    if known is not None:
        # The last mail matches "n:*" whatever n is.
        numbers |= {number for number in _search(mailbox, "UID", f"{known + 1}:*") if number > known}
    return sorted(numbers)[:MOST_AT_ONCE]


def _search(mailbox: imaplib.IMAP4, *criteria: str) -> set[int]:
    _, found = mailbox.uid("SEARCH", *criteria)
    return {int(number) for number in (found[0] or b"").split()}


def name_of(url: str) -> str:
    """What tells this mailbox from others, without its password."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname}/{_folder(url)}"


def _folder(url: str) -> str:
    return unquote(urlsplit(url).path.strip("/")) or "INBOX"


def mark_settled(url: str, places: Iterable[Place]) -> None:
    """Mark the mails at these places as seen and take their flags away: somebody has dealt with them.

    Of a mailbox that was made anew since (another validity) nothing is marked: the numbers mean other mails there.
    Raises MailboxFault.
    """
    try:
        with _opened(url) as mailbox:
            validity = _number(mailbox, "UIDVALIDITY")
            numbers = [place.uid for place in places if place.validity == validity]
            _store(mailbox, numbers, "+FLAGS", r"(\Seen)")
            _store(mailbox, numbers, "-FLAGS", r"(\Flagged)")
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxFault(str(error)) from error


def _number(mailbox: imaplib.IMAP4, code: str) -> int:
    """What the server said under this code when the mailbox was selected; 0 where it said nothing."""
    _, found = mailbox.response(code)
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
        status, answer = mailbox.select(f'"{_folder(url)}"')
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


def _fetch(mailbox: imaplib.IMAP4, batch: list[tuple[int, bool]], validity: int) -> list[Fetched]:
    """The mails of a batch that are still there."""
    mails = []
    for whole, part in ((True, "(UID BODY.PEEK[])"), (False, "(UID BODY.PEEK[HEADER])")):
        numbers = [number for number, is_whole in batch if is_whole == whole]
        for number, content in _contents(mailbox, numbers, part):
            mails.append(Fetched(content=content, place=Place(validity, number), whole=whole))
    return mails


def _contents(mailbox: imaplib.IMAP4, numbers: list[int], part: str) -> Iterator[tuple[int, bytes]]:
    """Numbers and what was asked for. A server may say the number before or after the content."""
    if not numbers:
        return
    _, answers = mailbox.uid("FETCH", ",".join(map(str, numbers)), part)
    for place, answer in enumerate(answers):
        if isinstance(answer, tuple):
            after = answers[place + 1] if place + 1 < len(answers) and isinstance(answers[place + 1], bytes) else b""
            uid = re.search(rb"UID (\d+)", answer[0]) or re.search(rb"UID (\d+)", after)
            if uid:
                yield int(uid[1]), answer[1]
