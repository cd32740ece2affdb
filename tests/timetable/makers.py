"""An event with agreed meetings, for tests of the timetable."""

from dataclasses import dataclass
from typing import Any

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings import arranging
from rbc_events.meetings.models import Interpreter, Meeting
from rbc_events.registration.models import Registration
from tests import factories
from tests.factories import NOW


@dataclass
class Conference:
    event: Event
    sides: list[Registration]
    coordinator: User

    def agree(self, first: int, second: int) -> Meeting:
        """An agreed meeting of two organisations, by their numbers from 0."""
        return arranging.arrange_meeting(
            self.event, self.sides[first], self.sides[second], actor=self.coordinator, now=NOW, consent="by mail"
        )


def make_conference(*, organisations: int = 4, slots: int = 4, tables: int = 2, **fields: Any) -> Conference:
    event = factories.make_event(slots=slots, tables=tables, **fields)
    sides = [factories.make_registration(event) for _each in range(organisations)]
    return Conference(event, sides, factories.make_user())


def make_interpreter(event: Event, **fields: Any) -> Interpreter:
    defaults = {"email": f"interpreter{event.id}@people.example", "pairs": "ja-en", "family_latin": "Tsuyaku"}
    person = Interpreter(event=event, **{**defaults, **fields})
    db.session.add(person)
    db.session.flush()
    return person
