"""VTIMEZONE components as simple readers take them: some overlook RDATE, some look at the last of each kind alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from rbc_events.calendars.zones import vtimezone

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Europe/Dublin", "Asia/Tokyo", "Africa/Casablanca",
         "Asia/Gaza", "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Cairo")  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_are_right_day_by_day(zone: str) -> None:
    definition = Timezone.from_ical(vtimezone(zone, 2027, 2028))
    assert isinstance(definition, Timezone)
    theirs, ours = definition.to_tz(lookup_tzid=False), ZoneInfo(zone)
    moment = datetime(2027, 1, 1, 12)  # noqa: DTZ001 - a wall clock's, which each zone reads
    while moment.year < 2029:
        assert moment.replace(tzinfo=theirs).utcoffset() == moment.replace(tzinfo=ours).utcoffset(), moment
        moment += timedelta(days=1)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo"])
def test_one_standard_and_one_daylight_say_all(zone: str) -> None:
    definition = vtimezone(zone, 2027, 2028)
    assert definition.count(b"BEGIN:STANDARD") == 1
    assert definition.count(b"BEGIN:DAYLIGHT") == (0 if zone == "Asia/Tokyo" else 1)


@pytest.mark.parametrize("zone", ZONES)
def test_nothing_is_said_by_rdate(zone: str) -> None:
    assert b"RDATE" not in vtimezone(zone, 2027, 2028)


def test_an_onset_is_told_in_the_offset_before_it() -> None:
    assert b"DTSTART:20260329T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in vtimezone(
        "Europe/Berlin", 2027, 2027
    )
