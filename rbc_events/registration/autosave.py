"""Keeping what is typed into a step before its button is pressed, so that a closed window loses nothing.

The entries are kept as they were typed, faults and all: one field that isn't right yet doesn't hold up the others, and
nothing of it counts, or is seen by anybody else, before it is saved.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l

from rbc_events.database import db
from rbc_events.errors import Unacceptable
from rbc_events.registration.models import Registration, UnsavedEntries

MOST_CHARACTERS = 200_000  # a profile with every text as long as it may be has 25,000


class TooMuch(Unacceptable):
    message = _l("This is too much to keep.")


def keep_entries(registration: Registration, step: str, entries: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Keep these entries of a step in the place of those before.

    Raises:
        TooMuch
    """
    pairs = [[name, value] for name, value in entries]
    if sum(len(name) + len(value) for name, value in pairs) > MOST_CHARACTERS:
        raise TooMuch
    kept = entries_of(registration, step)
    if kept is None:
        registration.unsaved.append(UnsavedEntries(step=step, entries=pairs, at=now))
    else:
        kept.entries, kept.at = pairs, now
    db.session.flush()


def entries_of(registration: Registration, step: str) -> UnsavedEntries | None:
    return next((each for each in registration.unsaved if each.step == step), None)


def untick(registration: Registration, step: str, name: str, numbers: Collection[int]) -> int:
    """Take the tick from these choices of a field in what is being typed; gives how many had one."""
    kept = entries_of(registration, step)
    if kept is None:
        return 0
    gone = {(name, str(number)) for number in numbers}
    left = [pair for pair in kept.entries if tuple(pair) not in gone]
    count, kept.entries = len(kept.entries) - len(left), left
    db.session.flush()
    return count


def drop_entries(registration: Registration, step: str) -> None:
    """Forget a step's entries: they were saved, or are not wanted."""
    registration.unsaved = [each for each in registration.unsaved if each.step != step]
    db.session.flush()
