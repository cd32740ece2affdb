"""What becomes of rivals where two registrations of one organisation become one."""

from sqlalchemy import delete, or_

from rbc_events.database import db
from rbc_events.registration.joining import Joining, joins_registrations
from rbc_events.registration.models import Registration
from rbc_events.timetable.models import Rivals
from rbc_events.timetable.rivals import rivals_of_registrations


@joins_registrations
def join_rivals(left: Registration, kept: Registration, _joining: Joining) -> None:
    """Whoever was kept apart from either is kept apart from the one that stays."""
    apart = rivals_of_registrations([left.id]) - rivals_of_registrations([kept.id]) - {left.id, kept.id}
    db.session.execute(delete(Rivals).where(or_(Rivals.first_id == left.id, Rivals.second_id == left.id)))
    for other in apart:
        first, second = sorted((kept.id, other))
        db.session.add(Rivals(first_id=first, second_id=second))
    db.session.flush()
