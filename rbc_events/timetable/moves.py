"""Moving meetings on the board, so that it can be taken back and others see it. Functions flush; the route commits.

Everybody takes back what they did themselves, the last first. Going back is a move like any other: under the same
rules, and only while the meetings stand where the move had put them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.errors import Conflict
from rbc_events.events.models import Event, Place, Slot
from rbc_events.events.operations import touch
from rbc_events.meetings import bookings
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.meetings.recording import take_off
from rbc_events.timetable import operations
from rbc_events.timetable.models import Move
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.putting import put_all

Stand = dict[str, Any] | None
KEPT = 200
"""So many moves of an event are kept."""
MANY = 5
"""More meetings than these are brought back together: each by itself would take a plan of hundreds too long."""


class NothingToTakeBack(Conflict):
    message = _l("There is nothing of yours to take back any more.")


class NothingToDoAgain(Conflict):
    message = _l("There is nothing to do again.")


class MovedSince(Conflict):
    """A meeting no longer stands where somebody saw it, or where their move had put it."""

    def __init__(self, meeting: Meeting, seen: Stand) -> None:
        super().__init__()
        self.meeting, self.seen = meeting, seen


class NoLongerThere(Conflict):
    message = _l("The time or place where the meeting was no longer exists.")


@dataclass(frozen=True)
class Seen:
    """What a board showed of a meeting when it was picked up."""

    version: int
    stand: Stand


def stand_of(meeting: Meeting) -> Stand:
    if meeting.slot_id is None:
        return None
    where = {"slot": meeting.slot_id, "place": meeting.place_id, "interpreter": meeting.interpreter_id}
    return {**where, "pinned": meeting.pinned}


def move_meeting(
    meeting: Meeting,
    *,
    slot: Slot,
    place: Place,
    actor: User,
    now: datetime,
    interpreter: Interpreter | int | None = operations.ANYBODY,
    seen: Seen | None = None,
) -> None:
    """As `operations.place_meeting`, which says what else it raises.

    Raises:
        MovedSince: somebody else has changed the meeting since it was `seen`.
    """
    _require_seen(meeting, seen)
    with recorded([meeting], actor=actor, now=now):
        operations.place_meeting(meeting, slot=slot, place=place, interpreter=interpreter, now=now)


def swap_meetings(meeting: Meeting, other: Meeting, *, actor: User, now: datetime, seen: Seen | None = None) -> None:
    """As `operations.swap_meetings`. Raises: MovedSince."""
    _require_seen(meeting, seen)
    with recorded([meeting, other], actor=actor, now=now):
        operations.swap_meetings(meeting, other, now=now)


def remove_meeting(meeting: Meeting, *, actor: User, now: datetime, seen: Seen | None = None) -> None:
    """As `operations.remove_meeting`. Raises: MovedSince."""
    _require_seen(meeting, seen)
    with recorded([meeting], actor=actor, now=now):
        operations.remove_meeting(meeting)


def _require_seen(meeting: Meeting, seen: Seen | None) -> None:
    operations.take_hold(meeting)
    if seen is not None and meeting.version != seen.version:
        raise MovedSince(meeting, seen.stand)


@contextmanager
def recorded(meetings: Sequence[Meeting], *, actor: User, now: datetime) -> Iterator[None]:
    """Keep what the block does to meetings of one event. What was at a time of its own can't be brought back there, so
    such a move isn't kept."""
    before = {meeting.id: stand_of(meeting) for meeting in meetings}
    keeps = not any(meeting.has_own_time for meeting in meetings)
    yield
    db.session.flush()
    steps = [{"meeting": m.id, "before": before[m.id], "after": stand_of(m)} for m in meetings]
    changed = [step for step in steps if step["before"] != step["after"]]
    if keeps and changed:
        event = meetings[0].event
        of_actor = delete(Move).where(Move.event_id == event.id, Move.actor_id == actor.id)
        db.session.execute(of_actor.where(Move.undone_at.is_not(None)))
        db.session.add(Move(event=event, actor_id=actor.id, at=now, revision=event.revision, steps=changed))
        db.session.flush()
        _forget_old(event)


def _forget_old(event: Event) -> None:
    newest = select(Move.id).where(Move.event_id == event.id).order_by(Move.id.desc()).offset(KEPT).limit(1)
    oldest = db.session.scalar(newest)
    if oldest is not None:
        db.session.execute(delete(Move).where(Move.event_id == event.id, Move.id <= oldest))


def last_move(event: Event, actor: User) -> Move | None:
    """What the actor would take back."""
    done = _of(event, actor).where(Move.undone_at.is_(None))
    return db.session.scalar(done.order_by(Move.id.desc()).limit(1))


def next_move(event: Event, actor: User) -> Move | None:
    """What the actor would do again."""
    undone = _of(event, actor).where(Move.undone_at.is_not(None))
    return db.session.scalar(undone.order_by(Move.id).limit(1))


def _of(event: Event, actor: User) -> Any:
    return select(Move).where(Move.event_id == event.id, Move.actor_id == actor.id)


def moves_since(event: Event, revision: int) -> Sequence[Move]:
    """What was done, taken back or done again after a revision, in order."""
    later = select(Move).where(Move.event_id == event.id, Move.revision > revision)
    return db.session.scalars(later.order_by(Move.revision).limit(KEPT)).all()


def last_of_meeting(meeting: Meeting) -> Move | None:
    """The move by which a meeting came where it is, as far as moves are kept."""
    of_event = select(Move).where(Move.event_id == meeting.event_id).order_by(Move.revision.desc())
    moves = db.session.scalars(of_event)
    return next((move for move in moves if any(step["meeting"] == meeting.id for step in move.steps)), None)


def take_back(event: Event, *, actor: User, now: datetime) -> Move:
    """Undo the actor's last move.

    Raises:
        NothingToTakeBack
        MovedSince: a meeting of it has been changed since.
        NoLongerThere: its time or place has been removed.
        operations.DoesNotFit, NotMovable, Taken, Overbooked
    """
    touch(event)
    move = last_move(event, actor)
    if move is None:
        raise NothingToTakeBack
    _turn(move, "after", "before", now=now)
    move.undone_at, move.revision = now, event.revision
    db.session.flush()
    return move


def do_again(event: Event, *, actor: User, now: datetime) -> Move:
    """Do what the actor took back last. Raises: NothingToDoAgain, and as `take_back`."""
    touch(event)
    move = next_move(event, actor)
    if move is None:
        raise NothingToDoAgain
    _turn(move, "before", "after", now=now)
    move.undone_at, move.revision = None, event.revision
    db.session.flush()
    return move


def _turn(move: Move, where: str, to: str, *, now: datetime) -> None:
    """Bring the meetings of a move from where they must be to where they shall be."""
    numbers = [step["meeting"] for step in move.steps]
    meetings = {m.id: m for m in db.session.scalars(select(Meeting).where(Meeting.id.in_(numbers)))}
    for step in move.steps:
        meeting = meetings[step["meeting"]]
        db.session.refresh(meeting)
        operations.require_movable(meeting)
        if stand_of(meeting) != step[where] or meeting.has_own_time:
            raise MovedSince(meeting, step[where])
    people = interpreters_of(move.event) if any(meeting.needs_interpreter for meeting in meetings.values()) else ()
    bookings.hold_parties(meetings.values(), people)
    for meeting in meetings.values():
        take_off(meeting)
    db.session.flush()
    stands = [(meetings[step["meeting"]], step[to]) for step in move.steps if step[to] is not None]
    if len(stands) > MANY:
        put_all(move.event, [(meeting, *_there(stand)) for meeting, stand in stands], now=now)
    for meeting, stand in stands:
        if len(stands) <= MANY:
            _put_back(meeting, stand, now=now)
        meeting.pinned = stand["pinned"]
    db.session.flush()


def _there(stand: dict[str, Any]) -> tuple[Slot, Place, Interpreter | None]:
    slot, place = db.session.get(Slot, stand["slot"]), db.session.get(Place, stand["place"])
    if slot is None or place is None:
        raise NoLongerThere
    return slot, place, db.session.get(Interpreter, stand["interpreter"]) if stand["interpreter"] else None


def _put_back(meeting: Meeting, stand: dict[str, Any], *, now: datetime) -> None:
    slot, place, person = _there(stand)
    operations.put(meeting, slot, place, operations.ANYBODY if person is None else person, now=now)
