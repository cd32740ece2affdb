"""Every background task: importing a feature's tasks registers them with the queue, and with what wakes it."""

from rbc_events.accounts import tasks as _accounts  # noqa: F401
from rbc_events.database import refresh_statistics
from rbc_events.directory import tasks as _directory  # noqa: F401
from rbc_events.follow_ups import tasks as _follow_ups  # noqa: F401
from rbc_events.jobs import crontab, in_application, periodic
from rbc_events.meetings import tasks as _meetings  # noqa: F401
from rbc_events.outbox import tasks as _outbox  # noqa: F401
from rbc_events.privacy import tasks as _privacy  # noqa: F401
from rbc_events.registration import tasks as _registration  # noqa: F401
from rbc_events.relationships import tasks as _relationships  # noqa: F401
from rbc_events.reports import tasks as _reports  # noqa: F401
from rbc_events.sheet_import import tasks as _imports  # noqa: F401
from rbc_events.timetable import tasks as _timetable  # noqa: F401


@periodic(crontab(minute="55", hour="3"))
@in_application
def learn_how_large_tables_are() -> None:
    refresh_statistics()
