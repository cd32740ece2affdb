"""Background work of the outbox."""

import logging
from typing import Any

from flask import current_app
from huey import crontab

from rbc_events.clock import now
from rbc_events.database import follows
from rbc_events.jobs import huey, worker_app
from rbc_events.outbox import sending
from rbc_events.outbox.operations import WAITING
from rbc_events.outbox.transport import open_transport

log = logging.getLogger(__name__)


# Mails go before whatever else waits in the queue: somebody may be sitting in front of a link that was promised.
URGENT = 100


@huey.task(priority=URGENT)
def deliver_mail() -> None:
    """Send what is due."""
    with worker_app().app_context():
        deliver()


@huey.periodic_task(crontab(minute="*"), priority=URGENT)
def deliver_mail_every_minute() -> None:
    """Send what is due again after a fault, and what a lost task would have sent."""
    deliver_mail.call_local()


def deliver() -> sending.Tally:
    transport = open_transport(current_app.config["RBC"].mail_url)
    try:
        tally = sending.deliver_due(transport, clock=now)
    finally:
        transport.close()
    if tally.unreachable:
        log.error("mail waits, the mail server can't be used: %s", tally.unreachable)
    return tally


@follows("after_commit")
def _deliver_soon(session: Any) -> None:
    """Once a transaction that wrote mails has been committed, and not before, wake the worker."""
    if session.info.pop(WAITING, False):
        try:
            deliver_mail()
        except Exception:  # the mails are safe in the database, and the next minute's look finds them
            log.exception("the job queue could not be reached")
