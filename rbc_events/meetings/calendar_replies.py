"""What comes back by mail: answers to invitations, and invitations that couldn't be delivered.

Everything here comes from strangers. Whatever isn't plainly an answer to an invitation of ours is refused, with its
reason in the log, and changes nothing.
"""

import logging
from datetime import datetime

from sqlalchemy import select, update

from rbc_events import confined
from rbc_events.accounts.operations import token_hash
from rbc_events.calendars import bounce, reply
from rbc_events.calendars.reply import Answer, Refusal, Response
from rbc_events.database import db
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry
from rbc_events.outbox.models import Delivery, OutboxMessage

log = logging.getLogger(__name__)

READING = confined.Budget(seconds=10)  # one of 10 MB takes less than one second


class TakesTooMuch(Exception):
    """Reading a mail went beyond its budget: a person may look at it."""


class NotOurs(Exception):
    """An answer that belongs to no invitation of ours, or to none that stands."""


def take_mail(raw: bytes, *, now: datetime) -> str:
    """Record what a mail brings and say in a few words what that was. Flushes; whatever else the mail holds is refused.

    It is read before the transaction, in a process of its own.

    Raises:
        TakesTooMuch
        confined.Busy: the mail wasn't read; it has to come again.
    """
    try:
        found = confined.run(READING, read_mail, raw)
    except confined.Exceeded:
        raise TakesTooMuch from None
    return record_mail(found, now=now)


def read_mail(raw: bytes) -> list[bounce.Report] | Answer | Refusal:
    return bounce.read(raw) or reply.read(raw)


def record_mail(found: list[bounce.Report] | Answer | Refusal, *, now: datetime) -> str:
    if isinstance(found, list):
        for report in found:
            _record_report(report, now)
        return "delivery report: " + ", ".join(report.action for report in found)
    if isinstance(found, Refusal):
        log.warning("a mail was refused: %s %s", found.reason, found.detail)
        return f"refused: {found.reason}"
    try:
        record_answer(found, now=now)
    except NotOurs as error:
        log.warning("an answer was refused: %s", error)
        return f"refused: {error}"
    return f"answer: {found.response}"


def record_answer(answer: Answer, *, now: datetime) -> CalendarEntry:
    """Keep what a recipient answered; an older answer never replaces a newer one. Raises NotOurs."""
    entry = _find_entry(answer)
    if entry.meeting.uid != answer.uid:
        raise NotOurs("the token belongs to another meeting")
    if entry.method == "CANCEL":
        raise NotOurs("the meeting has been cancelled")
    if answer.sequence > entry.sequence:
        raise NotOurs("it answers an invitation that was never sent")
    if entry.answer_sequence is None or answer.sequence >= entry.answer_sequence:
        entry.answer = CalendarAnswer(answer.response.value)
        entry.answer_sequence = answer.sequence
        entry.answer_text = "\n".join(text for text in (_proposal(answer, entry), answer.comment) if text)
        entry.answered_at = now
        db.session.flush()
    return entry


def _find_entry(answer: Answer) -> CalendarEntry:
    """The entry whose token stands in one of the addresses that the mail went to (`reply+token@host`)."""
    for address in answer.addressed:
        token = address.rpartition("@")[0].rpartition("+")[2].lower()
        entry = db.session.scalar(select(CalendarEntry).where(CalendarEntry.token_hash == token_hash(token)))
        if entry is not None:
            return entry
    raise NotOurs("no address with a token of ours")


def _proposal(answer: Answer, entry: CalendarEntry) -> str:
    if answer.response is not Response.COUNTER or answer.start is None or answer.end is None:
        return ""
    event = entry.meeting.event
    start, end = answer.start.astimezone(event.zone), answer.end.astimezone(event.zone)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} ({event.time_zone})"


def _record_report(report: bounce.Report, now: datetime) -> None:
    """Note at the mail, if it is one of ours, that it came back or has been delivered."""
    ours = update(OutboxMessage).where(OutboxMessage.message_id == report.message_id)
    if report.bounced:
        why = f"{report.status} {report.diagnostic}".strip()[:500]
        sent = ours.where(OutboxMessage.state == Delivery.SENT)
        db.session.execute(sent.values(state=Delivery.BOUNCED, delivered_at=None, fault=why))
    elif report.action == "delivered":
        db.session.execute(ours.where(OutboxMessage.delivered_at.is_(None)).values(delivered_at=now))
