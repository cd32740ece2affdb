"""Time zones as people know them: by country and city, under the names of the IANA database without its aliases."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

ZONES = frozenset(available_timezones())

# Where the participants of these programmes mostly are.
USUAL_ZONES = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Taipei", "Asia/Shanghai", "Asia/Singapore", "Asia/Bangkok", "Asia/Kolkata",
    "Asia/Dubai", "Asia/Jerusalem", "Europe/Helsinki", "Europe/Berlin", "Europe/Paris", "Europe/Madrid",
    "Europe/London", "America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Australia/Sydney", "UTC",
)  # fmt: skip


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Of each country (ISO 3166-1) the zones of the database's zone.tab, which names the best known one first."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _place, zone, *_remark = line.split("\t")
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone that belongs to a country; and UTC."""
    return (*sorted({zone for zones in zones_by_country().values() for zone in zones}), "UTC")


def canonical_zone(name: str | None) -> str:
    """The name under which we know a zone that a browser tells, whose names may be old: Asia/Kolkata for
    Asia/Calcutta. Empty for what is none."""
    told = name or ""
    newer = get_global("zone_aliases").get(told, told)
    return next((zone for zone in (told, newer) if zone in zone_names()), "")


def fits_country(zone: str, country: str) -> bool:
    """Whether clocks somewhere in the country show what they show in the zone, now or half a year from now. Where
    nobody knows the country's zones, every zone fits."""
    there = zones_by_country().get(country, ())
    return not there or _clocks(zone) in {_clocks(each) for each in there}


def zone_of_country(country: str) -> str:
    """The country's zone, if all its clocks agree; else nothing."""
    zones = zones_by_country().get(country, ())
    return zones[0] if len({_clocks(zone) for zone in zones}) == 1 else ""


@cache
def distinct_zones(country: str) -> tuple[str, ...]:
    """The country's zones whose clocks differ, each under its best known name: seven of the 29 of the United States."""
    shown: dict[tuple[object, ...], str] = {}
    for zone in zones_by_country().get(country, ()):
        shown.setdefault(_clocks(zone), zone)
    return tuple(shown.values())


@cache
def _clocks(zone: str) -> tuple[object, ...]:
    """What a zone's clocks show in the winter and in the summer of the latest rules that the database has."""
    return tuple(datetime(2030, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for month in (1, 4, 7, 10))


class NoSuchTime(ValueError):
    """The clocks of a zone never show this time: they skip it when daylight saving begins."""


class TimeTwice(ValueError):
    """The clocks of a zone show this time twice: daylight saving ends in between."""


def instant_of(shown: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which a zone's clocks show a time.

    Raises:
        NoSuchTime, TimeTwice
    """
    early, late = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise NoSuchTime
    if early.utcoffset() != late.utcoffset():
        raise TimeTwice
    return early.astimezone(UTC)
