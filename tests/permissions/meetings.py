from datetime import timedelta
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import operations
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingRequest
from rbc_events.registration.models import Registration
from tests.factories import NOW, make_registration
from tests.permissions.expectations import MANAGERS, PARTICIPANTS, Expectation, of_event
from tests.world import World


def to_partner(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": partner(world).id}


def partner(world: World) -> Registration:
    """A third organisation of the event, which both delegates of the world may ask."""
    if "partner" not in world.extra:
        world.extra["partner"] = make_registration(world.event)
        db.session.commit()
    return world.extra["partner"]


def a_request(world: World) -> dict[str, Any]:
    request = db.session.scalar(select(MeetingRequest)) or operations.request_meeting(
        world.registration, partner(world), actor=world.people["delegate"], now=NOW
    )
    db.session.commit()
    return {"key": world.event.key, "number": request.id}


def a_meeting(world: World) -> dict[str, Any]:
    """A meeting of the delegate's organisation with a third one, in which a coordinator sits in."""
    if "meeting" not in world.extra:
        coordinator = world.people["coordinator"]
        meeting = operations.arrange_meeting(
            world.event, world.registration, partner(world), actor=coordinator, now=NOW, consent="by mail"
        )
        meeting.parties.append(MeetingParty(user=coordinator))
        publish(meeting)
        world.extra["meeting"] = meeting
        db.session.commit()
    return {"key": world.event.key, "number": world.extra["meeting"].id}


def publish(meeting: Meeting) -> None:
    meeting.published_starts_at, meeting.published_ends_at = NOW, NOW + timedelta(minutes=30)


OWN_SIDE_AND_STAFF = MANAGERS | {"delegate"}

EXPECTED = {
    "meetings.requests": Expectation(PARTICIPANTS, of_event),
    "meetings.request_meeting": Expectation(PARTICIPANTS, to_partner),
    "meetings.answer": Expectation({"delegate"}, a_request),
    "meetings.withdraw": Expectation({"delegate"}, a_request),
    "meetings.veto": Expectation(PARTICIPANTS, to_partner),
    "meetings.event_requests": Expectation(MANAGERS, of_event),
    "meetings.propose": Expectation(MANAGERS, of_event),
    "meetings.rules": Expectation(MANAGERS, of_event),
    "meetings.own_agenda": Expectation(PARTICIPANTS | MANAGERS, of_event),
    "meetings.agenda_file": Expectation(PARTICIPANTS | MANAGERS, of_event),
    "meetings.show": Expectation(OWN_SIDE_AND_STAFF, a_meeting),
    "meetings.meeting_file": Expectation(OWN_SIDE_AND_STAFF, a_meeting),
    "meetings.attend": Expectation({"delegate"}, a_meeting),
    "meetings.cancel": Expectation(OWN_SIDE_AND_STAFF, a_meeting),
    "meetings.record": Expectation(MANAGERS, a_meeting),
    "meetings.rate": Expectation({"delegate"}, a_meeting),
}
