"""The rules of a timetable, each in one place: its code, what it is about, what breaks it, and the words for it.

No solver reads this: it is what `check` judges by. The levels (what is optimised) are in `check.values`.
"""

from rbc_events.scheduling.rules.interpreters import (
    interpreter_most,
    interpreter_once,
    interpreter_only_where_needed,
    interpreter_rest,
    interpreter_where_needed,
    interpreters_available,
    languages,
    needs_interpreter,
)
from rbc_events.scheduling.rules.meetings import (
    begins_where_allowed,
    held_once,
    in_order,
    known,
    lies_in_one_block,
    lies_in_session,
    not_vetoed,
    pins_kept,
)
from rbc_events.scheduling.rules.parties import (
    breaks_of,
    fairness,
    parties_available,
    party_capacity,
    party_longest_run,
    party_most,
    party_most_per_day,
    time_to_change_rooms,
)
from rbc_events.scheduling.rules.places import (
    booths,
    one_meeting_a_table,
    place_given,
    place_open,
    place_suits_mode,
)
from rbc_events.scheduling.rules.rule import About, Rule

__all__ = ["REGISTRY", "About", "Rule", "breaks_of", "languages", "needs_interpreter"]

REGISTRY: tuple[Rule, ...] = (
    known,
    held_once,
    not_vetoed,
    pins_kept,
    begins_where_allowed,
    lies_in_one_block,
    lies_in_session,
    in_order,
    parties_available,
    party_capacity,
    party_most,
    party_most_per_day,
    party_longest_run,
    time_to_change_rooms,
    place_given,
    place_open,
    one_meeting_a_table,
    place_suits_mode,
    booths,
    interpreter_where_needed,
    interpreter_only_where_needed,
    interpreters_available,
    interpreter_once,
    interpreter_most,
    interpreter_rest,
    fairness,
)
"""All rules, the gravest first."""
