"""Telling people of requests and meetings: mails written to the outbox in the transaction that gives the reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from flask import current_app
from flask_babel import gettext as _

from rbc_events.accounts.mails import absolute_url
from rbc_events.accounts.models import PersonName
from rbc_events.calendars import invitation
from rbc_events.calendars.entry import Entry, Method, Person
from rbc_events.calendars.message import Invitation
from rbc_events.events.models import Event
from rbc_events.i18n import in_language, plain, when
from rbc_events.meetings.changes import Appointment, Change, ChangeKind
from rbc_events.meetings.models import Interpreter, Meeting, MeetingRequest, PartyAnswer, RequestParty, RequestState
from rbc_events.outbox.operations import Letter, queue, queue_text
from rbc_events.registration.models import Delegate, Registration


@dataclass(frozen=True)
class Recipient:
    """One person who is told of a meeting, in their language and zone. `side` is empty for an interpreter or staff."""

    person: PersonName
    address: str
    language: str
    zone: str
    side: Registration | None = None


def announce_request(request: MeetingRequest, *, now: datetime) -> None:
    """Tell the sides that have to answer: of a request, a coordinator's proposal, or an answer with conditions."""
    for party in request.parties:
        if party.answer != PartyAnswer.PENDING:
            continue
        others = [other for other in request.parties if other is not party]
        for recipient in contacts(party.registration):
            with in_language(recipient.language):
                names = ", ".join(plain(other.registration.organisation.name) for other in others)
                note = next((other.note for other in others if other.note), request.note)
                _queue_request_mail(
                    request,
                    recipient,
                    f"request:{request.id}:{request.version}:{recipient.address}",
                    subject=_("%(name)s would like to meet you", name=names),
                    lines=[
                        _("%(name)s would like to meet you at %(event)s.", name=names, event=plain(request.event.name)),
                        note,
                        _("Accept or decline it here:"),
                    ],
                    now=now,
                )


def announce_answer(request: MeetingRequest, answered: RequestParty, *, now: datetime) -> None:
    """Tell the other sides that one side has accepted or declined."""
    declined = request.state == RequestState.DECLINED
    for party in request.parties:
        if party is answered or party.answer == PartyAnswer.DECLINED:
            continue
        for recipient in contacts(party.registration):
            with in_language(recipient.language):
                name = plain(answered.registration.organisation.name)
                if declined:
                    subject = _("%(name)s has declined the meeting", name=name)
                    text = answered.note
                else:
                    subject = _("%(name)s has accepted the meeting", name=name)
                    text = _("You will be told the time as soon as the timetable is published.")
                _queue_request_mail(
                    request,
                    recipient,
                    f"answer:{request.id}:{answered.id}:{request.version}:{recipient.address}",
                    subject=subject,
                    lines=[subject + ("。" if recipient.language == "ja" else "."), text],
                    now=now,
                )


def announce_published(event: Event, changes: Iterable[Change], *, now: datetime) -> int:
    """Send invitations, updates and cancellations for these changes, to those affected alone; returns how many."""
    letters = []
    for change in changes:
        for recipient, method, appointment in messages_of(change):
            with in_language(recipient.language):
                letters.append(_letter(event, change, recipient, method, appointment, now))
    return queue(letters, now=now)


def messages_of(change: Change) -> Iterator[tuple[Recipient, Method, Appointment]]:
    """Who gets what: everybody of the meeting, and an interpreter who no longer belongs to it a cancellation."""
    before, after = change.before, change.after
    gone = before.interpreter if before and (after is None or before.interpreter != after.interpreter) else None
    if gone is not None and before is not None:
        yield _interpreter(gone), "CANCEL", before
    for recipient in participants(change.meeting):
        if after is not None:
            yield recipient, "REQUEST", after
        elif before is not None:
            yield recipient, "CANCEL", before
    if after is not None and after.interpreter is not None:
        yield _interpreter(after.interpreter), "REQUEST", after


def participants(meeting: Meeting) -> Iterator[Recipient]:
    """The delegates of both sides, and a coordinator who sits in."""
    for party in meeting.parties:
        if party.registration is not None:
            yield from (_delegate(delegate, party.registration) for delegate in party.registration.delegates)
        elif party.user is not None:
            yield Recipient(party.user, party.user.email, party.user.language, party.user.time_zone)


def contacts(side: Registration) -> list[Recipient]:
    """Whom an organisation has named for its correspondence; all its delegates if nobody is."""
    named = [delegate for delegate in side.delegates if delegate.contact] or list(side.delegates)
    return [_delegate(delegate, side) for delegate in named]


def _delegate(delegate: Delegate, side: Registration) -> Recipient:
    zone = delegate.time_zone or side.organisation.profile.time_zone
    return Recipient(delegate, delegate.email, delegate.language, zone, side)


def _interpreter(interpreter: Interpreter) -> Recipient:
    return Recipient(interpreter, interpreter.email, interpreter.language, interpreter.event.time_zone)


def _queue_request_mail(
    request: MeetingRequest, recipient: Recipient, occasion: str, *, subject: str, lines: list[str], now: datetime
) -> None:
    link = absolute_url("meetings.requests", key=request.event.key)
    queue_text(
        recipient.address,
        occasion=occasion,
        kind="request",
        subject=subject,
        body="\n\n".join(line for line in (*lines, link) if line),
        now=now,
        event_id=request.event_id,
    )


def title(meeting: Meeting, recipient: Recipient) -> str:
    """The meeting as this recipient calls it: by the other side's name."""
    sides = [
        party.registration
        for party in meeting.parties
        if party.registration and party.registration is not recipient.side
    ]
    return _("Meeting: %(names)s", names=" / ".join(plain(side.organisation.name) for side in sides))


def _letter(
    event: Event, change: Change, recipient: Recipient, method: Method, appointment: Appointment, now: datetime
) -> Letter:
    meeting = change.meeting
    entry = Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        status="CONFIRMED",
        start=appointment.starts_at,
        end=appointment.ends_at,
        zone=recipient.zone,
        stamp=now,
        summary=title(meeting, recipient),
        organizer=Person(name=plain(event.name), address=organiser_address(event)),
        attendee=Person(name=recipient.person.name_in(recipient.language), address=recipient.address),
        language=recipient.language,
        location=plain(appointment.place.name) if appointment.place else "",
        link=appointment.place.join_url if appointment.place else "",
    )
    headline = _headline(change, method)
    lines = [headline, f"{entry.summary}\n{when(entry.start, recipient.zone)}\n{entry.location}", change.reason]
    content = invitation.cancel(entry) if method == "CANCEL" else invitation.request(entry)
    return Letter(
        occasion=f"invitation:{meeting.id}:{recipient.address}:{method}:{meeting.sequence}",
        kind="invitation",
        recipient=Person(name=recipient.person.name_in(recipient.language), address=recipient.address),
        language=recipient.language,
        subject=f"{headline}: {entry.summary}",
        text="\n\n".join(line for line in lines if line),
        event_id=event.id,
        invitation=Invitation(method=method, content=content),
    )


def _headline(change: Change, method: Method) -> str:
    if method == "CANCEL":
        return _("Cancelled")
    return {
        ChangeKind.NEW: _("Invitation"),
        ChangeKind.MOVED: _("New time"),
        ChangeKind.PLACE: _("New place"),
        ChangeKind.INTERPRETER: _("Interpreter changed"),
    }[change.kind]


def organiser_address(event: Event) -> str:
    return event.reply_address or parseaddr(current_app.config["RBC"].mail_from)[1]
