"""Rules about interpreters: who needs one, who can serve, how much they work."""

from collections import Counter
from collections.abc import Iterator

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Request


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


def interpreter_once(table: Timetable) -> Iterator[Reason]:
    """An interpreter is in one meeting at a time."""
    for person, meetings in table.interpreted_by.items():
        for slot, times in Counter(slot for m in meetings for slot in table.covered(m)).items():
            if times > 1:
                yield Reason("interpreter_once", {"interpreter": person, "slot": slot})


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
