"""Quarters of an hour outside decent hours of all meetings online, and once more the worst continent's for each."""

from collections import Counter

from rbc_events.scheduling.objectives.objective import Objective, by_multipliers, nothing_left
from rbc_events.scheduling.rules.timetable import Timetable
from rbc_events.scheduling.verify.hours import continent, continents, quarters_outside


def inconvenience(table: Timetable) -> int:
    by_continent: Counter[str] = Counter()
    for meeting in table.held:
        if not table.places or (meeting.place in table.places and table.places[meeting.place].kind == "virtual"):
            for name in table.requests[meeting.request].parties:
                party = table.parties[name]
                for slot in table.covered(meeting):
                    by_continent[continent(party)] += quarters_outside(party, table.slots[slot])
    return by_continent.total() + len(continents(table)) * max(by_continent.values(), default=0)


INCONVENIENCE = Objective(
    "inconvenience",
    maximised=False,
    value=inconvenience,
    trivial=nothing_left,
    priced={"lp-dual": by_multipliers("inconvenience")},
    paid=True,
    title=("Inconvenient hours", "都合の悪い時間帯"),
    counted=("Inconvenient hours, in quarters of an hour", "都合の悪い時間帯（15分単位）"),
)
