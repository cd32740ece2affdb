"""The rules of a timetable, each in one place: its code, what it is about, what breaks it, and the words for it.

No solver reads this: it is what `check` judges by. What is optimised is in `objectives/`.
"""

from rbc_events.scheduling.rules import interpreters, meetings, parties, places, reserved
from rbc_events.scheduling.rules.interpreters import languages, needs_interpreter
from rbc_events.scheduling.rules.parties import breaks_of
from rbc_events.scheduling.rules.rule import About, Rule

__all__ = ["REGISTRY", "About", "Rule", "breaks_of", "languages", "needs_interpreter"]

REGISTRY: tuple[Rule, ...] = (*meetings.RULES, *parties.RULES, *places.RULES, *reserved.RULES, *interpreters.RULES)
"""All rules, by what they are about."""
