"""VTIMEZONE components that cover the years of an event and no more.

icalendar's own `Timezone.from_tzid` writes the start of daylight saving time in the new offset (03:00 where RFC 5545,
section 3.6.5 wants 02:00), so that meetings in the first hour move for readers who believe the component.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
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
    """The VTIMEZONE of an IANA zone from the start of `first_year` to the end of `last_year`."""
    zone = ZoneInfo(zone_name)
    # A day more on either side: the zone's year begins and ends up to 14 hours away from UTC's.
    first = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=1)
    last = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=1)
    opening = first.astimezone(zone)
    component = Timezone()
    component.add("TZID", zone_name)
    offset = _offset(first, zone)
    daylight = (opening.dst() or timedelta()) > timedelta()
    component.add_component(_observance(daylight, offset, offset, f"{opening:%Z}", [opening.replace(tzinfo=None)]))
    onsets: dict[tuple[bool, timedelta, timedelta, str], list[datetime]] = defaultdict(list)
    for change in transitions(zone, first, last):
        local_before = (change.instant + change.before).replace(tzinfo=None)
        onsets[change.daylight, change.before, change.after, change.name].append(local_before)
    for key, starts in onsets.items():
        component.add_component(_observance(*key, starts))
    return bytes(component.to_ical())


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _observance(
    daylight: bool, before: timedelta, after: timedelta, name: str, starts: list[datetime]
) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if daylight else TimezoneStandard()
    observance.DTSTART = starts[0]
    observance.TZOFFSETFROM = before
    observance.TZOFFSETTO = after
    observance.add("TZNAME", name)
    if starts[1:]:
        observance.add("RDATE", starts[1:])
    return observance
