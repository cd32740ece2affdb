"""Background work of meetings."""

import logging
from typing import Any

from flask import current_app
from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db, follows
from rbc_events.jobs import huey, worker_app
from rbc_events.meetings import answers, mailbox, print_runs, reminders
from rbc_events.meetings.follow_up import follow_up
from rbc_events.meetings.operations import expire_requests

log = logging.getLogger(__name__)


@huey.periodic_task(crontab(minute="7"))
def expire_old_requests() -> None:
    """Close, every hour, the requests that nobody answered in time. An answer after that time is refused anyway."""
    with worker_app().app_context():
        expire_requests(now=now())
        db.session.commit()


@huey.periodic_task(crontab(minute="*/5"))
def remind_of_meetings() -> None:
    with worker_app().app_context():
        reminders.remind(now=now())
        db.session.commit()


@huey.periodic_task(crontab(minute="17", hour="1"))
def ask_what_came_of_meetings() -> None:
    with worker_app().app_context():
        follow_up(now=now())
        db.session.commit()


@huey.periodic_task(crontab(minute="*/2"))
def read_answers() -> None:
    """Fetch what has come into the mailbox for answers, where there is one."""
    with worker_app().app_context():
        fetch_answers()


def fetch_answers() -> int:
    url = current_app.config["RBC"].inbox_url
    if not url:
        return 0
    try:
        return mailbox.fetch_new(url, take_and_keep)
    except mailbox.MailboxFault as fault:
        log.error("the mailbox for answers can't be read: %s", fault)
        return 0


def take_and_keep(raw: bytes) -> None:
    """Record one mail in a transaction of its own."""
    answers.take_mail(raw, now=now())
    db.session.commit()


@huey.task()
def print_agendas(run_id: int) -> None:
    with worker_app().app_context():
        print_runs.work(run_id, clock=now)


@huey.periodic_task(crontab(minute="*"))
def revive_prints() -> None:
    """Put printing into the queue again whose worker was killed, or that the queue lost; forget what is old."""
    with worker_app().app_context():
        print_runs.forget_old(now=now())
        for run_id in print_runs.dead_runs(now=now()):
            print_agendas(run_id)


@follows("after_commit")
def _print_soon(session: Any) -> None:
    """Once printing that somebody asked for has been committed, and not before, tell the worker."""
    for run_id in session.info.pop(print_runs.WANTED, []):
        try:
            print_agendas(run_id)
        except Exception:  # the row is there, and the next minute's look finds it
            log.exception("the job queue could not be reached")
