"""What a run found, as a coordinator reads it before taking it over."""

import json
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from rbc_events.i18n import language
from rbc_events.scheduling.formats.plan_json import read_plan
from rbc_events.scheduling.messages import say
from rbc_events.scheduling.plan import Change, Level, Plan, Reason
from rbc_events.scheduling.problem import Meeting
from rbc_events.timetable.models import ScheduleRun
from rbc_events.timetable.wording import Names, counted_in, how_good, method_in_words, says_something


@dataclass(frozen=True)
class Line:
    """One level of the certificate."""

    name: str
    value: int
    bound: int | None  # None too where it says nothing
    proved: bool
    words: str
    method: str


@dataclass(frozen=True)
class Result:
    plan: Plan
    summary: str
    lines: list[Line]
    changes: list[tuple[str, str]]  # the meeting, as the plan names it, and what changes for it
    left_out: list[tuple[int, str]]  # meeting number and name
    conflict: list[str]
    conflict_note: str  # where it may be more than is needed, or nothing was found


def result_of(run: ScheduleRun, names: Names) -> Result:
    """The plan, its certificate and its changes in words."""
    plan = read_plan(run.plan)
    certificate = plan.certificate
    return Result(
        plan=plan,
        summary=_summary(certificate.status),
        lines=[_line(level) for level in certificate.levels],
        changes=[(change.request, change_in_words(change, names)) for change in plan.changes],
        left_out=[(int(request[1:]), names.of(request)) for request in plan.left_out],
        conflict=names.all_in_words(certificate.conflict),
        conflict_note=say(certificate.conflict_note, {}, language()) if certificate.conflict_note else "",
    )


def fault_of(run: ScheduleRun, names: Names) -> str:
    """Why a run failed, in words."""
    if not run.fault:
        return ""
    fault = json.loads(run.fault)
    known = {
        "ended": _("The scheduler's process ended by itself."),
        "too_long": _("The scheduler's process did not end in time."),
    }
    return known.get(fault["code"]) or names.in_words(Reason(fault["code"], fault["arguments"]))


def _summary(status: str) -> str:
    return {
        "optimal": _("This is the best timetable there is, and that is proved."),
        "feasible": _("Every rule is kept. How far each aim can be from its best is said below."),
        "infeasible": _("The meetings that must be held can't all be held together."),
    }.get(status, _("The search was stopped before it found out whether every rule can be kept."))


def _line(level: Level) -> Line:
    known = says_something(level)
    bound, method = (level.bound, method_in_words(level)) if known else (None, "")
    return Line(counted_in(level.name), level.value, bound, level.proved, how_good(level), method)


def change_in_words(change: Change, names: Names) -> str:
    words: dict[str, Any] = {
        "meeting": names.of(change.request),
        "before": _at(change.before, names),
        "after": _at(change.after, names),
    }
    return {
        "dropped": _("%(meeting)s: taken off (was %(before)s)", **words),
        "added": _("%(meeting)s: new, %(after)s", **words),
        "interpreter": _("%(meeting)s: another interpreter, %(after)s", **words),
    }.get(change.kind, _("%(meeting)s: from %(before)s to %(after)s", **words))


def _at(meeting: Meeting | None, names: Names) -> str:
    if meeting is None:
        return ""
    parts = (meeting.slot, meeting.place, meeting.interpreter)
    return names.list_of(part for part in parts if part)
