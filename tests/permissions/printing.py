from typing import Any

from tests.meetings.published import make_interpreter
from tests.permissions.expectations import MANAGERS, PARTICIPANTS, Expectation, of_event
from tests.world import World


def with_interpreter(world: World) -> dict[str, Any]:
    if "interpreter" not in world.extra:
        world.extra["interpreter"] = make_interpreter(world.event, user_id=world.people["interpreter"].id)
    return of_event(world)


def a_sheet(world: World) -> dict[str, Any]:
    return {**of_event(world), "kind": "organisation", "number": world.registration.id}


EXPECTED = {
    "printing.own": Expectation(PARTICIPANTS | {"interpreter"}, with_interpreter),
    "printing.index": Expectation(MANAGERS, of_event),
    "printing.sheet": Expectation(MANAGERS, a_sheet),
    "printing.everything": Expectation(MANAGERS, of_event),
    "printing.send": Expectation(MANAGERS, of_event),
}
