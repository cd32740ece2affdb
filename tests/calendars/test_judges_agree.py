"""What is written means the same to icalendar, libical, ical.js and node-ical, in every state a meeting can be in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rbc_events.calendars.entry import Entry
from rbc_events.calendars.feed import publish
from rbc_events.calendars.invitation import cancel, request
from rbc_events.calendars.zones import Transition, transitions
from tests.calendars.entries import every_state, make_entry
from tests.calendars.judges import agreed, by_libical

ZONES = [
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Madrid", "Europe/Helsinki", "Europe/Lisbon",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/St_Johns",
    "America/Santiago", "America/Havana", "Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe",
    "Pacific/Auckland", "Pacific/Chatham", "Africa/Casablanca", "Asia/Jerusalem",
]  # fmt: skip


def expected(entry: Entry) -> dict:
    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "summary": entry.summary,
        "start": int(entry.start.timestamp()),
        "end": int(entry.end.timestamp()),
    }


@pytest.mark.slow
def test_every_state_of_a_meeting_is_read_the_same_by_all() -> None:
    states = every_state()
    entries = [*states, *states, *(state for state in states if state.sequence)]
    calendars = [
        *map(request, states),
        *(publish([state], name="予定") for state in states),
        *(cancel(state) for state in states if state.sequence),
    ]

    assert agreed(calendars) == [[expected(entry)] for entry in entries]


@pytest.mark.slow
def test_a_feed_of_many_zones_and_years_is_read_the_same_by_all() -> None:
    entries = [
        make_entry(
            uid=f"{number}@rbc-events.example",
            zone=zone,
            start=datetime(2021 + number % 3, 1 + number % 12, 28, number % 24, tzinfo=UTC),
            end=datetime(2021 + number % 3, 1 + number % 12, 28, number % 24, 45, tzinfo=UTC),
        )
        for number, zone in enumerate([*ZONES, "Asia/Tokyo", "UTC", "Asia/Kolkata", "Asia/Kathmandu"] * 3)
    ]

    assert agreed([publish(entries, name="Season")]) == [[expected(entry) for entry in entries]]


def four_changes(zone: str) -> list[Transition]:
    changes = list(transitions(ZoneInfo(zone), datetime(2022, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)))
    assert len(changes) >= 4
    return changes[:4]


@pytest.mark.slow
def test_times_around_four_daylight_saving_transitions_in_twenty_zones() -> None:
    entries = [
        make_entry(zone=zone, start=start, end=start + timedelta(minutes=length))
        for zone in ZONES
        for change in four_changes(zone)
        for minutes in (-150, -90, -60, -45, -30, -20, 0, 10, 30, 60, 90)
        for length in (30, 120)
        for start in [change.instant + timedelta(minutes=minutes)]
    ]

    assert agreed([request(entry) for entry in entries]) == [[expected(entry)] for entry in entries]


@pytest.mark.parametrize("left_out", [b"UID:", b"ORGANIZER", b"ATTENDEE"])
def test_libical_would_find_what_is_missing(left_out: bytes) -> None:
    lines = request(make_entry()).replace(b"\r\n ", b"").split(b"\r\n")
    broken = b"\r\n".join(line for line in lines if not line.startswith(left_out))

    assert by_libical([broken])[0]["faults"]
