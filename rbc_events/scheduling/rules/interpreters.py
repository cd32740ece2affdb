"""Rules about interpreters: who needs one, who can serve, how much they work."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Interpreter, Problem, Request
from rbc_events.scheduling.rules.rule import About, rule
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.rules.ways import minutes_between, minutes_needed


@rule(
    "interpreter_where_needed",
    About.INTERPRETER,
    {
        "interpreter_where_needed": (
            "the parties of request {request} need an interpreter; {interpreter} doesn't serve",
            "面談申込 {request} には通訳が必要ですが、{interpreter} では対応できません。",
        ),
        "why_interpreters": (
            "interpreters for meetings without a common language, in all: {interpreters}",
            "共通の言語がない商談には、{interpreters} 名の通訳のいずれかが必要です。",
        ),
        "no_interpreter_serves": (
            "no interpreter serves the languages of request {request}",
            "面談申込 {request} の言語に対応できる通訳がいません。",
        ),
    },
    field="interpreter",
    fills="interpreter",
)
def interpreter_where_needed(table: Timetable) -> Iterator[Reason]:
    """A meeting that needs an interpreter has one of whose pairs every party speaks a language."""
    for meeting in table.held:
        request = table.requests[meeting.request]
        if needs_interpreter(table, request):
            person = table.interpreters.get(meeting.interpreter)
            if person is None or not person.serves(languages(table, request)):
                yield Reason(
                    "interpreter_where_needed", {"request": meeting.request, "interpreter": meeting.interpreter}
                )


@rule(
    "interpreter_only_where_needed",
    About.INTERPRETER,
    {
        "interpreter_only_where_needed": (
            "request {request} needs no interpreter, but has {interpreter}",
            "面談申込 {request} には通訳が不要ですが、{interpreter} が付いています。",
        ),
    },
    field="interpreter",
)
def interpreter_only_where_needed(table: Timetable) -> Iterator[Reason]:
    """A meeting that needs no interpreter has none: they are few, and a plan says who is wanted where."""
    for meeting in table.held:
        if meeting.interpreter and not needs_interpreter(table, table.requests[meeting.request]):
            yield Reason(
                "interpreter_only_where_needed", {"request": meeting.request, "interpreter": meeting.interpreter}
            )


def languages(table: Timetable, request: Request) -> list[frozenset[str]]:
    """What each party of a request speaks, where that is stated."""
    return [spoken for party in request.parties if (spoken := table.parties[party].languages)]


def needs_interpreter(table: Timetable, request: Request) -> bool:
    """What the request says; where it says nothing, whether its parties share no language."""
    if request.interpreter is not None:
        return request.interpreter
    spoken = languages(table, request)
    return bool(spoken) and not frozenset.intersection(*spoken)


@rule(
    "interpreters_available",
    About.INTERPRETER,
    {
        "interpreters_available": (
            "interpreter {interpreter} is not available in slot {slot} (request {request})",
            "通訳 {interpreter} は時間枠 {slot} に対応できません（面談申込 {request}）。",
        ),
        "why_interpreter_available": (
            "interpreter {interpreter} is available in {limit} slots only",
            "通訳 {interpreter} が対応できる時間枠は {limit} 枠だけです。",
        ),
    },
    field="interpreter",
)
def interpreters_available(table: Timetable) -> Iterator[Reason]:
    """An interpreter works only in slots in which they are available."""
    for person in table.problem.interpreters:
        if person.available is not None:
            for meeting in table.interpreted_by[person.id]:
                for slot in table.covered(meeting):
                    if slot not in person.available:
                        yield Reason(
                            "interpreters_available",
                            {"interpreter": person.id, "request": meeting.request, "slot": slot},
                        )


@rule(
    "interpreter_once",
    About.INTERPRETER,
    {
        "interpreter_once": (
            "interpreter {interpreter} is in two meetings in slot {slot}",
            "通訳 {interpreter} の時間枠 {slot} の商談が重なっています。",
        ),
        "no_interpreter_free": (
            "no interpreter is free for request {request} in slot {slot}",
            "面談申込 {request} に対応できる通訳は時間枠 {slot} に空いていません。",
        ),
    },
)
def interpreter_once(table: Timetable) -> Iterator[Reason]:
    """An interpreter is in one meeting at a time."""
    for person, meetings in table.interpreted_by.items():
        for slot, times in Counter(slot for m in meetings for slot in table.covered(m)).items():
            if times > 1:
                yield Reason("interpreter_once", {"interpreter": person, "slot": slot})


@rule(
    "interpreter_most",
    About.INTERPRETER,
    {
        "interpreter_most": (
            "interpreter {interpreter} has {meetings} meetings where {most} is the most",
            "通訳 {interpreter} の商談は {meetings} 件ですが、上限は {most} 件です。",
        ),
        "interpreter_most_per_day": (
            "interpreter {interpreter} has {meetings} meetings on {day} where {most} is the most",
            "通訳 {interpreter} の {day} の商談は {meetings} 件ですが、上限は {most} 件です。",
        ),
        "why_interpreter_most": (
            "interpreter {interpreter} has no more meetings than {limit}",
            "通訳 {interpreter} の商談は {limit} 件までです。",
        ),
        "why_interpreter_most_per_day": (
            "interpreter {interpreter} has no more meetings a day than {limit}",
            "通訳 {interpreter} の商談は 1 日 {limit} 件までです。",
        ),
    },
)
def interpreter_most(table: Timetable) -> Iterator[Reason]:
    """An interpreter has at most `most` meetings, and `most_per_day` a day."""
    for person in table.problem.interpreters:
        meetings = table.interpreted_by[person.id]
        if person.most is not None and len(meetings) > person.most:
            yield Reason("interpreter_most", {"interpreter": person.id, "meetings": len(meetings), "most": person.most})
        if person.most_per_day is not None:
            for day, number in Counter(map(table.day, meetings)).items():
                if number > person.most_per_day:
                    yield Reason(
                        "interpreter_most_per_day",
                        {"interpreter": person.id, "day": day, "meetings": number, "most": person.most_per_day},
                    )


@rule(
    "interpreter_rest",
    About.INTERPRETER,
    {
        "interpreter_rest": (
            "interpreter {interpreter} works {slots} slots in a row from {slot} without the rest that is due",
            "通訳 {interpreter} は {slot} から {slots} 枠続き、必要な休憩がありません。",
        ),
        "why_interpreter_longest_run": (
            "interpreter {interpreter} has no longer runs than {limit}",
            "通訳 {interpreter} の対応は連続 {limit} 枠までです。",
        ),
    },
)
def interpreter_rest(table: Timetable) -> Iterator[Reason]:
    """An interpreter works at most `longest_run` slots in a row, and after so many rests for `rest` of the block."""
    for person in table.problem.interpreters:
        if person.longest_run is not None:
            busy = table.busy(table.interpreted_by[person.id])
            for run in table.runs(busy):
                block = table.block[run[0]]
                after = block[block.index(run[-1]) + 1 :][: person.rest]
                tired = len(run) == person.longest_run and any(slot in busy for slot in after)
                if len(run) > person.longest_run or tired:
                    yield Reason("interpreter_rest", {"interpreter": person.id, "slot": run[0], "slots": len(run)})


def _ways(problem: Problem) -> Iterator[Reason]:
    for person in problem.interpreters:
        for field in ("room_change", "site_change"):
            if minutes := getattr(person, field):
                yield Reason(f"why_interpreter_{field}", {"interpreter": person.id, "limit": minutes})


def _only_ways(problem: Problem, reasons: Collection[Reason]) -> Problem:
    named = {(reason.code, reason.arguments.get("interpreter")) for reason in reasons}

    def limited(person: Interpreter) -> Interpreter:
        rooms = ("why_interpreter_room_change", person.id) in named
        sites = ("why_interpreter_site_change", person.id) in named
        return replace(person, room_change=person.room_change * rooms, site_change=person.site_change * sites)

    return replace(problem, interpreters=tuple(map(limited, problem.interpreters)))


@rule(
    "interpreter_way",
    About.INTERPRETER,
    {
        "interpreter_way": (
            "interpreter {interpreter} needs {minutes} minutes between requests {request} and {next} to change rooms",
            "通訳 {interpreter} は面談申込 {request} と {next} の間に移動時間 {minutes} 分が必要です。",
        ),
        "why_interpreter_room_change": (
            "interpreter {interpreter} needs {limit} minutes to change rooms",
            "通訳 {interpreter} は部屋の移動に {limit} 分必要です。",
        ),
        "why_interpreter_site_change": (
            "interpreter {interpreter} needs {limit} minutes to change sites",
            "通訳 {interpreter} は会場の移動に {limit} 分必要です。",
        ),
    },
    stated=_ways,
    limited=_only_ways,
)
def interpreter_way(table: Timetable) -> Iterator[Reason]:
    """An interpreter has the minutes to change rooms and sites between two meetings."""
    for person in table.problem.interpreters:
        if person.room_change or person.site_change:
            placed = [m for m in table.interpreted_by[person.id] if m.place in table.places]
            for before, after in combinations(placed, 2):
                needed = minutes_needed(table, before, after, person.room_change, person.site_change)
                if minutes_between(table, before, after) < needed:
                    yield Reason(
                        "interpreter_way",
                        {
                            "interpreter": person.id,
                            "request": before.request,
                            "next": after.request,
                            "minutes": needed,
                        },
                    )


RULES = (
    interpreter_where_needed,
    interpreter_only_where_needed,
    interpreters_available,
    interpreter_once,
    interpreter_most,
    interpreter_rest,
    interpreter_way,
)
