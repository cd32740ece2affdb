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
    "interpreters.index": Expectation(MANAGERS, of_event),
    "interpreters.add": Expectation(MANAGERS, of_event),
    "interpreters.edit": Expectation(MANAGERS, an_interpreter),
    "interpreters.remove": Expectation(MANAGERS, an_interpreter),
}
