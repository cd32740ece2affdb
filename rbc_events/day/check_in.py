"""Checking people in: by the code of their badge or by name, once a day. Functions flush; the route commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from rbc_events.accounts.models import User
from rbc_events.database import db, lock
from rbc_events.day.badges import people_of, read_code
from rbc_events.day.models import Badge, CheckIn
from rbc_events.events.models import Event
from rbc_events.matching.text import is_named
from rbc_events.registration.models import Delegate, Registration
from rbc_events.registration.participation import takes_part, taking_part

KEPT = timedelta(hours=24)
"""So long after it was made is a scan still taken that was kept while the network was gone."""
SHOWN = 20


class Said(StrEnum):
    """What the desk is told of a scan."""

    WELCOME = "welcome"
    TWICE = "twice"
    OTHER_EVENT = "other_event"
    REVOKED = "revoked"
    NOT_TAKING_PART = "not_taking_part"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """`at`: when the person was checked in, now or before."""

    said: Said
    person: Delegate | None = None
    at: datetime | None = None


def scan(event: Event, words: str, *, actor: User, now: datetime, scanned_at: datetime | None = None) -> Answer:
    """Check in whose badge was scanned. `scanned_at`: when, of a scan that was kept while the network was gone."""
    read = read_code(words)
    if read is None:
        return Answer(Said.UNKNOWN)
    if read.event != event.id:
        return Answer(Said.OTHER_EVENT)
    badge = db.session.get(Badge, read.badge)
    if badge is None or badge.delegate.registration.event_id != event.id:
        return Answer(Said.UNKNOWN)
    if badge.revoked_at is not None:
        return Answer(Said.REVOKED, badge.delegate)
    kept = scanned_at is not None and now - KEPT <= scanned_at <= now
    return check_in(badge.delegate, actor=actor, at=scanned_at if kept and scanned_at is not None else now)


def check_in(person: Delegate, *, actor: User, at: datetime) -> Answer:
    """Check somebody in for the day; a second time says when it was."""
    if not takes_part(person.registration):
        return Answer(Said.NOT_TAKING_PART, person)
    lock(person)
    day = at.astimezone(person.registration.event.zone).date()
    known = db.session.scalar(select(CheckIn).where(CheckIn.delegate == person, CheckIn.day == day))
    if known is not None:
        return Answer(Said.TWICE, person, known.at)
    db.session.add(CheckIn(delegate=person, day=day, at=at, by_id=actor.id))
    db.session.flush()
    return Answer(Said.WELCOME, person, at)


def take_back(person: Delegate, day: date) -> None:
    """Take a check-in back that was a mistake."""
    for row in db.session.scalars(select(CheckIn).where(CheckIn.delegate == person, CheckIn.day == day)):
        db.session.delete(row)
    db.session.flush()


def checked_in(event: Event, day: date) -> dict[int, datetime]:
    """When each was checked in on a day, by the person's number."""
    statement = (
        select(CheckIn.delegate_id, CheckIn.at)
        .join(CheckIn.delegate)
        .join(Delegate.registration)
        .where(Registration.event_id == event.id, CheckIn.day == day)
    )
    return dict(iter(db.session.execute(statement)))


def number_expected(event: Event) -> int:
    """How many people the organisations that take part send."""
    statement = select(func.count()).select_from(Delegate).join(Delegate.registration).where(taking_part(event))
    return db.session.scalar(statement) or 0


def find_people(event: Event, words: str) -> Sequence[Delegate]:
    """The first of those who are called so, or whose organisation is; nobody where nothing is asked for."""
    return called(people_of(event), words)[:SHOWN] if words.strip() else []


def called(people: Sequence[Delegate], words: str) -> list[Delegate]:
    """Those of these people who are called so, in any writing, or whose organisation is."""
    return [person for person in people if is_named(words, *_names(person))]


def _names(person: Delegate) -> tuple[str, ...]:
    organisation = person.registration.organisation
    kana = f"{person.family_kana} {person.given_kana}"
    named = (organisation.name_native, organisation.name_latin, organisation.name_kana)
    return (person.name_in("ja"), person.name_in("en"), kana, *named)
