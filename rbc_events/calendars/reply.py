"""Answers to invitations, read from mails that anybody may have written.

`answers_in` gives what a mail answers, or a Refusal, and never raises: what it gets comes from strangers. Sizes are
bounded before anything is parsed, and of the calendar only the lines that an answer needs reach the parser, so that
neither a thousand time zones nor a rule for the next ten thousand years costs time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from enum import StrEnum
from typing import Any

from icalendar import Component, Event, Timezone

from rbc_events.calendars import incoming, lines
from rbc_events.calendars.content import clean, clean_line
from rbc_events.calendars.foreign_zones import year_around, zone_like, zone_named
from rbc_events.calendars.incoming import Envelope, NotAMail, Part
from rbc_events.calendars.lines import Attendee

CALENDAR_OCTETS = 256_000
LINES = 4_000
EVENTS = 20
ATTENDEES = 100
COMMENT_CHARACTERS = 2_000
TIME_CHARACTERS = 200
YEARS = range(2000, 2101)
"""Those in which a meeting may be asked for. At the ends of the calendar, time zones and lengths lead beyond it."""
_TIMES = ("DTSTART", "DTEND", "DURATION")


class Response(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"
    DELEGATED = "delegated"


class Reason(StrEnum):
    TOO_LARGE = "too large"
    NOT_A_MAIL = "not a mail"
    NO_CALENDAR = "no calendar in the mail"
    NOT_A_CALENDAR = "not a calendar"
    NOT_AN_ANSWER = "not an answer to an invitation"
    NO_UID = "no UID"
    NO_SEQUENCE = "no usable SEQUENCE"
    NO_ATTENDEE = "no attendee"
    NO_PARTSTAT = "no answer that we know"
    NO_TIME = "a counter-proposal without a usable time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered to one event. Which of the attendees it was is for those to say who know the invitee.

    `start` and `end` (UTC) are what a COUNTER proposes; `end` is missing where it proposes a start alone. `stamp` is
    DTSTAMP, when the answer was written.
    """

    uid: str
    sequence: int
    attendees: tuple[Attendee, ...]
    counter: bool = False
    comment: str = ""
    organizer: str = ""
    stamp: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    envelope: Envelope = field(default_factory=Envelope)

    def response_of(self, attendee: Attendee) -> Response | None:
        """What this attendee says; None where it is nothing that we know."""
        if self.counter:
            return Response.COUNTER
        known = attendee.answer in set(Response) - {Response.COUNTER}
        return Response(attendee.answer) if known else None


class _Refused(Exception):
    def __init__(self, reason: Reason, detail: str = ""):
        self.refusal = Refusal(reason=reason, detail=clean_line(detail)[:200])


def read(raw: bytes) -> tuple[Answer, ...] | Refusal:
    """The answers in a whole mail (the bytes of a `.eml` file)."""
    try:
        message = incoming.opened(raw)
        return answers_in(message, incoming.parts_of(message))
    except NotAMail as error:
        large = "octets" in str(error) or "parts" in str(error)
        return Refusal(reason=Reason.TOO_LARGE if large else Reason.NOT_A_MAIL, detail=str(error))


def read_calendar(raw: bytes) -> tuple[Answer, ...] | Refusal:
    """The answers in a bare calendar object."""
    try:
        return _read_calendar(raw)
    except _Refused as refused:
        return refused.refusal


def answers_in(message: Message, parts: Iterable[Part]) -> tuple[Answer, ...] | Refusal:
    """The answers in the first part of a mail that holds any, whatever the part is called; also in one attached to it.

    Raises NotAMail.
    """
    refusal = Refusal(reason=Reason.NO_CALENDAR)
    for part in parts:
        if not _is_calendar(part):
            continue
        try:
            method = str(part.content.get_param("method") or "")
            found = _read_calendar(part.raw, charset=part.content.get_content_charset() or "", method=method)
        except _Refused as refused:
            refusal = refused.refusal
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise NotAMail(type(error).__name__) from error  # the standard library's, on malformed headers
        else:
            return tuple(_enveloped(answer, part, message) for answer in found)
    return refusal


def _is_calendar(part: Part) -> bool:
    if part.kind in ("text/calendar", "application/ics"):
        return True
    return part.kind != "text/html" and part.raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCAL")


def _enveloped(answer: Answer, part: Part, message: Message) -> Answer:
    """The answer with who sent it: of the mail that it lies in, which may be attached to another."""
    envelope = incoming.envelope_of(part.message)
    addressed = (*envelope.addressed, answer.organizer, *incoming.envelope_of(message).addressed)[:40]
    own = {name: getattr(envelope, name) for name in Envelope.__slots__}
    fields = {name: getattr(answer, name) for name in Answer.__slots__}
    return Answer(**fields | {"envelope": Envelope(**own | {"addressed": tuple(filter(None, addressed))})})


def _read_calendar(raw: bytes, *, charset: str = "", method: str = "") -> tuple[Answer, ...]:
    if len(raw) > CALENDAR_OCTETS:
        raise _Refused(Reason.TOO_LARGE, f"{len(raw)} octets")
    text = incoming.decoded(lines.unfolded(raw), charset)
    if text.count("\n") > LINES:
        raise _Refused(Reason.TOO_LARGE, f"{text.count(chr(10))} lines")
    if not text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR"):
        raise _Refused(Reason.NOT_A_CALENDAR)
    found: list[Answer] = []
    refusal = _Refused(Reason.NOT_AN_ANSWER)
    for calendar in lines.calendars_in(text):
        asked = (calendar.value("METHOD") or method).strip().upper()
        if asked not in ("REPLY", "COUNTER"):
            refusal = _Refused(Reason.NOT_AN_ANSWER, asked)
            continue
        for event in list(lines.walk(calendar, "VEVENT"))[:EVENTS]:
            try:
                found.append(_answer(event, calendar, counter=asked == "COUNTER"))
            except _Refused as refused:
                refusal = refused
    if not found:
        raise refusal
    return tuple(found)


def _answer(event: lines.Component, calendar: lines.Component, *, counter: bool) -> Answer:
    attendees = tuple(lines.attendee_of(line) for line in event.named("ATTENDEE")[:ATTENDEES])
    start, end = _proposed(event, calendar) if counter else (None, None)
    comments = [*map(_unescaped, event.named("COMMENT")), *(attendee.comment for attendee in attendees)]
    comment = clean("\n".join(dict.fromkeys(text.strip() for text in comments if text.strip())))
    answer = Answer(
        uid=_uid(event),
        sequence=_sequence(event),
        attendees=attendees,
        counter=counter,
        comment=comment[:COMMENT_CHARACTERS],
        organizer=lines.mail_address(event.value("ORGANIZER")),
        stamp=_stamp(event),
        start=start,
        end=end,
    )
    if not attendees:
        raise _Refused(Reason.NO_ATTENDEE)
    if not any(map(answer.response_of, attendees)):
        raise _Refused(Reason.NO_PARTSTAT, attendees[0].answer)
    return answer


def _unescaped(line: str) -> str:
    escaped = lines.value_of(line)[: 2 * COMMENT_CHARACTERS]
    return re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], escaped)


def _uid(event: lines.Component) -> str:
    uid = event.value("UID").strip()
    if not uid or len(uid) > 255:
        raise _Refused(Reason.NO_UID)
    return clean_line(uid)


def _sequence(event: lines.Component) -> int:
    value = event.value("SEQUENCE").strip() or "0"  # absent means 0 (RFC 5545, 3.8.7.4)
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**31:
        raise _Refused(Reason.NO_SEQUENCE)
    return int(value)


def _parsed(event: lines.Component, *names: str) -> Component:
    """An event with these properties alone. Raises a ValueError or what else icalendar raises."""
    return Event.from_ical(lines.Component("VEVENT", event.named(*names)).text())


# icalendar raises a ValueError for what it can't parse, and these from values of another type than expected; OSError
# comes from the name of a time zone that no file could have.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError)


def _stamp(event: lines.Component) -> datetime | None:
    try:
        found = getattr(_parsed(event, "DTSTAMP").get("DTSTAMP"), "dt", None)
        whole = found if isinstance(found, datetime) else None
        return (whole if whole.tzinfo else whole.replace(tzinfo=UTC)).astimezone(UTC) if whole else None
    except _UNREADABLE:
        return None


def _proposed(event: lines.Component, calendar: lines.Component) -> tuple[datetime, datetime | None]:
    if any(len(line) > TIME_CHARACTERS for line in event.named(*_TIMES)):
        # Python looks a zone up as a package, and a TZID of a thousand folders exhausts its stack.
        raise _Refused(Reason.NO_TIME, "too long")
    try:
        known = [_in_known_zone(line, calendar) for line in event.named(*_TIMES)]
        found = Event.from_ical(lines.Component("VEVENT", known).text())
        start = _moment(found.get("DTSTART"))
        end = _end(found, start)
    except _UNREADABLE as error:
        raise _Refused(Reason.NO_TIME, str(error)) from error
    if any(moment.year not in YEARS for moment in (start, end or start)):
        raise _Refused(Reason.NO_TIME, "a year in which nobody meets")
    if end is not None and start >= end:
        raise _Refused(Reason.NO_TIME, "it ends before it starts")
    return start, end


def _end(event: Component, start: datetime) -> datetime | None:
    length = getattr(event.get("DURATION"), "dt", None)
    if isinstance(length, timedelta):
        return start + length
    return _moment(event["DTEND"]) if "DTEND" in event else None


def _moment(value: Any) -> datetime:
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise _Refused(Reason.NO_TIME)
    return moment.astimezone(UTC)


def _in_known_zone(line: str, calendar: lines.Component) -> str:
    """The line with its time zone called by the name that IANA gives it."""
    named = re.search(r';TZID=("[^"]*"|[^;:]*)', line, re.IGNORECASE)
    if not named:
        return line
    name = named[1].strip('"')
    zone = zone_named(name) or _own_zone(name, lines.value_of(line), calendar)
    if not zone:
        raise _Refused(Reason.NO_TIME, name)
    return line[: named.start()] + f";TZID={zone}" + line[named.end() :]


def _own_zone(name: str, value: str, calendar: lines.Component) -> str:
    """The zone that the calendar itself defines under this name, around this time."""
    own = [zone for zone in lines.walk(calendar, "VTIMEZONE") if zone.value("TZID") == name]
    if not own or sum(len(inner.lines) for inner in own[0].inner) > TIME_CHARACTERS:
        return ""
    first, last = year_around(datetime.strptime(value[:8], "%Y%m%d"))  # noqa: DTZ007 - a day, for a year around it
    definition = Timezone.from_ical(own[0].whole())
    return zone_like(definition, first=first, last=last) if isinstance(definition, Timezone) else ""
