"""What was done on the board, in words: what somebody may take back or do again, and what others did meanwhile."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from rbc_events.accounts.models import User
from rbc_events.events.models import Event
from rbc_events.i18n import clock_time, language
from rbc_events.timetable import moves
from rbc_events.timetable.models import Move
from rbc_events.timetable.wording import Names


@dataclass(frozen=True)
class History:
    """Of one person, at the revision that the page shows. Texts are "" where there is nothing."""

    undo: str
    redo: str
    others: list[str]


def history_of(event: Event, actor: User, *, since: int | None, names: Names | None = None) -> History:
    """`since`: the revision after which others' moves are news; None for none."""
    back, again = moves.last_move(event, actor), moves.next_move(event, actor)
    news = [] if since is None else [m for m in moves.moves_since(event, since) if m.actor_id != actor.id]
    if not (back or again or news):
        return History("", "", [])
    names = names or Names(event)
    undo, redo = (move_in_words(move, names) if move else "" for move in (back, again))
    return History(undo, redo, [_by_whom(move, names) for move in news[-3:]])


def move_in_words(move: Move, names: Names, *, taken_back: bool = False) -> str:
    """A × B: Tue 9 Feb 09:00, Table 1 → Tue 9 Feb 10:00, Table 2"""
    begin, end = ("after", "before") if taken_back else ("before", "after")
    lines = [
        _("%(meeting)s: %(before)s → %(after)s", meeting=names.of(f"m{step['meeting']}"),
          before=stand_in_words(step[begin], names), after=stand_in_words(step[end], names))
        for step in move.steps[:2]
    ]  # fmt: skip
    if len(move.steps) > len(lines):
        lines.append(_("and %(number)s more", number=len(move.steps) - len(lines)))
    return _("; ").join(lines)


def stand_in_words(stand: dict[str, Any] | None, names: Names) -> str:
    """Where a meeting stood: its time and place."""
    if stand is None:
        return _("without a time")
    return names.list_of([f"s{stand['slot']}", f"p{stand['place']}"])


def _by_whom(move: Move, names: Names) -> str:
    what = move_in_words(move, names, taken_back=move.undone_at is not None)
    who = move.actor.name_in(language()) or move.actor.email
    when = clock_time(move.undone_at or move.at, names.event.time_zone)
    return _("%(who)s, %(when)s: %(what)s", who=who, when=when, what=what)


def moved_since_in_words(refused: moves.MovedSince) -> list[str]:
    """Both versions: where it was seen, and where it is now by whom."""
    meeting = refused.meeting
    names, last = Names(meeting.event), moves.last_of_meeting(meeting)
    name, now = names.of(f"m{meeting.id}"), stand_in_words(moves.stand_of(meeting), names)
    seen = stand_in_words(refused.seen, names)
    told = _("%(meeting)s has been changed since. You saw: %(seen)s. Now: %(now)s.", meeting=name, seen=seen, now=now)
    return [told, _by_whom(last, names)] if last is not None else [told]
