"""The working timetable under the scheduler's own rules: whether a meeting fits somewhere, and if not, why not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.meetings.models import Interpreter
from rbc_events.registration.models import Registration
from rbc_events.scheduling.explaining import blocking
from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Meeting
from rbc_events.scheduling.rules import REGISTRY, About, Rule
from rbc_events.scheduling.rules.interpreters import interpreter_once, interpreter_only_where_needed
from rbc_events.scheduling.rules.parties import party_capacity
from rbc_events.scheduling.rules.places import one_meeting_a_table
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.candidates import interpreters_for
from rbc_events.timetable.elsewhere import Engagement, engagements, in_the_way
from rbc_events.timetable.nearby import Nearby
from rbc_events.timetable.problem import build_problem, meetings_to_schedule

# Who moves a meeting moves its pin, may make the breaks less even, and may send somebody to interpret all the same.
ASKED = [rule for rule in REGISTRY if not (rule.whole or rule is interpreter_only_where_needed)]

OF_INTERPRETERS = [rule for rule in ASKED if rule.about is About.INTERPRETER]


class Board:
    """An event's working timetable, read once; or of its meetings those `near` one."""

    def __init__(self, event: Event, *, now: datetime, near: Nearby | None = None) -> None:
        meetings = None if near is None else meetings_to_schedule(event, near.meetings)
        self.event, self.engaged = event, engagements(event, meetings)
        self.problem = build_problem(event, now=now, near=near, meetings=meetings, engaged=self.engaged)

    def without(self, request: str) -> Timetable:
        others = tuple(m for m in self.problem.standing if m.request != request)
        return Timetable(replace(self.problem, standing=others), others)

    def fit(
        self, request: str, slot: str, place: str, interpreter: str | None, *, rather: str = ""
    ) -> tuple[Meeting, list[Reason]]:
        """The meeting at this time and place, and the rules that it would break there, none if it fits.

        Takes the first free table of the place. `interpreter` None: whoever is free, where one is needed,
        first the present one or whom it would `rather` have.
        """
        table = self.without(request)
        wanted = Meeting(request, slot, place, self.free_number(table, request, slot, place), interpreter or "")
        if interpreter is None:
            wanted = self._with_interpreter(table, wanted, rather)
        return wanted, [self.explained(table, reason) for reason in broken_by(table, wanted)]

    def blocked(self, request: str) -> dict[str, tuple[Reason, ...]]:
        """For each slot why the meeting can't begin there, () where it can."""
        table = self.without(request)
        wanted = table.requests[request]
        against = {slot: sorted(blocking(table, wanted, slot), key=_people_first) for slot in table.slots}
        return {slot: tuple(map(self._where_else, reasons)) for slot, reasons in against.items()}

    def explained(self, table: Timetable, reason: Reason) -> Reason:
        """With the meetings that are in the way, and at which other event somebody is."""
        return self._where_else(_by_what(table, reason))

    def _where_else(self, reason: Reason) -> Reason:
        """Say in a reason at which other event somebody is who can't come, or that they meet outside slots."""
        if reason.code not in ("parties_available", "interpreters_available"):
            return reason
        who = str(reason.arguments.get("party") or reason.arguments.get("interpreter"))
        at = str(reason.arguments["slot"])
        slots = [slot for slot in self.event.slots if f"s{slot.id}" == at]
        found = [each for slot in slots for each in in_the_way(self._engagements(who), slot)]
        if not found:
            return reason
        name = found[0].event
        if name is None:
            return Reason("own_time", {"party": who, "slot": at})
        if not found[0].visible:
            return Reason("elsewhere_unnamed", {"party": who, "slot": at})
        return Reason("elsewhere", {"party": who, "slot": at, "ja": name.ja, "en": name.en})

    def _engagements(self, who: str) -> Sequence[Engagement]:
        number = int(who[1:])
        if who.startswith("u"):
            return self.engaged.of("people", number)
        if who.startswith("i"):
            person = db.session.get(Interpreter, number)
            return self.engaged.of("people", person.user_id if person is not None else None)
        side = db.session.get(Registration, number)
        return self.engaged.of("organisations", side.organisation_id if side else None)

    def free_number(self, table: Timetable, request: str, slot: str, place: str) -> int:
        covered = set(table.covered_by(table.requests[request], slot))
        taken = {m.number for m in table.meetings if m.place == place and covered & set(table.covered(m))}
        numbers = range(1, table.places[place].number + 1) if place in table.places else range(1, 2)
        return next((number for number in numbers if number not in taken), 1)

    def _with_interpreter(self, table: Timetable, wanted: Meeting, rather: str) -> Meeting:
        """With the meeting's present interpreter, else the first who is free, else any who can."""
        able = interpreters_for(table, table.requests[wanted.request], table.covered(wanted))
        if able is None:
            return wanted
        standing = [rather, *(m.interpreter for m in self.problem.standing if m.request == wanted.request)]
        order = sorted(able, key=lambda person: person not in standing)
        tried = [_interpreted(wanted, person) for person in order]
        return next((m for m in tried if not broken_by(table, m, OF_INTERPRETERS)), tried[0] if tried else wanted)


def _people_first(reason: Reason) -> bool:
    return not reason.code.startswith("part")


def _interpreted(meeting: Meeting, person: str) -> Meeting:
    return Meeting(meeting.request, meeting.slot, meeting.place, meeting.number, person)


def broken_by(table: Timetable, added: Meeting, rules: Iterable[Rule] = ASKED) -> list[Reason]:
    """The rules that are broken once a meeting is added and were not before."""
    return beyond(broken(rules, table), broken(rules, Timetable(table.problem, (*table.meetings, added))))


def broken(rules: Iterable[Rule], table: Timetable) -> list[Reason]:
    return [reason for rule in rules for reason in rule(table)]


def beyond(before: Iterable[Reason], after: Iterable[Reason]) -> list[Reason]:
    """Those of `after` that are more than `before` has of them."""
    left = Counter(map(_key, before))
    found = []
    for reason in after:
        if left[_key(reason)] > 0:
            left[_key(reason)] -= 1
        else:
            found.append(reason)
    return found


def _by_what(table: Timetable, reason: Reason) -> Reason:
    """Add to a reason the meetings that are in the way, where it is about somebody or something that is taken."""
    of = {
        party_capacity.code: lambda m: reason.arguments["party"] in table.requests[m.request].parties,
        one_meeting_a_table.code: lambda m: m.place == reason.arguments["place"],
        interpreter_once.code: lambda m: m.interpreter == reason.arguments["interpreter"],
    }.get(reason.code)
    if of is None:
        return reason
    slot = reason.arguments["slot"]
    others = ", ".join(m.request for m in table.meetings if of(m) and slot in table.covered(m))
    code = "party_busy" if reason.code == party_capacity.code else reason.code
    return Reason(code, {**reason.arguments, "requests": others})


def _key(reason: Reason) -> tuple[str, str]:
    return reason.code, repr(sorted(reason.arguments.items()))
