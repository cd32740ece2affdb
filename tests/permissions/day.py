from typing import Any

from rbc_events.database import db
from rbc_events.day.boards import open_board, token_of
from tests.factories import NOW
from tests.permissions.expectations import EVERYBODY, MANAGERS, Expectation, of_event
from tests.permissions.meetings import a_meeting
from tests.world import World


def a_side(world: World) -> dict[str, Any]:
    """The delegate's side of a meeting."""
    a_meeting(world)
    [party] = [each for each in world.extra["meeting"].parties if each.registration_id == world.registration.id]
    return {"key": world.event.key, "number": party.id}


def a_person(world: World) -> dict[str, Any]:
    return {**a_side(world), "delegate": world.registration.delegates[0].id}


def an_attendee(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": world.registration.delegates[0].id}


def a_board(world: World) -> dict[str, Any]:
    if "board" not in world.extra:
        world.extra["board"] = open_board(world.event, names=True, actor=world.people["coordinator"], now=NOW)
        db.session.commit()
    return {"key": world.event.key, "number": world.extra["board"].id}


def a_boards_address(world: World) -> dict[str, Any]:
    a_board(world)
    return {"token": token_of(world.extra["board"])}


EXPECTED = {
    "day.today": Expectation(MANAGERS, of_event),
    "day.mark": Expectation(MANAGERS, a_side),
    "day.badges": Expectation(MANAGERS, of_event),
    "day.print_badges": Expectation(MANAGERS, of_event),
    "day.revoke_badge": Expectation(MANAGERS, an_attendee),
    "day.signs": Expectation(MANAGERS, of_event),
    "day.desk": Expectation(MANAGERS, of_event),
    "day.check_in": Expectation(MANAGERS, an_attendee),
    "day.take_back": Expectation(MANAGERS, an_attendee),
    "day.boards": Expectation(MANAGERS, of_event),
    "day.revoke_board": Expectation(MANAGERS, a_board),
    "day.board": Expectation(EVERYBODY, a_boards_address),
    "day.ways": Expectation(MANAGERS, a_meeting),
    "day.move": Expectation(MANAGERS, a_meeting),
    "day.swap": Expectation(MANAGERS, a_meeting),
    "day.free": Expectation(MANAGERS, a_meeting),
    "day.gaps": Expectation(MANAGERS, of_event),
    "day.walk_in": Expectation(MANAGERS, of_event),
    "day.mark_one": Expectation(MANAGERS, a_person),
}
