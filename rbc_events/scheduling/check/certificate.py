"""Whether a plan holds, and whether its certificate says the truth about it."""

from collections.abc import Iterator

from rbc_events.scheduling.check import bounds
from rbc_events.scheduling.check.least import LEVELS as LEAST
from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.check.values import VALUES, required, unchanged
from rbc_events.scheduling.json_form import input_hash
from rbc_events.scheduling.plan import MAXIMISED, Change, Dual, Level, Plan, Reason
from rbc_events.scheduling.problem import Meeting, Problem
from rbc_events.scheduling.rules import RULES

SOLVERS_WORD = ("cp-sat", "sat-refutation", "kernel-counting")
"""Methods that `check` can't repeat: the bound is a solver's word, and the certificate says so."""


def check(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """Everything that is wrong with a plan or its certificate; () if both hold.

    Rules and values are judged from the plan alone; bounds are counted again or computed from their multipliers. Bounds
    by one of `SOLVERS_WORD` are only compared with the value: `unverified` lists them.
    """
    table = Timetable(problem, plan.meetings)
    broken = tuple(reason for rule in RULES[:2] for reason in rule(table))
    if broken:
        return broken
    return (
        *(reason for rule in RULES for reason in rule(table) if not _excused(plan, reason)),
        *_lists(table, plan),
        *_certificate(table, plan),
    )


def unverified(plan: Plan) -> tuple[Level, ...]:
    """The levels whose bound rests on a solver's word."""
    return tuple(level for level in plan.certificate.levels if level.method in SOLVERS_WORD)


def _excused(plan: Plan, reason: Reason) -> bool:
    """A pin can't be kept in a plan that says that its must-haves can't all be held."""
    return reason.code == "pins_kept" and plan.certificate.status in ("infeasible", "unknown")


def _lists(table: Timetable, plan: Plan) -> Iterator[Reason]:
    left_out = {request.id for request in table.problem.requests} - table.held_requests
    if set(plan.left_out) != left_out or len(plan.left_out) != len(left_out):
        yield Reason("left_out_wrong", {})
    before = {m.request: m for m in table.problem.standing}
    if {c.request: c for c in plan.changes} != dict(_expected_changes(table, before)):
        yield Reason("changes_wrong", {})


def _expected_changes(table: Timetable, before: dict[str, Meeting]) -> Iterator[tuple[str, Change]]:
    now = {m.request: m for m in table.held}
    for request in before.keys() | now.keys() if before else ():
        was, becomes = before.get(request), now.get(request)
        if was is None or becomes is None or not unchanged(was, becomes):
            yield request, Change(request, _kind(was, becomes), was, becomes)


def _kind(was: Meeting | None, becomes: Meeting | None) -> str:
    if was is None:
        return "added"
    if becomes is None:
        return "dropped"
    if was.slot != becomes.slot:
        return "moved"
    return "interpreter" if was.interpreter not in ("", becomes.interpreter) else "place"


def _certificate(table: Timetable, plan: Plan) -> Iterator[Reason]:
    certificate = plan.certificate
    if certificate.input_hash != input_hash(table.problem):
        yield Reason("another_input", {})
    names = ("must_haves", *(name for name in table.problem.levels if name != "must_haves"))
    if tuple(level.name for level in certificate.levels) != names:
        yield Reason("levels_wrong", {"levels": ", ".join(names)})
        return
    given = table
    for level in certificate.levels:
        yield from _level(table, given, level)
        if level.name == "changes" and level.value == bounds.counting("changes", table):
            given = bounds.holding_fast(table)  # so few changes keep exactly what can stay
    if certificate.status != _status(table, plan):
        yield Reason("status_wrong", {"status": certificate.status, "found": _status(table, plan)})


def _level(table: Timetable, given: Timetable, level: Level) -> Iterator[Reason]:
    """What is wrong with a level's value, and with its bound in view of what is `given` by the levels before."""
    value = VALUES[level.name](table)
    if level.value != value:
        yield Reason("value_wrong", {"level": level.name, "value": level.value, "found": value})
    if level.bound is None:
        return
    if level.bound < value if level.name in MAXIMISED else level.bound > value:
        yield Reason("bound_passed", {"level": level.name, "bound": level.bound, "value": value})
    if level.method in SOLVERS_WORD:
        return
    proved = _proved_bound(given, level)
    if proved is None:
        yield Reason("bound_unproved", {"level": level.name, "method": level.method})
    elif level.bound < proved if level.name in MAXIMISED else level.bound > proved:
        yield Reason("bound_wrong", {"level": level.name, "bound": level.bound, "found": proved})


def _proved_bound(table: Timetable, level: Level) -> int | None:
    if level.method == "trivial":
        return bounds.trivial(level.name, table)
    if level.method == "counting":
        return bounds.counting(level.name, table)
    if level.method == "lp-dual" and level.dual is not None and _means_something(table.problem, level.name, level.dual):
        all_required = level.name != "must_haves" and required(table) <= table.held_requests
        return bounds.from_dual(level.name, level.dual, table, all_required=all_required)
    return None


def _means_something(problem: Problem, level: str, dual: Dual) -> bool:
    """Whether multipliers can bound a level: by what weight is worth only where weight is kept before it."""
    if level in MAXIMISED:
        return True
    if level not in ("changes", *LEAST):
        return False
    before = problem.levels[: problem.levels.index(level)]
    if not dual.kept.keys() <= set(LEAST).intersection(before):
        return False
    return "weight" in before or dual.weight == 0


def _status(table: Timetable, plan: Plan) -> str:
    must, *_ = plan.certificate.levels
    needed = len(required(table))
    if must.value < needed:
        return "infeasible" if must.bound is not None and must.bound < needed else "unknown"
    return "optimal" if all(level.proved for level in plan.certificate.levels) else "feasible"
