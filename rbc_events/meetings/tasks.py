"""Background work of meetings."""

import logging
from functools import partial
from typing import Any

from huey import crontab

from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import huey, in_application, periodic, wakes
from rbc_events.meetings import fetching, incoming_mail, mailbox, print_runs, reminders
from rbc_events.meetings.request_rules import expire_requests

log = logging.getLogger(__name__)


@periodic(crontab(minute="7"))
@in_application
def expire_old_requests() -> None:
    """Close, every hour, the requests that nobody answered in time. An answer after that time is refused anyway."""
    expire_requests(now=now())
    db.session.commit()


@periodic(crontab(minute="*/5"))
@in_application
def remind_of_meetings() -> None:
    reminders.remind(now=now())
    db.session.commit()


@periodic(crontab(minute="*/2"))
@in_application
def read_answers() -> None:
    """Fetch what has come into the mailbox for answers, where there is one."""
    fetch_answers()


def fetch_answers() -> int:
    url = settings().inbox_url
    if not url:
        return 0
    name = mailbox.name_of(url)
    last = incoming_mail.last_place(name)
    db.session.commit()
    try:
        taken = mailbox.fetch_new(
            url, partial(fetching.take_all, clock=now), last=last, reached=partial(_note_reached, name)
        )
        mark_settled_mails()
    except mailbox.MailboxFault as fault:
        log.error("the mailbox for answers can't be read: %s", fault)
        return 0
    return taken


def _note_reached(name: str, place: mailbox.Place) -> None:
    incoming_mail.note_reached(name, place)
    db.session.commit()


def mark_settled_mails() -> None:
    """Tell the mailbox which mails somebody has dealt with. Raises MailboxFault."""
    url, settled = settings().inbox_url, incoming_mail.to_mark()
    places = [mailbox.Place(mail.uid_validity or 0, mail.uid or 0) for mail in settled]
    numbers = [mail.id for mail in settled]
    db.session.commit()
    if url and places:
        mailbox.mark_settled(url, places)
        incoming_mail.note_marked(numbers)
        db.session.commit()


@huey.task()
@in_application
def mark_mailbox() -> None:
    try:
        mark_settled_mails()
    except mailbox.MailboxFault as fault:
        log.error("the mailbox for answers can't be marked: %s", fault)


@wakes("mailbox")
def _mark_soon(_item: Any) -> None:
    mark_mailbox()


@huey.task()
@in_application
def print_agendas(run_id: int) -> None:
    print_runs.work(run_id, clock=now)


@periodic(crontab(minute="*"))
@in_application
def revive_prints() -> None:
    """Put printing into the queue again whose worker was killed, or that the queue lost; forget what is old."""
    print_runs.AGENDAS.forget_old(now=now())
    for run_id in print_runs.AGENDAS.to_revive(now=now()):
        print_agendas(run_id)


@wakes("printing")
def _print_soon(run_id: int) -> None:
    print_agendas(run_id)
