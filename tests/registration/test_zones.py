"""Where an organisation's clocks are: asked on the first page and beside the slots; and nights, which are left out."""

from datetime import timedelta
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Mode
from rbc_events.registration.models import RegistrationState
from rbc_events.registration.nights import nights_of
from tests.factories import make_event, make_registration, make_user
from tests.registration.pages import begin, link_in, mails
from tests.registration.test_availability import blocked, calendar, entry, upload

SLOTS = 12  # of half an hour, from 00:00 UTC: in Madrid the last of them begin at 6:30


@pytest.fixture
def event(app: Any, now: Any) -> Any:
    opens, closes = now - timedelta(days=1), now + timedelta(days=30)
    return make_event(slots=SLOTS, mode=Mode.ONLINE, registration_opens_at=opens, registration_closes_at=closes)


def test_a_browser_in_madrid_makes_a_company_whose_time_is_madrids(client: Any, event: Any) -> None:
    client.set_cookie("device_zone", "Europe/Madrid")
    page = client.get(f"/events/{event.key}/register").text
    assert '<option value="Europe/Madrid" selected>' in page
    registration = begin(client, event, country="ES", time_zone="Europe/Madrid")
    assert registration.organisation.profile.time_zone == "Europe/Madrid"
    page = client.get(f"/registrations/{registration.id}/availability").text
    assert "<small>Madrid, UTC+01:00</small>" in page
    client.post(link_in(mails("draft")[0]))
    assert registration.delegates[0].user.time_zone == "Europe/Madrid"


def test_a_zone_that_is_not_the_countrys_is_asked_for_once_more(client: Any, event: Any) -> None:
    data = {"country": "ES", "time_zone": "Asia/Tokyo"}
    with pytest.raises(AssertionError, match="Tokyo is not in Spain"):
        begin(client, event, **data)
    assert begin(client, event, **data, elsewhere="y").organisation.profile.time_zone == "Asia/Tokyo"


def test_without_a_zone_it_is_the_countrys_if_that_has_one(client: Any, event: Any) -> None:
    assert begin(client, event, country="FR", time_zone="").organisation.profile.time_zone == "Europe/Paris"
    with pytest.raises(AssertionError, match="This country has several time zones"):
        begin(client, event, country="US", time_zone="", form_key="other")


def test_who_takes_part_online_is_not_free_at_night_from_the_beginning(client: Any, event: Any) -> None:
    registration = begin(client, event, country="DE", time_zone="Europe/Berlin")
    assert blocked(registration) == [True] * 12, "1:00 to 7:00"
    event.mode = Mode.IN_PERSON
    there = begin(client, event, country="DE", time_zone="Europe/Berlin", form_key="there")
    assert not any(blocked(there)), "in person it is day"


def save(client: Any, registration: Any, **data: Any) -> None:
    free = [slot.id for slot in registration.event.slots]
    sent = {"free": free, "capacity": 1, "attends": "online", "time_zone": "Europe/Berlin", **data}
    assert client.post(f"/registrations/{registration.id}/availability", data=sent).status_code == 302


def test_one_tick_takes_the_nights_away_and_follows_the_zone(client: Any, event: Any) -> None:
    registration = begin(client, event, country="DE", time_zone="Europe/Berlin")
    save(client, registration)
    assert not any(blocked(registration)), "whoever wants to meet at night may"
    save(client, registration, days_only="y")
    assert all(blocked(registration))
    save(client, registration, days_only="y", time_zone="Asia/Tokyo", free=[])
    assert not any(blocked(registration)), "what was night in the former zone alone is free again"


def test_who_chooses_online_at_an_event_of_both_kinds_loses_the_nights_with_it(sign_in: Any, event: Any) -> None:
    event.mode = Mode.HYBRID
    registration = make_registration(event, state=RegistrationState.DRAFT)
    client = sign_in(registration.delegates[0].user)
    page = client.get(f"/registrations/{registration.id}/availability").text
    assert "checked" in page[page.index('name="days_only"') - 80 : page.index('name="days_only"') + 80]
    save(client, registration, attends="in_person", days_only="y")
    assert not any(blocked(registration))
    save(client, registration, days_only="y")
    assert all(blocked(registration))


def test_the_times_can_be_looked_at_by_another_clock_without_saving(sign_in: Any, event: Any) -> None:
    registration = make_registration(event)
    client = sign_in(registration.delegates[0].user)
    data = {"capacity": "3", "time_zone": "America/New_York", "show": "1", "free": [event.slots[0].id]}
    page = client.post(f"/registrations/{registration.id}/availability", data=data).text
    assert "<small>New York, UTC-05:00</small>" in page
    assert page.count(" checked>") == 1
    assert 'value="3"' in page
    assert registration.organisation.profile.time_zone == "Asia/Tokyo"


def test_the_zone_chosen_beside_the_slots_is_the_persons_own_and_staffs_stays(sign_in: Any, event: Any) -> None:
    registration = make_registration(event)
    contact = registration.delegates[0].user
    save(sign_in(contact), registration)
    assert (contact.time_zone, registration.organisation.profile.time_zone) == ("Europe/Berlin", "Europe/Berlin")
    staff = make_user(Role.HEADQUARTERS, time_zone="Asia/Tokyo")
    save(sign_in(staff), registration, time_zone="Europe/London")
    assert (staff.time_zone, registration.organisation.profile.time_zone) == ("Asia/Tokyo", "Europe/London")


def test_busy_times_of_a_calendar_are_taken_from_a_draft_too(sign_in: Any, event: Any) -> None:
    registration = make_registration(event)
    client = sign_in(registration.delegates[0].user)
    free = [slot.id for slot in event.slots[:3]]
    url = f"/registrations/{registration.id}/availability"
    typed = {"free": free, "capacity": 2, "time_zone": "Asia/Tokyo"}
    assert client.post(f"{url}/keep", data=typed).status_code == 200
    upload(client, registration, calendar(entry("DTSTART:20270209T001500Z", "DTEND:20270209T010000Z")))
    page = client.get(url).text
    assert page.count(" checked>") == 1, "the third slot; the first two are busy, the others were unticked in the draft"
    assert 'value="2"' in page


def test_a_slot_that_reaches_into_the_night_is_night(app: Any) -> None:
    event = make_event(slots=0)
    assert nights_of(event, "Asia/Tokyo") == set()
    db.session.rollback()
