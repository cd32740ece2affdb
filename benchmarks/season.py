"""How well and how fast a season's meetings are put in, week by week.

    python -m benchmarks.season [--meetings 700] [--weeks 17] [--seconds 3]

A season like JETRO Business Connect: 45 foreign companies in three zones, eight Japanese regions with 15 organisations
and a coordinator each, who has twelve hours a week for it; every meeting is of three: a company, an organisation and
the region's coordinator. Public holidays of all countries are off. Each week decides what still waits, on a grid of
five minutes; the last week but one is then made again with ten meetings fewer and ten more.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import product

from rbc_events.scheduling.clock_times import Placed, Thing, Wanted, place_meetings
from rbc_events.seasons.free_times import starts
from rbc_events.seasons.hours import DAY, Hours, Spell, together

BEGINS = date(2021, 12, 6)
STEP, HOUR = timedelta(minutes=5), timedelta(hours=1)
COMPANIES, REGIONS, ORGANISATIONS = 45, 8, 15
ABROAD = (("Europe/Berlin", "DE"), ("Europe/London", "GB"), ("America/Los_Angeles", "US"))


@dataclass(frozen=True)
class Season:
    hours: dict[str, Hours]
    meetings: list[tuple[str, ...]]


def make_season(meetings: int, chance: random.Random) -> Season:
    """Who works when, and which meetings were agreed: every company with nearly as many."""
    hours = {}
    for number in range(COMPANIES):
        zone, country = ABROAD[number % 3]
        hours[f"c{number}"] = Hours(zone, country, [(day, clock(8), clock(19)) for day in range(5)])
    for region in range(REGIONS):
        days = chance.sample(range(5), 4)
        mornings = [(day, clock(9), clock(12)) for day in days[:2]]
        hours[f"r{region}"] = Hours("Asia/Tokyo", "JP", mornings + [(day, clock(17), clock(20)) for day in days[2:]])
        for number in range(ORGANISATIONS):
            hours[f"o{region}-{number}"] = Hours("Asia/Tokyo", "JP", [(day, clock(9), clock(20)) for day in range(5)])
    pairs = list(product(range(COMPANIES), range(REGIONS), range(ORGANISATIONS)))
    chosen = chance.sample(pairs, min(meetings, len(pairs)))
    return Season(hours, [(f"c{company}", f"o{region}-{number}", f"r{region}") for company, region, number in chosen])


class Week:
    """One week of a season: when everybody works, and what has been decided for it."""

    def __init__(self, season: Season, monday: date) -> None:
        self.season, self.origin = season, datetime.combine(monday - DAY, clock(0), UTC)
        self.works = {name: hours.spells(monday, monday + 6 * DAY) for name, hours in season.hours.items()}

    def wanted(self, numbers: Iterable[int], stands: dict[int, int] | None = None) -> list[Wanted]:
        return [self._wanted(number, (stands or {}).get(number)) for number in numbers]

    def _wanted(self, number: int, stands: int | None) -> Wanted:
        parties = self.season.meetings[number]
        spells: Sequence[Spell] = together(self.works[name] for name in parties)
        steps = tuple((at - self.origin) // STEP for at in starts(spells, HOUR, STEP))
        return Wanted(number, HOUR // STEP, steps, parties, stands)

    def place(self, wanted: Sequence[Wanted], seconds: float) -> Placed:
        return place_meetings(wanted, {name: Thing() for each in wanted for name in each.needs}, seconds=seconds)


def check(weeks: dict[date, dict[int, int]], season: Season) -> None:
    """Counted without the solver: nobody is in two meetings at once, and all work when they meet."""
    for monday, placed in weeks.items():
        week, taken = Week(season, monday), defaultdict(list)
        for number, step in placed.items():
            begins = week.origin + step * STEP
            for name in season.meetings[number]:
                assert any(a <= begins and begins + HOUR <= b for a, b in week.works[name]), (number, name)
                assert all(abs(other - step) >= HOUR // STEP for other in taken[name]), (number, name)
                taken[name].append(step)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meetings", type=int, default=700)
    parser.add_argument("--weeks", type=int, default=17)
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    season = make_season(asked.meetings, random.Random(1))
    left, weeks, proved, began = set(range(len(season.meetings))), {}, 0, time.monotonic()
    for number in range(asked.weeks):
        monday = BEGINS + 7 * number * DAY
        week = Week(season, monday)
        placed = week.place(week.wanted(sorted(left)), asked.seconds)
        weeks[monday], proved = dict(placed.starts), proved + placed.proved
        left -= set(placed.starts)
    seconds = time.monotonic() - began
    check(weeks, season)
    print(
        f"season: {len(season.meetings) - len(left)} of {len(season.meetings)} meetings in {asked.weeks} weeks,"
        f" {seconds:.1f} s; {proved} weeks proved best"
    )
    again(season, weeks, asked.seconds)


def again(season: Season, weeks: dict[date, dict[int, int]], seconds: float) -> None:
    """Make the fullest week once more, with ten meetings fewer and ten of another week's more."""
    monday = max(weeks, key=lambda each: len(weeks[each]))
    stands = dict(list(weeks[monday].items())[10:])
    others = [number for day, placed in weeks.items() if day != monday for number in placed][:10]
    week, began = Week(season, monday), time.monotonic()
    wanted = week.wanted([*stands, *others], stands)
    placed = week.place(wanted, seconds)
    moved = sum(placed.starts.get(number) != step for number, step in stands.items())
    print(
        f"again: {len(placed.starts)} of {len(wanted)} (at most {placed.most}), {moved} moved,"
        f" {time.monotonic() - began:.1f} s; {'proved best' if placed.proved else 'not proved'}"
    )
    check({monday: dict(placed.starts)}, season)


if __name__ == "__main__":
    main()
