"""Whether a problem means anything: identifiers, references, and what contradicts itself."""

from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rbc_events.scheduling.errors import InputError
from rbc_events.scheduling.problem import Meeting, Party, Problem, Request, Slot

YEARS = range(2, 9999)
"""The years of instants: at either end of the calendar some time zone would have to leave it."""
LONGEST_SLOT = timedelta(days=1)


def validate(problem: Problem) -> None:
    """Raise InputError at the first fault. What can't be held together is no fault but an infeasible problem."""
    _Validation(problem).run()


class _Validation:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = _identifiers("/slots", [slot.id for slot in problem.slots])
        self.parties = _identifiers("/parties", [party.id for party in problem.parties])
        self.places = _identifiers("/places", [place.id for place in problem.places])
        self.interpreters = _identifiers("/interpreters", [person.id for person in problem.interpreters])
        self.requests = _identifiers("/requests", [request.id for request in problem.requests])

    def run(self) -> None:
        _slots(self.problem.slots)
        for i, place in enumerate(self.problem.places):
            _known(place.slots, self.slots, "slot", f"/places/{i}/slots")
        for i, party in enumerate(self.problem.parties):
            self._party(party, f"/parties/{i}")
        for i, person in enumerate(self.problem.interpreters):
            _known(person.available, self.slots, "slot", f"/interpreters/{i}/available")
        for i, request in enumerate(self.problem.requests):
            self._request(request, f"/requests/{i}")
        for i, pair in enumerate(self.problem.rivals):
            _known(pair, self.parties, "party", f"/rivals/{i}")
            if pair[0] == pair[1]:
                raise InputError("own_rival", f"/rivals/{i}/1", party=pair[1])
        for i, reserved in enumerate(self.problem.reserved):
            _known(reserved.slots, self.slots, "slot", f"/reserved/{i}/slots")
        _identifiers("/standing", [meeting.request for meeting in self.problem.standing], "/request")
        for i, meeting in enumerate(self.problem.standing):
            self._standing(meeting, f"/standing/{i}")
        if any(meeting.pinned for meeting in self.problem.standing):
            self._pins()
        _identifiers("/levels", list(self.problem.levels), "")

    def _party(self, party: Party, pointer: str) -> None:
        _known(party.available, self.slots, "slot", f"{pointer}/available")
        if party.booth:
            _known([party.booth], self.places, "place", f"{pointer}/booth")
        if party.decent_hours and not party.time_zone:
            raise InputError("hours_without_zone", f"{pointer}/decent_hours")
        if party.time_zone:
            try:
                ZoneInfo(party.time_zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise InputError("bad_zone", f"{pointer}/time_zone", found=party.time_zone) from None

    def _request(self, request: Request, pointer: str) -> None:
        if len(request.parties) < 2:
            raise InputError("too_few_parties", f"{pointer}/parties")
        for i, party in enumerate(request.parties):
            if party in request.parties[:i]:
                raise InputError("party_twice", f"{pointer}/parties/{i}", party=party)
        _known(request.parties, self.parties, "party", f"{pointer}/parties")
        _known(request.slots, self.slots, "slot", f"{pointer}/slots")
        _known(request.after, self.requests, "request", f"{pointer}/after")
        _known(request.wished_slots, self.slots, "slot", f"{pointer}/wished_slots")
        _known(request.wished_places, self.places, "place", f"{pointer}/wished_places")
        _known(request.wished_interpreters, self.interpreters, "interpreter", f"{pointer}/wished_interpreters")
        if request.slot:
            _known([request.slot], self.slots, "slot", f"{pointer}/slot")
            self._forbidden(request, request.slot, f"{pointer}/slot")
        if request.id in request.after:
            raise InputError("after_itself", f"{pointer}/after", request=request.id)
        if request.must_have and request.veto:
            raise InputError("must_have_veto", f"{pointer}/veto", request=request.id)

    def _standing(self, meeting: Meeting, pointer: str) -> None:
        _known([meeting.request], self.requests, "request", f"{pointer}/request")
        if not meeting.pinned:
            return
        _known([meeting.slot], self.slots, "slot", f"{pointer}/slot")
        for name, known, kind in (
            (meeting.place, self.places, "place"),
            (meeting.interpreter, self.interpreters, "interpreter"),
        ):
            if name:
                _known([name], known, kind, f"{pointer}/{kind}")

    def _pins(self) -> None:
        """Refuse a pin that can't be kept, whatever else is held."""
        from rbc_events.scheduling.pins import faults_of_pins  # here: what judges plans reads problems itself

        for fault in faults_of_pins(self.problem):
            raise fault.error

    def _forbidden(self, request: Request, slot: str, pointer: str) -> None:
        """Refuse a fixed slot in which the request can't begin, whatever else is held."""
        parties = (self.problem.parties[self.parties[party]] for party in request.parties)
        session = self.problem.slots[self.slots[slot]].session
        if (
            (request.slots is not None and slot not in request.slots)
            or (request.session and session != request.session)
            or any(party.available is not None and slot not in party.available for party in parties)
        ):
            raise InputError("pinned_to_forbidden_slot", pointer, request=request.id, slot=slot)


def _identifiers(pointer: str, identifiers: Sequence[str], field: str = "/id") -> dict[str, int]:
    found: dict[str, int] = {}
    for i, identifier in enumerate(identifiers):
        if not identifier:
            raise InputError("empty_id", f"{pointer}/{i}{field}")
        if identifier in found:
            raise InputError("duplicate_id", f"{pointer}/{i}{field}", id=identifier)
        found[identifier] = i
    return found


def _known(names: Iterable[str] | None, known: dict[str, int], kind: str, pointer: str) -> None:
    for name in names or ():
        if name not in known:
            raise InputError("unknown_id", pointer, kind=kind, id=name)


def _slots(slots: Sequence[Slot]) -> None:
    if not slots:
        raise InputError("no_slots", "/slots")
    for i, slot in enumerate(slots):
        for name, instant in (("start", slot.start), ("end", slot.end)):
            if instant.year not in YEARS:
                raise InputError("year_out_of_range", f"/slots/{i}/{name}", year=instant.year)
        if slot.end.astimezone(UTC) <= slot.start.astimezone(UTC):
            raise InputError("slot_ends_before_start", f"/slots/{i}/end")
        if slot.end.astimezone(UTC) - slot.start.astimezone(UTC) > LONGEST_SLOT:
            raise InputError("slot_too_long", f"/slots/{i}/end")
    order = sorted(range(len(slots)), key=lambda i: slots[i].start)
    for before, after in pairwise(order):
        if slots[after].start < slots[before].end:
            raise InputError("slots_overlap", f"/slots/{after}", other=slots[before].id)
    _blocks(slots, order)


def _blocks(slots: Sequence[Slot], order: Sequence[int]) -> None:
    """Refuse a slot between those of another block: its meetings would have to pause for it."""
    last: dict[tuple[str, str, str], int] = {}
    for place, i in enumerate(order):
        block = (slots[i].day, slots[i].session, slots[i].block)
        if last.get(block, place - 1) != place - 1:
            raise InputError("block_interrupted", f"/slots/{i}", other=slots[order[place - 1]].id)
        last[block] = place
