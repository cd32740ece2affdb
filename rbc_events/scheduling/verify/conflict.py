"""Whether the rules that a certificate names really can't hold together, and whether each one of them is needed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from rbc_events.scheduling.objectives.must_haves import held_at_most, required
from rbc_events.scheduling.plan import Plan, Reason
from rbc_events.scheduling.problem import Interpreter, Meeting, Party, Problem, Request
from rbc_events.scheduling.rules import REGISTRY
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for, possible_slots

Thing = TypeVar("Thing", Party, Interpreter, Request)
MOST_STEPS = 4_000
"""Meetings that are put down to try a conflict and, for a smallest one, what is left without each of its rules; where
their share doesn't do, it stays open."""


class Verdict(Enum):
    """What can be said of a conflict: it was seen to be so, seen to be wrong, or rests on a solver's word."""

    TRUE = "true"
    FALSE = "false"
    WORD = "word"


def judge(table: Timetable, plan: Plan) -> Verdict:
    """Whether a plan's conflict is one; that it is none of a plan that isn't infeasible, or none was found, is true."""
    conflict, minimal = plan.certificate.conflict, plan.certificate.conflict_minimal
    if not conflict or plan.certificate.status != "infeasible":
        return Verdict.FALSE if conflict or minimal else Verdict.TRUE
    stated = [(reason.code, reason.arguments) for reason in conflict]
    true = [(reason.code, reason.arguments) for reason in _statements(table)]
    if any(statement not in true or stated.count(statement) > 1 for statement in stated):
        return Verdict.FALSE
    fewer = [_others(conflict, n) for n in range(len(conflict))] if minimal else []
    share = MOST_STEPS // (1 + len(fewer))
    together = _can_hold(_Only(conflict).of(table.problem), share)
    if together:
        return Verdict.FALSE
    without = [_can_hold(_Only(reasons).of(table.problem), share) for reasons in fewer]
    if any(holds is False for holds in without):
        return Verdict.FALSE
    return Verdict.WORD if together is None or None in without else Verdict.TRUE


def _others(conflict: Sequence[Reason], n: int) -> list[Reason]:
    """The rules but one."""
    return [reason for position, reason in enumerate(conflict) if position != n]


# What may be said of a problem


def _statements(table: Timetable) -> Iterator[Reason]:
    """Every rule that a conflict may name, with what the problem says of it."""
    problem = table.problem
    virtual = sum(place.number for place in problem.places if place.kind == "virtual")
    there = sum(place.number for place in problem.places) - virtual
    if problem.fairness is not None:
        yield Reason("why_fairness", {"most_apart": problem.fairness})
    if problem.places:
        yield Reason("why_places", {"places": there})
        yield Reason("why_virtual_places", {"places": virtual})
        yield Reason("why_places_of_both_kinds", {"places": there, "virtual": virtual})
    yield Reason("why_interpreters", {"interpreters": len(problem.interpreters)})
    for person in problem.interpreters:
        yield from _limits("interpreter", person, ("available", "longest_run", "most", "most_per_day"))
    for party in problem.parties:
        yield from _limits("party", party, _Only.OF_PARTIES)
    for request in problem.requests:
        yield from _limits("request", request, _Only.OF_REQUESTS)
        yield from (Reason("why_order", {"request": request.id, "before": before}) for before in request.after)
    for rule in REGISTRY:
        yield from rule.stated(problem)
    for pin in table.pins.values():
        yield Reason("why_pinned", {"request": pin.request, "slot": pin.slot})
    yield from (Reason("why_held", {"request": request}) for request in required(table))


def _limits(kind: str, thing: Party | Interpreter | Request, fields: Iterable[str]) -> Iterator[Reason]:
    for field in fields:
        value = getattr(thing, field)
        if value is not None:
            limit = len(value) if isinstance(value, frozenset) else value
            yield Reason(f"why_{kind}_{field}", {kind: thing.id, "limit": limit})


class _Only:
    """A problem in which only some rules hold."""

    OF_PARTIES = (
        "longest_run", "most_per_day", "most", "room_change", "site_change", "booth", "available", "capacity",
    )  # fmt: skip
    OF_REQUESTS = ("slots", "session", "mode", "slot", "length")
    FREE = {
        "longest_run": None, "most_per_day": None, "most": None, "room_change": 0, "site_change": 0, "booth": "",
        "available": None, "capacity": 10**6, "slots": None, "session": "", "mode": "", "slot": "", "length": 1,
    }  # fmt: skip

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = list(reasons)
        self.codes = {reason.code for reason in self.reasons}
        self.named = {(r.code, str(r.arguments.get(r.code.split("_")[1], ""))) for r in self.reasons}
        self.held = {str(r.arguments["request"]) for r in self.reasons if r.code == "why_held"}
        self.pinned = {str(r.arguments["request"]) for r in self.reasons if r.code == "why_pinned"}
        self.orders = {(r.arguments["request"], r.arguments["before"]) for r in self.reasons if r.code == "why_order"}
        self.placed = not self.codes.isdisjoint({"why_places", "why_virtual_places", "why_places_of_both_kinds"})
        self.spoken = "why_interpreters" in self.codes

    def of(self, problem: Problem) -> Problem:
        fair = "why_fairness" in self.codes
        requests = tuple(self._request(request) for request in problem.requests if request.id in self.held)
        kept = {party for request in requests for party in request.parties}
        kept |= {party.id for party in problem.parties if fair or party.booth}
        for rule in REGISTRY:
            problem = rule.limited(problem, self.reasons)
        return replace(
            problem,
            requests=requests,
            parties=tuple(self._party(party) for party in problem.parties if party.id in kept),
            interpreters=tuple(
                self._freed("interpreter", person, ("available", "longest_run", "most", "most_per_day"))
                for person in problem.interpreters
            ),
            places=problem.places if self.placed else (),
            standing=tuple(self._pin(m) for m in problem.standing if m.pinned and m.request in self.pinned & self.held),
            floors=(),
            fairness=problem.fairness if fair else None,
        )

    def _freed(self, kind: str, thing: Thing, fields: Iterable[str]) -> Thing:
        free = {field: self.FREE[field] for field in fields if (f"why_{kind}_{field}", thing.id) not in self.named}
        return replace(thing, **free)  # type: ignore[arg-type]

    def _party(self, party: Party) -> Party:
        freed = self._freed("party", party, self.OF_PARTIES)
        booth = freed.booth if self.placed else ""
        return replace(freed, booth=booth, languages=freed.languages if self.spoken else frozenset())

    def _request(self, request: Request) -> Request:
        freed = self._freed("request", request, self.OF_REQUESTS)
        after = tuple(before for before in request.after if (request.id, before) in self.orders and before in self.held)
        asked = freed.interpreter if self.spoken else None
        return replace(freed, after=after, interpreter=asked, must_have=True)

    def _pin(self, pin: Meeting) -> Meeting:
        placed = pin if self.placed else replace(pin, place="", number=0)
        return placed if self.spoken else replace(placed, interpreter="")  # who isn't needed can't be pinned either


# Whether all requests of a problem can be held


def _can_hold(problem: Problem, most_steps: int) -> bool | None:
    """True or False where that was seen; None where it would take too long."""
    table = Timetable(problem, ())
    if held_at_most(table) < len(problem.requests):
        return False
    return _Search(table, most_steps).run()


class _Search:
    """Puts down one request after the other, whoever has the fewest slots first."""

    def __init__(self, table: Timetable, most_steps: int) -> None:
        self.most_steps = most_steps
        self.problem = table.problem
        self.table = table
        self.steps = 0
        slots = {request.id: possible_slots(table, request) for request in self.problem.requests}
        self.slots = slots
        self.order = sorted(self.problem.requests, key=lambda request: len(slots[request.id]))

    def run(self) -> bool | None:
        found = self._put([], 0)
        return None if not found and self.steps > self.most_steps else found

    def _put(self, meetings: list[Meeting], n: int) -> bool:
        if n == len(self.order):
            whole = Timetable(self.problem, meetings)
            return not any(rule.broken_in(whole) for rule in REGISTRY if rule.whole)
        for meeting in self._ways(self.order[n]):
            self.steps += 1
            if self.steps > self.most_steps:
                return False
            grown = Timetable(self.problem, [*meetings, meeting])
            broken = any(rule.broken_in(grown) for rule in REGISTRY if not rule.whole)
            if not broken and self._put([*meetings, meeting], n + 1):
                return True
        return False

    def _ways(self, request: Request) -> Iterator[Meeting]:
        pin = self.table.pins.get(request.id)
        for slot in self.slots[request.id]:
            people = interpreters_for(self.table, request, self.table.covered_by(request, slot))
            for place, number in self._units(pin):
                for person in [""] if people is None else people:
                    yield Meeting(request.id, slot, place, number, person, pin is not None)

    def _units(self, pin: Meeting | None) -> Iterator[tuple[str, int]]:
        """Places and their numbers; no more of equal ones than there are meetings, besides those that are pinned."""
        if not self.problem.places:
            yield "", 0
        pinned = {(m.place, m.number) for m in self.problem.standing if m.number}
        for place in self.problem.places:
            if pin is None or pin.place in ("", place.id):
                fewer = range(1, min(place.number, len(self.order) + len(pinned)) + 1)
                numbers = {*fewer, *(number for name, number in pinned if name == place.id)}
                if pin is not None and pin.number:
                    numbers = {pin.number}
                yield from ((place.id, number) for number in sorted(numbers))
