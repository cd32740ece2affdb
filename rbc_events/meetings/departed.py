"""Meetings of organisations that no longer take part: they withdrew, were declined, or took back a needed consent.

Such a meeting stands until somebody calls it off, so coordinators are told of it wherever they look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import joinedload

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.meetings.models import OPEN, Meeting, MeetingParty
from rbc_events.registration.models import Registration
from rbc_events.registration.participation import taking_part


@dataclass(frozen=True)
class Departed:
    """A meeting, `starts_at` where it has a time, and those of its organisations that no longer take part."""

    meeting_id: int
    starts_at: datetime | None
    organisations: Sequence[Bilingual]


def of_departed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The meetings to come in which an organisation no longer takes part, as conditions of a query."""
    gone = MeetingParty.registration.has(~taking_part())
    begun = and_(Meeting.starts_at.is_not(None), Meeting.starts_at <= now)
    return Meeting.state.in_(OPEN), Meeting.parties.any(gone), not_(begun)


def departed_meetings(event: Event, *, now: datetime) -> list[Departed]:
    """In order of time, those without a time last: one statement."""
    statement = (
        select(Meeting.id, Meeting.starts_at, Registration)
        .join(Meeting.parties)
        .join(MeetingParty.registration)
        .where(Meeting.event_id == event.id, *of_departed(now), ~taking_part())
        .options(joinedload(Registration.organisation))
        .order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.id, MeetingParty.id)
    )
    found: dict[int, tuple[datetime | None, list[Bilingual]]] = {}
    for number, starts_at, side in db.session.execute(statement):
        found.setdefault(number, (starts_at, []))[1].append(side.organisation.name)
    return [Departed(number, starts_at, names) for number, (starts_at, names) in found.items()]
