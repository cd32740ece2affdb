"""Loading the sample programme through the importers that every user gets."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import exists, select

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role, User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.events.models import Event, Programme
from rbc_events.i18n import fiscal_year
from rbc_events.meetings.models import Interpreter
from rbc_events.registration.models import (
    ConsentKind,
    Membership,
    Organisation,
    Registration,
)
from rbc_events.relationships.operations import take_up_meeting
from rbc_events.relationships.queries import held_without_relationship
from rbc_events.samples import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from rbc_events.samples.answering import answer_standard_questions
from rbc_events.samples.notices import write_notices
from rbc_events.samples.seasons import hold_seasons
from rbc_events.samples.timetables import make_timetables
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Importer, Importing
from rbc_events.sheet_import.registry import IMPORTERS
from rbc_events.sheets import Row, Sheet, read_sheet

FOLDER = Path(__file__).parent
TOKEN = re.compile(r"(today|conference)([+-]\d+)(T\d\d:\d\d)?")
DAYS_AHEAD = 90
CONFERENCE_DAYS = 2
TURN_OF_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
OPEN_EVENT = "sample-healthcare"
COORDINATOR = "coordinator@sample.example"
NAMES = {
    "headquarters": {"family_latin": "Mihon", "given_latin": "Honbu", "family_kanji": "見本", "given_kanji": "本部"},
    "coordinator": {"family_latin": "Mihon", "given_latin": "Chisei", "family_kanji": "見本", "given_kanji": "地成"},
    "interpreter": {"family_latin": "Mihon", "given_latin": "Tsuyaku", "family_kanji": "見本", "given_kanji": "通訳"},
}


class BadSample(Exception):
    """A sample file has a fault: the message tells file, row, column and what is wrong."""


def load_if_empty() -> bool:
    """Load the sample programme unless the database holds a programme already; tells whether it did."""
    if db.session.scalar(select(exists().select_from(Programme))):
        return False
    with click.progressbar(list(sheets()), label="Loading the sample programme", width=24) as bar:
        load(bar, now=the_time())
    return True


def load(files: Iterable[tuple[Importer, Path]], *, now: datetime) -> None:
    """Import the files and create the sample accounts, all in one transaction.

    Raises:
        BadSample: a file has a fault.
    """
    importing = Importing(now=now)
    for importer, path in files:
        report = import_sheet(importer, prepared(read_sheet(path.read_bytes()), importer.kind, now), importing)
        if not report.ok:
            fault = report.faults[0]
            raise BadSample(f"{path.name}, row {fault.row}, {fault.column}: {fault.message}")
    create_accounts(now)
    write_notices()
    for event in db.session.scalars(select(Event)).all():
        answer_standard_questions(event)
    hold_seasons(db.session.scalars(select(User).filter_by(email=COORDINATOR)).one(), now=now)
    make_timetables(db.session.scalars(select(User).filter_by(email=COORDINATOR)).one(), now=now)
    for meeting in held_without_relationship():
        take_up_meeting(meeting, actor=None, now=now)
    db.session.commit()


def sheets() -> Iterator[tuple[Importer, Path]]:
    """The files in the order in which they need each other: `KIND.csv`, or `KIND-EVENT.csv` for one event's."""
    for importer in IMPORTERS:
        for path in sorted(FOLDER.glob(f"{importer.kind}*.csv")):
            if path.stem == importer.kind or path.stem.startswith(f"{importer.kind}-"):
                yield importer, path


def prepared(sheet: Sheet, kind: str, now: datetime) -> Sheet:
    """The sheet with dates from today on in place of the tokens.

    The fictional organisations consent to everything but the showing of their addresses.
    """
    today = now.astimezone(ZoneInfo("Asia/Tokyo")).date()
    days = {"today": today, "conference": conference_day(today + timedelta(days=DAYS_AHEAD))}

    def dated(column: str, cell: str) -> str:
        match = TOKEN.fullmatch(cell)
        if match is None:
            return cell
        day = days[match[1]] + timedelta(days=int(match[2]))
        return str(fiscal_year(day)) if column == "fiscal_year" else f"{day}{match[3] or ''}"

    consents = ";".join(kind for kind in ConsentKind if kind != ConsentKind.ADDRESSES)
    extra = {"consents": consents} if kind == "organisations" else {}
    rows = tuple(
        Row(row.number, {column: dated(column, cell) for column, cell in row.cells.items()} | extra)
        for row in sheet.rows
    )
    return Sheet((*sheet.columns, *extra), rows)


def conference_day(earliest: date) -> date:
    """The first day from `earliest` on that begins a conference on working days in Japan."""
    while not all(is_working_day(earliest + timedelta(days=number)) for number in range(CONFERENCE_DAYS)):
        earliest += timedelta(days=1)
    return earliest


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a holiday in Japan."""
    from holidays import country_holidays  # half a second, which only loading the samples should take

    return country_holidays("JP").is_working_day(day) and (day.month, day.day) not in TURN_OF_YEAR


def create_accounts(now: datetime) -> None:
    """The people that the first screen names: one of each role, and a delegate of either side of the open event."""
    event = db.session.scalars(select(Event).filter_by(key=OPEN_EVENT)).one()
    emails = {email.partition("@")[0]: email for email, _role in SAMPLE_ACCOUNTS}
    people = {name: _account(emails[name], names, now) for name, names in NAMES.items()}
    accounts.grant(people["headquarters"], Role.HEADQUARTERS)
    accounts.grant(people["coordinator"], Role.COORDINATOR, event_id=event.id)
    accounts.grant(people["coordinator"], Role.COORDINATOR, region_code="040002")
    accounts.grant(people["interpreter"], Role.INTERPRETER, event_id=event.id)
    for name, kind in (("delegate", "foreign_company"), ("partner", "local_company")):
        registration = db.session.scalar(
            select(Registration)
            .join(Organisation)
            .where(Registration.event_id == event.id, Organisation.kind == kind)
            .order_by(Registration.id)
            .limit(1)
        )
        if registration is not None:
            _join(registration, emails[name], now)
    interpreter = db.session.scalar(select(Interpreter).filter_by(event_id=event.id).order_by(Interpreter.id).limit(1))
    if interpreter is not None:
        interpreter.user_id, interpreter.email = people["interpreter"].id, people["interpreter"].email


def _account(email: str, names: dict[str, str], now: datetime, language: str = "ja") -> User:
    user = accounts.create_user(email, now=now, language=language, password=SAMPLE_PASSWORD, **names)
    user.is_sample = True
    accounts.confirm_email(user, now=now)
    return user


def _join(registration: Registration, email: str, now: datetime) -> None:
    """The organisation's contact signs in under the sample address."""
    contact = registration.delegates[0]
    names = {name: getattr(contact, name) for name in ("family_latin", "given_latin", "family_kanji", "given_kanji")}
    user = _account(email, names, now, language=contact.language)
    user.time_zone = registration.organisation.profile.time_zone
    contact.user = user
    contact.email = email
    db.session.add(Membership(user=user, organisation=registration.organisation, lead=True))
