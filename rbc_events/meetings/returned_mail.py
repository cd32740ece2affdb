"""What programs write about mails of ours: that they came back, are late or arrived; complaints; absence notes."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rbc_events.calendars.bounce import Kind, Report, Returned
from rbc_events.meetings import invitees
from rbc_events.meetings.incoming_mail import Arrived, keep
from rbc_events.meetings.models import CalendarEntry, IncomingMail, MailKind
from rbc_events.outbox.failing import last_mail_to, mails_named, note_delay, note_delivery, note_return
from rbc_events.outbox.models import OutboxMessage

log = logging.getLogger(__name__)


def record(returned: Returned, mail: Arrived, *, now: datetime) -> tuple[str, IncomingMail | None]:
    """What it was in a few words, and the row of a mail that was kept for a person."""
    message = _mail_told_of(returned)
    if returned.kind is Kind.RECEIPT:
        return "refused: a receipt", None
    if returned.kind is Kind.DELIVERY and not returned.reports:
        return "delivery report: delivered", None
    if returned.kind is not Kind.DELIVERY:
        kind = MailKind.COMPLAINT if returned.kind is Kind.COMPLAINT else MailKind.ABSENCE
        entry = invitees.entry_of_token(mail.envelope.addressed) or _entry(message)
        event_id = message.event_id if message else invitees.event_of_sender(mail.envelope)
        return f"refused: {returned.kind}", keep(mail, kind, now=now, entry=entry, event_id=event_id)
    words = "delivery report: " + ", ".join(dict.fromkeys(report.action for report in returned.reports))
    if message is None:
        log.warning("a delivery report belongs to no mail of ours")
        return f"{words}, of no mail of ours", _keep_unknown(returned.reports, mail, now)
    members = [report for report in returned.reports if _is_member(report, message, returned)]
    for report in returned.reports:
        if report not in members:
            _note(report, message, now)
    if not members:
        return words, None
    return words, keep(
        mail, MailKind.MEMBER, now=now, entry=_entry(message), event_id=message.event_id, **_told(members)
    )


def _mail_told_of(returned: Returned) -> OutboxMessage | None:
    """Our mail whose Message-ID stands in the report, else the last one to the invitee whose token does."""
    if found := mails_named(returned.message_ids):
        order = {identifier: place for place, identifier in enumerate(returned.message_ids)}
        return min(found, key=lambda message: order[message.message_id])
    entry = invitees.entry_of_tokens(returned.tokens)
    return next(iter(mails_named([entry.message_id])), None) if entry else None


def _entry(message: OutboxMessage | None) -> CalendarEntry | None:
    return invitees.entry_of_mail(message) if message else None


def _is_member(report: Report, message: OutboxMessage, returned: Returned) -> bool:
    """Whether another address failed than the one that we wrote to: a member of a list, or where it forwards to."""
    ours = message.recipient.lower()
    failed = {report.recipient.lower(), report.meant.lower()}
    sent_to = {address.lower() for address in returned.original_to}
    return report.bounced and bool(report.recipient) and ours not in failed and ours in sent_to


def _note(report: Report, message: OutboxMessage, now: datetime) -> None:
    if report.bounced:
        note_return(message, status=report.status, words=report.diagnostic, now=now)
    elif report.action == "delivered":
        note_delivery(message, now=now)
    elif report.action == "delayed":
        note_delay(message, status=report.status, words=report.diagnostic)


def _keep_unknown(reports: Iterable[Report], mail: Arrived, now: datetime) -> IncomingMail | None:
    failed = [report for report in reports if report.bounced]
    if not failed:
        return None
    about = next((found for report in failed if (found := last_mail_to(report.recipient))), None)
    return keep(mail, MailKind.REPORT, now=now, event_id=about.event_id if about else None, **_told(failed))


def _told(reports: list[Report]) -> dict[str, Any]:
    return {
        "said_by": ", ".join(dict.fromkeys(report.recipient.lower() for report in reports if report.recipient))[:1000],
        "note": "\n".join(dict.fromkeys(f"{report.status} {report.diagnostic}".strip() for report in reports)),
    }
