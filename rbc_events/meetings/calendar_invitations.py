"""Calendar invitations by mail, and the ledger of what each recipient holds.

The ledger decides who is told: whoever holds something else than what is published now gets a REQUEST, whoever holds a
meeting that is no longer theirs a CANCEL, and nobody else gets anything. So announcing a change twice is harmless.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr

from flask_babel import gettext as _
from sqlalchemy import select

from rbc_events.accounts.operations import derived_token, token_hash
from rbc_events.application import absolute_url, settings
from rbc_events.calendars import invitation
from rbc_events.calendars.content import unlinked
from rbc_events.calendars.entry import Entry, Method, Person
from rbc_events.calendars.message import Invitation
from rbc_events.database import db, in_batches
from rbc_events.events.models import Event
from rbc_events.i18n import clock_time, day, in_language, language, plain, zone_label
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.meetings import wording
from rbc_events.meetings.changes import Appointment, Change, Where
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, Meeting
from rbc_events.meetings.recipients import Recipient, recipients_of
from rbc_events.outbox.operations import message_id, withdraw
from rbc_events.registration.models import Consent, ConsentKind, Registration

LOCAL_PART = 64  # octets before the @


def send(event: Event, changes: Iterable[Change], *, now: datetime) -> int:
    """Write invitations, updates and cancellations for these changes, to those affected alone; returns how many.

    The caller has raised each meeting's `sequence` and loaded what the mails name (see `queries.meeting_with_all`).
    """
    changes = list(changes)
    announcement = _Announcement(event, _ledger(changes), _sharing_addresses(event), now)
    notices = [notice for change in changes for notice in announcement.notices(change)]
    db.session.flush()
    withdraw(announcement.replaced)
    return write_notices(event, notices, now=now)


def _ledger(changes: list[Change]) -> dict[int, dict[str, CalendarEntry]]:
    """The calendar entries of each meeting, by the recipient's address in small letters."""
    held: dict[int, dict[str, CalendarEntry]] = {}
    ids = [change.meeting.id for change in changes]
    for some in in_batches(ids):
        found = select(CalendarEntry).where(CalendarEntry.meeting_id.in_(some))
        for entry in db.session.scalars(found):
            held.setdefault(entry.meeting_id, {})[entry.recipient.lower()] = entry
    return held


def _sharing_addresses(event: Event) -> set[int]:
    """The registrations that agreed to be seen with their addresses by those whom they meet."""
    agreed = (Consent.kind == ConsentKind.ADDRESSES, Consent.withdrawn_at.is_(None), Registration.event_id == event.id)
    return set(db.session.scalars(select(Consent.registration_id).join(Consent.registration).where(*agreed)))


def _concerned(
    change: Change, ledger: dict[int, dict[str, CalendarEntry]]
) -> tuple[list[tuple[Recipient, CalendarEntry | None]], list[tuple[Recipient, CalendarEntry]]]:
    """Two lists of recipients with their entries: whom to invite or to tell of the change, and from whom to take the
    meeting because it is no longer theirs."""
    meeting, after, held = change.meeting, change.after, ledger.get(change.meeting.id, {})
    wanted = recipients_of(meeting, after.interpreter) if after is not None else {}
    requested = [
        (recipient, entry)
        for recipient, entry in ((recipient, held.get(address)) for address, recipient in wanted.items())
        if entry is None or entry.method == "CANCEL" or told(entry) != after
    ]
    zone = meeting.event.time_zone
    gone = [
        (_known(meeting, entry) or Recipient(None, entry.recipient, entry.language, zone, zone), entry)
        for address, entry in held.items()
        if address not in wanted and entry.method == "REQUEST"
    ]
    return requested, gone


def _known(meeting: Meeting, entry: CalendarEntry) -> Recipient | None:
    """Who holds the entry, by name, though the meeting isn't theirs any more: an interpreter who was replaced, too."""
    return recipients_of(meeting, entry.interpreter).get(entry.recipient.lower())


@dataclass
class _Announcement:
    """Writes the notices of one announcement; keeps what all of them share."""

    event: Event
    ledger: dict[int, dict[str, CalendarEntry]]
    sharing: set[int]
    now: datetime
    links: dict[str, str] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)  # Message-IDs of the mails that the notices make obsolete

    def notices(self, change: Change) -> Iterator[Notice]:
        requested, gone = _concerned(change, self.ledger)
        for recipient, held in requested:
            if change.after is not None:
                yield self._request(change.meeting, recipient, held, change.after, change.reason)
        for recipient, entry in gone:
            yield self._cancel(change, recipient, entry)

    def _request(
        self, meeting: Meeting, recipient: Recipient, entry: CalendarEntry | None, after: Appointment, reason: str
    ) -> Notice:
        before = told(entry) if entry is not None and entry.method == "REQUEST" else None
        if entry is None:
            entry = CalendarEntry(meeting_id=meeting.id, recipient=recipient.address, sequence=meeting.sequence)
            db.session.add(entry)
        else:
            entry.sequence = max(meeting.sequence, entry.sequence + 1)
        entry.starts_at, entry.ends_at = after.starts_at, after.ends_at
        entry.place_id = after.place.number if after.place else None
        entry.place_ja, entry.place_en = (after.place.name.ja, after.place.name.en) if after.place else ("", "")
        entry.join_url = after.place.join_url if after.place else ""
        entry.interpreter = after.interpreter
        # An answer was given to another time or place: the new one has to be asked for again (RFC 5546, 3.2.2.1).
        entry.answer, entry.answer_sequence = CalendarAnswer.NONE, None
        entry.answer_text, entry.answered_at, entry.answer_stamp = "", None, None
        entry.proposed_starts_at, entry.proposed_ends_at = None, None
        entry.answer_shared, entry.settled_at = False, None
        with in_language(recipient.language):
            words = wording.change(before, after, recipient.zone) if before else ""
            kind = "meeting_changed" if before else "meeting_scheduled"
            return self._notice(meeting, recipient, entry, "REQUEST", kind, after, words, reason)

    def _cancel(self, change: Change, recipient: Recipient, entry: CalendarEntry) -> Notice:
        """Takes the meeting out of a calendar: it was called off, or is held without this recipient."""
        meeting = change.meeting
        entry.sequence = max(meeting.sequence, entry.sequence + 1)
        kind = "meeting_cancelled" if change.after is None else "meeting_left"
        with in_language(recipient.language):
            return self._notice(meeting, recipient, entry, "CANCEL", kind, told(entry), "", change.reason)

    def _notice(
        self,
        meeting: Meeting,
        recipient: Recipient,
        entry: CalendarEntry,
        method: Method,
        kind: str,
        appointment: Appointment,
        words: str,
        reason: str,
    ) -> Notice:
        occasion = f"invitation:{meeting.uid}:{recipient.address.lower()}:{method}:{entry.sequence}"
        entry.method, entry.language = method, recipient.language
        answer = self._renew(entry, meeting, recipient, occasion)
        details = wording.details(meeting, appointment, recipient)
        calendar = entry_of(
            meeting,
            appointment,
            recipient.side,
            sequence=entry.sequence,
            stamp=self.now,
            description="\n\n".join(text for text in (words, reason, details, self._link(recipient)) if text),
            comment=words,
            page=self._link(recipient),
            attendee=Person(name=recipient.name, address=recipient.address),
            others=self._others(meeting, recipient) if method == "REQUEST" else (),
        )
        content = invitation.cancel(calendar) if method == "CANCEL" else invitation.request(calendar)
        return Notice(
            kind=kind,
            occasion=occasion,
            recipient=Person(name=recipient.name, address=recipient.address),
            language=recipient.language,
            values=self._values(meeting, recipient, appointment, details, words, reason) | {"answer": answer},
            links=wording.join_links(appointment) | {answer},
            reply_to=calendar.organizer.address,
            invitation=Invitation(method=method, content=content),
        )

    def _renew(self, entry: CalendarEntry, meeting: Meeting, recipient: Recipient, occasion: str) -> str:
        """The entry is known by a new mail, which replaces the one before; gives the address that answers it."""
        if entry.message_id:
            self.replaced.append(entry.message_id)
        entry.message_id, entry.written_at = message_id(occasion), self.now
        token = reply_token(meeting, recipient.address)
        entry.token_hash = token_hash(token)  # anew with every mail: another secret key makes other tokens
        return absolute_url("meetings.answer_by_link", token=token)

    def _others(self, meeting: Meeting, recipient: Recipient) -> tuple[Person, ...]:
        """The other delegates of both sides, where both agreed to see each other."""
        sides = [party.registration for party in meeting.parties if party.registration]
        if recipient.side is None or not self.sharing.issuperset(side.id for side in sides):
            return ()
        return tuple(
            Person(name=delegate.name_in(recipient.language), address=delegate.email)
            for side in sides
            for delegate in side.delegates
            if delegate.email and delegate.email.lower() != recipient.address.lower()
        )

    def _values(
        self,
        meeting: Meeting,
        recipient: Recipient,
        appointment: Appointment,
        details: str,
        words: str,
        reason: str,
    ) -> dict[str, str]:
        starts_at, zone = appointment.starts_at, recipient.zone
        return {
            "name": recipient.name,
            "organisation": plain(recipient.side.organisation.name) if recipient.side else "",
            "link": self._link(recipient),
            "message": reason,
            "other": wording.others(meeting, recipient.side),
            "time": f"{day(starts_at, zone, 'short')} {clock_time(starts_at, zone)} ({zone_label(starts_at, zone)})",
            "details": details,
            "change": words,
        }

    def _link(self, recipient: Recipient) -> str:
        if "agenda" not in self.links:
            self.links["agenda"] = absolute_url("meetings.own_agenda", key=self.event.key)
        return self.links["agenda"]


def told(entry: CalendarEntry) -> Appointment:
    """What the last REQUEST to this recipient said."""
    where = Where(entry.place_id, entry.place, entry.join_url) if entry.place else None
    return Appointment(entry.starts_at, entry.ends_at, where, entry.interpreter)


def entry_of(
    meeting: Meeting,
    appointment: Appointment,
    side: Registration | None,
    *,
    sequence: int,
    stamp: datetime,
    description: str = "",
    comment: str = "",
    page: str = "",
    attendee: Person | None = None,
    others: tuple[Person, ...] = (),
) -> Entry:
    """The meeting as a calendar entry in the language around it, as somebody of this side (or of none) calls it.

    With an attendee it is an invitation, and the organizer's address tells us later who answered.
    """
    event, place = meeting.event, appointment.place
    links = wording.join_links(appointment) | {page}
    where = filter(None, (plain(place.name) if place else "", wording.venue_of(event, appointment)))
    address = reply_address(event, reply_token(meeting, attendee.address)) if attendee else organiser_address(event)
    return Entry(
        uid=meeting.uid,
        sequence=sequence,
        status="CONFIRMED",
        start=appointment.starts_at,
        end=appointment.ends_at,
        zone=event.time_zone,
        stamp=stamp,
        summary=unlinked(wording.title(meeting, side)),
        organizer=Person(name=plain(event.name), address=address),
        language=language(),
        description=unlinked(description, links),
        comment=unlinked(comment, links),
        location=unlinked(_(", ").join(where)),
        link=place.join_url if place else "",
        page=page,
        attendee=replace(attendee, name=unlinked(attendee.name)) if attendee else None,
        others=tuple(replace(other, name=unlinked(other.name)) for other in others),
    )


def organiser_address(event: Event) -> str:
    return event.reply_address or parseaddr(settings().mail_from)[1]


def reply_token(meeting: Meeting, address: str) -> str:
    """128 bits that only the recipient of an invitation gets to know; the same for each change of the meeting."""
    return derived_token(f"reply:{meeting.uid}:{address.lower()}", octets=16)


def reply_address(event: Event, token: str) -> str:
    """The event's address with the token as a subaddress (RFC 5233): mail to it arrives in the same mailbox.

    Where that would be longer than a server must take (RFC 5321, 4.5.3.1.1), the address alone: the answer is then
    known by the mail that it answers, or by meeting and attendee.
    """
    local, _, domain = organiser_address(event).rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged if len(tagged) <= LOCAL_PART else local}@{domain}"
