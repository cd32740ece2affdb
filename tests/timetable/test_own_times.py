"""Meetings at times of their own: a season's, by telephone, of three, and those written down after they took place."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rbc_events.accounts.models import Role, User
from rbc_events.database import db
from rbc_events.meetings.calendars import calendar_of
from rbc_events.meetings.ledger import counts
from rbc_events.meetings.models import Meeting, MeetingState
from rbc_events.meetings.queries import agenda_of_registrations
from rbc_events.outbox.models import OutboxMessage
from rbc_events.relationships.queries import held_without_relationship
from rbc_events.timetable.operations import DoesNotFit, OnTimetable, place_meeting, remove_meeting, set_details
from rbc_events.timetable.own_times import Engaged, set_own_time
from rbc_events.timetable.problem import build_problem
from rbc_events.timetable.publishing import publish
from rbc_events.timetable.wording import Names
from tests import factories
from tests.factories import NOW
from tests.forms import form_with
from tests.meetings.published import Sent
from tests.timetable.makers import Conference, make_conference

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def conference(app: Any) -> Conference:
    return make_conference()


@pytest.fixture
def staff(conference: Conference, sign_in: Any) -> Any:
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    return sign_in(headquarters)


def at(conference: Conference, meeting: Meeting, minutes: int, length: int = 60, **fields: Any) -> None:
    """Its own time, so many minutes after the event's first slot has begun."""
    starts_at = conference.event.slots[0].starts_at + timedelta(minutes=minutes)
    where = {"own_place": "By telephone", "now": NOW, **fields}
    set_own_time(meeting, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length), **where)


def test_times_of_different_pairs_overlap_freely_and_those_of_one_party_do_not(conference: Conference) -> None:
    first, second, third = conference.agree(0, 1), conference.agree(2, 3), conference.agree(0, 2)
    at(conference, first, 600)
    at(conference, second, 630, 40)
    assert {first.state, second.state} == {MeetingState.SCHEDULED}
    with pytest.raises(Exception, match="has another meeting then") as refused:
        at(conference, third, 655)
    names = {side.organisation.name_latin for side in (conference.sides[0], conference.sides[2])}
    assert all(name in str(refused.value) for name in names)
    at(conference, third, 670)


def test_two_short_meetings_one_after_the_other_leave_room_for_a_long_one_beside_them(conference: Conference) -> None:
    """An organisation that sends two; whether the long one is at a time of its own or in a slot."""
    conference.sides[0].capacity = 2
    at(conference, conference.agree(0, 1), 0, 15)
    at(conference, conference.agree(0, 2), 15, 15)
    meeting = conference.agree(0, 3)
    at(conference, meeting, 0, 30)
    remove_meeting(meeting)
    place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    assert meeting.state == MeetingState.SCHEDULED


def test_no_more_meetings_at_one_instant_than_an_organisation_sends_people(conference: Conference) -> None:
    conference.sides[0].capacity = 2
    at(conference, conference.agree(0, 1), 0, 20)
    at(conference, conference.agree(0, 2), 10, 20)
    with pytest.raises(Engaged):
        at(conference, conference.agree(0, 3), 5, 60)


def test_the_event_timetable_keeps_clear_of_them(conference: Conference) -> None:
    at(conference, conference.agree(0, 1), 10, 15)
    meeting = conference.agree(0, 2)
    with pytest.raises(DoesNotFit) as refused:
        place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    said = Names(conference.event).all_in_words(refused.value.reasons)
    assert said == [
        f"{conference.sides[0].organisation.name_latin} has a meeting then that is outside the event's slots."
    ]
    problem = build_problem(conference.event, now=NOW)
    assert [request.id for request in problem.requests] == [f"m{meeting.id}"]
    place_meeting(meeting, slot=conference.event.slots[1], place=conference.event.places[0], now=NOW)


def test_a_meeting_goes_back_to_the_slots_of_the_event(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    at(conference, meeting, 0)
    place_meeting(meeting, slot=conference.event.slots[0], place=conference.event.places[0], now=NOW)
    assert (meeting.own_place, meeting.slot_id) == ("", conference.event.slots[0].id)
    assert len(meeting.bookings) == 3


def change_who_sits_in(meeting: Meeting, sits_in: User | None) -> None:
    shape = {"length": meeting.length, "must": False, "online": meeting.online, "needs_interpreter": False}
    set_details(meeting, **shape, sits_in=sits_in, seen_version=meeting.version)


def test_who_sits_in_changes_only_while_the_meeting_has_no_time(conference: Conference) -> None:
    """Else whoever comes would be booked elsewhere too, and whoever goes could be booked nowhere."""
    meeting, colleague = conference.agree(0, 1), factories.make_user(Role.HEADQUARTERS)
    at(conference, meeting, 600)
    with pytest.raises(OnTimetable):
        change_who_sits_in(meeting, colleague)
    remove_meeting(meeting)
    change_who_sits_in(meeting, colleague)
    at(conference, meeting, 600)
    assert [row.user_id for row in meeting.bookings if row.user_id] == [colleague.id]
    with pytest.raises(OnTimetable):
        change_who_sits_in(meeting, None)
    remove_meeting(meeting)
    change_who_sits_in(meeting, None)
    at(conference, meeting, 600)
    assert [row for row in meeting.bookings if row.user_id] == []


def test_everybody_is_told_where_it_is_and_how_to_join(conference: Conference) -> None:
    meeting = conference.agree(0, 1)
    at(conference, meeting, 600, own_place="Zoom", own_link="https://zoom.example/j/1")
    publish(conference.event, now=NOW, revision=conference.event.revision)
    mails = db.session.query(OutboxMessage).filter_by(kind="meeting_scheduled").all()
    assert len(mails) == 2
    told = [Sent(mail).text for mail in mails]
    assert all("Place: Zoom" in words and "https://zoom.example/j/1" in words for words in told)
    entry = calendar_of(conference.event, Meeting.id == meeting.id, name="x").decode()
    assert "LOCATION;LANGUAGE=en:Zoom" in entry
    assert "https://zoom.example/j/1" in entry
    sequence = meeting.sequence
    at(conference, meeting, 600, own_place="Zoom", own_link="https://zoom.example/j/2")
    [change] = publish(conference.event, now=NOW, revision=conference.event.revision)
    assert (change.kind, meeting.sequence) == ("place", sequence + 1)
    for mail in db.session.query(OutboxMessage):
        mail.state = "sent"
    db.session.flush()
    assert counts(conference.event)["stale"] == 0


def local(conference: Conference, minutes: int) -> str:
    starts_at = conference.event.slots[0].starts_at + timedelta(minutes=minutes)
    return starts_at.astimezone(conference.event.zone).strftime("%Y-%m-%dT%H:%M")


def asked(conference: Conference, *sides: int, **fields: Any) -> dict[str, Any]:
    names = ("first", "second", "third", "fourth")
    chosen = {name: conference.sides[side].id for name, side in zip(names, sides, strict=False)}
    usual = {"starts_at": local(conference, 600), "minutes": "45", "own_place": "Osaka office", "consent": "by mail"}
    return {**chosen, **usual, **fields}


def test_three_organisations_and_a_coordinator_meet(conference: Conference, staff: Any) -> None:
    coordinator = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    address = f"/events/{conference.event.key}/timetable/arrange"
    assert staff.post(address, data=asked(conference, 0, 1, 2, sits_in=coordinator.id)).status_code == 302
    meeting = db.session.query(Meeting).one()
    assert [party.registration_id for party in meeting.parties[:3]] == [side.id for side in conference.sides[:3]]
    assert meeting.parties[3].user_id == coordinator.id
    assert len(meeting.bookings) == 4
    page = staff.get(f"/events/{conference.event.key}/timetable").text
    assert "Osaka office" in page
    assert conference.sides[2].organisation.name_latin in page
    publish(conference.event, now=NOW, revision=conference.event.revision)
    assert db.session.query(OutboxMessage).filter_by(kind="meeting_scheduled").count() == 4


def test_what_took_place_elsewhere_is_written_down_and_counts(conference: Conference, staff: Any) -> None:
    """Two meetings at the same time: nobody is asked how one was at both."""
    for partner in (1, 2):
        address = f"/events/{conference.event.key}/timetable/arrange"
        held = {"starts_at": "2026-11-02T10:00", "own_place": "By telephone"}
        answer = staff.post(address, data=asked(conference, 0, partner, **held))
        assert answer.status_code == 302
        assert answer.location.endswith("/record")
        form = form_with(staff.get(answer.location).text, "minutes")
        assert staff.post(answer.location, data={**form, "minutes": "They will send samples."}).status_code == 302
    meetings = db.session.query(Meeting).all()
    assert {(meeting.state, meeting.minutes, len(meeting.bookings)) for meeting in meetings} == {
        (MeetingState.HELD, "They will send samples.", 0)
    }
    assert {meeting.starts_at for meeting in meetings} == {datetime(2026, 11, 2, 10, 0, tzinfo=TOKYO)}
    assert {meeting.id for meeting in held_without_relationship()} == {meeting.id for meeting in meetings}
    assert publish(conference.event, now=NOW, revision=conference.event.revision) == []
    assert db.session.query(OutboxMessage).filter_by(kind="meeting_scheduled").count() == 0
    shown = {(meeting.published_starts_at, meeting.published_own_place) for meeting in meetings}
    assert shown == {(meetings[0].starts_at, "By telephone")}
    assert all(meeting.published_at is not None for meeting in meetings)
    agenda = agenda_of_registrations(conference.sides[:1])
    assert {row.id for row in agenda} == {meeting.id for meeting in meetings}


def test_lanes_that_are_used_up_are_told_beside_the_time(app: Any, sign_in: Any) -> None:
    """Three were sent and two are now: nothing is in the way at any instant, and yet no lane can be freed."""
    conference, headquarters = make_conference(organisations=7), factories.make_user(Role.HEADQUARTERS)
    conference.sides[0].capacity = 3
    first = conference.agree(0, 1)
    at(conference, first, 645, 5)
    at(conference, conference.agree(0, 2), 648, 12)
    remove_meeting(first)
    for partner, length in ((3, 45), (4, 20), (5, 20)):
        at(conference, conference.agree(0, partner), 600, length)
    conference.sides[0].capacity = 2
    db.session.commit()
    address = f"/events/{conference.event.key}/timetable/arrange"
    answer = sign_in(headquarters).post(address, data=asked(conference, 0, 6, starts_at=local(conference, 630)))
    assert answer.status_code == 409
    assert "holds as many meetings at that time as it can" in answer.text
    assert 'id="starts_at-fault"' in answer.text
    assert 'id="second-fault"' not in answer.text


def test_the_same_two_are_written_down_as_often_as_they_have_met(conference: Conference, staff: Any) -> None:
    address = f"/events/{conference.event.key}/timetable/arrange"
    for day in ("02", "09", "16"):
        sent = asked(conference, 0, 1, starts_at=f"2026-11-{day}T10:00", own_place="By telephone")
        answer = staff.post(address, data=sent)
        assert answer.status_code == 302
        assert "There is a request between" in staff.post(address, data=sent).text
        form = form_with(staff.get(answer.location).text, "minutes")
        assert staff.post(answer.location, data={**form, "minutes": "They met."}).status_code == 302
    meetings = db.session.query(Meeting).order_by(Meeting.id).all()
    assert [meeting.state for meeting in meetings] == [MeetingState.HELD] * 3
    assert [meeting.request is None for meeting in meetings] == [False, True, True]
    assert {meeting.consent_note for meeting in meetings} == {"by mail"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"second": "0"}, "Please choose one."),
        ({"third": "same"}, "Choose each organisation once."),
        ({"starts_at": "soon"}, "starts_at-fault"),
        ({"minutes": "0"}, "Please enter a number from 5 to 720."),
        ({"minutes": "-30"}, "Please enter a number from 5 to 720."),
        ({"own_place": " "}, "This field is required."),
        ({"own_link": "javascript:alert(1)"}, "The link must begin with https://."),
        ({"consent": ""}, "This field is required."),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(
    conference: Conference, staff: Any, fields: dict[str, str], said: str
) -> None:
    if fields.get("third") == "same":
        fields = {"third": str(conference.sides[0].id)}
    address = f"/events/{conference.event.key}/timetable/arrange"
    answer = staff.post(address, data=asked(conference, 0, 1, **fields))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(Meeting).count() == 0


@pytest.mark.parametrize(("shown", "said"), [("2027-03-28T02:30", "skip this time"), ("2027-10-31T02:30", "twice")])
def test_an_hour_that_daylight_saving_skips_or_repeats_is_refused(
    app: Any, sign_in: Any, shown: str, said: str
) -> None:
    conference = make_conference(time_zone="Europe/Paris")
    headquarters = factories.make_user(Role.HEADQUARTERS)
    db.session.commit()
    address = f"/events/{conference.event.key}/timetable/arrange"
    answer = sign_in(headquarters).post(address, data=asked(conference, 0, 1, starts_at=shown))
    assert answer.status_code == 422
    assert said in answer.text


def test_a_time_that_somebody_is_taken_at_is_told_and_nothing_is_written(conference: Conference, staff: Any) -> None:
    at(conference, conference.agree(0, 1), 600)
    db.session.commit()
    address = f"/events/{conference.event.key}/timetable/arrange"
    answer = staff.post(address, data=asked(conference, 1, 2, 3))
    assert answer.status_code == 409
    assert f"{conference.sides[1].organisation.name_latin} has another meeting then" in answer.text
    assert "Osaka office" in answer.text
    assert db.session.query(Meeting).count() == 1


def test_a_meeting_gets_a_time_of_its_own_from_its_page(conference: Conference, staff: Any) -> None:
    meeting = conference.agree(0, 1)
    db.session.commit()
    base = f"/events/{conference.event.key}/timetable/{meeting.id}"
    assert "A time of its own" in staff.get(f"{base}/move").text
    form = form_with(staff.get(f"{base}/time").text, "own_place")
    sent = {**form, "starts_at": local(conference, 600), "minutes": "45", "own_place": "At the university"}
    assert staff.post(f"{base}/time", data=sent).status_code == 302
    db.session.expire_all()
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=45)
    assert "At the university" in staff.get(f"{base}/move").text
    assert staff.post(f"{base}/remove").status_code == 302
    db.session.expire_all()
    assert (meeting.state, meeting.own_place, meeting.starts_at) == (MeetingState.AGREED, "", None)
