"""Background work of relationships."""

from huey import crontab

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.jobs import in_application, periodic
from rbc_events.relationships import merging as _merging  # noqa: F401 - what merging organisations calls
from rbc_events.relationships import operations, queries


@periodic(crontab(minute="20"))
@in_application
def take_up_held_meetings() -> None:
    """Each meeting that was held belongs to a relationship, whether or not anybody pressed the button for it."""
    for meeting in queries.held_without_relationship():
        operations.take_up_meeting(meeting, actor=None, now=now())
        db.session.commit()
