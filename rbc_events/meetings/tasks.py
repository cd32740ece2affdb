"""Background work of meetings."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import huey, worker_app
from rbc_events.meetings.operations import expire_requests


@huey.periodic_task(crontab(minute="7"))
def expire_old_requests() -> None:
    """Close, every hour, the requests that nobody answered in time. An answer after that time is refused anyway."""
    with worker_app().app_context():
        expire_requests(now=now())
        db.session.commit()
