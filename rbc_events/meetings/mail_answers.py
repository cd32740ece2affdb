"""What staff do with a mail that waited for them. Functions flush; what they raise means that nothing was done."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rbc_events.accounts.models import User
from rbc_events.calendars.content import clean, unlinked
from rbc_events.calendars.entry import Person
from rbc_events.calendars.message import Attachment
from rbc_events.errors import Unacceptable
from rbc_events.i18n import plain
from rbc_events.meetings.answers import Given, take_answer
from rbc_events.meetings.incoming_mail import reply_subject, settle
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry, IncomingMail, Settlement
from rbc_events.outbox.operations import Letter, queue


class NoMeeting(Unacceptable):
    message = _l("This mail belongs to no meeting that stands: it can't be taken as an answer.")


_SETTLEMENTS = {
    CalendarAnswer.ACCEPTED: Settlement.ACCEPTED,
    CalendarAnswer.DECLINED: Settlement.DECLINED,
    CalendarAnswer.COUNTER: Settlement.OTHER_TIME,
}


def may_be_taken(mail: IncomingMail, *, now: datetime) -> bool:
    """Whether the mail can be taken as an answer: it belongs to an invitation that stands, to a meeting to come."""
    entry = mail.entry
    return entry is not None and entry.method == "REQUEST" and entry.ends_at > now and mail.settled_at is None


def take_as(
    mail: IncomingMail,
    answer: CalendarAnswer,
    *,
    actor: User,
    now: datetime,
    starts_at: datetime | None = None,
) -> None:
    """Keep what the mail says as the invitee's answer, given now.

    Raises:
        NoMeeting, SettledAlready
    """
    settle(mail, _SETTLEMENTS[answer], actor=actor, now=now)
    entry = mail.entry
    if entry is None or entry.method != "REQUEST" or entry.ends_at <= now:
        raise NoMeeting
    words = _("As staff read it in a mail of %(address)s", address=mail.sender)
    given = Given(answer=answer, sequence=entry.sequence, stamp=now, words=words, starts_at=starts_at)
    take_answer(entry, given, now=now)


def take_as_other_time(mail: IncomingMail, starts_at: datetime, *, actor: User, now: datetime) -> None:
    """Raises NoMeeting, SettledAlready."""
    take_as(mail, CalendarAnswer.COUNTER, actor=actor, now=now, starts_at=starts_at)


def reply(mail: IncomingMail, text: str, *, actor: User, now: datetime) -> None:
    """Answer the sender in a mail of the event. Raises SettledAlready."""
    settle(mail, Settlement.ANSWERED, actor=actor, now=now)
    quoted = "\n".join(f"> {line}" for line in clean(mail.text).splitlines()[:200])
    letter = _letter(mail, "reply", mail.sender, f"{text}\n\n{quoted}", name=mail.sender_name)
    queue([letter], now=now)


def forward(mail: IncomingMail, address: str, note: str, *, actor: User, now: datetime) -> None:
    """Send the mail on, as it came, as an attachment. Raises SettledAlready."""
    settle(mail, Settlement.FORWARDED, actor=actor, now=now)
    original = Attachment(name=f"mail-{mail.id}.eml", media_type="application/octet-stream", content=mail.content)
    sender = _("Mail of %(name)s <%(address)s>:", name=mail.sender_name, address=mail.sender)
    text = "\n\n".join(filter(None, (note, unlinked(sender), unlinked(mail.text))))
    queue([_letter(mail, f"forward:{address.lower()}", address, text, attachments=(original,))], now=now)


def _letter(
    mail: IncomingMail, what: str, address: str, text: str, *, name: str = "", attachments: tuple[Attachment, ...] = ()
) -> Letter:
    event, entry = mail.event, mail.entry
    return Letter(
        occasion=f"incoming:{mail.digest}:{what}",
        kind="staff_reply",
        recipient=Person(name=unlinked(name), address=address),
        language=_language(entry),
        subject=reply_subject(mail),
        text=text,
        sender_name=plain(event.name) if event else "",
        reply_to=event.reply_address if event else "",
        event_id=mail.event_id,
        in_reply_to=mail.message_id if what == "reply" else "",
        attachments=attachments,
    )


def _language(entry: CalendarEntry | None) -> str:
    return entry.language if entry else "en"
