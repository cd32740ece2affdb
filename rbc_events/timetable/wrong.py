"""What is wrong with meetings of the board: each is told on the meeting itself, in a few words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import language, plain
from rbc_events.meetings.departed import Departed, departed_meetings
from rbc_events.meetings.kept_apart import meetings_kept_apart
from rbc_events.meetings.ledger import behind
from rbc_events.meetings.models import CalendarEntry, Meeting
from rbc_events.meetings.warnings import Contradiction, contradictions
from rbc_events.timetable.queries import Cell


@dataclass(frozen=True)
class Wrong:
    """In words, the gravest first."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Troubles:
    """Of the whole event: meetings with an organisation that has left, those that its rules keep apart, and those that
    no longer go with their interpreter or room."""

    departed: Sequence[Departed]
    kept_apart: Sequence[Meeting]
    contradictions: Sequence[Contradiction]


def troubles_of(event: Event, *, now: datetime) -> Troubles:
    return Troubles(departed_meetings(event, now=now), meetings_kept_apart([event.id], now=now), contradictions(event))


def what_is_wrong(event: Event, cells: Iterable[Cell], troubles: Troubles) -> dict[int, Wrong]:
    """By meeting: a fixed number of statements."""
    found: dict[int, list[str]] = {}
    for number, words in (*_gone(troubles), *_contradicting(troubles), *_answered(cells), *_behind(event)):
        found.setdefault(number, []).append(words)
    return {number: Wrong(tuple(dict.fromkeys(words))) for number, words in found.items()}


def _gone(troubles: Troubles) -> Iterable[tuple[int, str]]:
    for row in troubles.departed:
        for name in row.organisations:
            yield row.meeting_id, _("%(organisation)s no longer takes part.", organisation=plain(name))
    for meeting in troubles.kept_apart:
        yield meeting.id, _("The event's rules keep these two apart.")


def _contradicting(troubles: Troubles) -> Iterable[tuple[int, str]]:
    for row in troubles.contradictions:
        name = row.interpreter.name_in(language()) or row.interpreter.email
        off, other = _("%(name)s is off then.", name=name), _("%(name)s doesn't interpret between these languages.",
                                                               name=name)  # fmt: skip
        yield row.meeting_id, off if row.by_hours else other


def _answered(cells: Iterable[Cell]) -> Iterable[tuple[int, str]]:
    return ((cell.id, _("Somebody can't come, or not then.")) for cell in cells if cell.troubled)


def _behind(event: Event) -> Iterable[tuple[int, str]]:
    """Meetings of which calendars hold something else than what is published."""
    statement = (
        select(CalendarEntry.meeting_id, func.count())
        .join(CalendarEntry.meeting)
        .outerjoin(Meeting.published_place)
        .where(Meeting.event_id == event.id, behind())
        .group_by(CalendarEntry.meeting_id)
    )
    for number, _entries in db.session.execute(statement):
        yield number, _("A calendar still holds an older time or place.")
