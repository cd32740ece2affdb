"""When somebody works: weekly hours by their own clock, without public holidays and days off."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
USUAL_WEEK: tuple[tuple[int, time, time], ...] = tuple((weekday, time(9), time(17)) for weekday in range(5))

Spell = tuple[datetime, datetime]
"""From when to when."""


@dataclass(frozen=True)
class Hours:
    """`weekly`: weekday from 0, from, until; midnight as an end is that of the day's end."""

    zone: str
    country: str = ""
    weekly: Sequence[tuple[int, time, time]] = USUAL_WEEK
    days_off: frozenset[date] = field(default_factory=frozenset)
    worked_holidays: frozenset[date] = field(default_factory=frozenset)

    def works_on(self, day: date) -> bool:
        if day in self.days_off:
            return False
        return day in self.worked_holidays or day not in holidays_between(self.country, day, day)

    def spells(self, first: date, last: date) -> list[Spell]:
        """The hours on these days of their own calendar, as instants, in order of time."""
        zone, found = ZoneInfo(self.zone), []
        for day in days(first, last):
            if self.works_on(day):
                for weekday, begins, ends in self.weekly:
                    if weekday == day.weekday():
                        until = datetime.combine(day + DAY if ends == time(0) else day, ends, zone)
                        found.append((datetime.combine(day, begins, zone).astimezone(UTC), until.astimezone(UTC)))
        return sorted(spell for spell in found if spell[0] < spell[1])


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def holidays_between(country: str, first: date, last: date, language: str = "en") -> dict[date, str]:
    """The public holidays of a country, by day, with their names in a language where the country's are known in it."""
    found = {}
    for year in range(first.year, last.year + 1):
        found.update({day: name for day, name in _of_year(country, year, language).items() if first <= day <= last})
    return dict(sorted(found.items()))


@cache
def _of_year(country: str, year: int, language: str) -> Mapping[date, str]:
    import holidays  # half a second, which only what asks for holidays should take

    if country not in holidays.list_supported_countries(include_aliases=False):
        return {}
    known = holidays.list_localized_countries(include_aliases=False).get(country, [])
    wanted = next((each for each in known if each.partition("_")[0] == language), None)
    return dict(holidays.country_holidays(country, years=year, language=wanted).items())


def together(all_spells: Iterable[Sequence[Spell]]) -> list[Spell]:
    """When all are free at once.

    >>> at = lambda hour: datetime(2027, 1, 4, hour, tzinfo=UTC)
    >>> [(a.hour, b.hour) for a, b in together([[(at(8), at(12)), (at(13), at(17))], [(at(10), at(15))]])]
    [(10, 12), (13, 15)]
    """
    every = list(all_spells)
    common = list(every[0]) if every else []
    for spells in every[1:]:
        both = ((max(a, c), min(b, d)) for a, b in common for c, d in spells)
        common = sorted((begins, ends) for begins, ends in both if begins < ends)
    return common


def without(spells: Iterable[Spell], taken: Iterable[Spell]) -> list[Spell]:
    """What is left of times when others have been taken away.

    >>> at = lambda hour: datetime(2027, 1, 4, hour, tzinfo=UTC)
    >>> [(a.hour, b.hour) for a, b in without([(at(8), at(12))], [(at(7), at(9)), (at(10), at(11))])]
    [(9, 10), (11, 12)]
    """
    left = list(spells)
    for begins, ends in taken:
        pieces = [(a, min(b, begins)) for a, b in left] + [(max(a, ends), b) for a, b in left]
        left = sorted({(a, b) for a, b in pieces if a < b})
    return left


def clock_changes(zone: str, first: date, last: date) -> list[date]:
    """The days on which a zone's clocks are put forward or back.

    >>> clock_changes("Europe/Berlin", date(2022, 3, 1), date(2022, 4, 1))
    [datetime.date(2022, 3, 27)]
    """
    there = ZoneInfo(zone)
    midnights = ((day, datetime.combine(day, time(0), there)) for day in days(first, last))
    return [day for day, at in midnights if at.utcoffset() != (datetime.combine(day + DAY, time(0), there)).utcoffset()]
