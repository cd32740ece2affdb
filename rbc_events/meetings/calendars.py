"""Published meetings as a calendar, to download or to subscribe to, in the language around it.

Read as columns and worded by patterns looked up once: a calendar of a thousand meetings is made within 150 ms.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from rbc_events.accounts.models import PersonName
from rbc_events.calendars.entry import Entry, Person
from rbc_events.calendars.feed import publish
from rbc_events.database import Bilingual, db
from rbc_events.events.models import Event, Mode
from rbc_events.i18n import language, plain
from rbc_events.meetings import where
from rbc_events.meetings.calendar_invitations import organiser_address
from rbc_events.meetings.models import Interpreter, Meeting, MeetingParty, MeetingState
from rbc_events.registration.models import Organisation, Registration


@dataclass(frozen=True, slots=True)
class Published:
    """What participants were told of one meeting. `sides`: registration number and organisation's name."""

    number: int
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    published_at: datetime
    place: Bilingual
    join_url: str
    at_venue: bool
    interpreter: str
    sides: tuple[tuple[int, Bilingual], ...]


def calendar_of(
    event: Event,
    *conditions: ColumnElement[bool],
    sides: Collection[int] = (),
    name: str,
    zone: str | None = None,
    changed_at: datetime | None = None,
) -> bytes:
    """The meetings under these conditions that participants were told of and that stand.

    Each is called by the names of those who are not among `sides`. The UID is that of the invitations. A meeting called
    off is left out, which takes it out of subscribed calendars. `changed_at`: when anything that it shows, a table's
    name for one, changed last; without, the entries are dated by their publication.
    """
    entries = _entries(event, published(event, *conditions), frozenset(sides), changed_at)
    return publish(entries, name=name, language=language(), zone=zone or event.time_zone)


def calendar_of_days(event: Event) -> bytes:
    """The event itself, for everybody: an entry a day from its first to its last block; without blocks, its dates."""
    organizer = Person(name=plain(event.name), address=organiser_address(event))
    days: dict[date, tuple[datetime, datetime]] = {}
    for block in event.blocks:
        day = block.starts_at.astimezone(event.zone).date()
        first, last = days.get(day, (block.starts_at, block.ends_at))
        days[day] = (min(first, block.starts_at), max(last, block.ends_at))
    if not days and event.starts_on:
        last_day = (event.ends_on or event.starts_on) + timedelta(days=1)
        days[event.starts_on] = (
            datetime.combine(event.starts_on, time(), event.zone),
            datetime.combine(last_day, time(), event.zone),
        )
    entries = [
        Entry(
            uid=f"{event.key}-{day:%Y%m%d}@{organizer.address.rpartition('@')[2]}",
            sequence=event.version,
            status="CONFIRMED",
            start=starts_at,
            end=ends_at,
            zone=event.time_zone,
            stamp=event.published_at or starts_at,
            summary=plain(event.name),
            organizer=organizer,
            language=language(),
            location=event.venue_line(language()),
        )
        for day, (starts_at, ends_at) in sorted(days.items())
    ]
    return publish(entries, name=plain(event.name), language=language(), zone=event.time_zone)


def published(event: Event, *conditions: ColumnElement[bool]) -> list[Published]:
    """In order of time; two queries however many there are."""
    wanted = (
        Meeting.event_id == event.id,
        Meeting.published_starts_at.is_not(None),
        Meeting.state != MeetingState.CANCELLED,
        *conditions,
    )
    sides: dict[int, list[tuple[int, Bilingual]]] = {}
    parties = (
        select(MeetingParty.meeting_id, Registration.id, Organisation.name_native, Organisation.name_latin)
        .join(MeetingParty.meeting)
        .join(MeetingParty.registration)
        .join(Registration.organisation)
        .where(*wanted)
        .order_by(MeetingParty.id)
    )
    for meeting, registration, native, latin in db.session.execute(parties):
        sides.setdefault(meeting, []).append((registration, Bilingual(ja=native, en=latin or native)))
    meetings = (
        select(
            Meeting.id,
            Meeting.uid,
            Meeting.sequence,
            Meeting.published_starts_at,
            Meeting.published_ends_at,
            Meeting.published_at,
            where.NAME_JA.label("name_ja"),
            where.NAME_EN.label("name_en"),
            where.LINK.label("join_url"),
            Meeting.published_own_place,
            *INTERPRETER_NAME,
        )
        .outerjoin(Meeting.published_place)
        .outerjoin(Meeting.published_interpreter)
        .where(*wanted)
        .order_by(Meeting.published_starts_at, Meeting.id)
    )
    reader = language()
    return [_published(row, sides.get(row.id, []), reader) for row in db.session.execute(meetings)]


INTERPRETER_NAME = (
    Interpreter.family_latin,
    Interpreter.given_latin,
    Interpreter.family_kanji,
    Interpreter.given_kanji,
)


def _published(row: Any, sides: list[tuple[int, Bilingual]], reader: str) -> Published:
    # name_in reads the four columns of a name, which the row has under the same names.
    interpreter = "" if row.family_latin is None else PersonName.name_in(row, reader)
    return Published(
        number=row.id,
        uid=row.uid,
        sequence=row.sequence,
        starts_at=row.published_starts_at,
        ends_at=row.published_ends_at,
        published_at=row.published_at or row.published_starts_at,
        place=Bilingual(row.name_ja, row.name_en),
        join_url=row.join_url,
        at_venue=not (row.join_url or row.published_own_place),
        interpreter=interpreter,
        sides=tuple(sides),
    )


def _entries(
    event: Event, meetings: Iterable[Published], own: frozenset[int], changed_at: datetime | None
) -> Iterable[Entry]:
    title, interpreter = _("Meeting: %(names)s"), _("Interpreter: %(name)s")
    join, comma = _("Join at: %(link)s"), _(", ")
    organizer = Person(name=plain(event.name), address=organiser_address(event))
    reader = language()
    venue = "" if event.mode == Mode.ONLINE else event.venue_line(reader)
    for meeting in meetings:
        others = [name.in_language(reader)[0] for number, name in meeting.sides if number not in own]
        lines = [interpreter % {"name": meeting.interpreter}] if meeting.interpreter else []
        if meeting.join_url:
            lines.append(join % {"link": meeting.join_url})
        yield Entry(
            uid=meeting.uid,
            sequence=meeting.sequence,
            status="CONFIRMED",
            start=meeting.starts_at,
            end=meeting.ends_at,
            zone=event.time_zone,
            stamp=max(meeting.published_at, changed_at or meeting.published_at),
            summary=title % {"names": " / ".join(others)},
            organizer=organizer,
            language=reader,
            description="\n".join(lines),
            location=comma.join(filter(None, (meeting.place.in_language(reader)[0], meeting.at_venue and venue))),
            link=meeting.join_url,
        )
