from typing import Any

from rbc_events.database import db
from tests.permissions.expectations import MANAGERS, Expectation, of_event
from tests.timetable.makers import make_interpreter
from tests.world import World


def an_interpreter(world: World) -> dict[str, Any]:
    person = make_interpreter(world.event, email=f"interpreter{len(world.extra)}@people.example")
    world.extra[person.email] = person
    db.session.commit()
    return {"key": world.event.key, "number": person.id}


EXPECTED = {
    "meetings.interpreters": Expectation(MANAGERS, of_event),
    "meetings.interpreters_add": Expectation(MANAGERS, of_event),
    "meetings.interpreters_edit": Expectation(MANAGERS, an_interpreter),
    "meetings.interpreters_remove": Expectation(MANAGERS, an_interpreter),
}
