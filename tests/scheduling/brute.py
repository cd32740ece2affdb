"""The best plan by trying everything, by rules written for the tests: what the engine is compared with."""

import json

from rbc_events.scheduling.formats.canonical_json import problem_to_json
from rbc_events.scheduling.problem import Meeting, Problem
from rbc_events.scheduling.rules.timetable import Timetable

from .independent.model import Event


def best_values(problem: Problem) -> dict[str, int]:
    """The values of the levels of a best plan, in the problem's order."""
    return Event(json.loads(problem_to_json(problem))).best()


def best_plan(problem: Problem) -> Timetable:
    """A best plan, by the levels in the problem's order."""
    event = Event(json.loads(problem_to_json(problem)))
    held = event.best_plan().items()
    return Timetable(problem, [Meeting(name, event.slots[way[0]]["id"], *way[1:]) for name, way in held])
