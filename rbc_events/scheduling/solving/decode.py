"""Solutions in the caller's own names."""

from collections.abc import Iterable

from rbc_events.scheduling.plan import Change
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.solving.instance import Instance
from rbc_events.scheduling.solving.solution import Solution
from rbc_events.scheduling.solving.table_assignment import Unit


def name_meetings(instance: Instance, solution: Solution, numbers: dict[int, Unit]) -> tuple[Meeting, ...]:
    """The meetings of a solution by identifiers, with the places and numbers given out, in order of time."""
    held = sorted((s, r) for r, s in enumerate(solution.slot) if s >= 0)
    return tuple(_named(instance, solution, r, numbers.get(r, ("", 0))) for _, r in held)


def _named(instance: Instance, solution: Solution, r: int, unit: tuple[str, int]) -> Meeting:
    problem = instance.problem
    interpreter = solution.interpreter[r]
    return Meeting(
        problem.requests[r].id,
        instance.slots[solution.slot[r]].id,
        *unit,
        problem.interpreters[interpreter].id if interpreter >= 0 else "",
        r in instance.pins,
    )


def name_changes(standing: Iterable[Meeting], meetings: Iterable[Meeting]) -> tuple[Change, ...]:
    """How a plan differs from the standing one; () where there is none."""
    before = {m.request: m for m in standing}
    after = {m.request: m for m in meetings}
    if not before:
        return ()
    found = [Change(r, "added", None, m) for r, m in after.items() if r not in before]
    for r, m in before.items():
        kind = _kind_of_change(m, after.get(r))
        if kind:
            found.append(Change(r, kind, m, after.get(r)))
    return tuple(found)


def _kind_of_change(before: Meeting, after: Meeting | None) -> str:
    if after is None:
        return "dropped"
    if before.slot != after.slot:
        return "moved"
    if before.interpreter and before.interpreter != after.interpreter:
        return "interpreter"
    if before.place and not (before.place == after.place and before.number in (0, after.number)):
        return "place"
    return ""
