"""The interpreters of an event. Functions flush; the route commits."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from rbc_events.accounts.addresses import follows_address
from rbc_events.accounts.mails import account_of
from rbc_events.accounts.models import User
from rbc_events.accounts.operations import canonical_email
from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.meetings.bookings import hold
from rbc_events.meetings.models import Booking, Interpreter, InterpreterUnavailability, Meeting

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji")


class KnownAlready(Conflict):
    message = _l("The event has an interpreter with this address already.")


class HasMeetings(Conflict):
    message = _l("This interpreter has meetings. Give them to somebody else first.")


class MeetsThen(Conflict):
    message = _l("The person with this address has another meeting at the time of one of this interpreter's.")


@follows_address
def _move_with_account(user: User, old: str) -> None:
    of_person = Interpreter.user_id == user.id, Interpreter.email == old
    db.session.execute(update(Interpreter).where(*of_person).values(email=user.email))


def save_interpreter(
    event: Event,
    interpreter: Interpreter | None,
    *,
    slots_off: Collection[int],
    email: str,
    now: datetime,
    **fields: Any,
) -> Interpreter:
    """Add or change an interpreter, who gets an account. `slots_off`: the event's slots in which they don't work.

    Raises:
        KnownAlready
        MeetsThen: the account of another address takes over the meetings, and can't.
    """
    person = interpreter or Interpreter(event_id=event.id)
    before = person.user_id
    person.email = canonical_email(email)
    for name, value in fields.items():
        setattr(person, name, value)
    names = {name: getattr(person, name) or "" for name in NAMES}
    occasion = f"interpreter:{event.id}:{person.email}"
    person.user_id = account_of(email, now=now, language=person.language, occasion=occasion, **names).id
    wanted = {slot.id for slot in event.slots if slot.id in slots_off}
    with conflict_as(KnownAlready, "interpreters.email", "uq_interpreters_event_id_email"):
        db.session.add(person)
    present = {row.slot_id: row for row in person.unavailable}
    for slot_id in present.keys() - wanted:
        person.unavailable.remove(present[slot_id])
    person.unavailable += [InterpreterUnavailability(slot_id=slot_id) for slot_id in wanted - present.keys()]
    touch(event)
    if person.user_id != before:
        _move_bookings(person, before)
    return person


def _move_bookings(person: Interpreter, before: int | None) -> None:
    """The interpreter's meetings take the time of another account from now on, no longer of the one `before`."""
    assert person.user_id is not None  # noqa: S101 - who is saved has an account
    hold((), {person.user_id} | ({before} if before is not None else set()))
    with conflict_as(MeetsThen, "bookings"):
        for meeting in db.session.scalars(select(Meeting).where(Meeting.interpreter_id == person.id)).all():
            _book_instead(meeting, person, before)


def _book_instead(meeting: Meeting, person: Interpreter, before: int | None) -> None:
    sits_in = {party.user_id for party in meeting.parties}
    times = {(row.starts_at, row.ends_at) for row in meeting.bookings}  # one, or none where it takes nobody's time
    gone = [row for row in meeting.bookings if row.interpreter_id == person.id]
    if before is not None and before not in sits_in:
        gone += [row for row in meeting.bookings if row.user_id == before]
    for row in gone:
        meeting.bookings.remove(row)
    if person.user_id not in sits_in:
        meeting.bookings += [Booking(user_id=person.user_id, starts_at=begins, ends_at=ends) for begins, ends in times]


def remove_interpreter(person: Interpreter) -> None:
    """Take an interpreter out of an event.

    Raises:
        HasMeetings
    """
    theirs = or_(Meeting.interpreter_id == person.id, Meeting.published_interpreter_id == person.id)
    if db.session.scalar(select(Meeting.id).where(theirs).limit(1)) is not None:
        raise HasMeetings
    event = person.event
    db.session.delete(person)
    touch(event)
