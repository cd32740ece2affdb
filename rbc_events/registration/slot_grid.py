"""The event's slots as the clocks of an organisation and of those whom it may meet show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.events.models import Slot
from rbc_events.registration.models import Organisation, Profile, Registration
from rbc_events.registration.pairing import may_be_met_by
from rbc_events.registration.participation import taking_part
from rbc_events.zones import ZONES

MOST_ZONES = 3  # columns that a phone has room for
WORKING_HOURS = (time(8), time(19))


@dataclass(frozen=True)
class Hours:
    """A slot on one clock. `late`: outside the hours in which people there are at work."""

    zone: str
    starts_at: datetime
    ends_at: datetime
    late: bool


@dataclass(frozen=True)
class Grid:
    """The first zone is the organisation's own, or for who comes in person the event's; `days` are days there."""

    own: str
    zones: list[str]
    days: list[tuple[date, list[tuple[Slot, list[Hours]]]]]


def slot_grid(registration: Registration, zone: str = "") -> Grid:
    """`zone`: by which clock, where it isn't yet the organisation's."""
    slots = registration.event.slots
    own = zone if zone in ZONES else registration.organisation.profile.time_zone
    first = [registration.event.time_zone, own] if registration.in_person else [own]
    zones = _different([*first, *_others(registration)], slots)
    here = ZoneInfo(zones[0])
    days = groupby(slots, key=lambda slot: slot.starts_at.astimezone(here).date())
    return Grid(
        own, zones, [(day, [(slot, [_hours(slot, zone) for zone in zones]) for slot in rows]) for day, rows in days]
    )


def free_times(registration: Registration) -> list[tuple[date, list[tuple[datetime, datetime]]]]:
    """(day, stretches from the first free slot's beginning to the last one's end) for each day of the event in its own
    zone; a day on which the organisation can't meet has no stretches."""
    busy, zone = {row.slot_id for row in registration.unavailable}, ZoneInfo(registration.event.time_zone)
    days = groupby(registration.event.slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    return [(day, _stretches(slots, busy)) for day, slots in days]


def _stretches(slots: Iterable[Slot], busy: set[int]) -> list[tuple[datetime, datetime]]:
    runs = [list(run) for is_free, run in groupby(slots, key=lambda slot: slot.id not in busy) if is_free]
    return [(run[0].starts_at, run[-1].ends_at) for run in runs]


def _others(registration: Registration) -> list[str]:
    """The event's zone, then those where most of the organisations are that this one may meet."""
    there = (
        select(Profile.time_zone)
        .join(Organisation, Organisation.id == Profile.organisation_id)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(
            taking_part(registration.event),
            may_be_met_by(registration),
        )
        .group_by(Profile.time_zone)
        .order_by(func.count().desc(), Profile.time_zone)
        .limit(10)
    )
    return [registration.event.time_zone, *db.session.scalars(there)]


def _different(zones: list[str], slots: list[Slot]) -> list[str]:
    """The first zones whose clocks differ during the event: Paris and Berlin are one column."""
    shown: dict[tuple[object, ...], str] = {}
    for zone in zones:
        offsets = tuple({slot.starts_at.astimezone(ZoneInfo(zone)).utcoffset() for slot in slots}) or (zone,)
        shown.setdefault(offsets, zone)
    return list(shown.values())[:MOST_ZONES]


def _hours(slot: Slot, zone: str) -> Hours:
    place = ZoneInfo(zone)
    starts_at, ends_at = slot.starts_at.astimezone(place), slot.ends_at.astimezone(place)
    opens, closes = WORKING_HOURS
    late = starts_at.time() < opens or ends_at.time() > closes or starts_at.date() != ends_at.date()
    return Hours(zone, starts_at, ends_at, late)
