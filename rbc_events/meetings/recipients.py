"""Who is told of a meeting: the delegates of both sides, a coordinator who sits in, the interpreter."""

from collections.abc import Iterator
from dataclasses import dataclass

from rbc_events.accounts.models import PersonName
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.registration.mails import zone_of
from rbc_events.registration.models import Delegate, Registration


@dataclass(frozen=True)
class Recipient:
    """One person who is told of a meeting, in their language. `zone`: whose time stands first, that of the event's
    place for who is there; `own_zone`: where they are before and after. `side` is empty for an interpreter or staff."""

    person: PersonName | None
    address: str
    language: str
    zone: str
    own_zone: str
    side: Registration | None = None

    @property
    def name(self) -> str:
        return self.person.name_in(self.language) if self.person else ""


def recipients_of(meeting: Meeting, interpreter: Interpreter | None) -> dict[str, Recipient]:
    """Everybody who is told of the meeting, by address in small letters: nobody is told twice."""
    found = list(participants(meeting))
    if interpreter is not None:
        found.append(interpreting(interpreter))
    return {recipient.address.lower(): recipient for recipient in reversed(found) if recipient.address}


def participants(meeting: Meeting) -> Iterator[Recipient]:
    """The delegates of both sides who go, and a coordinator who sits in."""
    for party in meeting.parties:
        if party.registration is not None:
            yield from (representing(delegate, party.registration) for delegate in party.goes)
        elif party.user is not None:
            zone = party.user.time_zone or meeting.event.time_zone
            yield Recipient(party.user, party.user.email, party.user.language, zone, zone)


def contacts(side: Registration) -> list[Recipient]:
    """Whom an organisation has named for its correspondence; all its delegates if nobody is."""
    named = [delegate for delegate in side.delegates if delegate.contact] or list(side.delegates)
    return [representing(delegate, side) for delegate in named]


def representing(delegate: Delegate, side: Registration) -> Recipient:
    own = zone_of(delegate)
    zone = side.event.time_zone if side.in_person else own
    return Recipient(delegate, delegate.email, delegate.language, zone, own, side)


def interpreting(interpreter: Interpreter) -> Recipient:
    zone = interpreter.event.time_zone
    return Recipient(interpreter, interpreter.email, interpreter.language, zone, zone)
