"""A week's meetings put in at once."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event, Shape
from rbc_events.meetings.models import Meeting, MeetingParty, MeetingState
from rbc_events.scheduling.clock_times import place_meetings
from rbc_events.seasons.batch import ChangedSince, NothingToPut, Where, apply_batch, read_batch
from rbc_events.seasons.free_times import set_hours
from rbc_events.seasons.hours import Hours
from rbc_events.timetable.own_times import set_own_time
from rbc_events.timetable.publishing import publish_meetings
from tests import factories
from tests.counting import count_statements
from tests.factories import NOW
from tests.forms import form_with
from tests.timetable.makers import Conference, make_conference

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = date(2027, 3, 1)
HOUR = timedelta(hours=1)
ONLINE = Where(HOUR, "Online", "https://meet.example/{number}")


@pytest.fixture
def season(app: Any) -> Conference:
    """Four organisations in Tokyo, of which the first can meet on Mondays from nine to eleven."""
    period = {"starts_on": MONDAY, "ends_on": date(2027, 4, 9), "shape": Shape.SEASON, "mode": "online"}
    season = make_conference(slots=0, tables=0, **period)
    for side in season.sides:
        side.delegates[0].time_zone, side.organisation.country = "Asia/Tokyo", "JP"
    hours = Hours("Asia/Tokyo", "", [(0, time(9), time(11))])
    set_hours(None, hours, event=season.event, side=season.sides[0])
    return season


def put_in(season: Conference) -> int:
    batch = read_batch(season.event, MONDAY, HOUR, now=NOW)
    placed = place_meetings(batch.wanted, batch.things, seconds=20)
    return apply_batch(season.event, batch, placed, ONLINE, now=NOW)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(MONDAY, time(hour, minute), TOKYO)


def test_as_many_as_fit_get_a_time_and_the_others_wait_on(season: Conference) -> None:
    meetings = [season.agree(0, other) for other in (1, 2, 3)]
    assert put_in(season) == 2
    assert sorted(each.starts_at for each in meetings if each.starts_at) == [at(9), at(10)]
    assert [each.state for each in meetings].count(MeetingState.AGREED) == 1
    first = next(each for each in meetings if each.starts_at)
    assert (first.own_place, first.own_link) == ("Online", f"https://meet.example/{first.id}")


def stand(season: Conference, meeting: Meeting, starts_at: datetime) -> Meeting:
    set_own_time(meeting, starts_at=starts_at, ends_at=starts_at + HOUR, own_place="By telephone", now=NOW)
    return meeting


def test_what_nobody_was_told_of_moves_to_make_room_and_keeps_its_place(season: Conference) -> None:
    stands = stand(season, season.agree(0, 1), at(9, 30))
    other = season.agree(0, 2)
    assert put_in(season) == 2
    assert {stands.starts_at, other.starts_at} == {at(9), at(10)}
    assert stands.own_place == "By telephone"


def test_what_people_were_told_of_stays(season: Conference) -> None:
    stands = stand(season, season.agree(0, 1), at(9, 30))
    publish_meetings(season.event, [stands.id], now=NOW)
    other = season.agree(0, 2)
    assert put_in(season) == 0
    assert (stands.starts_at, other.state) == (at(9, 30), MeetingState.AGREED)


def test_what_stands_stays_where_nothing_is_won_by_moving_it(season: Conference) -> None:
    stands = stand(season, season.agree(0, 1), at(9, 55))
    elsewhere = season.agree(2, 3)
    assert put_in(season) == 1
    assert stands.starts_at == at(9, 55)
    assert elsewhere.starts_at is not None


def test_a_batch_decided_before_somebody_changed_the_event_is_refused(season: Conference) -> None:
    meeting = season.agree(0, 1)
    batch = read_batch(season.event, MONDAY, HOUR, now=NOW)
    stand(season, season.agree(0, 2), at(10))
    placed = place_meetings(batch.wanted, batch.things, seconds=20)
    with pytest.raises(ChangedSince):
        apply_batch(season.event, batch, placed, ONLINE, now=NOW)
    assert meeting.starts_at is None


def test_an_organisation_that_sends_two_holds_two_at_once(season: Conference) -> None:
    season.sides[0].capacity = 2
    meetings = [season.agree(0, other) for other in (1, 2, 3)]
    stand(season, meetings[0], at(9))
    publish_meetings(season.event, [meetings[0].id], now=NOW)
    fourth = factories.make_registration(season.event)
    fourth.delegates[0].time_zone = "Asia/Tokyo"
    season.sides.append(fourth)
    meetings.append(season.agree(0, 4))
    assert put_in(season) == 3
    assert [each.starts_at for each in meetings].count(at(9)) == 2


def test_without_a_meeting_that_waits_there_is_nothing_to_put_in(season: Conference) -> None:
    with pytest.raises(NothingToPut):
        read_batch(season.event, MONDAY, HOUR, now=NOW)


def test_a_coordinator_puts_the_week_in_and_is_told_how_good_it_is(season: Conference, sign_in: Any) -> None:
    for other in (1, 2, 3):
        season.agree(0, other)
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    staff = sign_in(headquarters)
    address = f"/events/{season.event.key}/week/{MONDAY}/batch"
    form = form_with(staff.get(address).text, "own_place")
    refused = staff.post(address, data={**form, "own_place": "Online", "own_link": "meet.example/{number}"})
    assert (refused.status_code, "must begin with https" in refused.text) == (422, True)
    answer = staff.post(address, data={**form, "own_place": "Online", "own_link": "https://meet.example/{number}"})
    page = staff.get(answer.location).text
    assert "2 meetings have a time in this week. 1 does not fit into it. It is proved that no more fit." in page
    assert staff.get(f"/events/{season.event.key}/week/someday/batch").status_code == 404


def test_a_week_is_read_by_as_many_statements_however_many_meetings_wait(season: Conference) -> None:
    def statements() -> int:
        db.session.commit()
        number = season.event.id
        db.session.expunge_all()
        event = db.session.get_one(Event, number)
        with count_statements() as seen:
            read_batch(event, MONDAY, HOUR, now=NOW)
        return len(seen)

    season.agree(0, 1)
    few = statements()
    for pair in ((0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        first, second = (db.session.merge(season.sides[each]) for each in pair)
        meeting = factories.add(Meeting(event=first.event, uid=f"{pair}@sample.example", state=MeetingState.AGREED))
        meeting.parties = [MeetingParty(registration=side) for side in (first, second)]
    assert statements() == few
