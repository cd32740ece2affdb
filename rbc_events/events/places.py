"""What can be done with an event's places. Functions flush; the route commits."""

from datetime import date, datetime, time, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from rbc_events.database import conflict_as, db
from rbc_events.errors import Conflict, Unacceptable
from rbc_events.events.models import Event, Place, PlaceClosure, PlaceKind
from rbc_events.events.operations import KeyTaken, require_day, touch


class ClosedAlready(Conflict):
    message = _l("The place is closed at that time already.")


class UnusableHours(Unacceptable):
    message = _l("It would open again before it closes.")


def add_places(
    event: Event, *, kind: PlaceKind, name_ja: str, name_en: str, count: int = 1, join_url: str = ""
) -> list[Place]:
    """Add one place under its name, or several numbered on from those that the event has under that name.

    Raises:
        KeyTaken: a place of that name is there already.
    """
    last = db.session.scalar(select(func.max(Place.position)).where(Place.event_id == event.id)) or 0
    numbered = count > 1
    places = []
    for number in range(1, count + 1):
        ja, en = (f"{name_ja}{number}" if name_ja else "", f"{name_en} {number}" if name_en else "")
        names = {"name_ja": ja, "name_en": en} if numbered else {"name_ja": name_ja, "name_en": name_en}
        places.append(Place(event=event, kind=kind, position=last + number, join_url=join_url, **names))
    with conflict_as(KeyTaken, "places"):
        db.session.add_all(places)
    touch(event)
    return places


def change_place(place: Place, *, name_ja: str, name_en: str, join_url: str, is_open: bool) -> None:
    """Give a place another name or link, or take it out of use. Whoever was told of it holds the old one until told
    again; meetings that stand there stay, until somebody moves them or a timetable is made.

    Raises:
        KeyTaken: another place of the event has that name.
    """
    if place.open != is_open:
        place.open = is_open
        touch(place.event)
    with conflict_as(KeyTaken, "places"):
        place.name_ja, place.name_en, place.join_url = name_ja, name_en, join_url


def close_place(place: Place, day: date, *, starts: time | None, ends: time | None) -> PlaceClosure:
    """Keep meetings away from a place for some hours of a day, as the event's clock shows them; without a beginning
    from midnight on, without an end until midnight.

    Raises:
        OutsideDays: the event doesn't have that day.
        UnusableHours: they end before they begin.
        ClosedAlready: it is closed in just these hours.
    """
    event = place.event
    require_day(event, day)
    starts_at = datetime.combine(day, starts or time(), event.zone)
    ends_at = (
        datetime.combine(day, ends, event.zone)
        if ends
        else datetime.combine(day + timedelta(days=1), time(), event.zone)
    )
    if ends_at <= starts_at:
        raise UnusableHours
    closure = PlaceClosure(place=place, starts_at=starts_at, ends_at=ends_at)
    with conflict_as(ClosedAlready, "place_closures"):
        db.session.add(closure)
    touch(event)
    return closure


def open_again(closure: PlaceClosure) -> None:
    """Let meetings be put there in these hours again."""
    event = closure.place.event
    db.session.delete(closure)
    touch(event)
