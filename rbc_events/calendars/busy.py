"""The times at which a calendar file says that somebody is busy.

Entry by entry: one that can't be read is told of by its name, and hides no other. Of each entry only the lines that are
needed reach the parser. Repeating events are unrolled by the library recurring-ical-events (RFC 5545: RRULE, RDATE,
EXDATE, changed instances), each for a limited time: some rules never come to an end.
"""

import re
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, FreeBusy, Timezone

from rbc_events.calendars import incoming, lines
from rbc_events.calendars.content import clean_line
from rbc_events.calendars.foreign_zones import zone_like, zone_named
from rbc_events.calendars.lines import Component
from rbc_events.calendars.patience import TookTooLong, at_most

MOST_BYTES = 2 * 1024 * 1024
MOST_UNREAD = 200  # named; of more only these
SERIES_SECONDS = 0.25  # of computing, for one series
WASTED_SECONDS = 0.8  # of computing, for all series that come to nothing: the others are given up with them
LINE_CHARACTERS = 20_000
_TIMES = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE", "RRULE", "UID")
_ZONE = re.compile(r';TZID=("[^"]*"|[^;:]*)', re.IGNORECASE)
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError, ArithmeticError)

Span = tuple[datetime, datetime]


class NotACalendar(ValueError):
    """The file is no whole iCalendar file, or too large."""


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that can't be read. `zone`: the name of the time zone that isn't known, where that is the reason."""

    title: str
    zone: str = ""


@dataclass(slots=True)
class BusyTimes:
    """Spans in UTC, in order, in parts that may overlap; and the entries that may hide more."""

    spans: list[Span] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


class _UnknownZone(ValueError):
    pass


def busy_times(
    content: bytes,
    *,
    first: datetime,
    last: datetime,
    zone: ZoneInfo,
    own_host: str = "",
    owners: Collection[str] = (),
) -> BusyTimes:
    """The busy times between two instants.

    Args:
        zone: where the calendar's owner is: for whole days and times without a zone.
        own_host: events whose UID is of this host are our own meetings and are passed over.
        owners: the owner's addresses: what they have declined doesn't keep them.

    Raises:
        NotACalendar
    """
    if len(content) > MOST_BYTES:
        raise NotACalendar
    text = incoming.decoded(lines.unfolded(content), "utf-8")
    calendars = lines.calendars_in(text.lstrip("\ufeff"))
    if not calendars or "END:VCALENDAR" not in text.upper():
        raise NotACalendar
    reading = _Reading(first, last, zone, own_host, frozenset(owner.lower() for owner in owners))
    for calendar in calendars:
        reading.read(calendar)
    found = reading.found
    found.spans = sorted((start, end) for start, end in found.spans if start < last and end > first and start < end)
    del found.unread[MOST_UNREAD:]
    return found


@dataclass(slots=True)
class _Reading:
    first: datetime
    last: datetime
    zone: ZoneInfo
    own_host: str
    owners: frozenset[str]
    found: BusyTimes = field(default_factory=BusyTimes)
    zones: dict[str, str] = field(default_factory=dict)
    hopeless: set[str] = field(default_factory=set)  # rules that came to nothing
    wasted: float = 0.0

    def read(self, calendar: Component) -> None:
        self.zones.clear()
        groups: dict[str, list[Component]] = {}
        for number, event in enumerate(lines.walk(calendar, "VEVENT")):
            groups.setdefault(event.value("UID") or f"-{number}", []).append(event)
        for uid, events in groups.items():
            ours = self.own_host and uid.endswith(f"@{self.own_host}")
            if not ours and not all(map(self._is_free, events)):
                self._take(events, calendar)
        for free_busy in lines.walk(calendar, "VFREEBUSY"):
            self._take_free_busy(free_busy)

    def _is_free(self, event: Component) -> bool:
        """Whether the entry doesn't keep its owner: it says so, was cancelled, or they declined it."""
        said = [event.value(name).strip().upper() for name in ("TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS")]
        if said[0] == "TRANSPARENT" or said[1] == "CANCELLED" or said[2] == "FREE":
            return True
        attendees = map(lines.attendee_of, event.named("ATTENDEE")[:200]) if self.owners else ()
        return any(each.answer == "declined" and each.address.lower() in self.owners for each in attendees)

    def _take(self, events: list[Component], calendar: Component) -> None:
        """Read the entries of one UID: an event, or a series with its changed instances."""
        try:
            repeats = any(event.named("RRULE", "RDATE", "RECURRENCE-ID") for event in events)
            if repeats:
                self._take_series(events, calendar)
            else:
                for event in events:
                    self._take_single(event, calendar)
        except _UnknownZone as unknown:
            self.found.unread.append(Unread(_title(events[0]), zone=str(unknown)))
        except _UNREADABLE:
            self.found.unread.append(Unread(_title(events[0])))

    def _take_single(self, event: Component, calendar: Component) -> None:
        if self._is_elsewhen(event):
            return
        parsed = self._parsed(event, calendar)
        self.found.spans.append((_instant(parsed.start, self.zone), _instant(parsed.end, self.zone)))

    def _is_elsewhen(self, event: Component) -> bool:
        """Whether the entry's days alone tell that it lies outside, so that it needn't be parsed."""
        days = [_day(event.value(name)) for name in ("DTSTART", "DTEND")]
        start, end = days[0], days[1] or days[0]
        margin = timedelta(days=2)
        if start is None or end is None or event.named("DURATION"):
            return False
        return start > self.last.date() + margin or (start <= end < self.first.date() - margin)

    def _take_series(self, events: list[Component], calendar: Component) -> None:
        rules = "\n".join(line for event in events for line in event.named("RRULE", "DTSTART"))
        if rules in self.hopeless or self.wasted > WASTED_SECONDS:
            raise ValueError(rules)
        whole = Calendar()
        for event in events:
            whole.add_component(self._parsed(event, calendar))
        started = time.process_time()
        try:
            with at_most(SERIES_SECONDS):
                spans = list(self._unrolled(whole))
        except TookTooLong:
            self.hopeless.add(rules)
            self.wasted += time.process_time() - started
            raise ValueError(rules) from None
        self.found.spans += spans

    def _unrolled(self, calendar: Calendar) -> Iterator[Span]:
        import recurring_ical_events  # loaded by those alone who hand in a calendar

        query = recurring_ical_events.of(calendar)
        # A day more on either side: the library knows nothing of the zone in which a whole day is meant.
        for event in query.between(self.first - timedelta(days=1), self.last + timedelta(days=1)):
            if "X-FREE" not in event:
                yield _instant(event.start, self.zone), _instant(event.end, self.zone)

    def _parsed(self, event: Component, calendar: Component) -> Event:
        """The event with its times alone, in zones that we know, and a mark where it keeps nobody.

        Raises what icalendar raises, _UnknownZone, or ValueError for what makes no sense.
        """
        kept = [self._in_known_zone(line, calendar) for line in event.named(*_TIMES)]
        if any(len(line) > LINE_CHARACTERS for line in kept):
            raise ValueError("a line without end")
        start, end = event.value("DTSTART").strip(), event.value("DTEND").strip()
        if start == end and len(start) == len("20270301"):  # a whole day that ends on itself
            kept = [line for line in kept if lines.property_of(line) != "DTEND"]
        if self._is_free(event):
            kept.append("X-FREE:TRUE")
        parsed = Event.from_ical(Component("VEVENT", kept).text())
        if not isinstance(parsed, Event) or parsed.errors or "DTSTART" not in parsed:
            raise ValueError("it can't be read")
        if any("FREQ" not in rule for rule in _listed(parsed.get("RRULE"))):
            raise ValueError("a rule without FREQ")
        if _instant(parsed.start, self.zone) > _instant(parsed.end, self.zone):
            raise ValueError("it ends before it begins")
        return parsed

    def _in_known_zone(self, line: str, calendar: Component) -> str:
        """The line with its time zone called by the name that IANA gives it. Raises _UnknownZone."""
        named = _ZONE.search(line[:400])
        if not named:
            return line
        name = named[1].strip('"')
        if name not in self.zones:
            self.zones[name] = zone_named(name) or self._own_zone(name, calendar)
        if not self.zones[name]:
            raise _UnknownZone(clean_line(name)[:100])
        return line[: named.start()] + f";TZID={self.zones[name]}" + line[named.end() :]

    def _own_zone(self, name: str, calendar: Component) -> str:
        """The zone that the calendar itself defines under this name, as it is in the time that is asked for."""
        for own in lines.walk(calendar, "VTIMEZONE"):
            if own.value("TZID").strip() == name and sum(len(inner.lines) for inner in own.inner) <= 200:
                try:
                    definition = Timezone.from_ical(own.whole())
                    around = {"first": self.first - timedelta(days=180), "last": self.last + timedelta(days=180)}
                    return zone_like(definition, **around) if isinstance(definition, Timezone) else ""
                except _UNREADABLE:
                    return ""
        return ""

    def _take_free_busy(self, free_busy: Component) -> None:
        for line in free_busy.named("FREEBUSY"):
            try:
                parsed: Any = FreeBusy.from_ical(Component("VFREEBUSY", [line]).text())
                spans = [each for each in _listed(parsed["FREEBUSY"]) if each.params.get("FBTYPE", "BUSY") != "FREE"]
                self.found.spans += [(_instant(s.start, self.zone), _instant(s.end, self.zone)) for s in spans]
            except _UNREADABLE:
                self.found.unread.append(Unread(clean_line(line)[:100]))


def _title(event: Component) -> str:
    """How the owner knows an entry: by its title, else its day."""
    title = re.sub(r"\\(.)", lambda escape: " " if escape[1] in "nN" else escape[1], event.value("SUMMARY")[:200])
    return clean_line(title)[:100] or clean_line(event.value("DTSTART"))[:30] or clean_line(event.value("UID"))[:60]


def _day(value: str) -> date | None:
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        return None


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """An instant in UTC. A date begins at midnight; what has no zone means the owner's."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, clock())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def overlapping(start: datetime, end: datetime, spans: Iterable[Span]) -> bool:
    """Whether one of the spans takes some of the time from start to end."""
    return any(busy_start < end and busy_end > start for busy_start, busy_end in spans if busy_end > busy_start)
