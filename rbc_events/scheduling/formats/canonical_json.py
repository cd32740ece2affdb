"""A problem's canonical JSON form, by whose hash a plan says what it was made from."""

import hashlib
import json
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from datetime import datetime, time
from typing import Any

from rbc_events.scheduling.problem import Meeting, Problem

FORMAT = "rbc-events/schedule-problem/1"


def problem_to_json(problem: Problem) -> str:
    """The canonical JSON form: keys and sets in order, defaults left out, no white space; equal for equal problems."""
    content = {"format": FORMAT, **_plain(problem)}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def input_hash(problem: Problem) -> str:
    """SHA-256 of a problem's canonical JSON form, in hexadecimal."""
    return hashlib.sha256(problem_to_json(problem).encode()).hexdigest()


def meeting_to_plain(meeting: Meeting) -> dict[str, Any]:
    """A meeting as JSON data, defaults left out."""
    plain: dict[str, Any] = _plain(meeting)
    return plain


def _plain(thing: Any) -> Any:
    if isinstance(thing, (str, int, bool)) or thing is None:
        return thing
    if isinstance(thing, frozenset):
        return sorted(thing)
    if isinstance(thing, tuple):
        return [_plain(item) for item in thing]
    if isinstance(thing, datetime):
        return thing.isoformat()
    if isinstance(thing, time):
        return thing.isoformat("minutes")
    values = ((field, getattr(thing, field.name)) for field in dataclass_fields(thing))
    return {field.name: _plain(value) for field, value in values if field.default is MISSING or value != field.default}
