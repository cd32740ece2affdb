import json
from typing import Any

from rbc_events.database import db
from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.formats.plan_json import plan_to_json
from rbc_events.scheduling.plan import Certificate, Plan
from rbc_events.timetable.condition_models import LeastMeetings
from rbc_events.timetable.models import Rivals, ScheduleRun
from rbc_events.timetable.problem import build_problem
from tests.factories import NOW
from tests.permissions.expectations import MANAGERS, Expectation, of_event
from tests.permissions.meetings import a_meeting, a_proposal
from tests.world import World


def a_run(world: World) -> dict[str, Any]:
    if "run" not in world.extra:
        asked_by = world.people["coordinator"]
        world.extra["run"] = ScheduleRun(
            event=world.event, asked_by=asked_by, revision=world.event.revision, time_limit=1, created_at=NOW
        )
        db.session.add(world.extra["run"])
        db.session.commit()
    return {"key": world.event.key, "number": world.extra["run"].id}


def a_meeting_left_out(world: World) -> dict[str, Any]:
    """A run's plan that holds nothing, for an event of one meeting."""
    values, meeting = a_run(world), a_meeting(world)["number"]
    run = world.extra["run"]
    if run.plan is None:
        problem = build_problem(world.event, now=NOW)
        certificate = Certificate("feasible", (), "", 0, 0, 0.0, {})
        run.problem = json.loads(problem_to_json(problem))
        run.plan = json.loads(plan_to_json(Plan((), (f"m{meeting}",), (), certificate)))
        db.session.commit()
    return {**values, "meeting": meeting}


def a_plan(world: World) -> dict[str, Any]:
    """A run that has one."""
    a_meeting_left_out(world)
    return {**a_run(world), "part": "plan"}


def a_meeting_and_itself(world: World) -> dict[str, Any]:
    values = a_meeting(world)
    return {**values, "other": values["number"]}


def two_rivals(world: World) -> dict[str, Any]:
    first, second = sorted((world.registration.id, world.counterpart.id))
    if db.session.get(Rivals, (first, second)) is None:
        db.session.add(Rivals(first_id=first, second_id=second))
        db.session.commit()
    return {**of_event(world), "first": first, "second": second}


def a_condition(world: World) -> dict[str, Any]:
    row = db.session.scalars(db.select(LeastMeetings).where(LeastMeetings.event_id == world.event.id)).first()
    if row is None:
        row = LeastMeetings(event_id=world.event.id, of_group="", least=1)
        db.session.add(row)
        db.session.commit()
    return {**of_event(world), "kind": "least", "number": row.id}


def a_kind_of_condition(world: World) -> dict[str, Any]:
    return {**of_event(world), "kind": "least"}


EXPECTED = {
    "timetable.show": Expectation(MANAGERS, of_event),
    "timetable.move": Expectation(MANAGERS, a_meeting),
    "timetable.details": Expectation(MANAGERS, a_meeting),
    "timetable.set_time": Expectation(MANAGERS, a_meeting),
    "timetable.arrange": Expectation(MANAGERS, of_event),
    "timetable.remove": Expectation(MANAGERS, a_meeting),
    "timetable.marks": Expectation(MANAGERS, a_meeting),
    "timetable.changes": Expectation(MANAGERS, of_event),
    "timetable.swap": Expectation(MANAGERS, a_meeting_and_itself),
    "timetable.undo": Expectation(MANAGERS, of_event),
    "timetable.redo": Expectation(MANAGERS, of_event),
    "timetable.pin": Expectation(MANAGERS, a_meeting),
    "timetable.proposal_move": Expectation(MANAGERS, a_proposal),
    "timetable.dropping_out": Expectation(MANAGERS, of_event),
    "timetable.rivals": Expectation(MANAGERS, of_event),
    "timetable.rivals_remove": Expectation(MANAGERS, two_rivals),
    "timetable.conditions": Expectation(MANAGERS, of_event),
    "timetable.conditions_add": Expectation(MANAGERS, a_kind_of_condition),
    "timetable.conditions_remove": Expectation(MANAGERS, a_condition),
    "timetable.start_run": Expectation(MANAGERS, of_event),
    "timetable.show_run": Expectation(MANAGERS, a_run),
    "timetable.run_progress": Expectation(MANAGERS, a_run),
    "timetable.cancel_run": Expectation(MANAGERS, a_run),
    "timetable.apply_run": Expectation(MANAGERS, a_run),
    "timetable.run_file": Expectation(MANAGERS, a_plan),
    "timetable.left_out_why": Expectation(MANAGERS, a_meeting_left_out),
    "timetable.left_out_cheapest_change": Expectation(MANAGERS, a_meeting_left_out),
    "timetable.publishing_confirm": Expectation(MANAGERS, of_event),
}
