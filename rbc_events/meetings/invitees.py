"""Whose answer it is: the invitee's own, or somebody else's to whom the invitation was passed on."""

import re
from collections.abc import Iterable

from sqlalchemy import select

from rbc_events.accounts.operations import token_hash
from rbc_events.calendars.lines import Attendee
from rbc_events.calendars.reply import Answer
from rbc_events.database import db
from rbc_events.meetings.models import CalendarEntry, Meeting
from rbc_events.meetings.recipients import recipients_of
from rbc_events.outbox.failing import mails_named
from rbc_events.outbox.models import OutboxMessage


def entry_of_token(addresses: Iterable[str]) -> CalendarEntry | None:
    """The entry whose token stands in one of these addresses (`reply+token@host`)."""
    tokens = [address.rpartition("@")[0].rpartition("+")[2].lower() for address in addresses]
    return entry_of_tokens(tokens)


def entry_of_tokens(tokens: Iterable[str]) -> CalendarEntry | None:
    hashes = [token_hash(token) for token in tokens if token]
    found = select(CalendarEntry).where(CalendarEntry.token_hash.in_(hashes))
    return db.session.scalars(found).first() if hashes else None


def entry_of_mail(message: OutboxMessage) -> CalendarEntry | None:
    """The entry that a mail of ours told of; also where later mails have told of it since."""
    prefix, _, rest = message.occasion.partition(":")
    if prefix != "invitation":
        return None
    held = select(CalendarEntry).join(CalendarEntry.meeting)
    uid = rest.partition(":")[0]
    return db.session.scalar(held.where(Meeting.uid == uid, CalendarEntry.recipient == message.recipient))


def entry_answered(answer: Answer) -> CalendarEntry | None:
    """The entry that an answer is to: by the token, by the mail that it answers, else by meeting and attendee."""
    found = entry_of_token(answer.envelope.addressed)
    if found is not None:
        return found
    for message in mails_named(answer.envelope.about):
        if (entry := entry_of_mail(message)) is not None and entry.meeting.uid == answer.uid:
            return entry
    if any("+" in address.rpartition("@")[0] for address in answer.envelope.addressed):
        return None  # it went to a subaddress: with a token that isn't ours, somebody may be guessing
    held = select(CalendarEntry).join(CalendarEntry.meeting).where(Meeting.uid == answer.uid)
    # Everybody at the meeting knows its UID: only who writes from the invitee's own address is taken for them.
    own = {attendee.address.lower() for attendee in answer.attendees} & {answer.envelope.sender.lower()}
    return next((entry for entry in db.session.scalars(held) if entry.recipient.lower() in own), None)


def attendee_of(answer: Answer, entry: CalendarEntry) -> Attendee | None:
    """The attendee for whom the answer speaks: the invitee, else who sent it, else the only one; None if unclear."""
    by_address = {attendee.address.lower(): attendee for attendee in answer.attendees}
    answering = [attendee for attendee in answer.attendees if answer.response_of(attendee)]
    only = answering[0] if len(answering) == 1 else None
    return by_address.get(entry.recipient.lower()) or by_address.get(answer.envelope.sender.lower()) or only


def is_invitee(attendee: Attendee, answer: Answer, entry: CalendarEntry) -> bool:
    """Whether an attendee is the person whom we invited. Who answers under another address is known by name."""
    invited = entry.recipient.lower()
    if invited in (attendee.address.lower(), answer.envelope.sender.lower()):
        return True
    known = _words(invited.partition("@")[0]) | _names(entry)
    named = [attendee.name, *([answer.envelope.sender_name] if _same(attendee, answer) else [])]
    names = [words for name in named if "@" not in name and (words := _words(name))]
    if names:
        return any(words <= known for words in names)
    local = _words(attendee.address.partition("@")[0])
    whole = {word for word in local if len(word) > 1}
    initials = {word[0] for word in known if word}
    return bool(whole) and whole <= known and local - whole <= initials


def _same(attendee: Attendee, answer: Answer) -> bool:
    return attendee.address.lower() == answer.envelope.sender.lower()


def _names(entry: CalendarEntry) -> set[str]:
    recipient = recipients_of(entry.meeting, entry.interpreter).get(entry.recipient.lower())
    person = recipient.person if recipient else None
    if person is None:
        return set()
    written = [(person.family_latin, person.given_latin), (person.family_kanji, person.given_kanji),
               (person.family_kana, person.given_kana)]  # fmt: skip
    joined = {f"{family}{given}".lower() for family, given in written if family and given}
    return joined | {word for pair in written for name in pair for word in _words(name)}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))
