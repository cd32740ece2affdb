import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rbc_events.accounts.models import Role
from rbc_events.accounts.operations import grant
from rbc_events.events import operations, places
from tests.factories import make_place, make_region, make_user
from tests.permissions.expectations import HEADQUARTERS, MANAGERS, STAFF, Expectation, of_event
from tests.world import World

_hours = itertools.count()


def of_programme(world: World) -> dict[str, Any]:
    return {"programme_key": world.event.programme.key}


def of_block(world: World) -> dict[str, Any]:
    minutes = 30 * (next(_hours) % 28)  # of one day, however many tests have asked before
    block = operations.add_block(
        world.event, starts_at=datetime(2027, 2, 10, tzinfo=UTC) + timedelta(minutes=minutes), slot_minutes=30, slots=1
    )
    return {"key": world.event.key, "block_id": block.id}


def of_place(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "place_id": make_place(world.event).id}


def of_closure(world: World) -> dict[str, Any]:
    place = make_place(world.event)
    closure = places.close_place(place, date(2027, 2, 10), starts=None, ends=None)
    return {"key": world.event.key, "place_id": place.id, "closure_id": closure.id}


def of_day(world: World) -> dict[str, Any]:
    of_block(world)
    return {"key": world.event.key, "day": "2027-02-10"}


def of_grant(world: World) -> dict[str, Any]:
    given = grant(make_user(), Role.COORDINATOR, event_id=world.event.id)
    return {"number": given.id}


EXPECTED = {
    "events.site": Expectation(HEADQUARTERS),
    "events.site_of_event": Expectation(MANAGERS, of_event),
    "events.staff": Expectation(HEADQUARTERS),
    "events.staff_remove": Expectation(HEADQUARTERS, of_grant),
    "events.managing": Expectation(STAFF),
    "events.new_programme": Expectation(HEADQUARTERS),
    "events.edit_programme": Expectation(HEADQUARTERS, lambda world: {"key": world.event.programme.key}),
    "events.new_event": Expectation(HEADQUARTERS, of_programme),
    "events.edit_event": Expectation(MANAGERS, of_event),
    "events.days": Expectation(MANAGERS, of_event),
    "events.block": Expectation(MANAGERS, of_block),
    "events.copy_day": Expectation(MANAGERS, lambda world: {**of_event(world), "day": "2027-02-09"}),
    "events.copy_event": Expectation(HEADQUARTERS, of_event),
    "events.announce": Expectation(MANAGERS, of_event),
    "events.sectors": Expectation(HEADQUARTERS),
    "events.sector": Expectation(HEADQUARTERS, lambda world: {"key": world.event.sector.key}),
    "events.regions": Expectation(HEADQUARTERS),
    "events.region": Expectation(HEADQUARTERS, lambda _world: {"code": make_region().code}),
    "events.remove_block": Expectation(MANAGERS, of_block),
    "events.place": Expectation(MANAGERS, of_place),
    "events.close_place": Expectation(MANAGERS, of_place),
    "events.open_place_again": Expectation(MANAGERS, of_closure),
    "registration.booth": Expectation(MANAGERS, of_place),
    "events.remove_event": Expectation(HEADQUARTERS, of_event),
    "events.remove_day": Expectation(MANAGERS, of_day),
    "events.remove_sector": Expectation(HEADQUARTERS, lambda world: {"key": world.event.sector.key}),
    "events.remove_region": Expectation(HEADQUARTERS, lambda _world: {"code": make_region().code}),
    "events.remove_place": Expectation(MANAGERS, of_place),
    "events.places": Expectation(MANAGERS, of_event),
}
