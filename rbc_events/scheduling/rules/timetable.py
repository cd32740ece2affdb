"""A problem with the meetings held, indexed by name: what rules and values are read from."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from rbc_events.scheduling.problem import Interpreter, Meeting, Party, Place, Problem, Request, Reserved, Slot


class Timetable:
    """Meetings whose request or slot doesn't exist are in `meetings` alone; `known` refuses them."""

    def __init__(self, problem: Problem, meetings: Iterable[Meeting]) -> None:
        self.problem = problem
        self.meetings = tuple(meetings)
        self.slots: dict[str, Slot] = {slot.id: slot for slot in sorted(problem.slots, key=lambda slot: slot.start)}
        self.parties: dict[str, Party] = {party.id: party for party in problem.parties}
        self.requests: dict[str, Request] = {request.id: request for request in problem.requests}
        self.places: dict[str, Place] = {place.id: place for place in problem.places}
        self.interpreters: dict[str, Interpreter] = {person.id: person for person in problem.interpreters}

    @cached_property
    def held(self) -> list[Meeting]:
        """The meetings whose request and slot exist, in order of time."""
        known = [m for m in self.meetings if m.request in self.requests and m.slot in self.slots]
        return sorted(known, key=lambda m: (self.position[m.slot], m.place, m.number))

    @cached_property
    def booths(self) -> set[str]:
        """The places that are some party's own."""
        return {party.booth for party in self.problem.parties if party.booth}

    @cached_property
    def reserved(self) -> dict[str, list[Reserved]]:
        """What each slot is reserved for, where it is."""
        of: dict[str, list[Reserved]] = defaultdict(list)
        for reserved in self.problem.reserved:
            for slot in reserved.slots:
                of[slot].append(reserved)
        return dict(of)

    @cached_property
    def pins(self) -> dict[str, Meeting]:
        """The pinned meetings by request."""
        return {m.request: m for m in self.problem.standing if m.pinned}

    @cached_property
    def held_requests(self) -> set[str]:
        return {m.request for m in self.held}

    @cached_property
    def position(self) -> dict[str, int]:
        """The number of each slot in order of time."""
        return {slot: n for n, slot in enumerate(self.slots)}

    @cached_property
    def days(self) -> dict[str, list[str]]:
        """The slots of each day in order."""
        days: dict[str, list[str]] = defaultdict(list)
        for slot in self.slots.values():
            days[slot.day].append(slot.id)
        return days

    @cached_property
    def block(self) -> dict[str, list[str]]:
        """For each slot the slots of its block, in order."""
        blocks: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for slot in self.slots.values():
            blocks[slot.day, slot.session, slot.block].append(slot.id)
        return {slot: block for block in blocks.values() for slot in block}

    @cached_property
    def blocks(self) -> list[list[str]]:
        return list({block[0]: block for block in self.block.values()}.values())

    def covered(self, meeting: Meeting) -> list[str]:
        """The slots that a meeting takes; fewer than its length where its block ends too soon."""
        return self.covered_by(self.requests[meeting.request], meeting.slot)

    def covered_by(self, request: Request, slot: str) -> list[str]:
        """The slots that a request takes if it begins in `slot`; fewer than its length if the block ends too soon."""
        if request.length == 1:
            return [slot]
        block = self.block[slot]
        begin = block.index(slot)
        return block[begin : begin + request.length]

    @cached_property
    def meetings_of(self) -> dict[str, list[Meeting]]:
        """The meetings of each party, in order of time."""
        of: dict[str, list[Meeting]] = {party: [] for party in self.parties}
        for meeting in self.held:
            for party in self.requests[meeting.request].parties:
                of[party].append(meeting)
        return of

    @cached_property
    def interpreted_by(self) -> dict[str, list[Meeting]]:
        """The meetings of each interpreter, in order of time."""
        of: dict[str, list[Meeting]] = {person: [] for person in self.interpreters}
        for meeting in self.held:
            if meeting.interpreter in of:
                of[meeting.interpreter].append(meeting)
        return of

    def runs(self, busy: Iterable[str]) -> list[list[str]]:
        """The busy slots as runs of neighbours within a block."""
        taken, found = set(busy), []
        for block in self.blocks:
            run: list[str] = []
            for slot in [*block, ""]:
                if slot in taken:
                    run.append(slot)
                elif run:
                    found.append(run)
                    run = []
        return found

    def busy(self, meetings: Iterable[Meeting]) -> set[str]:
        """The slots that meetings take together."""
        return {slot for meeting in meetings for slot in self.covered(meeting)}

    def day(self, meeting: Meeting) -> str:
        return self.slots[meeting.slot].day
