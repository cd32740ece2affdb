from typing import Any

from rbc_events.database import db
from rbc_events.day.boards import open_board, token_of
from tests.factories import NOW
from tests.meetings.published import make_interpreter
from tests.permissions.expectations import EVERYBODY, MANAGERS, OWNERS, PARTICIPANTS, Expectation, of_event
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


def an_interpreted_event(world: World) -> dict[str, Any]:
    """One at which the interpreter has a meeting to interpret."""
    an_interpreted_meeting(world)
    return of_event(world)


def an_interpreted_meeting(world: World) -> dict[str, Any]:
    values = a_meeting(world)
    meeting, person = world.extra["meeting"], world.people["interpreter"]
    if meeting.published_interpreter is None:
        meeting.published_interpreter = make_interpreter(world.event, email=person.email, user_id=person.id)
        db.session.commit()
    return values


def a_thread(world: World) -> dict[str, Any]:
    return {"key": world.event.key, "number": world.registration.id}


def an_own_thread(world: World) -> dict[str, Any]:
    return {"number": world.registration.id}


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
    "day.mine": Expectation(PARTICIPANTS | {"interpreter"}, an_interpreted_event),
    "day.late": Expectation({"delegate"}, a_meeting),
    "day.note": Expectation({"delegate", "interpreter"}, an_interpreted_meeting),
    "day.hours": Expectation({"interpreter"}, an_interpreted_event),
    "day.cannot": Expectation({"interpreter"}, an_interpreted_meeting),
    "day.manifest": Expectation(EVERYBODY, of_event),
    "day.worker": Expectation(EVERYBODY),
    "day.messages": Expectation(MANAGERS, of_event),
    "day.thread": Expectation(MANAGERS, a_thread),
    "day.own_thread": Expectation(OWNERS | MANAGERS, an_own_thread),
    "day.ways": Expectation(MANAGERS, a_meeting),
    "day.move": Expectation(MANAGERS, a_meeting),
    "day.swap": Expectation(MANAGERS, a_meeting),
    "day.free": Expectation(MANAGERS, a_meeting),
    "day.gaps": Expectation(MANAGERS, of_event),
    "day.walk_in": Expectation(MANAGERS, of_event),
    "day.mark_one": Expectation(MANAGERS, a_person),
}
