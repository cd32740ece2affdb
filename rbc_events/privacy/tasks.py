"""Background work of privacy."""

from huey import crontab

from rbc_events.application import settings
from rbc_events.clock import now
from rbc_events.jobs import in_application, periodic
from rbc_events.outbox.transport import folder_of
from rbc_events.privacy.retention import RULES


@periodic(crontab(minute="35", hour="3"))
@in_application
def forget_what_is_old() -> None:
    mails = folder_of(settings().mail_url)
    for rule in RULES:
        rule.run(now(), mails)
