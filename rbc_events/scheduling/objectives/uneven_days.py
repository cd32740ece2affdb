"""By how many meetings each party's fullest day exceeds its emptiest, of the days on which it is available."""

from collections import Counter

from rbc_events.scheduling.objectives.objective import Objective, by_multipliers, nothing_left
from rbc_events.scheduling.problem import Party
from rbc_events.scheduling.rules.timetable import Timetable


def uneven_days(table: Timetable) -> int:
    return sum(_of_party(table, party) for party in table.problem.parties)


def _of_party(table: Timetable, party: Party) -> int:
    held = Counter(map(table.day, table.meetings_of[party.id]))
    there = [day for day, slots in table.days.items() if _is_there(party, slots)]
    numbers = [held[day] for day in there]
    return max(numbers, default=0) - min(numbers, default=0)


def _is_there(party: Party, slots: list[str]) -> bool:
    return party.available is None or not party.available.isdisjoint(slots)


UNEVEN_DAYS = Objective(
    "uneven_days",
    maximised=False,
    value=uneven_days,
    trivial=nothing_left,
    priced={"lp-dual": by_multipliers("uneven_days")},
    paid=True,
    title=("Balanced days", "日ごとの偏りの少なさ"),
    counted=(
        "Meetings that the fullest days have more than the emptiest",
        "面談が最も多い日と最も少ない日の差（全員の合計）",
    ),
)
