"""One time on the clocks of all who are to meet."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from rbc_events.i18n import clock_time, day, in_brackets, language, zone_city, zone_label
from rbc_events.meetings.models import Meeting
from rbc_events.seasons.hours import clock_changes
from rbc_events.seasons.queries import zone_of_party


def zones_of(meeting: Meeting, first: str) -> list[str]:
    """The zones in which those who meet are: the reader's `first`, then the event's and the others', each once."""
    others = [zone_of_party(party) for party in meeting.parties]
    return list(dict.fromkeys([first, meeting.event.time_zone, *others]))


def on_clocks(starts_at: datetime, ends_at: datetime, zones: Iterable[str]) -> list[str]:
    """A time as the clocks of these zones show it, one for each that differs then."""
    shown: dict[str, str] = {}
    for zone in zones:
        times = f"{day(starts_at, zone)} {clock_time(starts_at, zone)}–{clock_time(ends_at, zone)}"
        shown.setdefault(times, times + in_brackets(zone_label(starts_at, zone)))
    return list(shown.values())


def changes_in_words(zones: Iterable[str], now: datetime, last: datetime) -> list[str]:
    """A sentence for each change of these zones' clocks until a time that is agreed now."""
    found = []
    for zone in zones:
        there = ZoneInfo(zone)
        for changed in clock_changes(zone, now.astimezone(there).date(), last.astimezone(there).date()):
            city = zone_city(zone, language())
            found.append(
                _("The clocks in %(city)s change on %(day)s: these times count with that.", city=city, day=day(changed))
            )
    return found
