from typing import Any

from rbc_events.clock import now
from rbc_events.imports.kept import keep
from tests.permissions.expectations import MANAGERS, Expectation
from tests.world import World


def sheets(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "kind": "organisations"}


def a_sheet(world: World) -> dict[str, Any]:
    return {**sheets(world), "digest": keep(world.event, b"external_key,kind\n", now=now())}


EXPECTED = {
    "imports.upload": Expectation(MANAGERS, sheets),
    "imports.template": Expectation(MANAGERS, lambda world: {**sheets(world), "ending": "csv"}),
    "imports.keys": Expectation(MANAGERS, lambda world: {"key": world.event.key, "ending": "csv"}),
    "imports.check": Expectation(MANAGERS, a_sheet),
}
