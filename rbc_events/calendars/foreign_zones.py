"""Which zone a calendar of somebody else's means: an IANA name, one of Windows', a display name, or a zone of its own.

Names of Windows and of CLDR come from Babel's data.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from icalendar import Timezone

NAME_CHARACTERS = 120
_SAMPLES = 24
_DISPLAY = re.compile(r"^\((?:UTC|GMT)\s*(?:([+-])(\d{1,2}):?(\d{2}))?\)\s*(.*)$", re.IGNORECASE)
_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?:\s*\([A-Z]{2,5}\))?$", re.IGNORECASE)


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if not name.startswith(("posix", "right"))}


@cache
def _named() -> dict[str, str]:
    """Names in small letters: of Windows ("Tokyo Standard Time"), and of CLDR ("Japan Standard Time", 日本標準時)."""
    windows = dict(get_global("windows_zone_mapping"))
    usual = set(windows.values())
    of_meta: dict[str, str] = {}
    for zone, meta in sorted(get_global("meta_zones").items(), key=lambda item: item[0] not in usual):
        of_meta.setdefault(meta, zone)
    found: dict[str, str] = {}
    for language in ("en", "ja", "de", "fr", "es", "zh", "ko"):
        for meta, names in Locale(language).meta_zones.items():
            for kind, name in names.get("long", {}).items():
                if meta in of_meta and kind != "daylight":
                    found.setdefault(str(name).lower(), of_meta[meta])
    return found | {name.lower(): zone for name, zone in windows.items()}


def zone_named(name: str) -> str:
    """The IANA name of the zone that a TZID means; empty where it can't be told."""
    name = name.strip().strip('"').strip()[:NAME_CHARACTERS]
    if name.lower().startswith("tzone://microsoft/"):
        name = name.rpartition("/")[2]
    for candidate in (name, re.sub(r"\s+\d+$", "", name)):
        if found := _zones().get(candidate.lower()) or _named().get(candidate.lower()) or _last_folders(candidate):
            return found
    return _by_offset(name) or _by_display(name)


def _last_folders(name: str) -> str:
    """Of "/mozilla.org/20050126_1/Europe/Berlin" the end that is a zone."""
    folders = name.lower().split("/")[-3:]
    return next((zone for first in range(1, len(folders)) if (zone := _zones().get("/".join(folders[first:])))), "")


def _by_offset(name: str) -> str:
    """Of "UTC+9" or "GMT+0900 (JST)" the zone that always has this offset."""
    match = _OFFSET.match(name)
    if not match or int(match[3] or 0) or int(match[2]) > 12:
        return ""
    hours = int(match[2]) * (1 if match[1] == "+" else -1)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"


def _by_display(name: str) -> str:
    """Of "(UTC+09:00) Osaka, Sapporo, Tokyo" a zone that is called after one of the cities and has this offset."""
    match = _DISPLAY.match(name)
    if not match:
        return ""
    places = match[4].strip()
    if not match[1] and places.lower() in ("", "coordinated universal time"):
        return "Etc/UTC"
    offset = timedelta(hours=int(match[2] or 0), minutes=int(match[3] or 0)) * (-1 if match[1] == "-" else 1)
    city_names = {city.strip().lower().replace(" ", "_") for city in places.split(",")}
    named = [zone for low, zone in sorted(_zones().items()) if low.rpartition("/")[2] in city_names]
    time = re.sub(r"\s+time\b.*$", " standard time", places.lower())
    candidates = [*named, *filter(None, [_named().get(time)])]
    return next((zone for zone in candidates if _standard_offset(zone) == offset), "")


def _standard_offset(zone: str) -> timedelta:
    here = ZoneInfo(zone)
    winter, summer = (datetime(2026, month, 1, tzinfo=here) for month in (1, 7))
    return min(moment.utcoffset() or timedelta() for moment in (winter, summer))


def zone_like(definition: Timezone, *, first: datetime, last: datetime) -> str:
    """The IANA zone whose clock shows what a VTIMEZONE says between two instants; empty where none does.

    Raises what icalendar raises for a definition that it can't read.
    """
    theirs = definition.to_tz(lookup_tzid=False)
    step = (last - first) / _SAMPLES
    moments = [(first + step * number).replace(tzinfo=None) for number in range(_SAMPLES + 1)]
    offsets = [moment.replace(tzinfo=theirs).utcoffset() for moment in moments]
    return next((zone for zone in _usual_first() if _has_offsets(zone, moments, offsets)), "")


def _usual_first() -> Iterator[str]:
    usual = list(dict.fromkeys(["Etc/UTC", "Asia/Tokyo", *get_global("windows_zone_mapping").values()]))
    yield from usual
    yield from sorted(set(_zones().values()) - set(usual))


def _has_offsets(zone: str, moments: Iterable[datetime], offsets: Iterable[timedelta | None]) -> bool:
    here = ZoneInfo(zone)
    return all(
        moment.replace(tzinfo=here).utcoffset() == offset for moment, offset in zip(moments, offsets, strict=True)
    )


def year_around(moment: datetime) -> tuple[datetime, datetime]:
    """The half year before and after a moment, in UTC."""
    half = timedelta(days=183)
    middle = moment.replace(tzinfo=UTC)
    return middle - half, middle + half
