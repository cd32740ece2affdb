"""Whether a plan holds, and whether its certificate says the truth about it."""

from collections.abc import Iterator
from math import isclose

from rbc_events.scheduling.formats.canonical_json import input_hash
from rbc_events.scheduling.objectives import OBJECTIVES, priced
from rbc_events.scheduling.objectives.changes import holding_fast, unchanged
from rbc_events.scheduling.objectives.must_haves import required
from rbc_events.scheduling.plan import Change, Level, Plan, Reason
from rbc_events.scheduling.problem import Meeting, Problem
from rbc_events.scheduling.rules import REGISTRY, About
from rbc_events.scheduling.rules.meetings import pins_kept
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.conflict import Verdict, judge
from rbc_events.scheduling.verify.multipliers import misplaced

SOLVERS_WORD = ("cp-sat", "sat-refutation", "kernel-counting")
"""Methods that `check` can't repeat, the last unless its prices are given: the bound is a solver's word."""
OF_CHANGES = ("changes", "change_costs")
"""Levels that are least where everything stays that can; each change costs something."""
PRICED = ("lp-dual", "kernel-counting")
"""Methods that come with multipliers."""


def check(problem: Problem, plan: Plan) -> tuple[Reason, ...]:
    """Everything that is wrong with a plan or its certificate; () if both hold.

    Rules and values are judged from the plan alone; bounds are counted again or computed from their multipliers. Bounds
    by one of `SOLVERS_WORD` are only compared with the value: `unverified` lists them.
    """
    table = Timetable(problem, plan.meetings)
    another = () if plan.certificate.input_hash == input_hash(problem) else (Reason("another_input", {}),)
    broken = tuple(reason for rule in REGISTRY if rule.about is About.EXISTENCE for reason in rule(table))
    if broken:
        return (*another, *broken)
    return (
        *another,
        *(reason for rule in REGISTRY for reason in rule(table) if not _excused(table, plan, reason)),
        *_lists(table, plan),
        *_certificate(table, plan),
    )


def unverified(plan: Plan) -> tuple[Level, ...]:
    """The levels whose bound rests on a solver's word."""
    return tuple(level for level in plan.certificate.levels if _is_word(level))


def unverified_conflict(problem: Problem, plan: Plan) -> bool:
    """Whether it rests on a solver's word that the rules of the conflict can't hold together, or each is needed."""
    return judge(Timetable(problem, plan.meetings), plan) is Verdict.WORD


def _is_word(level: Level) -> bool:
    return level.method in SOLVERS_WORD and not (level.method in PRICED and level.dual is not None)


def _excused(table: Timetable, plan: Plan, reason: Reason) -> bool:
    """A pinned meeting may be missing from a plan that says that its must-haves can't all be held."""
    missing = reason.code == pins_kept.code and reason.arguments["request"] not in table.held_requests
    return missing and plan.certificate.status in ("infeasible", "unknown")


def _lists(table: Timetable, plan: Plan) -> Iterator[Reason]:
    left_out = {request.id for request in table.problem.requests} - table.held_requests
    if set(plan.left_out) != left_out or len(plan.left_out) != len(left_out):
        yield Reason("left_out_wrong", {})
    before = {m.request: m for m in table.problem.standing}
    expected = dict(_expected_changes(table, before))
    if {c.request: c for c in plan.changes} != expected or len(plan.changes) != len(expected):
        yield Reason("changes_wrong", {})
    for meeting in table.held:
        if meeting.pinned != (meeting.request in table.pins):
            yield Reason("pinned_wrong", {"request": meeting.request})


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
    for field in ("seed", "work", "seconds"):
        if getattr(certificate, field) < 0:
            yield Reason("record_wrong", {"field": field})
    names = ("must_haves", *(name for name in table.problem.levels if name != "must_haves"))
    if tuple(level.name for level in certificate.levels) != names:
        yield Reason("levels_wrong", {"levels": ", ".join(names)})
        return
    given = table
    for level in certificate.levels:
        yield from _level(table, table if level.name in OF_CHANGES else given, level)
        counted = OBJECTIVES[level.name].counting
        if level.name in OF_CHANGES and counted is not None and level.value == counted(table):
            given = holding_fast(table)  # so few changes keep exactly what can stay
    if certificate.status != _status(table, plan):
        yield Reason("status_wrong", {"status": certificate.status, "found": _status(table, plan)})
    if judge(table, plan) is Verdict.FALSE:
        yield Reason("conflict_wrong", {})


def _level(table: Timetable, given: Timetable, level: Level) -> Iterator[Reason]:
    """What is wrong with a level's value, and with its bound in view of what is `given` by the levels before."""
    objective = OBJECTIVES[level.name]
    value = objective.value(table)
    if level.value != value:
        yield Reason("value_wrong", {"level": level.name, "value": level.value, "found": value})
    yield from _stated(level)
    if level.bound is None:
        if level.method or level.dual is not None:
            yield Reason("bound_unproved", {"level": level.name, "method": level.method})
        return
    if objective.passes(value, level.bound):
        yield Reason("bound_passed", {"level": level.name, "bound": level.bound, "value": value})
    if level.dual is not None:
        wrong = [] if level.method in PRICED else ["dual"]
        wrong += misplaced(given, level.name, level.dual)
        if wrong:
            yield Reason("bound_unproved", {"level": level.name, "method": f"{level.method} ({wrong[0]})"})
            return
    if not _is_word(level):
        yield from _proof(given, level)


def _stated(level: Level) -> Iterator[Reason]:
    """What a file says of gap and proof follows from value and bound."""
    if level.stated is None:
        return
    gap, proved = level.stated
    if proved != (level.bound == level.value):
        yield Reason("proved_wrong", {"level": level.name})
    far = None if level.bound is None else abs(level.value - level.bound)
    expected = None if far is None else far / max(abs(level.value), abs(level.bound or 0), 1)
    if gap is None or expected is None:
        wrong = gap is not expected
    else:
        wrong = not isclose(gap, expected, rel_tol=1e-9, abs_tol=1e-12)
    if wrong:
        yield Reason("gap_wrong", {"level": level.name})


def _proof(table: Timetable, level: Level) -> Iterator[Reason]:
    proved = _proved_bound(table, level)
    if proved is None:
        yield Reason("bound_unproved", {"level": level.name, "method": level.method})
    elif level.bound is not None and OBJECTIVES[level.name].passes(proved, level.bound):
        yield Reason("bound_wrong", {"level": level.name, "bound": level.bound, "found": proved})


def _proved_bound(table: Timetable, level: Level) -> int | None:
    objective = OBJECTIVES[level.name]
    if level.method == "trivial":
        return objective.trivial(table)
    if level.method == "counting":
        return objective.counting(table) if objective.counting is not None else None
    return None if level.dual is None else priced(level.name, level.method, level.dual, table)


def _status(table: Timetable, plan: Plan) -> str:
    must, *_ = plan.certificate.levels
    needed = len(required(table))
    if must.value < needed:
        return "infeasible" if must.bound is not None and must.bound < needed else "unknown"
    return "optimal" if all(level.bound == level.value for level in plan.certificate.levels) else "feasible"
