import contextvars
import io
import re
import threading

import pytest
from flask.testing import FlaskClient

from rbc_events import confined
from rbc_events.database import db
from rbc_events.registration.models import OrganisationKind
from rbc_events.registration.routes import availability
from rbc_events.registration.slot_grid import slot_grid
from tests.calendars.test_busy import calendar
from tests.calendars.test_busy import event as entry
from tests.factories import make_event, make_organisation, make_registration

SLOTS = 4  # from 9 February 00:00 UTC, half an hour each


@pytest.fixture
def registration(app):
    return make_registration(make_event(slots=SLOTS))


@pytest.fixture
def lead(registration, sign_in):
    return sign_in(registration.delegates[0].user)


def upload(client, registration, content):
    data = {"calendar": (io.BytesIO(content), "calendar.ics")}
    address = f"/registrations/{registration.id}/availability/calendar"
    return client.post(address, data=data, content_type="multipart/form-data")


def blocked(registration):
    numbers = {row.slot_id for row in registration.unavailable}
    return [slot.id in numbers for slot in registration.event.slots]


def test_slots_that_are_busy_in_the_calendar_lose_their_tick(lead, registration):
    revision = registration.event.revision
    busy = entry("DTSTART:20270209T001500Z", "DTEND:20270209T010000Z")
    assert upload(lead, registration, calendar(busy)).status_code == 302
    assert blocked(registration) == [True, True, False, False]
    assert registration.event.revision > revision, "a timetable made before would no longer be right"
    page = lead.get(f"/registrations/{registration.id}/availability").text
    assert page.count(" checked>") == 2
    assert "2 slots more are marked" in page


def test_what_was_taken_away_by_hand_stays_so(lead, registration):
    lead.post(
        f"/registrations/{registration.id}/availability",
        data={"free": [slot.id for slot in registration.event.slots[:3]], "capacity": 1, "attends": "online"},
    )
    upload(lead, registration, calendar(entry("DTSTART:20270209T000000Z", "DTEND:20270209T003000Z")))
    assert blocked(registration) == [True, False, False, True]


def test_a_day_in_the_calendar_is_a_day_where_the_organisation_is(lead, registration):
    registration.organisation.profile.time_zone = "America/New_York"  # where the slots are on the 8th
    db.session.commit()
    upload(lead, registration, calendar(entry("DTSTART;VALUE=DATE:20270209")))
    assert not any(blocked(registration))
    upload(lead, registration, calendar(entry("DTSTART;VALUE=DATE:20270208")))
    assert all(blocked(registration))


@pytest.mark.parametrize("content", [b"", b"\x89PNG", calendar(entry("DTSTART:20270209T000000Z"))[:-20]])
def test_what_is_no_calendar_is_refused_at_its_place_and_changes_nothing(lead, registration, content):
    response = upload(lead, registration, content)
    assert response.status_code == 422
    assert 'id="calendar-fault"' in response.text
    assert not any(blocked(registration))


def series(number, start, rule):
    return calendar(*[entry(f"DTSTART:{start}", f"RRULE:{rule}", uid=f"{n}@elsewhere.example") for n in range(number)])


ENDLESS = {
    "interval 0": series(1, "20270209T000000Z", "FREQ=DAILY;INTERVAL=0"),
    "30 February": series(40, "20200101T000000Z", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "every minute for ages": series(1000, "19000101T000000Z", "FREQ=MINUTELY"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
def test_entries_that_take_for_ever_are_counted_and_hide_no_other(lead, registration, name, monkeypatch):
    monkeypatch.setattr(availability, "SECONDS", 120.0)  # a busy machine's clock runs faster than its processor
    other = entry("DTSTART:20270209T000000Z", "DTEND:20270209T003000Z", uid="good@elsewhere.example")
    content = ENDLESS[name].replace(b"END:VCALENDAR", other.encode() + b"\r\nEND:VCALENDAR")
    assert upload(lead, registration, content).status_code == 302
    assert blocked(registration)[0]
    page = lead.get(f"/registrations/{registration.id}/availability").text
    # A rule that comes to nothing within its time, as the 30th of February may, hides nothing.
    assert name == "30 February" or re.search("(1 entry|[0-9]+ entries) could not be read", page)


def test_entries_that_cant_be_read_are_named(lead, registration):
    broken = entry("SUMMARY:Talk", "DTSTART;TZID=Middle Earth:20270209T000000"), entry("SUMMARY:Odd", uid="2@x")
    upload(lead, registration, calendar(*broken))
    page = lead.get(f"/registrations/{registration.id}/availability").text
    assert "1 entry could not be read: Odd. Please mark the times yourself." in page
    assert "1 entry has an unknown time zone: Talk (Middle Earth). Please mark the times yourself." in page


def test_what_the_delegate_declined_doesnt_block(lead, registration):
    address = registration.delegates[0].email
    declined = ("DTSTART:20270209T000000Z", "DURATION:PT30M", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{address}")
    upload(lead, registration, calendar(entry(*declined)))
    assert not any(blocked(registration))


def test_a_calendar_that_takes_for_ever_is_refused_with_the_way_out(lead, registration, monkeypatch):
    monkeypatch.setattr(availability, "SECONDS", 0.0)
    monkeypatch.setattr(availability, "SECONDS_A_MEGABYTE", 0.0)
    response = upload(lead, registration, ENDLESS["30 February"])
    assert response.status_code == 422
    assert "Please export only the weeks of the event" in response.text
    assert not any(blocked(registration))


@pytest.mark.slow
def test_others_read_and_write_while_a_calendar_is_being_read(app, lead, registration, sign_in, monkeypatch):
    other = make_registration(registration.event)
    colleague = sign_in(other.delegates[0].user)
    db.session.commit()
    reading, goes_on, run = threading.Event(), threading.Event(), confined.run

    def held(*args, **kwargs):
        reading.set()
        goes_on.wait()
        return run(*args, **kwargs)

    monkeypatch.setattr(confined, "run", held)
    responses = []
    address = f"/registrations/{registration.id}/availability/calendar"
    data = {"calendar": (io.BytesIO(ENDLESS["interval 0"]), "calendar.ics")}

    def send():
        with app.test_request_context():
            responses.append(FlaskClient.open(lead, address, method="POST", data=data))

    thread = threading.Thread(target=contextvars.Context().run, args=(send,))
    thread.start()
    reading.wait()
    free = [slot.id for slot in other.event.slots[:1]]
    changed = colleague.post(
        f"/registrations/{other.id}/availability", data={"free": free, "capacity": 1, "attends": "online"}
    )
    goes_on.set()
    thread.join()
    assert changed.status_code == 302, "nobody waits for the database"
    assert blocked(other) == [False, True, True, True]
    assert [response.status_code for response in responses] == [302]


def test_who_comes_while_many_calendars_are_read_is_asked_to_try_again(lead, registration, monkeypatch):
    monkeypatch.setattr(confined, "_inside", threading.BoundedSemaphore(1))
    with confined._place():
        response = upload(lead, registration, calendar(entry("DTSTART:20270209T000000Z")))
    assert response.status_code == 503
    assert "Please send yours once more in a few seconds." in response.text
    assert upload(lead, registration, calendar(entry("DTSTART:20270209T000000Z"))).status_code == 302


def test_who_comes_in_person_reads_the_events_hours_first(registration):
    registration.organisation.profile.time_zone = "America/New_York"
    grid = slot_grid(registration)
    assert (grid.own, grid.zones) == ("America/New_York", ["Asia/Tokyo", "America/New_York"])


def test_own_hours_stand_first_then_the_events_and_those_of_likely_partners(registration):
    registration.attends = "online"
    registration.organisation.profile.time_zone = "America/New_York"
    for zone in ("Europe/Paris", "Europe/Paris", "Europe/Helsinki"):
        partner = make_organisation(kind=OrganisationKind.UNIVERSITY)
        partner.profile.time_zone = zone
        make_registration(registration.event, partner)
    grid = slot_grid(registration)
    assert grid.zones == ["America/New_York", "Asia/Tokyo", "Europe/Paris"]
    ((_day, rows),) = grid.days
    assert [(f"{hours.starts_at:%d %H:%M}", hours.late) for hours in rows[0][1]] == [
        ("08 19:00", True),
        ("09 09:00", False),
        ("09 01:00", True),
    ]


def test_zones_whose_clocks_agree_are_one_column(registration):
    registration.organisation.profile.time_zone, registration.attends = "Europe/Berlin", "online"
    partner = make_organisation(kind=OrganisationKind.UNIVERSITY)
    partner.profile.time_zone = "Europe/Paris"
    make_registration(registration.event, partner)
    assert slot_grid(registration).zones == ["Europe/Berlin", "Asia/Tokyo"]


def test_an_event_without_slots_has_an_empty_grid(app):
    assert slot_grid(make_registration(make_event(slots=0))).days == []
