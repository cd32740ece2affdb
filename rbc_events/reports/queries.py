"""The figures of the report. Each is one grouped query, however many rows there are."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from rbc_events.database import db
from rbc_events.events.models import Event, Region, Sector
from rbc_events.meetings.models import Meeting, MeetingRequest, MeetingState, RequestState
from rbc_events.registration.models import Organisation, Registration, RegistrationState
from rbc_events.registration.participation import taking_part

# Registrations that count: sent in, whatever became of them.
SENT_IN = tuple(set(RegistrationState) - {RegistrationState.DRAFT, RegistrationState.UNCONFIRMED})


@dataclass(frozen=True)
class Row:
    """A line of the report: what is counted, all that registered, those approved."""

    label: Any
    registered: int
    approved: int


@dataclass(frozen=True)
class Funnel:
    """From a wish to a meeting. Each number counts meetings or requests, not organisations."""

    requested: int
    agreed: int
    scheduled: int
    held: int
    no_show: int
    cancelled: int


@dataclass(frozen=True)
class Registrations:
    """The registrations of some events three times, each divided by another thing, most first."""

    by_kind: list[Row]
    by_sector: list[Row]
    by_region: list[Row]


def registrations(event_ids: Sequence[int]) -> Registrations:
    """Regions are prefectures and municipalities of Japan, and countries for everybody else."""
    place = func.coalesce(Organisation.region_code, Organisation.country)
    keys = (Organisation.kind, Event.sector_id, place)
    statement = (
        select(*keys, func.count(), func.count().filter(taking_part()))
        .select_from(Registration)
        .join(Registration.organisation)
        .join(Registration.event)
        .where(Registration.event_id.in_(event_ids), Registration.state.in_(SENT_IN))
        .group_by(*keys)
    )
    found = db.session.execute(statement).all()
    sectors = {sector.id: sector.name for sector in db.session.scalars(select(Sector))}
    regions = {region.code: region.name for region in db.session.scalars(select(Region))}
    return Registrations(
        by_kind=_rows(found, 0, lambda kind: kind),
        by_sector=_rows(found, 1, sectors.__getitem__),
        by_region=_rows(found, 2, lambda code: regions.get(code, code)),
    )


def _rows(found: Iterable[Any], by: int, label: Callable[[Any], Any]) -> list[Row]:
    """Lines of the report from (kind, sector, place, registered, approved), added up by one of the first three."""
    registered, approved = Counter[Any](), Counter[Any]()
    for line in found:
        registered[line[by]] += line[3]
        approved[line[by]] += line[4]
    order = sorted(registered, key=lambda value: (-registered[value], value))
    return [Row(label(value), registered[value], approved[value]) for value in order]


@dataclass(frozen=True)
class Attendance:
    """Who takes part in an event: approved organisations in all, {kind: number}, {country: number}, most first."""

    total: int
    kinds: dict[Any, int]
    countries: dict[str, int]


def attendance(event: Event) -> Attendance:
    statement = (
        select(Organisation.kind, Organisation.country, func.count())
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(taking_part(event))
        .group_by(Organisation.kind, Organisation.country)
    )
    kinds: Counter[Any] = Counter()
    countries: Counter[str] = Counter()
    for kind, country, number in db.session.execute(statement):
        kinds[kind] += number
        countries[country] += number
    return Attendance(kinds.total(), dict(kinds.most_common()), dict(countries.most_common()))


def funnel(event_ids: Sequence[int]) -> Funnel:
    """Requested and agreed count requests; scheduled counts meetings with a slot now or when they were held."""
    requests = _counts(MeetingRequest.state, event_ids, MeetingRequest.event_id)
    meetings = _counts(Meeting.state, event_ids, Meeting.event_id)
    held, no_show = meetings.get(MeetingState.HELD, 0), meetings.get(MeetingState.NO_SHOW, 0)
    return Funnel(
        requested=sum(requests.values()),
        agreed=requests.get(RequestState.MUTUAL, 0),
        scheduled=meetings.get(MeetingState.SCHEDULED, 0) + held + no_show,
        held=held,
        no_show=no_show,
        cancelled=meetings.get(MeetingState.CANCELLED, 0),
    )


def _counts(key: InstrumentedAttribute[Any], event_ids: Sequence[int], event_id: Any) -> dict[Any, int]:
    statement = select(key, func.count()).where(event_id.in_(event_ids)).group_by(key)
    return dict(db.session.execute(statement).all())
