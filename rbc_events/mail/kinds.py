"""The kinds of mail that an event sends, the fields that their wording may name, and the wording to begin with.

A wording is text with fields in double braces, `{{name}}`. A field is replaced by its value and nothing else happens:
there are no expressions, attributes or formats, and a value is never looked at again. Most values are what somebody
outside the office typed: `as_typed` makes them words and nothing else.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from rbc_events.calendars.content import clean_line, unlinked

TEXTS = Path(__file__).parent / "texts"
_FIELD = re.compile(r"\{\{\s*([A-Za-z_]*)\s*\}\}")

LONGEST = {"name": 100, "message": 4000, "details": 20_000, "change": 4000, "found": 8000}
LINE = 200  # characters of every other field
OF_SEVERAL_LINES = frozenset({"message", "details", "change", "found"})

FIELD_LABELS = {
    "name": _l("Name of the recipient"),
    "organisation": _l("Recipient's organisation"),
    "event": _l("Name of the event"),
    "link": _l("Address of the page to go to"),
    "message": _l("Message of the staff or of the other side, where there is one"),
    "topic": _l("Subject of the message"),
    "other": _l("The other side"),
    "time": _l("Start in the recipient's time zone"),
    "details": _l("Time, other side, place and interpreter"),
    "change": _l("What has changed, in words"),
    "answer": _l("Address at which to answer without a calendar program"),
    "search": _l("Name of the saved search"),
    "found": _l("Organisations that newly fit"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """`needed` are the fields without which the mail would be of no use. `own` mails are about one's own meeting.
    `secret`: the link lets in whoever has it, once.
    """

    key: str
    label: Any
    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()
    own: bool = True
    secret: bool = False


_BASIC = ("name", "organisation", "event", "link")
_PERSONAL = (*_BASIC, "message")
_MEETING = (*_PERSONAL, "other", "time", "details")

KINDS = {
    kind.key: kind
    for kind in (
        Kind("draft", _l("Registration begun"), _BASIC, ("link",), secret=True),
        Kind("invite", _l("Invitation of a delegate"), _BASIC, ("link",), secret=True),
        Kind("colleague", _l("Invitation of a colleague"), _BASIC, ("link",), secret=True),
        Kind("confirm_address", _l("Confirmation of the address"), _BASIC, ("link",), secret=True),
        Kind("claim", _l("Registered by staff: is it yours?"), _BASIC, ("link",)),
        Kind("registered", _l("Registration received"), _BASIC),
        Kind("approved", _l("Registration approved"), _PERSONAL),
        Kind("declined", _l("Registration declined"), _PERSONAL),
        Kind("withdrawn", _l("Registration withdrawn"), _BASIC),
        Kind("asked_back", _l("Question about a registration"), _PERSONAL, ("message", "link")),
        Kind("staff_message", _l("Message of the staff"), (*_PERSONAL, "topic"), ("message", "link")),
        Kind("decision_taken_back", _l("Decision on a registration taken back"), _BASIC),
        Kind("waiting_list", _l("Waiting list"), _PERSONAL),
        Kind("request_received", _l("Meeting request received"), (*_PERSONAL, "other"), ("link",), own=False),
        Kind("request_proposed", _l("Meeting proposed by staff"), (*_PERSONAL, "other"), ("link",), own=False),
        Kind("request_condition", _l("Meeting accepted on a condition"), (*_PERSONAL, "other"), ("message", "link")),
        Kind("request_accepted", _l("Meeting agreed"), (*_PERSONAL, "other")),
        Kind("request_declined", _l("Meeting request declined"), (*_PERSONAL, "other")),
        Kind("request_withdrawn", _l("Meeting request withdrawn"), (*_BASIC, "other")),
        Kind("times_offered", _l("Times offered"), (*_PERSONAL, "other", "details"), ("details",), secret=True),
        Kind("meeting_scheduled", _l("Meeting scheduled"), (*_MEETING, "answer"), ("details",)),
        Kind("meeting_changed", _l("Meeting changed"), (*_MEETING, "change", "answer"), ("change", "details")),
        Kind("meeting_cancelled", _l("Meeting cancelled"), _MEETING, ("details",)),
        Kind("meeting_left", _l("Meeting held without the recipient"), _MEETING, ("details",)),
        Kind("other_answered", _l("The other side doesn't come"), (*_MEETING, "change"), ("change", "details")),
        Kind("proposal_declined", _l("Another time not possible"), _MEETING, ("details",)),
        Kind("reminder_day", _l("Reminder the day before"), (*_BASIC, "details"), ("details",)),
        Kind("reminder_hour", _l("Reminder an hour before"), _MEETING, ("details",)),
        Kind("agenda", _l("Agenda as PDF"), _PERSONAL),
        Kind("saved_search", _l("New for a saved search"), (*_BASIC, "search", "found"), ("link",), own=False),
        Kind("follow_up", _l("Follow-up"), (*_BASIC, "other"), ("link",), own=False, secret=True),
    )
}  # fmt: skip


OPTIONAL = frozenset(kind.key for kind in KINDS.values() if not kind.own)  # which one may do without


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    body: str


@cache
def default_wording(kind: str, language: str) -> Wording:
    subject, _, body = (TEXTS / language / f"{kind}.txt").read_text(encoding="utf-8").partition("\n\n")
    return Wording(subject.strip(), body.strip())


def unknown_fields(text: str, kind: Kind) -> list[str]:
    """The fields that a text names and this kind of mail doesn't have, as they were typed."""
    return sorted({found[0] for found in _FIELD.finditer(text) if found[1] not in kind.fields})


def missing_fields(text: str, kind: Kind) -> list[str]:
    named = {found[1] for found in _FIELD.finditer(text)}
    return [field for field in kind.needed if field not in named]


def as_typed(field: str, value: str, links: Collection[str] = ()) -> str:
    """A value as a mail may show it: no longer than its field, on one line where it is one, and no link but `links`."""
    if value in links:
        return value
    longest = LONGEST.get(field, LINE)
    value = value if field in OF_SEVERAL_LINES else clean_line(value)
    return unlinked(value if len(value) <= longest else value[: longest - 1] + "…", links)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields replaced. A paragraph that held a field and is empty afterwards goes."""
    filled = []
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        words = _FIELD.sub(lambda found: values.get(found[1], ""), paragraph)
        if words.strip() or not _FIELD.search(paragraph):
            filled.append(words)
    return "\n\n".join(filled)
