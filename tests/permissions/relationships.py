from typing import Any

from rbc_events.database import db
from rbc_events.meetings.models import MeetingState
from rbc_events.relationships import operations
from rbc_events.relationships.models import Relationship
from tests.factories import NOW
from tests.permissions.expectations import HEADQUARTERS, MANAGERS, SIGNED_IN, STAFF, Expectation
from tests.permissions.meetings import a_meeting
from tests.world import World


def a_held_meeting(world: World) -> dict[str, Any]:
    values = a_meeting(world)
    world.extra["meeting"].state = MeetingState.HELD
    db.session.commit()
    return values


def relationship_of(world: World) -> Relationship:
    """What came of the delegate's meeting at the world's own event."""
    if "relationship" not in world.extra:
        a_held_meeting(world)
        meeting = world.extra["meeting"]
        world.extra["relationship"] = operations.take_up_meeting(meeting, actor=None, now=NOW)
        db.session.commit()
    return world.extra["relationship"]


def of_relationship(world: World) -> dict[str, Any]:
    return {"number": relationship_of(world).id}


def of_task(world: World) -> dict[str, Any]:
    relationship = relationship_of(world)
    task = operations.add_task(relationship, text="Call them", due_on=NOW.date(), assigned_to=None)
    db.session.commit()
    return {"number": relationship.id, "task_id": task.id}


EXPECTED = {
    "relationships.index": Expectation(STAFF),
    "relationships.begin": Expectation(HEADQUARTERS),
    "relationships.show": Expectation(MANAGERS, of_relationship),
    "relationships.report_stage": Expectation(MANAGERS, of_relationship),
    "relationships.add_note": Expectation(MANAGERS, of_relationship),
    "relationships.add_task": Expectation(MANAGERS, of_relationship),
    "relationships.finish_task": Expectation(MANAGERS, of_task),
    "relationships.next_step": Expectation(MANAGERS, of_relationship),
    "relationships.change_state": Expectation(MANAGERS, of_relationship),
    "relationships.take_up": Expectation(MANAGERS | {"delegate"}, a_held_meeting),
    "relationships.partners": Expectation(SIGNED_IN),
    "relationships.partner": Expectation({"delegate"}, of_relationship),
    "relationships.partner_stage": Expectation({"delegate"}, of_relationship),
    "relationships.partner_note": Expectation({"delegate"}, of_relationship),
}
