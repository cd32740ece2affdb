"""What comes back by mail: answers to invitations, reports of mails that didn't arrive, and words for a person.

Everything here comes from strangers. What is plainly an answer to an invitation of ours is kept as one, what is plainly
about a mail of ours is noted at it; all else waits for a person and changes nothing.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rbc_events import confined
from rbc_events.calendars import bounce, incoming, reply
from rbc_events.calendars.bounce import Returned
from rbc_events.calendars.incoming import Envelope, NotAMail
from rbc_events.calendars.lines import Attendee
from rbc_events.calendars.reply import Answer, Reason, Refusal, Response
from rbc_events.meetings import invitees, returned_mail
from rbc_events.meetings.answers import Given, take_answer
from rbc_events.meetings.incoming_mail import Arrived, keep
from rbc_events.meetings.mailbox import Place
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, IncomingMail, MailKind
from rbc_events.outbox.failing import forget_failure, mails_named

log = logging.getLogger(__name__)

READING = confined.Budget(seconds=10)  # one of 10 MB takes less than one second


class NotOurs(Exception):
    """An answer that belongs to no invitation of ours, or to none that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What could be read of a mail."""

    envelope: Envelope
    text: str = ""
    returned: Returned | None = None
    answers: tuple[Answer, ...] = ()
    refusal: Refusal | None = None


def take_mail(raw: bytes, *, now: datetime) -> str:
    """Record what a mail brings and say in a few words what that was. Flushes.

    It is read before the transaction, in a process of its own; one that takes too much is kept for a person.

    Raises:
        confined.Busy: the mail wasn't read; it has to come again.
    """
    try:
        found = confined.run(READING, read_mail, raw)
    except confined.Exceeded:
        keep(Arrived(raw=raw, envelope=Envelope()), MailKind.UNREADABLE, now=now)
        return "refused: reading it took too much"
    return record_mail(found, raw, now=now)[0]


def read_mail(raw: bytes) -> Read:
    try:
        message = incoming.opened(raw)
        parts, envelope = incoming.parts_of(message), incoming.envelope_of(message)
        returned = bounce.returned_in(message, parts)
        found = reply.answers_in(message, parts)
        text = incoming.readable(parts)
    except NotAMail:
        refusal = reply.read(raw)
        return Read(envelope=Envelope(), refusal=refusal if isinstance(refusal, Refusal) else None)
    if isinstance(found, Refusal):
        return Read(envelope=envelope, text=text, returned=returned, refusal=found)
    return Read(envelope=envelope, text=text, returned=returned, answers=found)


def read_mails(contents: list[bytes]) -> list[Read | None]:
    """What each says; None of one on which reading fails."""
    return [_read_if_possible(raw) for raw in contents]


def _read_if_possible(raw: bytes) -> Read | None:
    try:
        return read_mail(raw)
    except MemoryError:
        raise  # of all together, not of this one
    except Exception:  # it comes from strangers, through parsers of several libraries
        log.exception("a mail can't be read")
        return None


def record_mail(
    read: Read, raw: bytes, *, now: datetime, place: Place | None = None
) -> tuple[str, IncomingMail | None]:
    """Record what was read; what that was in a few words, and the row of a mail that was kept."""
    mail = Arrived(raw=raw, envelope=read.envelope, text=read.text, place=place)
    if read.answers:
        return _record_answers(read, mail, now)
    if read.returned is not None:
        return returned_mail.record(read.returned, mail, now=now)
    reason = read.refusal.reason if read.refusal else Reason.NOT_AN_ANSWER
    return f"refused: {reason}", _keep_words(read, mail, reason, now)


def _record_answers(read: Read, mail: Arrived, now: datetime) -> tuple[str, IncomingMail | None]:
    why = NotOurs("no address with a token of ours")
    entry = None
    answered = [(answer, invitees.entry_answered(answer)) for answer in read.answers]
    for answer, found in sorted(answered, key=_is_ours, reverse=True):
        try:
            entry = _checked(found, answer)
            return _record_answer(answer, entry, mail, now)
        except NotOurs as error:
            why = error
            entry = entry or invitees.entry_of_token(answer.envelope.addressed)
    log.warning("an answer waits for a person: %s", why)
    answer = read.answers[0]
    return f"refused: {why}", keep(mail, MailKind.ANSWER, now=now, entry=entry, **_said(answer, answer.attendees[0]))


def _is_ours(answered: tuple[Answer, CalendarEntry | None]) -> bool:
    answer, entry = answered
    return entry is not None and entry.meeting.uid == answer.uid


def _checked(entry: CalendarEntry | None, answer: Answer) -> CalendarEntry:
    """The entry that the answer is to. Raises NotOurs."""
    if entry is None:
        raise NotOurs("no address with a token of ours")
    if entry.meeting.uid != answer.uid:
        raise NotOurs("the token belongs to another meeting")
    if entry.method == "CANCEL":
        raise NotOurs("the meeting has been cancelled")
    if answer.sequence > entry.sequence:
        raise NotOurs("it answers an invitation that was never sent")
    return entry


def _record_answer(
    answer: Answer, entry: CalendarEntry, mail: Arrived, now: datetime
) -> tuple[str, IncomingMail | None]:
    attendee = invitees.attendee_of(answer, entry)
    response = answer.response_of(attendee) if attendee else None
    if attendee is None or response is None:
        raise NotOurs("it isn't told whose answer it is")
    said = _said(answer, attendee)
    if not invitees.is_invitee(attendee, answer, entry):
        row = keep(mail, MailKind.OF_ANOTHER, now=now, entry=entry, **said)
        return f"refused: an answer of somebody else, {row.id}", row
    if response is Response.DELEGATED:
        said["note"] = "\n".join(filter(None, (", ".join(attendee.delegated_to), said["note"])))
        return "refused: passed on to somebody else", keep(mail, MailKind.DELEGATED, now=now, entry=entry, **said)
    stamp = answer.stamp or answer.envelope.written_at or now
    given = Given(
        answer=CalendarAnswer(response.value),
        sequence=answer.sequence,
        stamp=stamp,
        words=answer.comment,
        starts_at=answer.start,
        ends_at=answer.end,
    )
    take_answer(entry, given, now=now)
    forget_failure(entry.recipient)
    return f"answer: {response}", None


def _said(answer: Answer, attendee: Attendee) -> dict[str, Any]:
    response = answer.response_of(attendee)
    known = response is not None and response is not Response.DELEGATED
    return {
        "said": CalendarAnswer(response.value) if known and response else CalendarAnswer.NONE,
        "said_by": attendee.address.lower(),
        "note": answer.comment,
        "starts_at": answer.start,
        "ends_at": answer.end,
    }


def _keep_words(read: Read, mail: Arrived, reason: Reason, now: datetime) -> IncomingMail:
    """A person's words, or a calendar that nobody can read; tied to what it answers, else to the event it went to."""
    entry = invitees.entry_of_token(read.envelope.addressed)
    about = mails_named(read.envelope.about)
    if entry is None and about:
        entry = invitees.entry_of_mail(about[0])
    event_id = about[0].event_id if about else invitees.event_of_sender(read.envelope)
    kind = MailKind.WORDS if reason is Reason.NO_CALENDAR and read.text else MailKind.UNREADABLE
    return keep(mail, kind, now=now, entry=entry, event_id=event_id)
