"""Answers to invitations, however they come: by a calendar program, by the link in the mail, or as staff read them.

Functions flush. An answer changes nothing of the timetable; a decline or another time is work for the coordinators.
"""

from dataclasses import dataclass
from datetime import datetime

from rbc_events.database import db
from rbc_events.meetings import telling_others
from rbc_events.meetings.models import CalendarAnswer, CalendarEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer. `sequence` is the version that it answers, `stamp` when it was written.

    `words` are the recipient's own; `shared`: the other side may read them.
    """

    answer: CalendarAnswer
    sequence: int
    stamp: datetime
    words: str = ""
    shared: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def take_answer(entry: CalendarEntry, given: Given, *, now: datetime) -> bool:
    """Keep an answer, and tell the other side what it has to know; False where a later one stands.

    Of answers to different versions that to the higher counts, of those to one version the one written last.
    """
    stamp = min(given.stamp, now)  # a clock that is ahead doesn't keep later answers out
    before = _asked(entry)
    if entry.answer_sequence is not None:
        latest = entry.answer_sequence, entry.answer_stamp or entry.answered_at or stamp
        if (given.sequence, stamp) < latest:
            return False
    entry.answer, entry.answer_sequence, entry.answer_stamp = given.answer, given.sequence, stamp
    entry.answered_at, entry.answer_shared = now, given.shared
    proposes = given.answer is CalendarAnswer.COUNTER and given.starts_at is not None
    entry.proposed_starts_at = given.starts_at if proposes else None
    entry.proposed_ends_at = _end(entry, given) if proposes else None
    entry.answer_text = "\n".join(text for text in (proposal_in_words(entry), given.words) if text)
    if _asked(entry) != before:
        entry.settled_at = None
    db.session.flush()
    telling_others.tell(entry, given.words if given.shared else "", now=now)
    return True


def _asked(entry: CalendarEntry) -> tuple[CalendarAnswer, datetime | int | None]:
    """What a coordinator deals with: a proposal of that time, or a decline of that version."""
    counter = entry.answer is CalendarAnswer.COUNTER
    return entry.answer, entry.proposed_starts_at if counter else entry.answer_sequence


def _end(entry: CalendarEntry, given: Given) -> datetime | None:
    """A proposal of a start alone means as long as the meeting is."""
    if given.starts_at is None or given.ends_at is not None:
        return given.ends_at
    return given.starts_at + (entry.ends_at - entry.starts_at)


def proposal_in_words(entry: CalendarEntry) -> str:
    if entry.proposed_starts_at is None or entry.proposed_ends_at is None:
        return ""
    event = entry.meeting.event
    start, end = entry.proposed_starts_at.astimezone(event.zone), entry.proposed_ends_at.astimezone(event.zone)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} ({event.time_zone})"


def settle(entry: CalendarEntry, *, now: datetime) -> None:
    """A coordinator has dealt with a decline or a proposal: it waits for nobody any more."""
    if entry.troubled:
        entry.settled_at = now
        db.session.flush()
