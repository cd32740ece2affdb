"""Why the must-haves can't all be held: a smallest set of rules that can't hold together.

Smallest in the sense that without any one of its rules the others can be kept (an irreducible set). The requests are
found by QuickXplain (Junker, AAAI 2004), the rules about them then by leaving out one after the other. A rule stays
in where the budget doesn't suffice to see whether the others can hold without it: the set isn't shown smallest then.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rbc_events.scheduling.budget import Budget
from rbc_events.scheduling.plan import Conflict, Reason
from rbc_events.scheduling.problem import Interpreter, Party, Place, Problem, Request
from rbc_events.scheduling.solving.feasibility import can_all_be_held, never_held
from rbc_events.scheduling.solving.rules import SOLVED


@dataclass(frozen=True)
class Rule:
    """A rule in words, and the problem without it."""

    reason: Reason
    relax: Callable[[Problem], Problem]


def conflict(problem: Problem, budget: Budget, suspects: Collection[str] = ()) -> Conflict:
    """A smallest set of rules that can't hold together; none if none was found before the budget was spent.

    `suspects` are requests that are known not to fit together, where some are.
    """
    pinned = {m.request for m in problem.standing if m.pinned}
    required = [r for r in problem.requests if r.must_have or r.id in pinned]
    search = _Search(replace(problem, standing=tuple(m for m in problem.standing if m.pinned)), budget)
    suspected = [r for r in required if r.id in suspects]
    requests = (search.smallest(suspected) if suspected else None) or search.smallest(required)
    if requests is None:
        return Conflict()
    core = search.only(requests)
    kept: list[Rule] = []
    minimal = True
    for rule in list(_rules(core)):
        relaxed = rule.relax(core)
        holds = search.holds(relaxed)
        if holds is False:
            core = relaxed
        else:
            kept.append(rule)
            minimal &= holds is True
    return Conflict(tuple(rule.reason for rule in kept), minimal)


class _Search:
    def __init__(self, problem: Problem, budget: Budget) -> None:
        self.problem = problem
        self.budget = budget

    def only(self, requests: Iterable[Request]) -> Problem:
        """The problem with these requests alone, the parties in them, and those whose booth nobody else may use (all of
        them where fairness compares)."""
        chosen = tuple(requests)
        names = {request.id for request in chosen}
        involved = {party for request in chosen for party in request.parties}
        everyone = self.problem.fairness is not None
        return replace(
            self.problem,
            requests=tuple(replace(r, must_have=True, after=tuple(a for a in r.after if a in names)) for r in chosen),
            parties=tuple(p for p in self.problem.parties if everyone or p.booth or p.id in involved),
            standing=tuple(m for m in self.problem.standing if m.request in names),
            floors=(),
        )

    def holds(self, problem: Problem) -> bool | None:
        """Whether all requests of a problem can be held together; None if it took too long."""
        return can_all_be_held(problem, self.budget)

    def smallest(self, requests: list[Request]) -> list[Request] | None:
        """An irreducible set of requests that can't be held together; None if they can, or it took too long."""
        never = never_held(self.problem)
        alone = next((r for r in requests if r.id in never), None)
        if alone is not None:
            return [alone]
        crowded = self._crowded_party(requests)
        if crowded is not None:
            requests = crowded
        if self.holds(self.only(requests)) is not False:
            return None
        return self._explain([], False, requests)

    def _crowded_party(self, requests: list[Request]) -> list[Request] | None:
        """The requests of the party that has the fewest meetings too many for its slots, if there is one."""
        crowded = []
        for party in self.problem.parties:
            slots = len(self.problem.slots) if party.available is None else len(party.available)
            room = slots * party.capacity if party.most is None else min(slots * party.capacity, party.most)
            mine = [r for r in requests if party.id in r.parties]
            if sum(r.length for r in mine) > room:
                crowded.append(mine)
        return min(crowded, key=len, default=None)

    def _explain(self, background: list[Request], grew: bool, requests: list[Request]) -> list[Request]:
        """QuickXplain: an irreducible subset of `requests` that can't be held beside the background."""
        if grew and self.holds(self.only(background)) is False:
            return []
        if len(requests) == 1:
            return requests
        half = len(requests) // 2
        first, second = requests[:half], requests[half:]
        of_second = self._explain(background + first, bool(first), second)
        of_first = self._explain(background + of_second, bool(of_second), first)
        return of_first + of_second


# The rules of a problem that could be without


def _rules(problem: Problem) -> Iterable[Rule]:
    """Every rule about these requests, the most general first, so that what is left is about the few."""
    if problem.fairness is not None:
        yield Rule(Reason("why_fairness", {"most_apart": problem.fairness}), lambda p: replace(p, fairness=None))
    if problem.places:
        yield Rule(_number_of_places(problem), _without_places)
    for interpreter in problem.interpreters:
        yield from _interpreter_rules(interpreter)
    if any(r is not None for r in _languages(problem)):
        yield Rule(Reason("why_interpreters", {"interpreters": len(problem.interpreters)}), _without_languages)
    involved = {party for request in problem.requests for party in request.parties}
    for party in problem.parties:
        yield from _party_rules(party, LIMITS_OF_PARTIES if party.id in involved else (("booth", ""),))
    for solved in SOLVED:
        yield from (Rule(reason, relax) for reason, relax in solved.relaxations(problem))
    for request in problem.requests:
        yield from _request_rules(request, problem)


def _number_of_places(problem: Problem) -> Reason:
    """How many places there are of the kinds that the requests could use."""
    virtual = sum(place.number for place in problem.places if place.kind == "virtual")
    places = sum(place.number for place in problem.places) - virtual
    modes = {request.mode for request in problem.requests}
    if modes == {"online"}:
        return Reason("why_virtual_places", {"places": virtual})
    if modes == {"in_person"} or (not virtual and "online" not in modes):
        return Reason("why_places", {"places": places})
    return Reason("why_places_of_both_kinds", {"places": places, "virtual": virtual})


def _languages(problem: Problem) -> list[str | None]:
    """Who or what may make an interpreter necessary."""
    asked = [request.id if request.interpreter else None for request in problem.requests]
    return [*asked, *(party.id if party.languages else None for party in problem.parties)]


def _without_places(problem: Problem) -> Problem:
    pins = tuple(replace(m, place="", number=0) for m in problem.standing)
    parties = tuple(replace(party, booth="") for party in problem.parties)
    return replace(problem, places=(), standing=pins, parties=parties)


def _without_languages(problem: Problem) -> Problem:
    parties = tuple(replace(party, languages=frozenset()) for party in problem.parties)
    requests = tuple(replace(request, interpreter=None) for request in problem.requests)
    pins = tuple(replace(m, interpreter="") for m in problem.standing)
    return replace(problem, parties=parties, requests=requests, standing=pins)


def _interpreter_rules(person: Interpreter) -> Iterable[Rule]:
    for field, free in (("available", None), ("longest_run", None), ("most", None), ("most_per_day", None)):
        value = getattr(person, field)
        if value is not None:
            reason = Reason(f"why_interpreter_{field}", {"interpreter": person.id, "limit": _size(value)})
            yield Rule(reason, _changing("interpreters", person, field, free))


LIMITS_OF_PARTIES: tuple[tuple[str, Any], ...] = (
    ("longest_run", None),
    ("most_per_day", None),
    ("most", None),
    ("room_change", 0),
    ("site_change", 0),
    ("booth", ""),
    ("available", None),
    ("capacity", 10**6),
)
"""The rules about a party, with what each is where it doesn't hold."""


def _party_rules(party: Party, limits: tuple[tuple[str, Any], ...]) -> Iterable[Rule]:
    for field, free in limits:
        value = getattr(party, field)
        if value != free:
            reason = Reason(f"why_party_{field}", {"party": party.id, "limit": _size(value)})
            yield Rule(reason, _changing("parties", party, field, free))


def _request_rules(request: Request, problem: Problem) -> Iterable[Rule]:
    for field, free in (("slots", None), ("session", ""), ("mode", ""), ("slot", ""), ("length", 1)):
        value = getattr(request, field)
        if value != free:
            reason = Reason(f"why_request_{field}", {"request": request.id, "limit": _size(value)})
            yield Rule(reason, _changing("requests", request, field, free))
    pin = next((m for m in problem.standing if m.request == request.id), None)
    if pin is not None:
        yield Rule(Reason("why_pinned", {"request": request.id, "slot": pin.slot}), _unpinned(request.id))
    yield Rule(Reason("why_held", {"request": request.id}), _without_request(request.id))


def _size(value: object) -> str | int:
    if isinstance(value, frozenset):
        return len(value)
    return value if isinstance(value, (int, str)) else str(value)


def _changing(
    where: str, thing: Party | Interpreter | Request | Place, field: str, free: object
) -> Callable[[Problem], Problem]:
    def relax(problem: Problem) -> Problem:
        things: Sequence[Any] = getattr(problem, where)
        changed = tuple(replace(one, **{field: free}) if one.id == thing.id else one for one in things)
        return replace(problem, **{where: changed})  # type: ignore[arg-type]

    return relax


def _unpinned(request: str) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, standing=tuple(m for m in problem.standing if m.request != request))


def _without_request(request: str) -> Callable[[Problem], Problem]:
    def relax(problem: Problem) -> Problem:
        others = tuple(
            replace(r, after=tuple(a for a in r.after if a != request)) for r in problem.requests if r.id != request
        )
        return _unpinned(request)(replace(problem, requests=others))

    return relax
