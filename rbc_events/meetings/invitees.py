"""Whose answer it is: the invitee's own, or somebody else's to whom the invitation was passed on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from rbc_events.accounts.operations import token_hash
from rbc_events.calendars.incoming import Envelope
from rbc_events.calendars.lines import Attendee
from rbc_events.calendars.reply import Answer
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import CalendarEntry, Meeting
from rbc_events.meetings.recipients import recipients_of
from rbc_events.outbox.failing import last_mail_to, mails_named
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


def event_of_sender(envelope: Envelope) -> int | None:
    """The event that a mail is about which names no mail of ours: the one to whose address it was written, whichever
    wrote to the sender last. Of those that share the address, and where it went to none, the one that did is meant."""
    addressed = {address.lower() for address in envelope.addressed}
    wanted = addressed | set(map(_without_subaddress, addressed))
    events = db.session.scalars(select(Event.id).where(func.lower(Event.reply_address).in_(wanted))).all()
    if len(events) == 1:
        return events[0]
    message = last_mail_to(envelope.sender, events) if envelope.sender else None
    return message.event_id if message else None


def _without_subaddress(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.rpartition('+')[0]}@{domain}" if "+" in local else address


def attendee_of(answer: Answer, entry: CalendarEntry) -> Attendee | None:
    """The attendee for whom the answer speaks: the invitee, else who sent it, else the only one; None if unclear."""
    by_address = {attendee.address.lower(): attendee for attendee in answer.attendees}
    answering = [attendee for attendee in answer.attendees if answer.response_of(attendee)]
    only = answering[0] if len(answering) == 1 else None
    return by_address.get(entry.recipient.lower()) or by_address.get(answer.envelope.sender.lower()) or only


def is_invitee(attendee: Attendee, answer: Answer, entry: CalendarEntry) -> bool:
    """Whether an attendee is the person whom we invited. Who answers under another address is known by their full name;
    a family name alone is a colleague's as well."""
    invited = entry.recipient.lower()
    if invited in (attendee.address.lower(), answer.envelope.sender.lower()):
        return True
    known = _known(entry)
    named = [attendee.name, *([answer.envelope.sender_name] if _same(attendee, answer) else [])]
    names = [words for name in named if "@" not in name and (words := _words(name))]
    if any(map(known.is_full_name, names)):
        return True
    contradicts = bool(names) and not any(words <= known.words for words in names)
    return not contradicts and known.is_local_part(attendee.address.partition("@")[0])


@dataclass(frozen=True, slots=True)
class _Known:
    """The words by which we know an invitee: their names in each script, and those in their address."""

    family: set[str]
    given: set[str]
    joined: set[str]
    address: set[str]

    @property
    def words(self) -> set[str]:
        return self.family | self.given | self.joined | self.address

    def is_full_name(self, words: set[str]) -> bool:
        if len(words) == 1:
            return words <= self.joined
        return words <= self.words and not words <= self.family and not words <= self.given

    def is_local_part(self, local: str) -> bool:
        """A full name, or a family name with the initial of a given one, as `t.yamada` or `yamadat`."""
        words = _words(local)
        family, rest = words & self.family, words - self.family
        if not self.family:
            family, rest = words & self.address, words - self.address
        initials = {word[0] for word in self.given or self.address - family}
        short = {joined for name in self.family for initial in initials for joined in (initial + name, name + initial)}
        return self.is_full_name(words) or words <= short or bool(family and rest and rest <= initials)


def _known(entry: CalendarEntry) -> _Known:
    recipient = recipients_of(entry.meeting, entry.interpreter).get(entry.recipient.lower())
    person = recipient.person if recipient else None
    address = _words(entry.recipient.partition("@")[0])
    if person is None:
        return _Known(set(), set(), set(), address)
    written = [(person.family_latin, person.given_latin), (person.family_kanji, person.given_kanji),
               (person.family_kana, person.given_kana)]  # fmt: skip
    joined = {
        name.lower() for family, given in written if family and given for name in (family + given, given + family)
    }
    family, given = (_words(" ".join(filter(None, names))) for names in zip(*written, strict=True))
    return _Known(family, given, joined, address)


def _same(attendee: Attendee, answer: Answer) -> bool:
    return attendee.address.lower() == answer.envelope.sender.lower()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))
