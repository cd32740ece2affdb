"""Background work of follow-ups."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.follow_ups import merging as _merging  # noqa: F401 - what merging organisations calls
from rbc_events.follow_ups import operations, queries
from rbc_events.i18n import TOKYO
from rbc_events.jobs import in_application, periodic


@periodic(crontab(minute="17", hour="1"))
@in_application
def ask_what_came_of_it() -> None:
    """Close what has ended, ask what is due, and remind once; each relationship in a transaction of its own."""
    operations.close_ended()
    db.session.commit()
    for due in operations.what_is_due(today=now().astimezone(TOKYO).date()):
        operations.ask(due, now=now())
        db.session.commit()
    for row in queries.to_remind(asked_before=now() - operations.REMINDED_AFTER):
        operations.remind(row, now=now())
        db.session.commit()
