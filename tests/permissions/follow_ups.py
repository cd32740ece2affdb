from typing import Any

from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.follow_ups.models import FollowUp, FollowUpAnswer, FollowUpState
from rbc_events.meetings.models import MeetingState
from rbc_events.relationships.models import StageKind
from rbc_events.relationships.operations import take_up_meeting
from tests.factories import NOW
from tests.meetings.published import make_meeting
from tests.permissions.expectations import EVERYBODY, MANAGERS, STAFF, Expectation
from tests.world import World


def a_question(world: World) -> FollowUp:
    """About a meeting of the world's own event; answered, and not taken over."""
    if "follow_up" not in world.extra:
        sides = world.registration, world.counterpart
        meeting = make_meeting(*sides, uid="uid-follow-up@rbc-events.example", state=MeetingState.HELD)
        relationship = take_up_meeting(meeting, actor=None, now=NOW)
        row = FollowUp(
            relationship_id=relationship.id,
            organisation_id=world.registration.organisation_id,
            month=1,
            due_on=NOW.date(),
            asked_at=NOW,
            token_hash=token_hash("a token"),
        )
        db.session.add(row)
        db.session.flush()
        db.session.add(FollowUpAnswer(follow_up_id=row.id, in_touch=True, stage=StageKind.NDA))
        db.session.commit()
        world.extra["follow_up"] = row
    return world.extra["follow_up"]


def token(world: World) -> dict[str, Any]:
    a_question(world)
    return {"token": "a token"}


def of_relationship(world: World) -> dict[str, Any]:
    return {"number": a_question(world).relationship_id}


def of_answer(world: World) -> dict[str, Any]:
    row = a_question(world)
    row.state, row.answered_at = FollowUpState.ANSWERED, NOW
    db.session.commit()
    return {"number": row.id}


EXPECTED = {
    "follow_ups.answer": Expectation(EVERYBODY, token),
    "follow_ups.index": Expectation(STAFF),
    "follow_ups.of_relationship": Expectation(MANAGERS, of_relationship),
    "follow_ups.take_over": Expectation(MANAGERS, of_answer),
}
