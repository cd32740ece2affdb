from typing import Any

from rbc_events.clock import now
from rbc_events.meetings.feeds import feed_token, feeds_of, open_feed, subjects_for
from rbc_events.meetings.models import Feed, FeedScope
from tests.meetings.published import make_interpreter
from tests.permissions.expectations import EVERYBODY, MANAGERS, OWNERS, PARTICIPANTS, Expectation, of_event
from tests.world import World


def feed_of_delegate(world: World) -> Feed:
    owner = world.people["delegate"]
    subject = next(each for each in subjects_for(owner, world.event) if each.scope == FeedScope.DELEGATE)
    opened = feeds_of(owner, world.event).get((subject.scope, subject.number))
    return opened or open_feed(world.event, subject, owner=owner, language="en", now=now())


def with_interpreter(world: World) -> dict[str, Any]:
    if "interpreter" not in world.extra:
        world.extra["interpreter"] = make_interpreter(world.event, user_id=world.people["interpreter"].id)
    return of_event(world)


EXPECTED = {
    "meetings.subscribing_event_file": Expectation(EVERYBODY, of_event),
    "meetings.subscribing": Expectation(MANAGERS | PARTICIPANTS | {"interpreter"}, with_interpreter),
    "meetings.subscribing_open_address": Expectation((), of_event),  # nothing is named: 404 for everybody
    "meetings.subscribing_revoke": Expectation(
        OWNERS, lambda world: {**of_event(world), "number": feed_of_delegate(world).id}
    ),
    "meetings.subscribing_calendar": Expectation(
        EVERYBODY, lambda world: {"token": feed_token(feed_of_delegate(world))}
    ),
}
