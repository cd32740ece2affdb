"""Moving a meeting to the time that somebody asked for, by one click in the ledger."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from rbc_events.clock import now
from rbc_events.database import db, give_up
from rbc_events.errors import Conflict
from rbc_events.meetings.access import load_entry
from rbc_events.timetable.operations import DoesNotFit
from rbc_events.timetable.proposals import move_to_proposal
from rbc_events.timetable.wording import Names


def move(key: str, number: int) -> Any:
    entry = load_entry(key, number)
    event = entry.meeting.event
    try:
        move_to_proposal(entry, now=now())
    except Conflict as refused:
        give_up()
        words = Names(event).all_in_words(refused.reasons) if isinstance(refused, DoesNotFit) else [str(refused)]
        flash(_("The meeting stays where it is: %(why)s", why=" ".join(words)), "error")
    else:
        db.session.commit()
        flash(_("The meeting has been moved. Both sides are told once the timetable is published."), "success")
    return redirect(url_for("meetings.ledger", key=key, show="declined"))
