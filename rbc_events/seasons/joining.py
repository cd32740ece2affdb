"""What becomes of working hours where two registrations of one organisation become one."""

from sqlalchemy import delete, select, update

from rbc_events.database import db
from rbc_events.registration.joining import Joining, joins_registrations
from rbc_events.registration.models import Registration
from rbc_events.seasons.models import WorkingHours


@joins_registrations
def join_hours(left: Registration, kept: Registration, _joining: Joining) -> None:
    """Those of the registration that stays count; where it has none, the other's."""
    theirs = WorkingHours.registration_id == left.id
    if db.session.scalar(select(WorkingHours.id).where(WorkingHours.registration_id == kept.id)):
        db.session.execute(delete(WorkingHours).where(theirs))
    else:
        db.session.execute(update(WorkingHours).where(theirs).values(registration_id=kept.id))
