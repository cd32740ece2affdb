"""Printed agendas: whose they may be, and a published timetable put into their words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, selectinload

from rbc_events.agendas.agenda import Agenda, Day, Row, bundle, file_name, write_pdf
from rbc_events.application import absolute_url
from rbc_events.calendars.entry import Person
from rbc_events.calendars.message import Attachment
from rbc_events.config import STATIC, TEMPLATES
from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event
from rbc_events.events.site import shown_site
from rbc_events.i18n import clock_time, day, in_language, language, plain, when, zone_label
from rbc_events.mail.operations import Notice, write_notices
from rbc_events.matching.text import is_named
from rbc_events.meetings.attending import attended_by, who_goes
from rbc_events.meetings.calendars import Published, published
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty
from rbc_events.meetings.recipients import representing
from rbc_events.registration.models import Delegate, Organisation, Registration
from rbc_events.registration.participation import taking_part


class Kind(StrEnum):
    EVENT = "event"
    ORGANISATION = "organisation"
    DELEGATE = "delegate"
    INTERPRETER = "interpreter"
    PLACE = "place"


@dataclass(frozen=True)
class Sheet:
    """One agenda to print. `zone`: whose time stands first, that of the event's place for who is there; `other_zone`:
    whose stands beside it where it differs. `sides`: the registrations whose side is the reader's own."""

    kind: Kind
    number: int
    name: Bilingual
    organisation: Bilingual
    zone: str
    other_zone: str
    language: str
    sides: tuple[int, ...] = ()
    address: str = ""  # a delegate's

    def is_called(self, words: str) -> bool:
        """Whether its name or its organisation's holds these words; no words fit all."""
        return is_named(words, self.name.ja, self.name.en, self.organisation.ja, self.organisation.en)


@dataclass(frozen=True)
class Document:
    """A sheet as PDF; `name` is its file's."""

    sheet: Sheet
    name: str
    content: bytes


def sheets_of(event: Event) -> list[Sheet]:
    """Every agenda of an event: the whole, then by organisation, delegate, interpreter and place."""
    zone, nobody = event.time_zone, Bilingual()
    sheets = [Sheet(Kind.EVENT, event.id, event.name, nobody, zone, zone, "ja")]
    delegates = []
    for side in _sides(event):
        name, sides = side.organisation.name, (side.id,)
        own = side.organisation.profile.time_zone
        contact = "ja" if side.organisation.country == "JP" else "en"
        zones = (zone, own) if side.in_person else (own, zone)
        sheets.append(Sheet(Kind.ORGANISATION, side.id, name, nobody, *zones, contact, sides))
        for delegate in side.delegates:
            person = Bilingual(delegate.name_in("ja"), delegate.name_in("en"))
            own = representing(delegate, side).own_zone
            zones = (zone, own) if side.in_person else (own, zone)
            delegates.append(
                Sheet(Kind.DELEGATE, delegate.id, person, name, *zones, delegate.language, sides, delegate.email)
            )
    sheets += delegates
    interpreters = select(Interpreter).where(Interpreter.event_id == event.id).order_by(Interpreter.id)
    for interpreter in db.session.scalars(interpreters):
        person = Bilingual(interpreter.name_in("ja"), interpreter.name_in("en"))
        sheets.append(Sheet(Kind.INTERPRETER, interpreter.id, person, nobody, zone, zone, interpreter.language))
    return sheets + [Sheet(Kind.PLACE, place.id, place.name, nobody, zone, zone, "ja") for place in event.places]


def _sides(event: Event) -> Sequence[Registration]:
    statement = (
        select(Registration)
        .join(Registration.organisation)
        .where(taking_part(event))
        .options(
            contains_eager(Registration.organisation).joinedload(Organisation.profile),
            selectinload(Registration.delegates).joinedload(Delegate.user),
        )
        .order_by(Organisation.name_latin, Organisation.name_native)
    )
    return db.session.scalars(statement).all()


def print_sheet(event: Event, sheet: Sheet, *, now: datetime) -> bytes:
    """The sheet as PDF in the language around it."""
    look = shown_site(event).picture
    agenda = replace(
        _agenda(event, sheet, published(event, _condition(sheet)), now), colour=look.colour, logo=look.logo
    )
    return write_pdf(agenda, templates=TEMPLATES / "agendas", fonts=STATIC / "fonts", made_at=now)


def print_sheets(event: Event, sheets: Iterable[Sheet], *, now: datetime) -> list[Document]:
    """The sheets as PDF, each in its own language."""
    documents = []
    for sheet in sheets:
        with in_language(sheet.language):
            documents.append(Document(sheet, sheet_name(sheet), print_sheet(event, sheet, now=now)))
    return documents


def sheet_name(sheet: Sheet) -> str:
    names = [plain(name) for name in (sheet.organisation, sheet.name) if name]
    return file_name(" ".join(names), "pdf")


def archive(documents: Iterable[Document]) -> bytes:
    """One ZIP with a folder a language, and in it a folder a kind."""
    return bundle((f"{each.sheet.language}/{each.sheet.kind}/{each.name}", each.content) for each in documents)


def mail_documents(event: Event, documents: Iterable[Document], *, occasion: str, now: datetime) -> int:
    """Send each delegate their own agenda as PDF, once for the occasion; returns how many mails were written."""
    link = absolute_url("meetings.own_agenda", key=event.key)
    notices = [_notice(event, document, occasion, link) for document in documents]
    return write_notices(event, notices, now=now)


def _notice(event: Event, document: Document, occasion: str, link: str) -> Notice:
    sheet = document.sheet
    with in_language(sheet.language):
        values = {"name": plain(sheet.name), "organisation": plain(sheet.organisation), "link": link}
    return Notice(
        kind="agenda",
        occasion=f"{occasion}:{sheet.number}",
        recipient=Person(name=values["name"], address=sheet.address),
        language=sheet.language,
        values=values,
        attachments=(Attachment(name=document.name, media_type="application/pdf", content=document.content),),
    )


def _condition(sheet: Sheet) -> ColumnElement[bool]:
    if sheet.kind == Kind.PLACE:
        return Meeting.published_place_id == sheet.number
    if sheet.kind == Kind.INTERPRETER:
        return Meeting.published_interpreter_id == sheet.number
    if sheet.kind == Kind.EVENT:
        return Meeting.id.is_not(None)
    if sheet.kind == Kind.DELEGATE:
        return attended_by(sheet.number)
    return Meeting.parties.any(MeetingParty.registration_id.in_(sheet.sides))


def _agenda(event: Event, sheet: Sheet, meetings: Sequence[Published], now: datetime) -> Agenda:
    columns = {
        Kind.PLACE: (_("Who meets"), _("Interpreter")),
        Kind.INTERPRETER: (_("Who meets"), _("Place")),
        Kind.EVENT: (_("Who meets"), _("Place"), _("Interpreter")),
    }.get(sheet.kind, (_("With"), _("Place"), _("Interpreter")))
    return Agenda(
        language=language(),
        title=_("Agenda"),
        owner=_owner(sheet),
        event=plain(event.name),
        facts=tuple(_facts(event, sheet, meetings)),
        time_head=_("Time"),
        columns=columns,
        days=tuple(_days(sheet, meetings)),
        empty=_("There are no published meetings."),
        footer=_("As of %(time)s", time=when(now, event.time_zone)),
        page_words=("", " / "),
    )


def _owner(sheet: Sheet) -> str:
    """With the honorific that Japanese puts after people and organisations."""
    honorifics = {Kind.DELEGATE: " 様", Kind.INTERPRETER: " 様", Kind.ORGANISATION: " 御中"}
    return plain(sheet.name) + (honorifics.get(sheet.kind, "") if language() == "ja" else "")


def _facts(event: Event, sheet: Sheet, meetings: Sequence[Published]) -> Iterable[str]:
    if sheet.organisation:
        yield plain(sheet.organisation)
    if venue := event.venue_line(language()):
        yield venue
    if meetings:
        yield _("Times are in %(zone)s.", zone=zone_label(meetings[0].starts_at, sheet.zone))


def _days(sheet: Sheet, meetings: Sequence[Published]) -> Iterable[Day]:
    goes = who_goes(db.session.get_one(Registration, sheet.number)) if sheet.kind == Kind.ORGANISATION else {}
    zone = ZoneInfo(sheet.zone)
    for _date, of_day in groupby(meetings, lambda meeting: meeting.starts_at.astimezone(zone).date()):
        rows = [_row(sheet, meeting, goes.get(meeting.number, "")) for meeting in of_day]
        yield Day(label=day(_date), rows=tuple(rows))


def _row(sheet: Sheet, meeting: Published, goes: str) -> Row:
    others = [plain(name) for number, name in meeting.sides if number not in sheet.sides]
    place = plain(meeting.place)
    cells = {
        Kind.PLACE: (meeting.interpreter,),
        Kind.INTERPRETER: (place,),
    }.get(sheet.kind, (place, meeting.interpreter))
    return Row(
        time=_hours(meeting, sheet.zone),
        other_time=_other_time(sheet, meeting),
        cells=(" × ".join(others), *cells),
        note="\n".join(filter(None, (goes, meeting.join_url))),
    )


def _other_time(sheet: Sheet, meeting: Published) -> str:
    """The time by the other clock, where it shows another one."""
    start, zone = meeting.starts_at, sheet.other_zone
    if start.astimezone(ZoneInfo(zone)).utcoffset() == start.astimezone(ZoneInfo(sheet.zone)).utcoffset():
        return ""
    other_day = "" if _date_in(start, zone) == _date_in(start, sheet.zone) else day(start, zone, "short") + " "
    return f"{other_day}{_hours(meeting, zone)} ({zone_label(start, zone)})"


def _date_in(instant: datetime, zone: str) -> object:
    return instant.astimezone(ZoneInfo(zone)).date()


def _hours(meeting: Published, zone: str) -> str:
    return f"{clock_time(meeting.starts_at, zone)}–{clock_time(meeting.ends_at, zone)}"
