"""Weekly hours, holidays and days off, on each side's own clock; who can meet when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Shape
from rbc_events.meetings.models import Meeting
from rbc_events.seasons.free_times import free_times, hours_row, read_hours, set_hours, starts
from rbc_events.seasons.hours import Hours, clock_changes, holidays_between, together
from rbc_events.seasons.hours_form import read_days
from rbc_events.timetable.own_times import set_own_time
from tests import factories
from tests.factories import NOW
from tests.forms import form_with
from tests.timetable.makers import Conference, make_conference

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
MARCH = date(2027, 3, 22)  # a Monday; the clocks of Berlin are put forward on the 28th


def instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def test_hours_follow_the_clock_that_they_were_said_by() -> None:
    hours = Hours("Europe/Berlin", weekly=[(0, time(9), time(17))])
    before, after = hours.spells(MARCH, MARCH + timedelta(days=7))
    assert (before[0].hour, after[0].hour) == (8, 7)
    assert before[0] == instant(MARCH, 9, BERLIN)


def test_midnight_as_an_end_is_that_of_the_same_day() -> None:
    [spell] = Hours("Asia/Tokyo", weekly=[(0, time(20), time(0))]).spells(MARCH, MARCH)
    assert spell == (instant(MARCH, 20, TOKYO), instant(MARCH + timedelta(days=1), 0, TOKYO))


def test_public_holidays_and_days_off_are_off_and_a_holiday_can_be_taken_away() -> None:
    new_year = (date(2026, 12, 31), date(2027, 1, 1))
    usual = Hours("Europe/Berlin", "DE")
    assert [usual.works_on(day) for day in new_year] == [True, False]
    mine = Hours("Europe/Berlin", "DE", days_off=frozenset(new_year[:1]), worked_holidays=frozenset(new_year[1:]))
    assert [mine.works_on(day) for day in new_year] == [False, True]


def test_the_holidays_of_both_countries_have_names_and_an_unknown_country_has_none() -> None:
    day = date(2027, 2, 11)
    assert holidays_between("JP", day, day, "ja") == {day: "建国記念の日"}
    assert holidays_between("", day, day) == holidays_between("QQ", day, day) == {}


def test_the_clocks_of_berlin_change_and_those_of_tokyo_do_not() -> None:
    assert clock_changes("Europe/Berlin", MARCH, MARCH + timedelta(days=13)) == [date(2027, 3, 28)]
    assert clock_changes("Asia/Tokyo", MARCH, MARCH + timedelta(days=13)) == []


@pytest.mark.parametrize(
    ("text", "count"), [("2027-01-15", 1), ("2026-12-29 – 2027-01-04\n\n2027-02-01", 8), ("2027-1-5～2027-1-6", 2)]
)
def test_days_off_are_read_from_lines(text: str, count: int) -> None:
    assert len(read_days(text)) == count


@pytest.mark.parametrize("line", ["tomorrow", "2027-02-30", "2027-01-05 – 2027-01-01", "2020-01-01 – 2027-01-01"])
def test_a_line_that_is_no_day_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        read_days(f"2027-01-15\n{line}")


@pytest.fixture
def season(app: Any) -> Conference:
    """Of March 2027; the first side is in Tokyo, the second in Berlin."""
    period = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 9), "shape": Shape.SEASON}
    season = make_conference(slots=0, tables=0, organisations=3, **period)
    for number, (zone, country) in enumerate((("Asia/Tokyo", "JP"), ("Europe/Berlin", "DE"), ("Asia/Tokyo", "JP"))):
        side = season.sides[number]
        side.organisation.country = country
        for delegate in side.delegates:
            delegate.time_zone = zone
    db.session.flush()
    return season


def common(meeting: Meeting, monday: date) -> list[str]:
    """When all are free in the week from a Monday on, in Tokyo."""
    free = free_times(meeting, monday, monday + timedelta(days=6), now=NOW)
    return [f"{a.astimezone(TOKYO):%d %H:%M}–{b.astimezone(TOKYO):%H:%M}" for a, b in together(free.values())]


def works(season: Conference, number: int, weekly: list[tuple[int, time, time]], zone: str) -> None:
    side = season.sides[number]
    set_hours(None, Hours(zone, "", weekly), event=season.event, side=side)


def test_both_sides_are_free_where_their_hours_meet_which_moves_with_the_clocks(season: Conference) -> None:
    meeting = season.agree(0, 1)
    assert common(meeting, MARCH) == []  # nine to five in Tokyo is over before Berlin begins
    works(season, 0, [(2, time(15), time(19))], "Asia/Tokyo")
    works(season, 1, [(2, time(9), time(12))], "Europe/Berlin")
    assert common(meeting, MARCH) == ["24 17:00–19:00"]
    assert common(meeting, MARCH + timedelta(days=7)) == ["31 16:00–19:00"]


def test_who_is_booked_is_not_free(season: Conference) -> None:
    meeting = season.agree(0, 2)
    taken = season.agree(0, 1)
    at = instant(MARCH + timedelta(days=1), 10, TOKYO)
    set_own_time(taken, starts_at=at, ends_at=at + timedelta(hours=1), own_place="Online", now=NOW)
    assert common(meeting, MARCH)[:2] == ["23 09:00–10:00", "23 11:00–17:00"]
    season.sides[0].capacity = 2
    assert common(meeting, MARCH)[0] == "23 09:00–17:00"


def test_a_holiday_in_one_country_is_a_day_without_the_meeting(season: Conference) -> None:
    """In Japan the 22nd stands for the equinox of Sunday the 21st."""
    meeting = season.agree(0, 2)
    assert [len(common(meeting, monday)) for monday in (date(2027, 3, 1), MARCH)] == [5, 4]


def test_meetings_begin_on_whole_steps_of_the_clock() -> None:
    at = instant(MARCH, 9, TOKYO) + timedelta(minutes=7)
    begins = starts([(at, at + timedelta(hours=1))], timedelta(minutes=30), timedelta(minutes=10))
    assert [each.minute for each in begins] == [10, 20, 30]


@pytest.fixture
def staff(season: Conference, sign_in: Any) -> Any:
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    return sign_in(headquarters)


def test_an_organisation_says_when_it_can_meet(season: Conference, staff: Any) -> None:
    side = season.sides[1]
    page = staff.get(f"/registrations/{side.id}/hours").text
    assert "In the season the clocks of Berlin are changed on 28 Mar 2027" in page
    assert "Good Friday" in page
    typed = {**form_with(page, "from_0"), "from_0": "14:00", "until_0": "15:00", "days_off": "2027-03-02"}
    typed |= {"worked": "2027-03-26"}
    assert staff.post(f"/registrations/{side.id}/hours", data=typed).status_code == 302
    row = hours_row(season.event, side=side)
    assert row is not None
    hours = read_hours(row)
    assert hours.weekly[0] == (0, time(14), time(15))
    assert hours.days_off == {date(2027, 3, 2)}
    assert hours.works_on(date(2027, 3, 26))
    stale = staff.post(f"/registrations/{side.id}/hours", data={**typed, "days_off": "2027-03-03"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"from_0": "17:00", "until_0": "09:00"}, "This ends before it begins"),
        ({"from_0": "09:00", "until_0": ""}, "From when to when?"),
        ({"days_off": "some day"}, "This is no day: some day"),
    ],
)
def test_hours_that_make_no_sense_are_told_at_their_place(
    season: Conference, staff: Any, typed: dict[str, str], said: str
) -> None:
    at = f"/events/{season.event.key}/hours"
    refused = staff.post(at, data={**form_with(staff.get(at).text, "from_0"), **typed})
    assert refused.status_code == 422
    assert said in refused.text
    assert hours_row(season.event) is None


def test_the_week_shows_who_is_free_and_puts_a_meeting_in(season: Conference, staff: Any) -> None:
    meeting = season.agree(0, 1)
    works(season, 0, [(2, time(15), time(19))], "Asia/Tokyo")
    works(season, 1, [(2, time(9), time(12))], "Europe/Berlin")
    db.session.commit()
    week = f"/events/{season.event.key}/week?on=2027-03-24&meeting={meeting.id}"
    page = staff.get(week).text
    assert "17:00<small>09:00</small>" in page
    assert "the clocks of Berlin change" in page
    assert "15:00" not in page  # nor other hours in which one of them alone is free
    assert "15:00" in staff.get(f"{week}&whole=1").text
    at = f"/events/{season.event.key}/timetable/{meeting.id}/time?starts_at=2027-03-24T17:00&minutes=60"
    form = form_with(staff.get(at).text, "minutes")
    assert form["starts_at"] == ["2027-03-24T17:00"]
    answer = staff.post(at, data={**form, "own_place": "Online"})
    assert answer.location == f"/events/{season.event.key}/week?on=2027-03-24"
    page = staff.get(answer.location).text
    assert "Every agreed meeting has a time." in page
    assert "17:00–18:00" in page


def test_a_meeting_moved_over_the_change_of_the_clock_keeps_its_time_in_tokyo(season: Conference, staff: Any) -> None:
    meeting = season.agree(0, 1)
    db.session.commit()
    at = f"/events/{season.event.key}/timetable/{meeting.id}/time"
    for day, in_berlin in (("2027-03-24", "09:00"), ("2027-03-31", "10:00")):
        form = form_with(staff.get(at).text, "minutes")
        staff.post(at, data={**form, "starts_at": f"{day}T17:00", "own_place": "Online"})
        db.session.expire_all()
        assert meeting.starts_at is not None
        assert f"{meeting.starts_at.astimezone(TOKYO):%H:%M}" == "17:00"
        assert f"{meeting.starts_at.astimezone(BERLIN):%H:%M}" == in_berlin
