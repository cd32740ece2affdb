"""Background work of the outbox."""

import logging
from typing import Any

from huey import crontab

from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.jobs import huey, in_application, periodic, wakes
from rbc_events.outbox import sending
from rbc_events.outbox.transport import open_transport

log = logging.getLogger(__name__)

# Mails go before whatever else waits in the queue: somebody may be sitting in front of a link that was promised.
URGENT = 100


@huey.task(priority=URGENT)
@in_application
def deliver_mail() -> None:
    """Send what is due."""
    deliver()


@periodic(crontab(minute="*"), priority=URGENT)
def deliver_mail_every_minute() -> None:
    """Send what is due again after a fault, and what a lost task would have sent."""
    deliver_mail.call_local()


def deliver() -> sending.Tally:
    transport = open_transport(settings().mail_url)
    try:
        tally = sending.deliver_due(transport, clock=now)
    finally:
        transport.close()
    if tally.unreachable:
        log.error("mail waits, the mail server can't be used: %s", tally.unreachable)
    return tally


@wakes("mail")
def _deliver_soon(_item: Any) -> None:
    """Send a new mail at once: the periodic task would send it within the minute."""
    deliver_mail()
