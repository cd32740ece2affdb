"""Background work of registration."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import in_application, periodic
from rbc_events.registration import history, uploads
from rbc_events.registration.retention import forget_unconfirmed


@periodic(crontab(minute="25", hour="2"))
@in_application
def forget_old_drafts() -> None:
    forget_unconfirmed(now=now())
    db.session.commit()


@periodic(crontab(minute="50", hour="2"))
@in_application
def sweep_uploads() -> None:
    """Delete the files that nothing refers to any more, of every feature."""
    uploads.sweep(now=now())


@periodic(crontab(minute="5", hour="15"))  # five past midnight in Japan
@in_application
def keep_profiles_of_ended_events() -> None:
    """Keep what profiles say with the registrations for events that have ended."""
    while waiting := history.without_snapshot(now(), 100):
        for registration in waiting:
            history.keep(registration, now=now())
        db.session.commit()
