from typing import Any

from rbc_events.calendars.entry import Person
from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.mail.operations import read_unsubscribe_token, unsubscribe_address
from rbc_events.outbox.models import OutboxMessage
from rbc_events.outbox.operations import Letter, queue
from tests.permissions.expectations import EVERYBODY, HEADQUARTERS, MANAGERS, SIGNED_IN, Expectation, of_event
from tests.world import World


def queued(event: Event | None) -> int:
    letter = Letter(
        occasion="permissions",
        kind="approved",
        recipient=Person(name="", address="somebody@people.example"),
        language="en",
        subject="x",
        text="x",
        event_id=event.id if event else None,
    )
    queue([letter], now=now())
    return db.session.query(OutboxMessage).one().id


def unsubscribe_token(_world: World) -> dict[str, Any]:
    token = unsubscribe_address("somebody@people.example", "follow_up").rpartition("/")[2]
    assert read_unsubscribe_token(token)
    return {"token": token}


EXPECTED = {
    "mail.messages": Expectation(MANAGERS, of_event),
    "mail.other_messages": Expectation(HEADQUARTERS),
    "mail.again": Expectation(MANAGERS, lambda world: {**of_event(world), "number": queued(world.event)}),
    "mail.other_again": Expectation(HEADQUARTERS, lambda _world: {"number": queued(None)}),
    "mail.wordings": Expectation(MANAGERS, of_event),
    "mail.wording": Expectation(MANAGERS, lambda world: {**of_event(world), "kind": "approved"}),
    "mail.preferences": Expectation(SIGNED_IN),
    "mail.unsubscribe": Expectation(EVERYBODY, unsubscribe_token),
}
