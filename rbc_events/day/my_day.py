"""One's own day: what a participant or an interpreter has before them, and what they say of it. Functions flush."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.day.models import Delay, OwnNote
from rbc_events.day.today import bounds, delays_of
from rbc_events.errors import Conflict
from rbc_events.events.models import Event
from rbc_events.events.operations import touch
from rbc_events.meetings import recording
from rbc_events.meetings.attending import attended_by
from rbc_events.meetings.models import (
    Interpreter,
    InterpreterUnavailability,
    Meeting,
    MeetingParty,
    MeetingRequest,
    MeetingState,
)
from rbc_events.meetings.queries import meeting_with_all
from rbc_events.registration.models import Registration

SOON = timedelta(minutes=30)
"""So long before a meeting begins is it the next one to get ready for."""


class CantBeLate(Conflict):
    message = _l("This meeting is over, or has been called off.")


@dataclass(frozen=True)
class Mine:
    """In what part somebody is at an event: for organisations, as an interpreter, or both."""

    sides: Sequence[Registration]
    interpreting: Sequence[Interpreter]


@dataclass(frozen=True)
class Item:
    """A meeting as its participant or interpreter sees it. `own`: their side; none for an interpreter."""

    meeting: Meeting
    request: MeetingRequest | None
    own: MeetingParty | None
    others: list[MeetingParty]
    delays: dict[int, Delay]  # by party
    note: OwnNote | None
    over: bool
    on: bool

    @property
    def called_off(self) -> bool:
        return self.meeting.state == MeetingState.CANCELLED

    @property
    def join_url(self) -> str:
        place = self.meeting.published_place
        return self.meeting.published_own_link or (place.join_url if place else "")


def part_of(actor: User, event: Event, sides: Sequence[Registration]) -> Mine:
    of_actor = or_(Interpreter.user_id == actor.id, Interpreter.email == actor.email)
    interpreting = select(Interpreter).where(Interpreter.event_id == event.id, of_actor)
    return Mine(sides, db.session.scalars(interpreting).all())


def days_of(event: Event, mine: Mine, actor: User) -> list[date]:
    """The days on which one has meetings."""
    begins = db.session.scalars(select(Meeting.published_starts_at).where(_told(event), _of(mine, actor)))
    return sorted({each.astimezone(event.zone).date() for each in begins if each is not None})


def day_to_show(days: Sequence[date], wanted: date | None, today: date) -> date | None:
    if wanted in days:
        return wanted
    return next((each for each in days if each >= today), days[-1] if days else None)


def items_of(event: Event, mine: Mine, actor: User, day: date, *, now: datetime) -> list[Item]:
    """One's meetings of a day as people were told of them, in order of time."""
    first, last = bounds(event, day)
    on_day = Meeting.published_starts_at >= first, Meeting.published_starts_at < last
    return _items(mine, actor, now, _told(event), _of(mine, actor), *on_day)


def item_of(meeting: Meeting, mine: Mine, actor: User, *, now: datetime) -> Item | None:
    """One meeting; None if it isn't one's own."""
    found = _items(mine, actor, now, Meeting.id == meeting.id, _told(meeting.event), _of(mine, actor))
    return found[0] if found else None


def _told(event: Event) -> ColumnElement[bool]:
    return (Meeting.event_id == event.id) & Meeting.published_starts_at.is_not(None)


def _of(mine: Mine, actor: User) -> ColumnElement[bool]:
    """The meetings to which one goes oneself; who goes to none in person sees all of the organisation's."""
    going = [each.id for side in mine.sides for each in side.delegates if each.user_id == actor.id]
    sides = [side.id for side in mine.sides]
    as_side = attended_by(*going) if going else Meeting.parties.any(MeetingParty.registration_id.in_(sides))
    return or_(as_side, Meeting.published_interpreter_id.in_([each.id for each in mine.interpreting]))


def _items(mine: Mine, actor: User, now: datetime, *conditions: ColumnElement[bool]) -> list[Item]:
    meetings = meeting_with_all(*conditions)
    numbers = [meeting.id for meeting in meetings]
    parties = [party.id for meeting in meetings for party in meeting.parties]
    delays = delays_of(parties)
    kept = select(OwnNote).where(OwnNote.user_id == actor.id, OwnNote.meeting_id.in_(numbers))
    notes = {each.meeting_id: each for each in db.session.scalars(kept)}
    asked = {meeting.request_id for meeting in meetings}
    about = select(MeetingRequest).where(MeetingRequest.id.in_(asked)).options(joinedload(MeetingRequest.seed_version))
    requests = {each.id: each for each in db.session.scalars(about)}
    sides = {side.id for side in mine.sides}
    return [
        _item(meeting, requests.get(meeting.request_id or 0), sides, delays, notes.get(meeting.id), now)
        for meeting in meetings
    ]


def _item(
    meeting: Meeting,
    request: MeetingRequest | None,
    sides: Collection[int],
    delays: dict[int, Delay],
    note: OwnNote | None,
    now: datetime,
) -> Item:
    own = next((party for party in meeting.parties if party.registration_id in sides), None)
    ends_at = meeting.published_ends_at
    return Item(
        meeting,
        request,
        own,
        [party for party in meeting.parties if party is not own and party.registration is not None],
        {party.id: delays[party.id] for party in meeting.parties if party.id in delays},
        note,
        over=ends_at is not None and ends_at <= now,
        on=meeting.published_starts_at is not None and meeting.published_starts_at <= now + SOON,
    )


def say_late(party: MeetingParty, minutes: int | None, *, actor: User, now: datetime) -> None:
    """A side says that it comes so many minutes late to a meeting, or (None) that it can't come.

    Raises:
        CantBeLate
    """
    meeting = party.meeting
    lock(meeting)
    if meeting.state != MeetingState.SCHEDULED or recording.is_over(meeting, now=now):
        raise CantBeLate
    row = db.session.scalar(select(Delay).where(Delay.party_id == party.id)) or Delay(party_id=party.id)
    row.minutes, row.said_at, row.said_by_id = minutes, now, actor.id
    db.session.add(row)
    db.session.flush()


def say_on_time(party: MeetingParty) -> None:
    """A side takes back that it is late."""
    for row in db.session.scalars(select(Delay).where(Delay.party_id == party.id)):
        db.session.delete(row)
    db.session.flush()


def keep_note(meeting: Meeting, *, text: str, next_step: str, actor: User, now: datetime) -> None:
    """Keep one's own note of a meeting and the next step."""
    mine = select(OwnNote).where(OwnNote.meeting_id == meeting.id, OwnNote.user_id == actor.id)
    row = db.session.scalar(mine) or OwnNote(meeting_id=meeting.id, user_id=actor.id)
    row.text, row.next_step, row.updated_at = text, next_step, now
    db.session.add(row)
    db.session.flush()


def next_steps(meeting: Meeting) -> Sequence[OwnNote]:
    """What participants plan next, as the event's staff read it."""
    statement = select(OwnNote).where(OwnNote.meeting_id == meeting.id, OwnNote.next_step != "")
    return db.session.scalars(statement.order_by(OwnNote.updated_at)).all()


def change_hours(person: Interpreter, slots_off: Collection[int], *, seen: Collection[int] | None = None) -> None:
    """An interpreter says when they can't work, of the event's slots to come; staff see which meetings that concerns.

    `seen`: the slots that they were asked about; of others what stands, stays.
    """
    touch(person.event)
    asked = {slot.id for slot in person.event.slots} if seen is None else set(seen)
    wanted = {slot.id for slot in person.event.slots if slot.id in slots_off and slot.id in asked}
    present = {row.slot_id: row for row in person.unavailable}
    for number in (present.keys() & asked) - wanted:
        person.unavailable.remove(present[number])
    person.unavailable += [InterpreterUnavailability(slot_id=number) for number in wanted - present.keys()]
    db.session.flush()
