from typing import Any

from tests.permissions.expectations import MANAGERS, Expectation
from tests.world import World


def an_event(world: World) -> dict[str, Any]:
    return {"key": world.event.key}


EXPECTED = {
    "sheet_export.index": Expectation(MANAGERS, an_event),
    "sheet_export.export": Expectation(
        MANAGERS, lambda world: {**an_event(world), "name": "registrations", "ending": "csv"}
    ),
}
