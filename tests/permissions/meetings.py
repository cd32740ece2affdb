from datetime import timedelta
from typing import Any

from sqlalchemy import select

from rbc_events.database import db
from rbc_events.meetings import arranging, operations
from rbc_events.meetings.calendar_invitations import reply_token
from rbc_events.meetings.models import (
    CalendarAnswer,
    CalendarEntry,
    IncomingMail,
    MailKind,
    Meeting,
    MeetingParty,
    MeetingRequest,
)
from rbc_events.registration.models import Registration
from tests.factories import NOW, make_registration
from tests.meetings.published import make_meeting
from tests.meetings.published import publish as publish_to_all
from tests.permissions.expectations import EVERYBODY, MANAGERS, PARTICIPANTS, STAFF, Expectation, of_event
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
        meeting = arranging.arrange_meeting(
            world.event, world.registration, partner(world), actor=coordinator, now=NOW, consent="by mail"
        )
        meeting.parties.append(MeetingParty(user=coordinator))
        publish(meeting)
        world.extra["meeting"] = meeting
        db.session.commit()
    return {"key": world.event.key, "number": world.extra["meeting"].id}


def publish(meeting: Meeting) -> None:
    meeting.published_starts_at, meeting.published_ends_at = NOW, NOW + timedelta(minutes=30)


def an_entry(world: World) -> CalendarEntry:
    """What a delegate holds of a meeting; they ask for another time."""
    if "entry" not in world.extra:
        meeting = make_meeting(world.registration, partner(world))
        publish_to_all(meeting, NOW + timedelta(days=1), now=NOW)
        entry = db.session.scalars(select(CalendarEntry)).first()
        assert entry is not None
        entry.answer, entry.proposed_starts_at = CalendarAnswer.COUNTER, NOW
        world.extra["entry"] = entry
        db.session.commit()
    return world.extra["entry"]


def an_answer_link(world: World) -> dict[str, Any]:
    entry = an_entry(world)
    return {"token": reply_token(entry.meeting, entry.recipient)}


def a_proposal(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": an_entry(world).id}


def a_mail(world: World) -> dict[str, Any]:
    """A mail that came in about the event."""
    row = db.session.scalar(select(IncomingMail)) or IncomingMail(
        digest="permissions",
        kind=MailKind.WORDS,
        event_id=world.event.id,
        received_at=NOW,
        sender="somebody@people.example",
        content=b"",
    )
    db.session.add(row)
    db.session.commit()
    return {"number": row.id}


OWN_SIDE_AND_STAFF = MANAGERS | {"delegate"}

EXPECTED = {
    "meetings.answer_by_link": Expectation(EVERYBODY, an_answer_link),
    "meetings.answer_decline": Expectation(MANAGERS, a_proposal),
    "meetings.answer_settle": Expectation(MANAGERS, a_proposal),
    "meetings.mails": Expectation(STAFF),
    "meetings.event_mails": Expectation(MANAGERS, of_event),
    "meetings.mail": Expectation(MANAGERS, a_mail),
    "meetings.mail_file": Expectation(MANAGERS, a_mail),
    "meetings.mail_take": Expectation(MANAGERS, a_mail),
    "meetings.mail_other_time": Expectation(MANAGERS, a_mail),
    "meetings.mail_reply": Expectation(MANAGERS, a_mail),
    "meetings.mail_forward": Expectation(MANAGERS, a_mail),
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
