"""The rules of a timetable, one function each: it yields a reason for everything that breaks the rule.

No solver reads this: it is what `check` judges by. The levels (what is optimised) follow in `check.values`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from rbc_events.scheduling.check.timetable import Timetable
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Interpreter, Meeting, Request

# Meetings


def known(table: Timetable) -> Iterator[Reason]:
    """Every request, slot, place and interpreter exists."""
    for meeting in table.meetings:
        for kind, name, names in (
            ("request", meeting.request, table.requests),
            ("slot", meeting.slot, table.slots),
            ("place", meeting.place, table.places),
            ("interpreter", meeting.interpreter, table.interpreters),
        ):
            if name not in names and (name or kind in ("request", "slot")):
                yield Reason("known", {"kind": kind, "id": name})


def held_once(table: Timetable) -> Iterator[Reason]:
    """A request is held at most once."""
    for request, times in Counter(m.request for m in table.meetings).items():
        if times > 1:
            yield Reason("held_once", {"request": request, "times": times})


def not_vetoed(table: Timetable) -> Iterator[Reason]:
    """A vetoed request is not held."""
    for meeting in table.held:
        if table.requests[meeting.request].veto:
            yield Reason("not_vetoed", {"request": meeting.request})


def begins_where_allowed(table: Timetable) -> Iterator[Reason]:
    """A meeting begins in one of its request's slots, in its fixed slot if it has one."""
    for meeting in table.held:
        request = table.requests[meeting.request]
        fixed_elsewhere = request.slot and request.slot != meeting.slot
        if fixed_elsewhere or (request.slots is not None and meeting.slot not in request.slots):
            yield Reason("begins_where_allowed", {"request": meeting.request, "slot": meeting.slot})


def lies_in_one_block(table: Timetable) -> Iterator[Reason]:
    """All slots of a meeting lie in one block."""
    for meeting in table.held:
        if len(table.covered(meeting)) < table.requests[meeting.request].length:
            yield Reason("lies_in_one_block", {"request": meeting.request, "slot": meeting.slot})


def lies_in_session(table: Timetable) -> Iterator[Reason]:
    """A meeting lies in its request's session."""
    for meeting in table.held:
        session = table.requests[meeting.request].session
        if session and table.slots[meeting.slot].session != session:
            yield Reason("lies_in_session", {"request": meeting.request, "slot": meeting.slot, "session": session})


def in_order(table: Timetable) -> Iterator[Reason]:
    """Where both are held, a meeting begins after those that come before it have ended."""
    of = {m.request: m for m in table.held}
    for meeting in table.held:
        for before in table.requests[meeting.request].after:
            if before in of and table.position[table.covered(of[before])[-1]] >= table.position[meeting.slot]:
                yield Reason("in_order", {"request": meeting.request, "before": before})


def pins_kept(table: Timetable) -> Iterator[Reason]:
    """A pinned meeting is held as it stands."""
    of = {m.request: m for m in table.held}
    for pin in table.problem.standing:
        if pin.pinned and not (pin.request in of and _as_pinned(pin, of[pin.request])):
            yield Reason("pins_kept", {"request": pin.request, "slot": pin.slot})


def _as_pinned(pin: Meeting, held: Meeting) -> bool:
    return (
        pin.slot == held.slot
        and (not pin.place or pin.place == held.place)
        and (not pin.number or pin.number == held.number)
        and (not pin.interpreter or pin.interpreter == held.interpreter)
    )


# Parties


def parties_available(table: Timetable) -> Iterator[Reason]:
    """A party meets only in slots in which it is available."""
    for party in table.problem.parties:
        if party.available is not None:
            for meeting in table.meetings_of[party.id]:
                for slot in table.covered(meeting):
                    if slot not in party.available:
                        yield Reason("parties_available", {"party": party.id, "request": meeting.request, "slot": slot})


def party_capacity(table: Timetable) -> Iterator[Reason]:
    """A party holds at most `capacity` meetings at once."""
    for party in table.problem.parties:
        load = Counter(slot for meeting in table.meetings_of[party.id] for slot in table.covered(meeting))
        for slot, meetings in load.items():
            if meetings > party.capacity:
                yield Reason(
                    "party_capacity",
                    {"party": party.id, "slot": slot, "meetings": meetings, "capacity": party.capacity},
                )


def party_most(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most` meetings."""
    for party in table.problem.parties:
        meetings = len(table.meetings_of[party.id])
        if party.most is not None and meetings > party.most:
            yield Reason("party_most", {"party": party.id, "meetings": meetings, "most": party.most})


def party_most_per_day(table: Timetable) -> Iterator[Reason]:
    """A party has at most `most_per_day` meetings a day."""
    for party in table.problem.parties:
        if party.most_per_day is not None:
            for day, meetings in Counter(map(table.day, table.meetings_of[party.id])).items():
                if meetings > party.most_per_day:
                    yield Reason(
                        "party_most_per_day",
                        {"party": party.id, "day": day, "meetings": meetings, "most": party.most_per_day},
                    )


def party_longest_run(table: Timetable) -> Iterator[Reason]:
    """A party is busy in at most `longest_run` slots in a row."""
    for party in table.problem.parties:
        if party.longest_run is not None:
            for run in runs(table, table.busy(table.meetings_of[party.id])):
                if len(run) > party.longest_run:
                    yield Reason(
                        "party_longest_run",
                        {"party": party.id, "slot": run[0], "slots": len(run), "most": party.longest_run},
                    )


def time_to_change_rooms(table: Timetable) -> Iterator[Reason]:
    """A party that holds one meeting at a time has its minutes to change rooms and sites between two of them."""
    for party in table.problem.parties:
        if party.capacity == 1 and (party.room_change or party.site_change):
            for before, after in combinations(table.meetings_of[party.id], 2):
                if before.place in table.places and after.place in table.places:
                    needed = _minutes_needed(table, before, after, party.room_change, party.site_change)
                    if _minutes_between(table, before, after) < needed:
                        yield Reason(
                            "time_to_change_rooms",
                            {"party": party.id, "request": before.request, "next": after.request, "minutes": needed},
                        )


def _minutes_needed(table: Timetable, before: Meeting, after: Meeting, room_change: int, site_change: int) -> int:
    here, there = table.places[before.place], table.places[after.place]
    if here.site != there.site:
        return site_change
    return room_change if here.room != there.room else 0


def _minutes_between(table: Timetable, before: Meeting, after: Meeting) -> float:
    end = table.slots[table.covered(before)[-1]].end
    return max((table.slots[after.slot].start - end).total_seconds() / 60, 0.0)


def fairness(table: Timetable) -> Iterator[Reason]:
    """No party has more than `fairness` breaks more than another."""
    breaks = {party.id: breaks_of(table, party.id) for party in table.problem.parties}
    if table.problem.fairness is not None and breaks:
        apart = max(breaks.values()) - min(breaks.values())
        if apart > table.problem.fairness:
            worst = max(breaks, key=lambda party: breaks[party])
            yield Reason("fairness", {"party": worst, "breaks": breaks[worst], "most_apart": table.problem.fairness})


def breaks_of(table: Timetable, party: str) -> int:
    """The pauses between a party's meetings of one day, long ones counted once."""
    busy = table.busy(table.meetings_of[party])
    total = 0
    for day in table.days.values():
        taken = [n for n, slot in enumerate(day) if slot in busy]
        total += sum(later - earlier > 1 for earlier, later in pairwise(taken))
    return total


# Places


def place_given(table: Timetable) -> Iterator[Reason]:
    """Where there are places, each meeting has one, with a number that it has."""
    for meeting in table.held:
        if table.places:
            place = table.places.get(meeting.place)
            if place is None or not 1 <= meeting.number <= place.number:
                yield Reason(
                    "place_given", {"request": meeting.request, "place": meeting.place, "number": meeting.number}
                )


def place_open(table: Timetable) -> Iterator[Reason]:
    """A place is used only in its slots."""
    for meeting in _placed(table):
        opened = table.places[meeting.place].slots
        for slot in table.covered(meeting):
            if opened is not None and slot not in opened:
                yield Reason("place_open", {"request": meeting.request, "place": meeting.place, "slot": slot})


def one_meeting_a_table(table: Timetable) -> Iterator[Reason]:
    """A table (room, virtual room) has one meeting at a time."""
    used = Counter((m.place, m.number, slot) for m in _placed(table) for slot in table.covered(m))
    for (place, number, slot), meetings in used.items():
        if meetings > 1:
            yield Reason("one_meeting_a_table", {"place": place, "number": number, "slot": slot})


def place_suits_mode(table: Timetable) -> Iterator[Reason]:
    """A meeting in person is at a table or in a room, one online in a virtual room."""
    for meeting in _placed(table):
        mode = table.requests[meeting.request].mode
        virtual = table.places[meeting.place].kind == "virtual"
        if (mode == "online" and not virtual) or (mode == "in_person" and virtual):
            yield Reason("place_suits_mode", {"request": meeting.request, "place": meeting.place, "mode": mode})


def booths(table: Timetable) -> Iterator[Reason]:
    """A party with a booth never leaves it but to meet at another booth or online; nobody else is put there."""
    for meeting in _placed(table):
        request = table.requests[meeting.request]
        own = {booth for party in request.parties if (booth := table.parties[party].booth)}
        wanted = own if request.mode != "online" else set()
        if (wanted and meeting.place not in wanted) or (not wanted and meeting.place in table.booths):
            yield Reason("booths", {"request": meeting.request, "place": meeting.place})


def _placed(table: Timetable) -> list[Meeting]:
    return [m for m in table.held if m.place in table.places]


# Interpreters


def interpreter_where_needed(table: Timetable) -> Iterator[Reason]:
    """A meeting that needs an interpreter has one of whose pairs every party speaks a language."""
    for meeting in table.held:
        request = table.requests[meeting.request]
        if needs_interpreter(table, request):
            person = table.interpreters.get(meeting.interpreter)
            if person is None or not serves(person, languages(table, request)):
                yield Reason(
                    "interpreter_where_needed", {"request": meeting.request, "interpreter": meeting.interpreter}
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


def serves(person: Interpreter, spoken: Sequence[frozenset[str]]) -> bool:
    """Whether every party speaks one of the two languages of one of the interpreter's pairs."""
    return any(all(one & set(pair) for one in spoken) for pair in person.pairs)


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
            for run in runs(table, busy):
                block = table.block[run[0]]
                after = block[block.index(run[-1]) + 1 :][: person.rest]
                tired = len(run) == person.longest_run and any(slot in busy for slot in after)
                if len(run) > person.longest_run or tired:
                    yield Reason("interpreter_rest", {"interpreter": person.id, "slot": run[0], "slots": len(run)})


def runs(table: Timetable, busy: Iterable[str]) -> list[list[str]]:
    """The busy slots as runs of neighbours within a block."""
    taken, found = set(busy), []
    for block in table.blocks:
        run: list[str] = []
        for slot in [*block, ""]:
            if slot in taken:
                run.append(slot)
            elif run:
                found.append(run)
                run = []
    return found


RULES = (
    known,
    held_once,
    not_vetoed,
    pins_kept,
    begins_where_allowed,
    lies_in_one_block,
    lies_in_session,
    in_order,
    parties_available,
    party_capacity,
    party_most,
    party_most_per_day,
    party_longest_run,
    time_to_change_rooms,
    place_given,
    place_open,
    one_meeting_a_table,
    place_suits_mode,
    booths,
    interpreter_where_needed,
    interpreters_available,
    interpreter_once,
    interpreter_most,
    interpreter_rest,
    fairness,
)
"""All rules, what exists at all first, then the gravest."""
