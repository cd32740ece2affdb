"""VTIMEZONE components that cover the years of an event and no more.

icalendar's own `Timezone.from_tzid` writes the start of daylight saving time in the new offset (03:00 where RFC 5545,
section 3.6.5 wants 02:00), so that meetings in the first hour move for readers who believe the component.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard


class Transition(NamedTuple):
    instant: datetime  # UTC
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def transitions(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Transition]:
    """Every change of the zone's offset in (first, last], both UTC, to the second."""
    day = timedelta(days=1)
    while first < last:
        before, after = _offset(first, zone), _offset(first + day, zone)
        if before != after:
            low, high = first, first + day
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
            yield Transition(high, before, after, f"{high.astimezone(zone):%Z}", after > before)
        first += day


@lru_cache(maxsize=256)
def vtimezone(zone_name: str, first_year: int, last_year: int) -> bytes:
    """The VTIMEZONE of an IANA zone from the start of `first_year` to the end of `last_year`.

    Where the zone changes by the same rule each year, there is one STANDARD and one DAYLIGHT with that rule, since
    some readers look at the last of each alone; elsewhere one for each change, since some overlook RDATE.
    """
    zone = ZoneInfo(zone_name)
    # A day more on either side: the zone's year begins and ends up to 14 hours away from UTC's.
    begins = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    last = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=1)
    # What holds when the first year begins began in the year before it.
    changes = list(transitions(zone, begins.replace(year=first_year - 2), last))
    component = Timezone()
    component.add("TZID", zone_name)
    onsets: dict[tuple[bool, timedelta, timedelta, str], list[datetime]] = defaultdict(list)
    for change in changes:
        onsets[change.daylight, change.before, change.after, change.name].append(_local_before(change))
    rules = {key: rule for key, starts in onsets.items() if (rule := _yearly(starts))}
    if not changes or len(rules) != len(onsets):
        changes = [change for change in changes if change.instant > begins]
        component.add_component(_opening(zone, begins))
        for change in changes:
            key = (change.daylight, change.before, change.after, change.name)
            component.add_component(_observance(*key, _local_before(change)))
    else:
        for key, rule in rules.items():
            component.add_component(_observance(*key, onsets[key][0], rule))
    return bytes(component.to_ical())


def _opening(zone: ZoneInfo, begins: datetime) -> TimezoneDaylight | TimezoneStandard:
    """What holds before the first change."""
    local, offset = begins.astimezone(zone), _offset(begins, zone)
    daylight = (local.dst() or timedelta()) > timedelta()
    return _observance(daylight, offset, offset, f"{local:%Z}", local.replace(tzinfo=None))


def _local_before(change: Transition) -> datetime:
    return (change.instant + change.before).replace(tzinfo=None)


def _yearly(starts: list[datetime]) -> dict[str, Any] | None:
    """The rule by which these local times follow one another, one each year; None where there is no such rule."""
    if [start.year for start in starts] != list(range(starts[0].year, starts[0].year + len(starts))):
        return None
    if len(starts) < 2 or len({(start.month, start.weekday(), start.time()) for start in starts}) > 1:
        return None
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[starts[0].weekday()]
    weeks = {(start.day - 1) // 7 + 1 for start in starts}
    is_last = all((start + timedelta(days=7)).month != start.month for start in starts)
    if not is_last and len(weeks) > 1:
        return None
    return {"FREQ": "YEARLY", "BYMONTH": starts[0].month, "BYDAY": f"{-1 if is_last else weeks.pop()}{weekday}"}


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _observance(
    daylight: bool,
    before: timedelta,
    after: timedelta,
    name: str,
    start: datetime,
    rule: dict[str, Any] | None = None,
) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if daylight else TimezoneStandard()
    observance.DTSTART = start
    observance.TZOFFSETFROM = before
    observance.TZOFFSETTO = after
    observance.add("TZNAME", name)
    if rule:
        observance.add("RRULE", rule)
    return observance
