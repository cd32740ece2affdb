from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rbc_events.calendars.busy import NotACalendar, busy_times, overlapping

FIRST, LAST = datetime(2027, 2, 8, tzinfo=UTC), datetime(2027, 2, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sample//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(*lines: str, uid: str = "1@elsewhere.example") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT"])


def busy(*events: str, **options: str) -> list[tuple[str, str]]:
    found = busy_times(calendar(*events), first=FIRST, last=LAST, zone=PARIS, **options)
    return [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20270209T090000Z", "DTEND:20270209T100000Z"], [("09 09:00", "09 10:00")]),
        (["DTSTART;TZID=Asia/Tokyo:20270209T090000", "DURATION:PT30M"], [("09 00:00", "09 00:30")]),
        (["DTSTART:20270209T090000", "DTEND:20270209T100000"], [("09 08:00", "09 09:00")]),  # no zone: the owner's
        (["DTSTART;VALUE=DATE:20270209"], [("08 23:00", "09 23:00")]),  # the whole day in Paris
        (["DTSTART:20270301T090000Z", "DTEND:20270301T100000Z"], []),
        (["DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", "TRANSP:TRANSPARENT"], []),
        (["DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", "STATUS:CANCELLED"], []),
        (
            ["DTSTART:20270104T090000Z", "DTEND:20270104T093000Z", "RRULE:FREQ=DAILY", "EXDATE:20270210T090000Z"],
            [("08 09:00", "08 09:30"), ("09 09:00", "09 09:30"), ("11 09:00", "11 09:30")],
        ),
    ],
)
def test_what_is_busy(lines: list[str], expected: list[tuple[str, str]]) -> None:
    assert busy(event(*lines)) == expected


def test_a_moved_instance_of_a_series_is_busy_at_its_new_time() -> None:
    series = event("DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID:20270209T090000Z", "DTSTART:20270210T130000Z", "DTEND:20270210T140000Z")
    assert busy(series, moved) == [("10 13:00", "10 14:00")]


def test_free_busy_lines_count_unless_they_say_free() -> None:
    lines = "FREEBUSY:20270209T090000Z/20270209T100000Z\r\nFREEBUSY;FBTYPE=FREE:20270210T090000Z/PT1H"
    assert busy(f"BEGIN:VFREEBUSY\r\nDTSTAMP:20270101T000000Z\r\nUID:f\r\n{lines}\r\nEND:VFREEBUSY") == [
        ("09 09:00", "09 10:00")
    ]


def test_our_own_meetings_are_no_reason_to_be_busy() -> None:
    ours = event("DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", uid="abc@rbc.example")
    assert busy(ours, own_host="rbc.example") == []
    assert len(busy(ours, own_host="other.example")) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,when\r\n",
        b"\x00\xff\xfe" * 100,
        b"BEGIN:VCALENDAR\r\n",
        calendar(event("DTSTART:20270209T090000Z", "RRULE:FREQ=SECONDLY")),
        calendar(event("DTSTART:19000101T090000Z", "RRULE:FREQ=DAILY")),
        calendar(*[event("DTSTART:20270209T090000Z", "RRULE:FREQ=DAILY")] * 1001),
        b"x" * (2 * 1024 * 1024 + 1),
    ],
    ids=["empty", "csv", "binary", "unfinished", "every second", "since 1900", "too many series", "too large"],
)
def test_what_is_no_calendar_or_asks_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(NotACalendar):
        busy_times(content, first=FIRST, last=LAST, zone=PARIS)


def test_only_time_in_common_overlaps() -> None:
    hours = [datetime(2027, 2, 9, hour, tzinfo=UTC) for hour in range(9, 13)]
    spans = [(hours[1], hours[2]), (hours[3], hours[3])]
    assert [overlapping(hours[n], hours[n + 1], spans) for n in range(3)] == [False, True, False]
