"""A problem's JSON form (`docs/scheduling-format.md`), read strictly. It is written by `canonical_json`."""

from datetime import date, datetime, time, timedelta
from typing import Any

from rbc_events.scheduling import problem as model
from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.formats.canonical_json import FORMAT
from rbc_events.scheduling.formats.strict_json import (
    Reader,
    fields,
    flag,
    listed,
    made,
    one_of,
    optional,
    text,
    whole,
    wrong,
)
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.problem import Floor, Interpreter, Meeting, Party, Place, Problem, Request, Reserved, Slot
from rbc_events.scheduling.validation import validate

MAX_SLOTS, MAX_PARTIES, MAX_REQUESTS, MAX_OTHER = 2_000, 100_000, 500_000, 10_000


def read_problem(data: Any) -> Problem:
    """The problem of loaded JSON data (see `strict_json.load`), checked. Raises InputError at the first fault."""
    content = fields(data, "", _PROBLEM, frozenset({"format", "slots", "parties", "requests"}))
    del content["format"]
    problem = Problem(**content)
    validate(problem)
    return problem


# Readers


def _instant(value: Any, pointer: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text(value, pointer))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError("bad_instant", pointer, found=str(value)) from None
    if instant.tzinfo is None:
        raise InputError("bad_instant", pointer, found=str(value))
    return instant


def _time(value: Any, pointer: str) -> time:
    written = text(value, pointer)
    try:
        read = time.fromisoformat(written)
    except ValueError:
        raise InputError("bad_time", pointer, found=written) from None
    if read.tzinfo is not None:
        raise InputError("bad_time", pointer, found=written)
    return read


def _two(read: Reader) -> Reader:
    both = listed(read, 2)

    def reader(value: Any, pointer: str) -> tuple[Any, Any]:
        pair = both(value, pointer)
        if len(pair) != 2:
            wrong(value, "a list of two", pointer)
        return pair[0], pair[1]

    return reader


def _set(limit: int) -> Reader:
    items = listed(text, limit)
    return lambda value, pointer: frozenset(items(value, pointer))


_slots = optional(_set(MAX_SLOTS))
_count = whole(0)
_limit = optional(whole(0))
_length = optional(whole(1, MAX_SLOTS))

_SLOT_FIELDS: dict[str, Reader] = {
    "id": text, "start": _instant, "end": _instant, "day": text, "session": text, "block": text,
}  # fmt: skip


def _slot(value: Any, pointer: str) -> Slot:
    content = fields(value, pointer, _SLOT_FIELDS, frozenset({"id", "start", "end"}))
    content.setdefault("day", content["start"].date().isoformat())
    return Slot(**content)


_place = made(
    Place,
    {
        "id": text, "kind": one_of(model.PLACE_KINDS), "number": whole(1, MAX_REQUESTS), "room": text, "site": text,
        "slots": _slots, "name": text,
    },
    "id",
)  # fmt: skip
_party = made(
    Party,
    {
        "id": text, "available": _slots, "capacity": whole(0, 1000), "least": _count, "most": _limit,
        "most_per_day": _limit, "longest_run": _length, "room_change": whole(0, 1440), "site_change": whole(0, 1440),
        "languages": _set(100), "time_zone": text, "decent_hours": optional(_two(_time)), "booth": text,
        "groups": _set(1000), "name": text,
    },
    "id",
)  # fmt: skip
_interpreter = made(
    Interpreter,
    {
        "id": text, "pairs": listed(_two(text), 1000), "available": _slots, "longest_run": _length,
        "rest": whole(1, MAX_SLOTS), "most": _limit, "most_per_day": _limit, "room_change": whole(0, 1440),
        "site_change": whole(0, 1440), "name": text,
    },
    "id", "pairs",
)  # fmt: skip
_request = made(
    Request,
    {
        "id": text, "parties": listed(text, 1000), "weight": _count, "must_have": flag, "veto": flag,
        "length": whole(1, MAX_SLOTS), "slots": _slots, "slot": text, "session": text, "mode": one_of(model.MODES),
        "interpreter": optional(flag), "after": listed(text, 1000), "wished_slots": _set(MAX_SLOTS),
        "wished_places": _set(MAX_OTHER), "wished_interpreters": _set(MAX_OTHER),
    },
    "id", "parties",
)  # fmt: skip
read_meeting = made(
    Meeting,
    {"request": text, "slot": text, "place": text, "number": _count, "interpreter": text, "pinned": flag,
     "change_cost": whole(1, 10**6)},
    "request", "slot",
)  # fmt: skip
read_meetings = listed(read_meeting, MAX_REQUESTS)
_kinds = listed(one_of(model.PLACE_KINDS), len(model.PLACE_KINDS))
_reserved = made(
    Reserved,
    {
        "slots": _set(MAX_SLOTS), "mode": one_of(model.MODES), "groups": _set(1000),
        "kinds": lambda value, pointer: frozenset(_kinds(value, pointer)),
    },
    "slots",
)  # fmt: skip
_PROBLEM: dict[str, Reader] = {
    "format": one_of((FORMAT,)),
    "slots": listed(_slot, MAX_SLOTS),
    "parties": listed(_party, MAX_PARTIES),
    "requests": listed(_request, MAX_REQUESTS),
    "places": listed(_place, MAX_OTHER),
    "interpreters": listed(_interpreter, MAX_OTHER),
    "floors": listed(made(Floor, {"group": text, "least": _count, "each": flag}, "group", "least"), MAX_OTHER),
    "standing": read_meetings,
    "rivals": listed(_two(text), MAX_PARTIES),
    "reserved": listed(_reserved, MAX_OTHER),
    "levels": listed(one_of(tuple(OBJECTIVES)), len(OBJECTIVES)),
    "fairness": _limit,
}


# The short form

_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def is_pairs(data: Any) -> bool:
    """Whether loaded JSON data is of the short form (see `read_pairs`)."""
    return isinstance(data, dict) and "free" in data and "format" not in data


def read_pairs(data: Any) -> Problem:
    """The problem of the short form {"slots", "tables", "free", "requests"}, everything numbered from 0."""
    numbers = listed(_count, MAX_SLOTS)
    readers: dict[str, Reader] = {
        "slots": whole(1, MAX_SLOTS),
        "tables": whole(1, MAX_REQUESTS),
        "free": listed(numbers, MAX_PARTIES),
        "requests": listed(listed(_count, 3), MAX_REQUESTS),
    }
    content = fields(data, "", readers, frozenset(readers))
    _check_pairs(content)
    problem = Problem(
        slots=numbered_slots(content["slots"]),
        parties=tuple(
            Party(f"p{p}", available=frozenset(f"s{t}" for t in free)) for p, free in enumerate(content["free"])
        ),
        requests=tuple(
            Request(f"r{r}", (f"p{a}", f"p{b}"), weight=w) for r, (a, b, w) in enumerate(content["requests"])
        ),
        places=(Place("tables", number=content["tables"]),),
        levels=("must_haves", "weight"),
    )
    validate(problem)
    return problem


def _check_pairs(content: dict[str, Any]) -> None:
    """Refuse what means nothing where the short form has it: `validate` knows the places of the other form."""
    for p, free in enumerate(content["free"]):
        for i, slot in enumerate(free):
            if slot >= content["slots"]:
                raise InputError("unknown_id", f"/free/{p}/{i}", kind="slot", id=f"s{slot}")
    for r, row in enumerate(content["requests"]):
        if len(row) != 3:
            wrong(row, "a list of party, party, weight", f"/requests/{r}")
        for i, party in enumerate(row[:2]):
            if party >= len(content["free"]):
                raise InputError("unknown_id", f"/requests/{r}/{i}", kind="party", id=f"p{party}")
        if row[0] == row[1]:
            raise InputError("party_twice", f"/requests/{r}/1", party=f"p{row[1]}")


def numbered_slots(slots: int, morning: int | None = None, first: int = 0) -> tuple[Slot, ...]:
    """Slots s0, s1, ... of one minute each on one day, for inputs that know only numbers; `morning` splits sessions."""
    day = date(2000, 1, 1).isoformat()
    return tuple(
        Slot(
            f"s{t + first}",
            _EPOCH + timedelta(minutes=t),
            _EPOCH + timedelta(minutes=t + 1),
            day,
            "" if morning is None else "morning" if t < morning else "afternoon",
        )
        for t in range(slots)
    )
