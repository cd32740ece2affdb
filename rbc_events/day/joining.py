"""What becomes of an organisation's thread with the staff where two of its registrations become one."""

from sqlalchemy import update

from rbc_events.database import db
from rbc_events.day.models import Message
from rbc_events.registration.joining import Joining, joins_registrations
from rbc_events.registration.models import Registration


@joins_registrations
def join_threads(left: Registration, kept: Registration, _joining: Joining) -> None:
    theirs = Message.registration_id == left.id
    db.session.execute(update(Message).where(theirs).values(registration_id=kept.id))
