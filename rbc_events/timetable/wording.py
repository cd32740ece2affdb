"""What the scheduler says of slots, places and people, in words that coordinators use."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.i18n import clock_time, day, language, plain
from rbc_events.meetings.models import Meeting, MeetingParty
from rbc_events.registration.models import Registration
from rbc_events.scheduling.messages import say
from rbc_events.scheduling.objectives import OBJECTIVES
from rbc_events.scheduling.plan import Level, Reason
from rbc_events.timetable.problem import interpreters_of
from rbc_events.timetable.queries import names_of_meetings, names_of_organisations, names_of_staff


class Names:
    """Names for a problem's identifiers, in the page's language and the event's time. Things of one kind are read once
    the first of them is named: most pages name few."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._read: dict[str, Mapping[int, Any]] = {}
        self._said: dict[str, str] = {}

    def all_of(self, letter: str) -> dict[int, str]:
        """The names of one kind, by their numbers."""
        return {number: self._say(f"{letter}{number}") or "" for number in self._things(letter)}

    def of(self, value: str | int) -> str:
        """The name of an identifier, or of several with commas between; anything else as it stands."""
        text = str(value)
        return self._say(text) or self.list_of(text.split(", "))

    def list_of(self, values: Iterable[str]) -> str:
        """Names in a row, with the page's own comma."""
        return _(", ").join(self._say(value) or value for value in values)

    def _things(self, letter: str) -> Mapping[int, Any]:
        if letter not in self._read:
            self._read[letter] = KINDS[letter].read(self.event)
        return self._read[letter]

    def _say(self, identifier: str) -> str | None:
        letter, number = identifier[:1], identifier[1:]
        if identifier not in self._said and letter in KINDS and number.isdecimal():
            thing = self._things(letter).get(int(number))
            if thing is not None:
                self._said[identifier] = KINDS[letter].say(thing, self.event)
        return self._said.get(identifier)

    def in_words(self, reason: Reason) -> str:
        """One rule as a sentence."""
        arguments = {key: self.of(value) for key, value in reason.arguments.items()}
        sentence = _sentences(arguments).get(reason.code) or _conflicts(arguments).get(reason.code)
        return sentence() if sentence is not None else say(reason.code, arguments, language())

    def all_in_words(self, reasons: Iterable[Reason]) -> list[str]:
        return list(dict.fromkeys(self.in_words(reason) for reason in reasons))


def where_it_is(meeting: Meeting) -> str:
    """Where a meeting is now, as a sentence."""
    side = selectinload(Meeting.parties).joinedload(MeetingParty.registration).joinedload(Registration.organisation)
    where = joinedload(Meeting.place), joinedload(Meeting.interpreter)
    db.session.scalars(select(Meeting).where(Meeting.id == meeting.id).options(side, *where)).one()
    place, interpreter = meeting.place, meeting.interpreter
    things = [_beginning(meeting.starts_at, meeting.event)] if meeting.starts_at else []
    things += [plain(place.name)] if place else [meeting.own_place] if meeting.own_place else []
    things += [interpreter.name_in(language())] if interpreter else []
    names = [side.registration.organisation.name for side in meeting.parties if side.registration]
    return _("%(meeting)s is now here: %(where)s.", meeting=_who_meets(names), where=_(", ").join(things))


def _beginning(starts_at: datetime, event: Event) -> str:
    return f"{day(starts_at, event.time_zone, 'short')} {clock_time(starts_at, event.time_zone)}"


def _who_meets(names: Iterable[Bilingual]) -> str:
    return " × ".join(map(plain, names))


class Kind(NamedTuple):
    """How what is known by a letter and a number is read, and named."""

    read: Callable[[Event], Mapping[int, Any]]
    say: Callable[[Any, Event], str]


KINDS = {
    "s": Kind(lambda event: {slot.id: slot.starts_at for slot in event.slots}, _beginning),
    "p": Kind(lambda event: {place.id: place.name for place in event.places}, lambda name, _event: plain(name)),
    "i": Kind(
        lambda event: {person.id: person for person in interpreters_of(event)},
        lambda person, _event: str(person.name_in(language())),
    ),
    "o": Kind(names_of_organisations, lambda name, _event: plain(name)),
    "u": Kind(names_of_staff, lambda name, _event: str(name)),
    "m": Kind(names_of_meetings, lambda names, _event: _who_meets(names)),
}


Sentences = dict[str, Callable[[], str]]
"""By code: only the sentence that is said is put into words."""


class _Arguments(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _sentences(given: Mapping[str, str]) -> Sentences:
    a = _Arguments(given)
    return _of_parties(a) | _of_times_and_places(a) | _of_interpreters(a)


def _of_parties(a: _Arguments) -> Sentences:
    party, slot = a["party"], a["slot"]
    return {
        "parties_available": lambda: _("%(party)s can't meet on %(slot)s.", party=party, slot=slot),
        "elsewhere": lambda: _(
            "%(party)s is at another event then: %(event)s.", party=party, event=plain(Bilingual(a["ja"], a["en"]))
        ),
        "elsewhere_unnamed": lambda: _("%(party)s is at another event then.", party=party),
        "own_time": lambda: _("%(party)s has a meeting then that is outside the event's slots.", party=party),
        "party_busy": lambda: _(
            "%(party)s has another meeting on %(slot)s (%(meetings)s).", party=party, slot=slot, meetings=a["requests"]
        ),
        "party_most_per_day": lambda: _(
            "%(party)s takes at most %(most)s meetings a day.", party=party, most=a["most"]
        ),
        "party_most": lambda: _("%(party)s takes at most %(most)s meetings.", party=party, most=a["most"]),
        "party_longest_run": lambda: _(
            "%(party)s meets in at most %(most)s slots in a row.", party=party, most=a["most"]
        ),
        "time_to_change_rooms": lambda: _(
            "%(party)s needs %(minutes)s minutes to change rooms.", party=party, minutes=a["minutes"]
        ),
        "rivals_apart": lambda: _(
            "%(party)s and its rival %(rival)s would be in the same room in one block of time.",
            party=party,
            rival=a["rival"],
        ),
    }


def _of_times_and_places(a: _Arguments) -> Sentences:
    slot, place = a["slot"], a["place"]
    return {
        "in_order": lambda: _("It would begin before %(before)s has ended.", before=a["before"]),
        "slots_reserved": lambda: _("%(slot)s is for other meetings only.", slot=slot),
        "reserved_kinds": lambda: _(
            "On %(slot)s there are no meetings at such a place as %(place)s.", slot=slot, place=place
        ),
        "place_open": lambda: _("%(place)s is closed on %(slot)s.", place=place, slot=slot),
        "lies_in_one_block": lambda: _("The meeting would not end before the break."),
        "begins_where_allowed": lambda: _("This time has passed."),
        "not_vetoed": lambda: _("An organisation in this meeting no longer takes part."),
        "one_meeting_a_table": lambda: _(
            "%(place)s is taken on %(slot)s (%(meetings)s).", place=place, slot=slot, meetings=a["requests"]
        ),
        "place_suits_mode": lambda: _("%(place)s does not suit this meeting: it is online, or in person.", place=place),
        "booths": lambda: _("A booth is for its own organisation's meetings, and that organisation stays there."),
        "place_given": lambda: _("%(place)s can't be used.", place=place or _("The place")),
        "no_place_free": lambda: _("No place that suits is free."),
    }


def _of_interpreters(a: _Arguments) -> Sentences:
    interpreter, slot = a["interpreter"], a["slot"]
    return {
        "interpreter_way": lambda: _(
            "%(name)s needs %(minutes)s minutes to change rooms.", name=interpreter, minutes=a["minutes"]
        ),
        "no_interpreter_free": lambda: _("No interpreter of these languages is free."),
        "no_interpreter_serves": lambda: _("The event has no interpreter for the languages of the two sides."),
        "interpreter_where_needed": lambda: _(
            "This meeting needs an interpreter who speaks the languages of both sides."
        ),
        "interpreters_available": lambda: _("%(name)s can't interpret on %(slot)s.", name=interpreter, slot=slot),
        "interpreter_once": lambda: _(
            "%(name)s interprets another meeting on %(slot)s (%(meetings)s).",
            name=interpreter,
            slot=slot,
            meetings=a["requests"],
        ),
        "interpreter_most_per_day": lambda: _("%(name)s would work longer than agreed that day.", name=interpreter),
        "interpreter_rest": lambda: _("%(name)s would have no rest after so many meetings in a row.", name=interpreter),
    }


def _conflicts(given: Mapping[str, str]) -> Sentences:
    """What a set of rules that can't hold together is mostly made of."""
    a = _Arguments(given)
    meeting, party, limit = a["request"], a["party"], a["limit"]
    return {
        "why_held": lambda: _("%(meeting)s must be held.", meeting=meeting),
        "why_pinned": lambda: _("%(meeting)s is pinned to %(slot)s.", meeting=meeting, slot=a["slot"]),
        "why_party_capacity": lambda: _("%(party)s can hold %(limit)s at the same time.", party=party, limit=limit),
        "why_party_available": lambda: _("%(party)s is free at %(limit)s times only.", party=party, limit=limit),
        "why_party_most_per_day": lambda: _(
            "%(party)s takes at most %(most)s meetings a day.", party=party, most=limit
        ),
        "why_rivals_apart": lambda: _(
            "%(party)s and its rival %(rival)s are kept apart: never in the same block and room.",
            party=party,
            rival=a["rival"],
        ),
        "why_places": lambda: _("There are %(places)s tables and rooms in all.", places=a["places"]),
        "why_virtual_places": lambda: _("There are %(places)s virtual rooms in all.", places=a["places"]),
        "why_places_of_both_kinds": lambda: _(
            "There are %(places)s tables and rooms and %(virtual)s virtual rooms in all.",
            places=a["places"],
            virtual=a["virtual"],
        ),
        "why_request_length": lambda: _("%(meeting)s takes %(limit)s slots in a row.", meeting=meeting, limit=limit),
    }


def title_of(level: str) -> str:
    """What an aim is called."""
    return OBJECTIVES[level].title[language() == "ja"]


def counted_in(level: str) -> str:
    """What the value of an aim counts."""
    return OBJECTIVES[level].counted[language() == "ja"]


LEVEL_NAMES = {name: LazyString(title_of, name) for name in OBJECTIVES}
"""What the aims are called, in the language of the page on which they stand."""


def bound_in_words(level: str, bound: int) -> str:
    """A bound in words: an upper one of what is maximised, a lower one of everything else."""
    if OBJECTIVES[level].maximised:
        return _("at best %(bound)s (upper bound)", bound=bound)
    return _("at best %(bound)s (lower bound)", bound=bound)


def method_in_words(level: Level) -> str:
    """How a level's bound is known, and whether `check` takes a solver's word for it."""
    return {
        "trivial": _("There is nothing more to gain") if level.proved else _("All that could be held, added up"),
        "counting": _("By counting; the check counts again"),
        "lp-dual": _("By linear programming; the check computes the bound again exactly"),
        "sat-refutation": _("By logical refutation, a solver's word"),
        "kernel-counting": _("By counting in the solver, its word"),
        "cp-sat": _("By constraint programming, a solver's word"),
    }.get(level.method, level.method)


def says_something(level: Level) -> bool:
    """Whether the bound is worth showing: a lower bound of zero would tell nothing."""
    return level.proved or (level.gap is not None and level.gap < 1)


def how_good(level: Level) -> str:
    """What the certificate says of one level, in a sentence."""
    if level.proved:
        return _("Proved: nothing better is possible.")
    if level.gap is None or not says_something(level):
        return _("The best found; how much better it could be is not known.")
    return _("At most %(gap)s from the best possible.", gap=f"{level.gap:.1%}")
