from datetime import timedelta
from typing import Any

from rbc_events.accounts.operations import token_hash
from rbc_events.database import db
from rbc_events.meetings.arranging import arrange_meeting
from rbc_events.seasons.models import AskedParty, OfferedTime, OfferLink, TimeOffer
from tests.factories import NOW, make_registration
from tests.permissions.expectations import EVERYBODY, MANAGERS, OWNERS, Expectation, of_event
from tests.world import World


def a_meeting(world: World) -> dict[str, Any]:
    """One that was agreed to and has no time yet; with an organisation that no other feature's rows are about."""
    if "waiting" not in world.extra:
        sides = world.registration, make_registration(world.event)
        coordinator = world.people["coordinator"]
        world.extra["waiting"] = arrange_meeting(world.event, *sides, actor=coordinator, now=NOW, consent="by mail")
        db.session.commit()
    return {"key": world.event.key, "number": world.extra["waiting"].id}


def an_offer(world: World) -> dict[str, Any]:
    """Of one time, for the world's meeting."""
    values = a_meeting(world)
    if db.session.query(TimeOffer).first() is None:
        meeting = world.extra["waiting"]
        asked = [AskedParty(party=party) for party in meeting.parties]
        asked[0].links = [OfferLink(token_hash=token_hash("a token"))]
        times = [OfferedTime(starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10))]
        by = world.people["coordinator"].id
        offer = TimeOffer(
            meeting=meeting, offered_by_id=by, offered_at=NOW, own_place="Online", times=times, asked=asked
        )
        db.session.add(offer)
        db.session.commit()
    return values


def token(world: World) -> dict[str, Any]:
    an_offer(world)
    return {"token": "a token"}


def a_registration(world: World) -> dict[str, Any]:
    return {"number": world.registration.id}


def a_week(world: World) -> dict[str, Any]:
    return {**of_event(world), "monday": "2027-03-22"}


EXPECTED = {
    "seasons.week": Expectation(MANAGERS, of_event),
    "seasons.batch": Expectation(MANAGERS, a_week),
    "seasons.own_hours": Expectation(MANAGERS, of_event),
    "seasons.hours": Expectation(OWNERS | MANAGERS, a_registration),
    "seasons.offer": Expectation(MANAGERS, a_meeting),
    "seasons.withdraw": Expectation(MANAGERS, an_offer),
    "seasons.answer": Expectation(EVERYBODY, token),
}
