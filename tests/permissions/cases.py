from typing import Any

from tests.factories import make_case
from tests.permissions.expectations import EVERYBODY, MANAGERS, Expectation
from tests.permissions.outcomes import of_outcome
from tests.world import World


def from_outcome(world: World) -> dict[str, Any]:
    return {"outcome": of_outcome(world)["number"]}


def of_case(world: World) -> dict[str, Any]:
    """A case that is not public, on an outcome of the world's own event."""
    if "case" not in world.extra:
        of_outcome(world)
        world.extra["case"] = make_case(world.extra["outcome"])
    return {"key": world.extra["case"].key}


EXPECTED = {
    "cases.index": Expectation(EVERYBODY),
    "cases.show": Expectation(MANAGERS, of_case),
    "cases.new": Expectation(MANAGERS, from_outcome),
    "cases.edit": Expectation(MANAGERS, of_case),
    "cases.publish": Expectation(MANAGERS, of_case),
    "cases.withdraw": Expectation(MANAGERS, of_case),
}
