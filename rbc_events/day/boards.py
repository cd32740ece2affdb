"""Boards for the foyer: their addresses, and what they show to whoever stands before them. Functions flush.

The token is worked out from the secret key, so that staff's page can show the address again; the database holds its
hash alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from rbc_events.accounts.models import User
from rbc_events.accounts.operations import derived_token, token_hash
from rbc_events.database import Bilingual, db
from rbc_events.day.models import Board
from rbc_events.errors import Closed
from rbc_events.events.models import Event
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.queries import organisations_in
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import to_be_published

CHANGED_WITHIN = timedelta(hours=3)
ELSEWHERE = Bilingual("別の場所", "Elsewhere")
AHEAD = timedelta(hours=18)
"""So far ahead a board looks: to the next morning, not to the next season."""


class Revoked(Closed):
    pass


@dataclass(frozen=True)
class Line:
    """A place at a time. `organisations`: those that may be named. `changed`: people had been told otherwise."""

    place: Bilingual
    organisations: Sequence[Bilingual]
    changed: bool


@dataclass(frozen=True)
class Stretch:
    """Meetings that begin at the same time."""

    starts_at: datetime
    ends_at: datetime
    lines: list[Line]


@dataclass(frozen=True)
class Shown:
    """What is on, and what comes next."""

    on: list[Stretch]
    following: list[Stretch]


def open_board(event: Event, *, names: bool, actor: User, now: datetime) -> Board:
    board = Board(event=event, names=names, created_at=now, created_by_id=actor.id, token_hash="")
    board.token_hash = token_hash(token_of(board))
    db.session.add(board)
    db.session.flush()
    return board


def revoke_board(board: Board, *, now: datetime) -> None:
    """End the address at once: the screen shows nothing more."""
    board.revoked_at = board.revoked_at or now
    db.session.flush()


def boards_of(event: Event) -> Sequence[Board]:
    """Those that work, the newest first."""
    good = select(Board).where(Board.event_id == event.id, Board.revoked_at.is_(None))
    return db.session.scalars(good.order_by(Board.id.desc())).all()


def token_of(board: Board) -> str:
    """160 bits; of two boards made at different times each has its own."""
    made = f"board:{board.event.id}:{board.created_at.isoformat()}:{board.names}"
    return derived_token(made)


def find_board(token: str) -> Board | None:
    """The board with this token.

    Raises:
        Revoked
    """
    statement = select(Board).where(Board.token_hash == token_hash(token)).options(joinedload(Board.event))
    board = db.session.scalar(statement)
    if board is not None and board.revoked_at is not None:
        raise Revoked
    return board


def shown_on(board: Board, *, now: datetime) -> Shown:
    """What participants were told: the meetings that go on, and those that begin next. Three statements."""
    told = (
        Meeting.event_id == board.event_id,
        Meeting.state.in_((MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW)),
        Meeting.published_ends_at > now,
        Meeting.published_starts_at < now + AHEAD,
    )
    statement = select(Meeting).where(*told).options(joinedload(Meeting.published_place))
    meetings = db.session.scalars(statement.order_by(Meeting.published_starts_at)).all()
    by_time: dict[datetime, list[Meeting]] = {}
    for meeting in meetings:
        if meeting.published_starts_at is not None:
            by_time.setdefault(meeting.published_starts_at, []).append(meeting)
    following = next((each for each in by_time if each > now), None)
    shown = {time: those for time, those in by_time.items() if time <= (following or now)}
    names = _names(board.event, [each.id for those in shown.values() for each in those]) if board.names else {}
    stretches = [_stretch(time, those, names, now) for time, those in shown.items()]
    return Shown([each for each in stretches if each.starts_at <= now], [s for s in stretches if s.starts_at > now])


def _names(event: Event, meetings: Sequence[int]) -> dict[int, list[Bilingual]]:
    """Of each meeting the organisations of which the public may know that they take part."""
    hidden = select(Registration.id).where(Registration.event_id == event.id, ~to_be_published(event))
    return organisations_in(Meeting.id.in_(meetings), but=list(db.session.scalars(hidden)))


def _stretch(
    starts_at: datetime, meetings: Sequence[Meeting], names: dict[int, list[Bilingual]], now: datetime
) -> Stretch:
    ordered = sorted(meetings, key=_by_place)
    ends_at = min(each.published_ends_at for each in ordered if each.published_ends_at is not None)
    return Stretch(starts_at, ends_at, [_line(each, names.get(each.id, []), now) for each in ordered])


def _line(meeting: Meeting, organisations: Sequence[Bilingual], now: datetime) -> Line:
    place = meeting.published_place
    # A place in words may name an organisation that isn't shown to everybody.
    told = meeting.published_at
    changed = meeting.sequence > 0 and told is not None and told > now - CHANGED_WITHIN
    return Line(place.name if place else ELSEWHERE, organisations, changed)


def _by_place(meeting: Meeting) -> tuple[bool, int, int]:
    place = meeting.published_place
    return place is None, place.position if place else 0, place.id if place else meeting.id
