"""What becomes of bookings where two organisations turn out to be one: it is in one meeting at a time."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.meetings.bookings import hold
from rbc_events.meetings.models import Booking
from rbc_events.registration.duplicates import hands_over
from rbc_events.registration.models import Organisation


class BothMeet(Conflict):
    message = _l("Both have meetings at the same time. Move or cancel one of them first.")


@hands_over
def hand_over(double: Organisation, into: Organisation) -> None:
    """The double's bookings are the other one's from now on. Meetings that are over stay, but of two at the same time
    only one still takes the organisation's time.

    Raises:
        BothMeet: two that are still on overlap.
    """
    hold({double.id, into.id}, ())
    for booking in _in_the_way(double, into):
        if booking.meeting.open:
            raise BothMeet
        db.session.delete(booking)
    db.session.flush()


def _in_the_way(double: Organisation, into: Organisation) -> list[Booking]:
    kept = aliased(Booking)
    overlap = (kept.starts_at < Booking.ends_at) & (kept.ends_at > Booking.starts_at) & (kept.lane == Booking.lane)
    statement = select(Booking).join(kept, (kept.organisation_id == into.id) & overlap)
    return list(db.session.scalars(statement.where(Booking.organisation_id == double.id).distinct()))
