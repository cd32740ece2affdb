"""What a rule is: its code, what it is about, what breaks it, and how that is said."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rbc_events.scheduling.plan import Reason
from rbc_events.scheduling.problem import Problem
from rbc_events.scheduling.rules.timetable import Timetable

Check = Callable[[Timetable], Iterator[Reason]]
Words = Mapping[str, tuple[str, str]]
Stated = Callable[[Problem], Iterator[Reason]]
Limited = Callable[[Problem, Collection[Reason]], Problem]


class About(StrEnum):
    """What a rule is about. Without what exists no other rule can be judged."""

    EXISTENCE = "existence"
    MEETING = "meeting"
    PARTY = "party"
    PLACE = "place"
    INTERPRETER = "interpreter"


@dataclass(frozen=True)
class Rule:
    """One rule; called with a timetable it yields a reason for everything that breaks it.

    field   the field of a meeting (`slot`, `place`, `interpreter`) that breaks the rule by itself, whatever else is
            held; empty where it takes several meetings, or none
    fills   the field that the rule asks to be filled in
    whole   only a whole timetable can be judged by it: one more meeting may mend what is broken
    stated  what a conflict may name of the rule, of a problem
    limited  a problem in which no more of the rule holds than is named
    words   sentences in English and Japanese, by the codes of its reasons and of what a conflict says of it
    """

    code: str
    about: About
    check: Check
    words: Words
    field: str = ""
    fills: str = ""
    whole: bool = False
    stated: Stated = lambda problem: iter(())
    limited: Limited = lambda problem, reasons: problem

    def __call__(self, table: Timetable) -> Iterator[Reason]:
        return self.check(table)

    def broken_in(self, table: Timetable) -> bool:
        return any(True for _ in self.check(table))


def rule(code: str, about: About, words: Words, **more: Any) -> Callable[[Check], Rule]:
    """Make a rule, with `more` of its fields, of the function that checks it."""
    return lambda check: Rule(code, about, check, words, **more)
