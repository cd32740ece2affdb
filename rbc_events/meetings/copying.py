"""What an event's copy has of its meetings: if wished, its interpreters."""

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.events.copying import Copying, copies
from rbc_events.meetings.models import Interpreter

NAMES = ("family_latin", "given_latin", "family_kanji", "given_kanji", "family_kana", "given_kana")
FIELDS = (*NAMES, "email", "language", "pairs", "most_minutes", "longest_run_minutes", "rest_minutes", "note")


@copies
def copy_interpreters(copying: Copying) -> None:
    if not copying.people:
        return
    for each in db.session.scalars(select(Interpreter).filter_by(event_id=copying.event.id)):
        db.session.add(Interpreter(event_id=copying.copy.id, **{name: getattr(each, name) for name in FIELDS}))
