"""The times at which a calendar file says that somebody is busy.

Repeating events are unrolled by the library recurring-ical-events (RFC 5545: RRULE, RDATE, EXDATE, changed instances).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

MOST_BYTES = 2 * 1024 * 1024
MOST_EVENTS = 20_000
# A hostile rule must not keep us busy: nobody's meetings repeat more often than daily, or since before this year.
MOST_SERIES = 1_000
FIRST_YEAR = 2000
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})

Span = tuple[datetime, datetime]


class NotACalendar(ValueError):
    """The file is no iCalendar file, or one that is too large or repeats too much to be read."""


def busy_times(content: bytes, *, first: datetime, last: datetime, zone: ZoneInfo, own_host: str = "") -> list[Span]:
    """The busy times between two instants, as UTC, in order, in parts that may overlap.

    Args:
        zone: where the calendar's owner is: for whole days and times without a zone.
        own_host: events whose UID is of this host are our own meetings and are passed over.

    Raises:
        NotACalendar
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar
    try:
        calendars: Any = Calendar.from_ical(content, multiple=True)
        spans = [
            span for calendar in calendars for span in _of_calendar(calendar, first, last, zone, own_host=own_host)
        ]
    except NotACalendar:
        raise
    except Exception as error:  # a parser over foreign input fails in many ways, all of which mean the same
        raise NotACalendar from error
    if not calendars:
        raise NotACalendar
    return sorted((start, end) for start, end in spans if start < last and end > first)


def _of_calendar(
    calendar: Calendar, first: datetime, last: datetime, zone: ZoneInfo, *, own_host: str
) -> Iterator[Span]:
    import recurring_ical_events  # loaded by those alone who hand in a calendar

    _refuse_excess(calendar)
    # A day more on either side: the library knows nothing of the zone in which a whole day is meant.
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for event in query.between(first - timedelta(days=1), last + timedelta(days=1)):
        foreign = not own_host or not str(event.get("UID", "")).endswith(f"@{own_host}")
        if foreign and event.get("TRANSP", "OPAQUE") != "TRANSPARENT" and event.get("STATUS", "") != "CANCELLED":
            yield _instant(event.start, zone), _instant(event.end, zone)
    for free_busy in calendar.walk("VFREEBUSY"):
        for line in _listed(free_busy.get("FREEBUSY")):
            if line.params.get("FBTYPE", "BUSY") != "FREE":
                yield _instant(line.start, zone), _instant(line.end, zone)


def _refuse_excess(calendar: Calendar) -> None:
    events: list[Any] = calendar.walk("VEVENT")
    series = [event for event in events if "RRULE" in event]
    if calendar.name != "VCALENDAR" or len(events) > MOST_EVENTS or len(series) > MOST_SERIES:
        raise NotACalendar
    for event in series:
        often = any(
            str(frequency).upper() not in FREQUENCIES
            for rule in _listed(event["RRULE"])
            for frequency in rule.get("FREQ", [])
        )
        if often or event.start.year < FIRST_YEAR:
            raise NotACalendar


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """An instant in UTC. A date begins at midnight; what has no zone means the owner's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def overlapping(start: datetime, end: datetime, spans: list[Span]) -> bool:
    """Whether one of the spans takes some of the time from start to end."""
    return any(busy_start < end and busy_end > start for busy_start, busy_end in spans if busy_end > busy_start)
