"""Who of an event is taken by meetings that its timetable doesn't place: at other events, or at times of their own."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import or_, select

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.meetings.bookings import overlapping
from rbc_events.meetings.models import Booking, Interpreter, Meeting, MeetingParty
from rbc_events.registration.models import Registration


class Spell(Protocol):
    """Whatever is from when to when."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class Times(Spell, Protocol):
    """A slot, or as much of its row as is asked for here."""

    @property
    def id(self) -> int: ...


class Engagement(NamedTuple):
    """From when to when, and the other event; None: a meeting of this event at a time of its own.

    `visible`: whether the other event is listed publicly, so that its name may be told.
    """

    starts_at: datetime
    ends_at: datetime
    event: Bilingual | None
    visible: bool = True


@dataclass(frozen=True)
class Elsewhere:
    """The engagements of an event's organisations, by their number, and of its people, by that of their account."""

    organisations: dict[int, list[Engagement]]
    people: dict[int, list[Engagement]]

    def of(self, thing: str, number: int | None) -> Sequence[Engagement]:
        """`thing`: "organisations" or "people"."""
        return getattr(self, thing).get(number, ())


NOWHERE = Elsewhere({}, {})


def engagements(event: Event, meetings: Collection[Meeting] | None = None) -> Elsewhere:
    """Of everybody who takes part in an event, or of the parties to these `meetings` and all interpreters; on the days
    for which the event has slots."""
    if not event.slots:
        return NOWHERE
    statement = (
        select(Booking.organisation_id, Booking.user_id, Booking.starts_at, Booking.ends_at, Event)
        .join(Booking.meeting)
        .join(Meeting.event)
        .where(overlapping(event.slots[0].starts_at, event.slots[-1].ends_at))
        .where(or_(Meeting.event_id != event.id, Meeting.slot_id.is_(None)))
        .where(_of_all(event) if meetings is None else _of_these(event, meetings))
        .order_by(Booking.starts_at, Booking.id)
    )
    found: tuple[dict[int, list[Engagement]], dict[int, list[Engagement]]] = defaultdict(list), defaultdict(list)
    for organisation, person, starts_at, ends_at, where in db.session.execute(statement):
        engagement = Engagement(starts_at, ends_at, where.name if where is not event else None, where.visible)
        if organisation is not None:
            found[0][organisation].append(engagement)
        elif person is not None:
            found[1][person].append(engagement)
    return Elsewhere(*found)


def _interpreters(event: Event) -> Any:
    return select(Interpreter.user_id).where(Interpreter.event_id == event.id, Interpreter.user_id.is_not(None))


def _of_all(event: Event) -> Any:
    there = select(Registration.organisation_id).where(Registration.event_id == event.id)
    people = select(MeetingParty.user_id).join(MeetingParty.meeting)
    people = people.where(Meeting.event_id == event.id, MeetingParty.user_id.is_not(None))
    return or_(
        Booking.organisation_id.in_(there), Booking.user_id.in_(people), Booking.user_id.in_(_interpreters(event))
    )


def _of_these(event: Event, meetings: Iterable[Meeting]) -> Any:
    parties = [party for meeting in meetings for party in meeting.parties]
    sides = {party.registration_id for party in parties if party.registration_id is not None}
    there = select(Registration.organisation_id).where(Registration.id.in_(sides))
    people = {party.user_id for party in parties if party.user_id is not None}
    return or_(
        Booking.organisation_id.in_(there), Booking.user_id.in_(people), Booking.user_id.in_(_interpreters(event))
    )


def in_the_way(engaged: Iterable[Engagement], slot: Times) -> list[Engagement]:
    """Those that take some of a slot's time."""
    return [each for each in engaged if each.starts_at < slot.ends_at and each.ends_at > slot.starts_at]


def taken(engaged: Sequence[Engagement], slots: Iterable[Times], *, capacity: int = 1) -> set[int]:
    """The slots in which somebody who can hold `capacity` meetings at once is not free, by number."""
    if not engaged:
        return set()
    return {slot.id for slot in slots if most_at_once(in_the_way(engaged, slot), slot.starts_at) >= capacity}


def most_at_once(found: Collection[Spell], starts_at: datetime) -> int:
    """How many of those that take some of a time, which `starts_at`, there are at the instant with the most: two that
    follow one another take one of an organisation's lanes."""
    instants = {max(each.starts_at, starts_at) for each in found}
    return max((sum(each.starts_at <= at < each.ends_at for each in found) for at in instants), default=0)


Standing = Mapping[int, Set[int]]
"""The slots in which registrations have meetings on the timetable, by their numbers."""


def standing_then(meetings: Iterable[Meeting], slots: Collection[Times]) -> Standing:
    """Of the parties to these meetings."""
    found: dict[int, set[int]] = defaultdict(set)
    for meeting in meetings:
        if meeting.starts_at is not None and meeting.ends_at is not None:
            then = {slot.id for slot in slots if slot.starts_at < meeting.ends_at and slot.ends_at > meeting.starts_at}
            for party in meeting.parties:
                if party.registration_id is not None:
                    found[party.registration_id] |= then
    return found


def taken_from(side: Registration, slots: Collection[Times], engaged: Elsewhere, stands: Standing | None) -> set[int]:
    """The slots in which an organisation is not free: can hold no more meetings or, where it is said where it `stands`,
    has one at all and stands not there."""
    found = engaged.of("organisations", side.organisation_id)
    away = taken(found, slots, capacity=side.capacity)
    return away if stands is None else away | (taken(found, slots) - stands.get(side.id, set()))
