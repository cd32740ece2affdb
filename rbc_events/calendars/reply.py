"""Answers to invitations, read from mails that anybody may have written.

`read` gives an Answer or a Refusal and never raises: what it gets comes from strangers. Sizes are bounded before
anything is parsed, and of the calendar only the lines that an answer needs reach the parser, so that neither a thousand
time zones nor a rule for the next ten thousand years costs time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from enum import StrEnum
from typing import Any

from icalendar import Component, Event

from rbc_events.calendars.content import clean, clean_line

MAIL_OCTETS = 10_000_000
CALENDAR_OCTETS = 256_000
LINES = 4_000
PARTS = 50
COMMENT_CHARACTERS = 2_000
TIME_CHARACTERS = 200
_TIMES = ("DTSTART", "DTEND")
_NEEDED = ("UID", "SEQUENCE", "ATTENDEE", "COMMENT", *_TIMES)
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "To", "Cc")


class Response(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    COUNTER = "counter"


class Reason(StrEnum):
    TOO_LARGE = "too large"
    NOT_A_MAIL = "not a mail"
    NO_CALENDAR = "no calendar in the mail"
    NOT_A_CALENDAR = "not a calendar"
    NOT_AN_ANSWER = "not an answer to an invitation"
    SEVERAL_EVENTS = "more than one event"
    NO_UID = "no UID"
    NO_SEQUENCE = "no usable SEQUENCE"
    NOT_ONE_ATTENDEE = "not exactly one attendee"
    NO_PARTSTAT = "no answer that we know"
    NO_TIME = "a counter-proposal without a usable time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered. `addressed` are the addresses that the mail went to: one of them carries our token.

    `start` and `end` (UTC) are what a COUNTER proposes.
    """

    uid: str
    sequence: int
    response: Response
    attendee: str
    comment: str
    start: datetime | None = None
    end: datetime | None = None
    addressed: tuple[str, ...] = ()
    message_id: str = ""


class _Refused(Exception):
    def __init__(self, reason: Reason, detail: str = ""):
        self.refusal = Refusal(reason=reason, detail=clean_line(detail)[:200])


def read(raw: bytes) -> Answer | Refusal:
    """The answer in a whole mail (the bytes of a `.eml` file)."""
    try:
        return _read_mail(raw)
    except _Refused as refused:
        return refused.refusal


def read_calendar(raw: bytes) -> Answer | Refusal:
    """The answer in a bare calendar object."""
    try:
        return _read_calendar(raw)
    except _Refused as refused:
        return refused.refusal


def _read_mail(raw: bytes) -> Answer:
    if len(raw) > MAIL_OCTETS:
        raise _Refused(Reason.TOO_LARGE, f"{len(raw)} octets")
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        calendar = _calendar_part(message)
        addressed = tuple(address for _, address in getaddresses(_headers(message, *_RECIPIENT_HEADERS)) if address)
        message_id = "".join(_headers(message, "Message-ID"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The standard library's mail parser still raises these on malformed headers and transfer encodings.
        raise _Refused(Reason.NOT_A_MAIL, type(error).__name__) from error
    answer = _read_calendar(calendar)
    fields = {name: getattr(answer, name) for name in Answer.__slots__}
    return Answer(**fields | {"addressed": addressed[:20], "message_id": clean_line(message_id)[:255]})


def _headers(message: Message, *names: str) -> list[str]:
    return [clean_line(str(value))[:1000] for name in names for value in message.get_all(name, [])[:10]]


def _calendar_part(message: Message) -> bytes:
    for number, part in enumerate(message.walk()):
        if number >= PARTS:
            raise _Refused(Reason.TOO_LARGE, f"more than {PARTS} parts")
        if part.get_content_type() in ("text/calendar", "application/ics"):
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else b""
    raise _Refused(Reason.NO_CALENDAR)


def _read_calendar(raw: bytes) -> Answer:
    if len(raw) > CALENDAR_OCTETS:
        raise _Refused(Reason.TOO_LARGE, f"{len(raw)} octets")
    method, lines = _needed_lines(raw)
    if method not in ("REPLY", "COUNTER"):
        raise _Refused(Reason.NOT_AN_ANSWER, method)
    try:
        return _answer(Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])), method)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError) as error:
        # icalendar raises a ValueError for what it can't parse, and these from values of another type than expected;
        # OSError comes from the name of a time zone that no file could have.
        raise _Refused(Reason.NOT_A_CALENDAR, str(error)) from error


def _answer(event: Component, method: str) -> Answer:
    start, end = _proposed(event) if method == "COUNTER" else (None, None)
    attendee = _one(event, "ATTENDEE", Reason.NOT_ONE_ATTENDEE)
    return Answer(
        uid=_uid(event),
        sequence=_sequence(event),
        response=Response.COUNTER if method == "COUNTER" else _response(attendee),
        attendee=re.sub("^mailto:", "", clean_line(str(attendee)), flags=re.IGNORECASE)[:320],
        comment=clean(_text(event, "COMMENT"))[:COMMENT_CHARACTERS],
        start=start,
        end=end,
    )


def _needed_lines(raw: bytes) -> tuple[str, list[str]]:
    """The METHOD, and of the one event the unfolded lines that an answer needs."""
    text = raw.decode("utf-8-sig", errors="replace")
    logical = re.sub(r"\r?\n[ \t]", "", text)
    lines = re.split(r"\r?\n", logical)
    if len(lines) > LINES:
        raise _Refused(Reason.TOO_LARGE, f"{len(lines)} lines")
    method, events, kept = "", 0, []
    for path, name, line in _walk(lines):
        if path == ["VCALENDAR"] and name == "METHOD":
            method = line.partition(":")[2].strip().upper()
        if path == ["VCALENDAR", "VEVENT"]:
            events += name == "BEGIN"
            if name in _TIMES and len(line) > TIME_CHARACTERS:
                # Python looks a zone up as a package, and a TZID of a thousand folders exhausts its stack.
                raise _Refused(Reason.NO_TIME, name)
            if name in _NEEDED:
                kept.append(line)
    if not text.strip().upper().startswith("BEGIN:VCALENDAR"):
        raise _Refused(Reason.NOT_A_CALENDAR)
    if events > 1:
        raise _Refused(Reason.SEVERAL_EVENTS, str(events))
    return method, kept


def _walk(lines: list[str]) -> Iterator[tuple[list[str], str, str]]:
    """Each line with its property name and the components it lies in; a BEGIN lies in the component that it begins."""
    path: list[str] = []
    for line in lines:
        name = re.split("[;:]", line, maxsplit=1)[0].strip().upper()
        if name == "BEGIN":
            path.append(line.partition(":")[2].strip().upper())
        yield path, name, line
        if name == "END" and path:
            path.pop()


def _one(event: Component, name: str, otherwise: Reason) -> Any:
    value = event.get(name)
    if value is None or isinstance(value, list):
        raise _Refused(otherwise)
    return value


def _text(event: Component, name: str) -> str:
    value = event.get(name, "")
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _uid(event: Component) -> str:
    uid = str(_one(event, "UID", Reason.NO_UID)).strip()
    if not uid or len(uid) > 255:
        raise _Refused(Reason.NO_UID)
    return uid


def _sequence(event: Component) -> int:
    value = event.get("SEQUENCE", 0)  # absent means 0 (RFC 5545, 3.8.7.4)
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise _Refused(Reason.NO_SEQUENCE)
    return int(value)


def _response(attendee: Any) -> Response:
    partstat = attendee.params.get("PARTSTAT", "") if hasattr(attendee, "params") else ""
    try:
        response = Response(str(partstat).lower())
    except ValueError as error:
        raise _Refused(Reason.NO_PARTSTAT, str(partstat)) from error
    if response is Response.COUNTER:
        raise _Refused(Reason.NO_PARTSTAT, str(partstat))
    return response


def _proposed(event: Component) -> tuple[datetime, datetime]:
    start, end = (_moment(event, name) for name in _TIMES)
    if start >= end:
        raise _Refused(Reason.NO_TIME, "it ends before it starts")
    return start, end


def _moment(event: Component, name: str) -> datetime:
    moment = getattr(_one(event, name, Reason.NO_TIME), "dt", None)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise _Refused(Reason.NO_TIME, name)
    return moment.astimezone(UTC)
