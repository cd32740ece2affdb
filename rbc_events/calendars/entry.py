"""One meeting as one person's calendar holds it, and the VEVENT that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from rbc_events.calendars.content import clean_address, clean_line, clean_link, fold, parameter, text_line
from rbc_events.calendars.zones import vtimezone

PRODUCT = "-//RBC Events//Calendars//EN"
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL", "PUBLISH", "DECLINECOUNTER"]


class InvalidEntry(ValueError):
    """An entry that no calendar could keep: the message says which rule it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody's name and mail address, as a calendar or a mail header shows them."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one recipient is to hold. `start`, `end` and `stamp` are aware; `zone` is the IANA zone to show them in.

    `uid` stays the same for the meeting's whole life, `sequence` rises with every change that the recipient is told.
    `stamp` is when this state came about, so that the same state always gives the same bytes. `others` are further
    attendees, to be named only where both sides agreed to see each other. Raises InvalidEntry.
    """

    uid: str
    sequence: int
    status: Status
    start: datetime
    end: datetime
    zone: str
    stamp: datetime
    summary: str
    organizer: Person
    language: str = "en"
    description: str = ""
    comment: str = ""
    location: str = ""
    link: str = ""
    page: str = ""
    attendee: Person | None = None
    others: tuple[Person, ...] = ()

    def __post_init__(self) -> None:
        if self.uid.split() != [clean_line(self.uid)] or len(self.uid) > 255:
            raise InvalidEntry("the UID is empty, too long or more than one word")
        if self.sequence < 0:
            raise InvalidEntry("SEQUENCE is negative")
        if not all(instant.tzinfo for instant in (self.start, self.end, self.stamp)):
            raise InvalidEntry("a time without a zone")
        if self.end <= self.start:
            raise InvalidEntry("it ends before it starts")


def calendar(method: Method, entries: Iterable[Entry], heading: Iterable[bytes] = ()) -> bytes:
    """A whole VCALENDAR object: heading lines, the zones over the entries' years, then the entries in their order."""
    entries = list(entries)
    lines = [b"BEGIN:VCALENDAR\r\n", b"VERSION:2.0\r\n", text_line("PRODID", PRODUCT), b"CALSCALE:GREGORIAN\r\n"]
    lines.append(f"METHOD:{method}\r\n".encode())
    lines.extend(heading)
    lines.extend(_zones(entries))
    for entry in entries:
        lines.extend(_event(entry, method))
    lines.append(b"END:VCALENDAR\r\n")
    return b"".join(lines)


def _zones(entries: list[Entry]) -> Iterable[bytes]:
    years: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if _in_utc(entry):
            continue
        first, last = years.get(entry.zone, (entry.start.year, entry.end.year))
        years[entry.zone] = (min(first, entry.start.year), max(last, entry.end.year))
    return [vtimezone(zone, first, last) for zone, (first, last) in years.items()]


def _event(entry: Entry, method: Method) -> Iterable[bytes]:
    language = f";LANGUAGE={entry.language}"
    yield b"BEGIN:VEVENT\r\n"
    yield text_line("UID", entry.uid)
    yield f"SEQUENCE:{entry.sequence}\r\n".encode()
    yield _utc("DTSTAMP", entry.stamp)
    yield _utc("LAST-MODIFIED", entry.stamp)
    yield from _times(entry)
    yield text_line("SUMMARY", clean_line(entry.summary) or "-", language)
    if entry.description:
        yield text_line("DESCRIPTION", entry.description, language)
    if entry.comment:
        yield text_line("COMMENT", entry.comment, language)
    if location := clean_line(entry.location):
        yield text_line("LOCATION", location, language)
    if page := clean_link(entry.page):
        yield fold(f"URL:{page}".encode())
    if link := clean_link(entry.link):
        yield fold(f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{link}".encode())
    yield f"STATUS:{'CANCELLED' if method == 'CANCEL' else entry.status}\r\n".encode()
    yield b"TRANSP:OPAQUE\r\nCLASS:PRIVATE\r\n"
    yield _address("ORGANIZER", entry.organizer)
    if method != "PUBLISH":
        yield from _attendees(entry, asked=method == "REQUEST")
    yield b"END:VEVENT\r\n"


def _attendees(entry: Entry, *, asked: bool) -> Iterable[bytes]:
    answer = ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if asked else ""
    for person in (entry.attendee, *entry.others):
        if person:
            yield _address("ATTENDEE", person, f";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT{answer}")


def _address(name: str, person: Person, parameters: str = "") -> bytes:
    shown = parameter("CN", person.name) if clean_line(person.name) else ""
    return fold(f"{name}{shown}{parameters}:mailto:{clean_address(person.address)}".encode())


def _times(entry: Entry) -> Iterable[bytes]:
    if _in_utc(entry):
        yield _utc("DTSTART", entry.start)
        yield _utc("DTEND", entry.end)
        return
    zone = ZoneInfo(entry.zone)
    yield f"DTSTART;TZID={entry.zone}:{entry.start.astimezone(zone):%Y%m%dT%H%M%S}\r\n".encode()
    yield f"DTEND;TZID={entry.zone}:{entry.end.astimezone(zone):%Y%m%dT%H%M%S}\r\n".encode()


def _in_utc(entry: Entry) -> bool:
    """Whether zone time would be doubtful: of a local time that comes twice RFC 5545 (3.3.5) means the first, libical
    the second."""
    zone = ZoneInfo(entry.zone)
    return entry.zone == "UTC" or any(_comes_twice(instant.astimezone(zone)) for instant in (entry.start, entry.end))


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _utc(name: str, instant: datetime) -> bytes:
    return f"{name}:{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n".encode()
