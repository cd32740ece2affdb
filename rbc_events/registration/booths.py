"""Which organisation has a place as its booth: it meets nowhere else, and nobody else there. Functions flush."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.events.models import Place, PlaceKind
from rbc_events.events.operations import touch
from rbc_events.registration.models import Registration


class NoBooth(Unacceptable):
    message = _l("A virtual room can't be a booth.")


def holder(place: Place) -> Registration | None:
    """Whose booth a place is."""
    return db.session.scalar(select(Registration).filter_by(booth_id=place.id).order_by(Registration.id).limit(1))


def give_booth(place: Place, registration: Registration | None) -> None:
    """Make a place one organisation's booth, or nobody's. It has no other booth then.

    Raises:
        NoBooth: whoever comes in person couldn't meet there.
    """
    if registration is not None and place.kind == PlaceKind.VIRTUAL:
        raise NoBooth
    db.session.execute(update(Registration).where(Registration.booth_id == place.id).values(booth_id=None))
    if registration is not None:
        registration.booth_id = place.id
    touch(place.event)
