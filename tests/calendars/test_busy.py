from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rbc_events.calendars.busy import NotACalendar, busy_times, overlapping
from tests.shared_cases import case, cases

FIRST, LAST = datetime(2027, 2, 8, tzinfo=UTC), datetime(2027, 2, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sample//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(*lines: str, uid: str = "1@elsewhere.example") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT"])


def busy(*events: str, **options: Any) -> list[tuple[str, str]]:
    found = busy_times(calendar(*events), first=FIRST, last=LAST, zone=PARIS, **options)
    assert found.unread == []
    return [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in found.spans]


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
    [b"", b"name,when\r\n", b"\x00\xff\xfe" * 100, b"BEGIN:VCALENDAR\r\n", b"x" * (2 * 1024 * 1024 + 1)],
    ids=["empty", "csv", "binary", "unfinished", "too large"],
)
def test_what_is_no_whole_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(NotACalendar):
        busy_times(content, first=FIRST, last=LAST, zone=PARIS)


DENTIST = event("SUMMARY:Dentist", "DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", uid="good@elsewhere.example")
AT_THE_DENTIST = [("09 09:00", "09 10:00")]


def unread(*events: str) -> list[tuple[str, str]]:
    """Titles and unknown zones of the entries that can't be read; what stands beside them is read all the same."""
    found = busy_times(calendar(*events, DENTIST), first=FIRST, last=LAST, zone=PARIS)
    assert [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in found.spans] == AT_THE_DENTIST
    return [(entry.title, entry.zone) for entry in found.unread]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["DTSTART:tomorrow"],
        ["DTSTART:20270209T090000Z", "DURATION:PT1W"],
        ["DTSTART:20270209T090000Z", "DTEND:20270208T090000Z"],
        ["DTSTART:20270209T090000Z", "RRULE:COUNT=3"],
        ["DTSTART:20270209T090000Z", "RRULE:FREQ=WEEKLY;UNTL=20270301"],
        ["DTSTART:20270209T090000Z", "RRULE:FREQ=DAILY;INTERVAL=0"],
        ["DTSTART:20270209T090000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"],
        ["DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:20270209T090000Z", "RDATE:" + ",".join(["20270209T090000Z"] * 5_000)],
    ],
    ids=["no start", "no time", "no duration", "before itself", "no frequency", "a typo", "interval 0", "never",
         "every second", "a line without end"],
)  # fmt: skip
def test_an_entry_that_cant_be_read_is_named_and_hides_no_other(lines: list[str]) -> None:
    assert unread(event("SUMMARY:Broken\\, old", *lines)) == [("Broken, old", "")]


def test_many_rules_that_come_to_nothing_are_given_up_together() -> None:
    rules = [f"RRULE:FREQ=SECONDLY;INTERVAL={number}" for number in range(1, 41)]
    series = [event("DTSTART:19000101T090000Z", rule, uid=f"{n}@elsewhere.example") for n, rule in enumerate(rules)]
    assert len(unread(*series)) == 40


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART;VALUE=DATE:19700412", "RRULE:FREQ=YEARLY"],
        ["DTSTART;VALUE=DATE;X-APPLE-OMIT-YEAR=1604:16040412", "RRULE:FREQ=YEARLY"],
        ["DTSTART:20260101T000000Z", "DTEND:20260101T000500Z", "RRULE:FREQ=HOURLY;INTERVAL=8;COUNT=6"],
        ["DTSTART:20260101T010000Z", "BEGIN:VALARM", "ACTION:NONE", "TRIGGER:", "END:VALARM"],
        ["DTSTART:20270209T120000Z", "DTEND:20270209T130000Z", "TRANSP:transparent"],
        ["DTSTART:20270209T120000Z", "DTEND:20270209T130000Z", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
        ["DTSTART:20270209T120000Z", "DTEND:20270209T130000Z", "STATUS:cancelled"],
        ["DTSTART:20270209T120000Z", "DTEND:20270209T120000Z"],
    ],
)
def test_what_keeps_nobody_neither_blocks_nor_counts(lines: list[str]) -> None:
    assert unread(event(*lines)) == []


def test_what_the_owner_declined_doesnt_keep_them() -> None:
    times = ("DTSTART:20270209T120000Z", "DTEND:20270209T130000Z")
    declined = event(*times, "ATTENDEE;CN=K;PARTSTAT=DECLINED:mailto:Owner@sample.example")
    others = event(*times, "ATTENDEE;PARTSTAT=DECLINED:mailto:other@sample.example", uid="2@elsewhere.example")
    assert busy(declined, owners=["owner@sample.example"]) == []
    assert busy(others, owners=["owner@sample.example"]) == [("09 12:00", "09 13:00")]


def test_a_cancelled_instance_of_a_series_is_free() -> None:
    series = event("DTSTART:20270209T090000Z", "DTEND:20270209T100000Z", "RRULE:FREQ=DAILY;COUNT=2")
    off = event("RECURRENCE-ID:20270209T090000Z", "DTSTART:20270209T090000Z", "STATUS:CANCELLED")
    assert busy(series, off) == [("10 09:00", "10 10:00")]


def test_a_whole_day_that_ends_on_itself_is_that_day() -> None:
    assert busy(event("DTSTART;VALUE=DATE:20270209", "DTEND;VALUE=DATE:20270209")) == [("08 23:00", "09 23:00")]


OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Tokyo", "asia/tokyo", "Tokyo Standard Time", "Tokyo Standard Time 1", "Japan Standard Time", "日本標準時",
        '"(UTC+09:00) Osaka, Sapporo, Tokyo"', "/mozilla.org/20050126_1/Asia/Tokyo", "UTC+9", "GMT+0900 (JST)", "Ours",
    ],
)  # fmt: skip
def test_a_zone_is_known_by_whatever_name(zone: str) -> None:
    at_nine = event(f"DTSTART;TZID={zone}:20270209T090000", f"DTEND;TZID={zone}:20270209T100000")
    assert busy(OWN_ZONE.replace("\n", "\r\n"), at_nine) == [("09 00:00", "09 01:00")]


def test_utc_has_a_name_at_microsofts() -> None:
    assert busy(event('DTSTART;TZID="tzone://Microsoft/Utc":20270209T090000', "DURATION:PT1H")) == AT_THE_DENTIST


def test_a_zone_that_nobody_knows_is_named() -> None:
    at_nine = event("SUMMARY:Talk", "DTSTART;TZID=Middle Earth:20270209T090000", "DURATION:PT1H")
    assert unread(at_nine) == [("Talk", "Middle Earth")]


SHARED_OFF = {
    "A01": 0, "A03": 1, "A04": 1, "A05": 1, "A06": 1, "A07": 0, "A08": 0, "A09": 0, "A10": 13, "A11": 0, "A12": 1,
    "A13": 1, "A14": 1, "A15": 0, "A16": 1, "A17": 1, "A18": 0,
}  # fmt: skip
SHARED_UNREAD = {"A01": 1, "A06": 1, "A11": 1, "A15": 1, "A17": 1, "A18": 40}


@pytest.mark.skipif(not cases("calendars"), reason="the shared cases are not beside this checkout")
@pytest.mark.parametrize("name", SHARED_OFF)
def test_each_shared_calendar_is_read_right(name: str) -> None:
    """The event's slots are of 25 minutes, from 09:00 UTC on 2027-03-01, every half hour."""
    found = busy_times(
        case("calendars", name),
        first=datetime(2027, 3, 1, tzinfo=UTC),
        last=datetime(2027, 3, 2, tzinfo=UTC),
        zone=ZoneInfo("Europe/Berlin"),
        owners=["delegate@sample.example"],
    )
    starts = [datetime(2027, 3, 1, 9, tzinfo=UTC) + timedelta(minutes=30 * number) for number in range(13)]
    off = [start for start in starts if overlapping(start, start + timedelta(minutes=25), found.spans)]
    assert (len(off), len(found.unread)) == (SHARED_OFF[name], SHARED_UNREAD.get(name, 0))


def test_only_time_in_common_overlaps() -> None:
    hours = [datetime(2027, 2, 9, hour, tzinfo=UTC) for hour in range(9, 13)]
    spans = [(hours[1], hours[2]), (hours[3], hours[3])]
    assert [overlapping(hours[n], hours[n + 1], spans) for n in range(3)] == [False, True, False]
