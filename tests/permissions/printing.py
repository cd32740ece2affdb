from typing import Any

from rbc_events.database import db
from rbc_events.durable import Step
from rbc_events.meetings import print_runs
from rbc_events.meetings.models import PrintPurpose
from tests.factories import NOW
from tests.meetings.published import make_interpreter
from tests.permissions.expectations import MANAGERS, PARTICIPANTS, Expectation, of_event
from tests.world import World


def with_interpreter(world: World) -> dict[str, Any]:
    if "interpreter" not in world.extra:
        world.extra["interpreter"] = make_interpreter(world.event, user_id=world.people["interpreter"].id)
    return of_event(world)


def a_sheet(world: World) -> dict[str, Any]:
    return {**of_event(world), "kind": "organisation", "number": world.registration.id}


def a_run(world: World) -> dict[str, Any]:
    staff = world.people["headquarters"]
    run = print_runs.ask_for_print(world.event, PrintPurpose.ARCHIVE, actor=staff, now=NOW)
    run.state, run.content = Step.DONE, b"PK"
    db.session.commit()
    return {**of_event(world), "purpose": "archive"}


def a_run_under_way(world: World) -> dict[str, Any]:
    staff = world.people["headquarters"]
    print_runs.ask_for_print(world.event, PrintPurpose.ARCHIVE, actor=staff, now=NOW)
    db.session.commit()
    return {**of_event(world), "purpose": "archive"}


def a_finished_run(world: World) -> dict[str, Any]:
    a_run(world)
    return of_event(world)


EXPECTED = {
    "meetings.printing_own": Expectation(PARTICIPANTS | {"interpreter"}, with_interpreter),
    "meetings.printing": Expectation(MANAGERS, of_event),
    "meetings.printing_sheet": Expectation(MANAGERS, a_sheet),
    "meetings.printing_everything": Expectation(MANAGERS, a_finished_run),
    "meetings.printing_start": Expectation(MANAGERS, a_run),
    "meetings.printing_stop": Expectation(MANAGERS, a_run_under_way),
    "meetings.printing_progress": Expectation(MANAGERS, a_run),
}
