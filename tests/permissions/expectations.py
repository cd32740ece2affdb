"""The words in which a feature says who may use its routes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from tests.world import ROLES, World

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"public"}
HEADQUARTERS = frozenset({"headquarters"})
STAFF = frozenset({"headquarters", "coordinator", "other_coordinator"})
MANAGERS = frozenset({"headquarters", "coordinator"})  # of the event in question
PARTICIPANTS = frozenset({"delegate", "other_delegate"})  # of the event in question
OWNERS = frozenset({"delegate"})  # of the organisation in question


def of_event(world: World) -> dict[str, Any]:
    return {"key": world.event.key}


def nothing(_world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Expectation:
    """Who gets through; `writers` where other methods than GET are open to fewer. `values` fills the address."""

    allowed: Collection[str]
    values: Callable[[World], dict[str, Any]] = nothing
    writers: Collection[str] | None = None
