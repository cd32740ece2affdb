"""What each cell of the board says of a meeting that has been picked up: it fits, fits if …, or doesn't and why."""

from typing import Any

from flask_babel import gettext as _

from rbc_events.meetings.models import Meeting
from rbc_events.timetable.everywhere import Fit, Fits
from rbc_events.timetable.wording import Names

HERE, FITS, FITS_IF, FITS_NOT = "here", "fits", "if", "not"


def marks_of(meeting: Meeting, fits: Fits, names: Names) -> dict[str, Any]:
    """For a script, short however many cells there are.

    `cells`: by "slot-place" the kind of mark, the number of its words, and for a swap the other meeting's number.
    """
    words: dict[str, int] = {}
    cells = {}
    for (slot, place), fit in fits.items():
        kind, text = _mark(meeting, slot, place, fit, names)
        mark: list[Any] = [kind, words.setdefault(text, len(words))]
        cells[f"{slot[1:]}-{place[1:]}"] = [*mark, int(fit.instead[1:])] if fit.instead else mark
    return {"title": names.of(f"m{meeting.id}"), "words": list(words), "cells": cells}


def _mark(meeting: Meeting, slot: str, place: str, fit: Fit, names: Names) -> tuple[str, str]:
    if (f"s{meeting.slot_id}", f"p{meeting.place_id}") == (slot, place):
        return HERE, _("It is here now.")
    if fit.instead:
        other = names.of(fit.instead)
        if meeting.slot_id is None:
            return FITS_IF, _("Fits if %(meeting)s goes: it then waits for a time.", meeting=other)
        return FITS_IF, _("Fits if it changes places with %(meeting)s.", meeting=other)
    if fit.reasons:
        return FITS_NOT, " ".join(names.all_in_words(fit.reasons))
    person = fit.meeting.interpreter
    now = f"i{meeting.interpreter_id}" if meeting.interpreter_id else ""
    if person and now and person != now:
        return FITS_IF, _("Fits if %(name)s interprets instead.", name=names.of(person))
    return FITS, _("It fits; %(name)s interprets.", name=names.of(person)) if person else _("It fits.")
