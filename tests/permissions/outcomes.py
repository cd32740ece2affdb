from datetime import date
from typing import Any

from rbc_events.outcomes.models import DateKind
from rbc_events.outcomes.operations import claim_date
from rbc_events.partial_dates import Precision
from tests.factories import make_outcome
from tests.permissions.expectations import MANAGERS, STAFF, Expectation, of_event
from tests.world import World


def of_outcome(world: World) -> dict[str, Any]:
    if "outcome" not in world.extra:
        world.extra["outcome"] = make_outcome(world.event)
    return {"number": world.extra["outcome"].id}


def of_date(world: World) -> dict[str, Any]:
    number = of_outcome(world)["number"]
    outcome = world.extra["outcome"]
    claim = claim_date(outcome, kind=DateKind.SIGNED, on=date(2021, 9, 1), precision=Precision.MONTH)
    return {"number": number, "claim_id": claim.id}


EXPECTED = {
    "outcomes.index": Expectation(STAFF),
    "outcomes.of_event": Expectation(MANAGERS, of_event),
    "outcomes.new": Expectation(MANAGERS, of_event),
    "outcomes.edit": Expectation(MANAGERS, of_outcome),
    "outcomes.add_date": Expectation(MANAGERS, of_outcome),
    "outcomes.remove_date": Expectation(MANAGERS, of_date),
    "outcomes.add_evidence": Expectation(MANAGERS, of_outcome),
    "outcomes.verify": Expectation(MANAGERS, of_outcome),
}
