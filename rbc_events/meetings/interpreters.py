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
from rbc_events.meetings.models import Interpreter, InterpreterUnavailability, Meeting

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji")


class KnownAlready(Conflict):
    message = _l("The event has an interpreter with this address already.")


class HasMeetings(Conflict):
    message = _l("This interpreter has meetings. Give them to somebody else first.")


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
    """
    person = interpreter or Interpreter(event_id=event.id)
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
    return person


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
