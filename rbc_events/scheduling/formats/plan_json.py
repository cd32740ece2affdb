"""A plan's JSON form (`docs/scheduling-format.md`), read strictly and written."""

import json
from dataclasses import asdict
from typing import Any

from rbc_events.scheduling.formats.canonical_json import meeting_to_plain
from rbc_events.scheduling.formats.problem_json import MAX_REQUESTS, read_meeting, read_meetings
from rbc_events.scheduling.formats.strict_json import (
    Reader,
    fields,
    flag,
    listed,
    made,
    number,
    one_of,
    optional,
    text,
    whole,
    wrong,
)
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Certificate, Change, Dual, Level, Plan, Reason

FORMAT = "rbc-events/schedule-plan/1"
STATUSES = ("optimal", "feasible", "infeasible", "unknown")
CHANGES = ("dropped", "moved", "place", "interpreter", "added")


def plan_to_json(plan: Plan) -> str:
    """The JSON form of a plan, one meeting a line."""
    content = {
        "format": FORMAT,
        "certificate": _certificate(plan.certificate),
        "meetings": [meeting_to_plain(meeting) for meeting in plan.meetings],
        "left_out": list(plan.left_out),
        "changes": [change_to_plain(change) for change in plan.changes],
    }
    lines = (f"{json.dumps(name)}: {_lines(value)}" for name, value in content.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {
        "status": certificate.status,
        "levels": [_level(level) for level in certificate.levels],
        "conflict": [{"code": reason.code, "arguments": reason.arguments} for reason in certificate.conflict],
        "conflict_minimal": certificate.conflict_minimal,
        "input_hash": certificate.input_hash,
        "seed": certificate.seed,
        "work": certificate.work,
        "seconds": certificate.seconds,
        "versions": certificate.versions,
    }


def _level(level: Level) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": level.name,
        "value": level.value,
        "bound": level.bound,
        "gap": level.gap,
        "method": level.method,
        "proved": level.proved,
    }
    if level.dual is not None:
        written["dual"] = asdict(level.dual)
    return written


def change_to_plain(change: Change) -> dict[str, Any]:
    return {
        "request": change.request,
        "kind": change.kind,
        "before": change.before and meeting_to_plain(change.before),
        "after": change.after and meeting_to_plain(change.after),
    }


# Reading


def read_plan(data: Any) -> Plan:
    """The plan of loaded JSON data. Raises InputError at the first fault; whether it holds is for `check` to say."""
    content = fields(data, "", _PLAN, frozenset(_PLAN))
    del content["format"]
    return Plan(**content)


def _mapping(read: Reader) -> Reader:
    def reader(value: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            wrong(value, "an object", pointer)
        return fields(value, pointer, dict.fromkeys(value, read), frozenset())

    return reader


def _read_level(value: Any, pointer: str) -> Level:
    content = fields(value, pointer, _LEVEL, frozenset(_LEVEL) - {"dual"})
    stated = content.pop("gap"), content.pop("proved")
    return Level(**content, stated=stated)


def _argument(value: Any, pointer: str) -> str | int:
    return value if type(value) is int else text(value, pointer)


_integer = whole(-(10**15), 10**15)
_DUAL: dict[str, Reader] = {
    "denominator": whole(1, 10**15),
    "slots": _mapping(_integer),
    "parties": _mapping(_integer),
    "party_slots": _mapping(_mapping(_integer)),
    "interpreters": _mapping(_integer),
    "interpreter_slots": _mapping(_mapping(_integer)),
    "most": _mapping(_integer),
    "most_per_day": _mapping(_mapping(_integer)),
    "weight": _integer,
    "kept": _mapping(_integer),
    "continents": _mapping(_integer),
}
_LEVEL: dict[str, Reader] = {
    "name": one_of(tuple(OBJECTIVES)),
    "value": _integer,
    "bound": optional(_integer),
    "gap": optional(number),
    "method": text,
    "proved": flag,
    "dual": made(Dual, _DUAL, *(_DUAL.keys() - {"weight", "kept", "continents"})),
}
_REASON: dict[str, Reader] = {"code": text, "arguments": _mapping(_argument)}
_CERTIFICATE: dict[str, Reader] = {
    "status": one_of(STATUSES),
    "levels": listed(_read_level, len(OBJECTIVES)),
    "conflict": listed(made(Reason, _REASON, "code", "arguments"), MAX_REQUESTS),
    "conflict_minimal": flag,
    "input_hash": text,
    "seed": _integer,
    "work": _integer,
    "seconds": number,
    "versions": _mapping(text),
}
_CHANGE: dict[str, Reader] = {
    "request": text,
    "kind": one_of(CHANGES),
    "before": optional(read_meeting),
    "after": optional(read_meeting),
}
read_change = made(Change, _CHANGE, *_CHANGE)
_PLAN: dict[str, Reader] = {
    "format": one_of((FORMAT,)),
    "certificate": made(Certificate, _CERTIFICATE, *(_CERTIFICATE.keys() - {"conflict_minimal"})),
    "meetings": read_meetings,
    "left_out": listed(text, MAX_REQUESTS),
    "changes": listed(read_change, MAX_REQUESTS),
}
