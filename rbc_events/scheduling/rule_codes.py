"""The rules' codes, and which of them a problem uses: what is compared with what an engine knows.

It says when a rule has anything to say, never what it says: rules are judged in `rules/`, without it.
"""

from collections.abc import Callable

from rbc_events.scheduling.problem import Interpreter, Party, Problem, Request

Uses = Callable[[Problem], bool]


def _always(problem: Problem) -> bool:
    return True


def _party(says: Callable[[Party], bool]) -> Uses:
    return lambda problem: any(says(party) for party in problem.parties)


def _request(says: Callable[[Request], bool]) -> Uses:
    return lambda problem: any(says(request) for request in problem.requests)


def _interpreter(says: Callable[[Interpreter], bool]) -> Uses:
    return lambda problem: any(says(person) for person in problem.interpreters)


def _changes_rooms(party: Party) -> bool:
    return party.capacity == 1 and bool(party.room_change or party.site_change)


def _has_a_way(person: Interpreter) -> bool:
    return bool(person.room_change or person.site_change)


USES: dict[str, Uses] = {
    "known": _always,
    "held_once": _always,
    "not_vetoed": _request(lambda request: request.veto),
    "pins_kept": lambda problem: any(meeting.pinned for meeting in problem.standing),
    "begins_where_allowed": _request(lambda request: request.slots is not None or bool(request.slot)),
    "lies_in_one_block": _request(lambda request: request.length > 1),
    "lies_in_session": _request(lambda request: bool(request.session)),
    "in_order": _request(lambda request: bool(request.after)),
    "parties_available": _party(lambda party: party.available is not None),
    "party_capacity": _always,
    "party_most": _party(lambda party: party.most is not None),
    "party_most_per_day": _party(lambda party: party.most_per_day is not None),
    "party_longest_run": _party(lambda party: party.longest_run is not None),
    "time_to_change_rooms": lambda problem: bool(problem.places) and any(map(_changes_rooms, problem.parties)),
    "rivals_apart": lambda problem: bool(problem.places and problem.rivals),
    "slots_reserved": lambda problem: bool(problem.reserved),
    "reserved_kinds": lambda problem: bool(problem.places and problem.reserved),
    "place_given": _always,
    "place_open": lambda problem: any(place.slots is not None for place in problem.places),
    "one_meeting_a_table": lambda problem: bool(problem.places),
    "place_suits_mode": _request(lambda request: bool(request.mode)),
    "booths": _party(lambda party: bool(party.booth)),
    "interpreter_where_needed": _always,
    "interpreter_only_where_needed": _always,
    "interpreters_available": _interpreter(lambda person: person.available is not None),
    "interpreter_once": _interpreter(lambda person: True),
    "interpreter_most": _interpreter(lambda person: person.most is not None or person.most_per_day is not None),
    "interpreter_rest": _interpreter(lambda person: person.longest_run is not None),
    "interpreter_way": lambda problem: bool(problem.places) and any(map(_has_a_way, problem.interpreters)),
    "fairness": lambda problem: problem.fairness is not None,
}
"""For each rule whether a problem uses it: where it doesn't, no plan can break it, or every engine keeps it anyway."""
