"""Why a request was left out, and what letting it in would cost whom."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rbc_events.scheduling.objectives.must_haves import required
from rbc_events.scheduling.plan import Change, Plan, Reason
from rbc_events.scheduling.problem import Meeting, Problem, Request
from rbc_events.scheduling.rules import REGISTRY, About, Rule, languages
from rbc_events.scheduling.rules.parties import fairness, party_capacity
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for, possible_slots


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request isn't held, and the cheapest change with which it would be.

    blocked   for each slot the reasons against it, () where it could simply be added
    possible  whether any plan was found that holds it (with every must-have and pin that the plan holds)
    changes   what would change to let it in: first as little weight as possible is lost, then as few meetings change
    lost      the weight that the others would lose
    proved    whether no change loses less weight, and none that loses as little changes fewer meetings
    """

    request: str
    blocked: dict[str, tuple[Reason, ...]]
    possible: bool
    changes: tuple[Change, ...]
    lost: int
    proved: bool

    def losers(self, problem: Problem) -> tuple[str, ...]:
        """The parties of the meetings that would be dropped."""
        of = {request.id: request.parties for request in problem.requests}
        dropped = [change.request for change in self.changes if change.kind == "dropped"]
        return tuple(dict.fromkeys(party for request in dropped for party in of[request]))


def explain(
    problem: Problem,
    plan: Plan,
    request: str,
    *,
    time_limit: float | None = None,
    work: int | None = None,
    seed: int = 0,
) -> Explanation:
    """Explain a request left out of a plan; KeyError if there is no such request, ValueError if it is held."""
    from rbc_events.scheduling.solving.lexicographic import solve  # here: `blocking` alone needs no solver

    begin = time.monotonic()
    table = Timetable(problem, plan.meetings)
    wanted = table.requests[request]
    if request in table.held_requests:
        raise ValueError(f"request {request} is held")
    blocked = {slot: tuple(_against(table, wanted, slot)) for slot in table.slots}
    if wanted.veto:
        return Explanation(request, blocked, False, (), 0, True)
    if time_limit is None and work is None:
        time_limit = 10.0
    direct = _in_place_of_others(problem, table, wanted)
    if time_limit is not None:
        time_limit = max(time_limit - (time.monotonic() - begin), time_limit / 10)
    new = solve(_holding(problem, plan, request), time_limit=time_limit, work=work, seed=seed)
    must_stay = required(table) & table.held_requests
    if not {request, *must_stay} <= {m.request for m in new.meetings}:
        if direct is not None:
            return replace(direct, blocked=blocked)
        return Explanation(request, blocked, False, (), 0, new.certificate.status == "infeasible")
    changes = tuple(change for change in new.changes if change.request != request)
    lost = _weight(table, plan.meetings) + wanted.weight - _weight(table, new.meetings)
    if direct is not None and (direct.lost, len(direct.changes)) <= (lost, len(changes)):
        return replace(direct, blocked=blocked, proved=new.certificate.status == "optimal")
    return Explanation(request, blocked, True, changes, lost, new.certificate.status == "optimal")


def _in_place_of_others(problem: Problem, table: Timetable, wanted: Request) -> Explanation | None:
    """The request instead of the meetings that its parties have in a slot, and perhaps one more that is in its way, at
    the least loss; None if in no slot."""
    fixed, weights = required(table), {r.id: r.weight for r in problem.requests}
    ways = [(slot, out) for slot in possible_slots(table, wanted) for out in _ways(problem, table, wanted, slot)]
    ways = [(slot, out) for slot, out in ways if fixed.isdisjoint(m.request for m in out)]
    for slot, out in sorted(ways, key=lambda way: (sum(weights[m.request] for m in way[1]), len(way[1]))):
        if not any(True for _ in _against(_without(problem, table, out), wanted, slot)):
            changes = tuple(Change(m.request, "dropped", m, None) for m in sorted(out, key=lambda m: m.request))
            return Explanation(wanted.id, {}, True, changes, sum(weights[m.request] for m in out), False)
    return None


def _ways(problem: Problem, table: Timetable, wanted: Request, slot: str) -> Iterator[frozenset[Meeting]]:
    """What could be left out for a slot: what the parties have in it or, where that isn't enough, one more."""
    covered = set(table.covered_by(wanted, slot))
    own = frozenset(m for p in wanted.parties for m in table.meetings_of[p] if covered & set(table.covered(m)))
    reasons = list(_against(_without(problem, table, own), wanted, slot))
    if not reasons:
        yield own
        return
    others = set.intersection(*(_in_the_way(table, wanted, covered, reason) for reason in reasons)) - own
    for meeting in sorted(others, key=lambda m: m.request):
        yield own | {meeting}


def _in_the_way(table: Timetable, wanted: Request, covered: set[str], reason: Reason) -> set[Meeting]:
    """The meetings of which one less might undo a reason."""
    named = [str(reason.arguments[name]) for name in ("party", "rival") if name in reason.arguments]
    if named:
        return {m for party in named for m in table.meetings_of[party]}
    if reason.code == "no_place_free":
        return {m for m in table.held if not covered.isdisjoint(table.covered(m))}
    if reason.code == "no_interpreter_free":
        able = interpreters_for(table, wanted, sorted(covered)) or ()
        return {m for person in able for m in table.interpreted_by[person]}
    return set()


def _without(problem: Problem, table: Timetable, out: frozenset[Meeting]) -> Timetable:
    return Timetable(problem, [m for m in table.meetings if m not in out])


def _against(table: Timetable, request: Request, slot: str) -> Iterator[Reason]:
    """The rules that a request would break if it began in a slot, all other meetings staying where they are."""
    yield from blocking(table, request, slot)
    if table.problem.fairness is not None:
        yield from fairness(Timetable(table.problem, [*table.held, Meeting(request.id, slot)]))


def blocking(table: Timetable, request: Request, slot: str) -> Iterator[Reason]:
    """The same without fairness, which compares everybody's day: who moves one meeting by hand isn't asked for it."""
    added = _best_placed(table, request, slot)
    if added is None:
        yield Reason("no_place_free", {"request": request.id, "slot": slot})
        added = Meeting(request.id, slot)
    busy = _interpreter(table, request, added)
    if busy is None:
        spoken = languages(table, request)
        serving = any(person.serves(spoken) for person in table.problem.interpreters)
        yield Reason(
            "no_interpreter_free" if serving else "no_interpreter_serves", {"request": request.id, "slot": slot}
        )
    together = _beside(table, request, replace(added, interpreter=busy or ""))
    for rule in filter(_can_block, REGISTRY):
        for reason in rule(together):
            if rule is party_capacity:
                yield _busy_with(table, str(reason.arguments["party"]), str(reason.arguments["slot"]))
            else:
                yield reason


def _can_block(rule: Rule) -> bool:
    """Not what a meeting needs, which is looked for, nor what one more meeting can mend."""
    return not (rule.whole or rule.fills or rule.about is About.EXISTENCE)


def _busy_with(table: Timetable, party: str, slot: str) -> Reason:
    others = ", ".join(m.request for m in table.meetings_of[party] if slot in table.covered(m))
    return Reason("party_busy", {"party": party, "slot": slot, "requests": others})


def _best_placed(table: Timetable, request: Request, slot: str) -> Meeting | None:
    """The request in a free place that suits it; without one where place is no object; None if nothing is free."""
    if not table.places:
        return Meeting(request.id, slot)
    covered = set(table.covered_by(request, slot))
    used = {(m.place, m.number) for m in table.held if not covered.isdisjoint(table.covered(m))}
    for place in table.problem.places:
        free = next((n for n in range(1, place.number + 1) if (place.id, n) not in used), None)
        if free is not None:
            meeting = Meeting(request.id, slot, place.id, free)
            alone = Timetable(replace(table.problem, requests=(request,)), [meeting])
            if not any(rule.broken_in(alone) for rule in REGISTRY if rule.about is About.PLACE):
                return meeting
    return None


def _beside(table: Timetable, request: Request, added: Meeting) -> Timetable:
    """The meeting with those that could be in its way: of its parties, its table, its interpreter, or in an order."""
    concerned = table.problem.concerned(request.parties)
    ordered = {*request.after, *(r.id for r in table.problem.requests if request.id in r.after)}
    return Timetable(
        table.problem,
        [
            *(
                m
                for m in table.held
                if (m.place and (m.place, m.number) == (added.place, added.number))
                or (m.interpreter and m.interpreter == added.interpreter)
                or m.request in ordered
                or not concerned.isdisjoint(table.requests[m.request].parties)
            ),
            added,
        ],
    )


def _interpreter(table: Timetable, request: Request, meeting: Meeting) -> str | None:
    """An interpreter who could take the meeting beside their others; "" where none is needed, None if nobody can."""
    covered = table.covered(meeting)
    able = interpreters_for(table, request, covered)
    if able is None:
        return ""
    of_their_work = [rule for rule in REGISTRY if rule.about is About.INTERPRETER and not rule.field]
    for person in able:
        theirs = Timetable(table.problem, (*table.interpreted_by[person], replace(meeting, interpreter=person)))
        if not any(rule.broken_in(theirs) for rule in of_their_work):
            return person
    return None


def _holding(problem: Problem, plan: Plan, request: str) -> Problem:
    """The problem of letting a request in: nothing else is added, must-haves and pins stay; weight, then changes."""
    held = {m.request for m in plan.meetings}
    pinned = {m.request for m in problem.standing if m.pinned and m.request in held}
    requests = tuple(
        replace(
            r,
            must_have=r.id == request or (r.must_have and r.id in held),
            veto=r.veto or not (r.id == request or r.id in held),
        )
        for r in problem.requests
    )
    return replace(
        problem,
        requests=requests,
        standing=tuple(replace(m, pinned=m.request in pinned) for m in plan.meetings),
        levels=("must_haves", "weight", "changes"),
    )


def _weight(table: Timetable, meetings: tuple[Meeting, ...]) -> int:
    return sum(table.requests[m.request].weight for m in meetings)
