"""What an event's directory shows of a profile is as it was when the event ended."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from rbc_events.accounts.models import Role
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.registration import history, profiles
from rbc_events.registration.models import Origin, Registration, Stage, Statement, StatementKind
from tests.factories import NOW, add, make_event, make_registration, make_user


@pytest.fixture
def ended(app: Any) -> Event:
    return make_event("fy2021", slots=0, starts_on=date(2021, 11, 26), ends_on=date(2022, 3, 31))


@pytest.fixture
def registration(ended: Event) -> Registration:
    made = make_registration(ended)
    made.organisation.profile.stage = Stage.PILOT
    made.organisation.profile.updated_at = NOW
    add(Statement(organisation=made.organisation, kind=StatementKind.OFFER, text_en="Sensors of 2021"))
    return made


def page(client: Any, registration: Registration) -> str:
    """What it shows: without the token of its forms, which tells the second."""
    whole = client.get(f"/events/{registration.event.key}/directory/{registration.id}").text
    shown = whole[whole.index("<main") :]  # the menu above it leads to the person's next event
    return re.sub(r'name="csrf_token" value="[^"]*"', "", shown)


def edit(registration: Registration) -> None:
    """The organisation, registered for this year's event too, says something else of itself now."""
    now = NOW + timedelta(days=30)
    this_year = make_registration(make_event("fy2026"), registration.organisation)
    identity = {"name_native": "Renamed 2026", "name_latin": "Renamed 2026", "corporate_number": None}
    profiles.save_organisation(this_year, identity, now=now)
    profiles.save_profile(this_year, {"summary_en": "Changed in 2026.", "stage": Stage.MARKET}, now=now)
    texts = {StatementKind.OFFER: [("", "Sensors of 2026")]}
    profiles.save_statements(this_year, texts, {StatementKind.OFFER: (Origin.HUMAN, Origin.HUMAN)}, now=now)


def test_editing_a_profile_in_2026_does_not_change_the_page_of_2021(registration: Registration, sign_in: Any) -> None:
    client = sign_in(registration.delegates[0].user)
    name = registration.organisation.name.en
    before = page(client, registration)
    edit(registration)
    after = page(client, registration)
    assert after == before
    assert f"What {name} does." in after
    assert "Sensors of 2021" in after
    listed = sign_in(make_user(Role.HEADQUARTERS)).get("/events/fy2021/directory").text
    assert name in listed
    assert f"What {name} does." in listed
    for new in ("Renamed 2026", "Changed in 2026.", "Sensors of 2026"):
        assert new not in listed + after
    now_said = page(client, registration.organisation.registrations[-1])
    assert "Changed in 2026." in now_said
    assert "Sensors of 2026" in now_said
    assert registration.organisation.name.en == "Renamed 2026", "looking at the page has written nothing"


def test_the_night_after_an_event_keeps_what_the_profiles_say(registration: Registration) -> None:
    assert history.without_snapshot(NOW, 10) == [registration]
    assert history.keep(registration, now=NOW)
    assert not history.keep(registration, now=NOW), "what was kept stays as it was"
    assert history.without_snapshot(NOW, 10) == []


def test_while_an_event_is_on_its_directory_shows_what_is_said_now(app: Any, sign_in: Any) -> None:
    registration = make_registration(make_event("fy2026"))
    assert not history.keep(registration, now=NOW)
    profiles.save_profile(registration, {"summary_en": "Newer words."}, now=NOW)
    assert "Newer words." in page(sign_in(registration.delegates[0].user), registration)


def test_the_own_record_of_an_event_can_be_put_right(registration: Registration) -> None:
    history.keep(registration, now=NOW)
    history.keep_before_change(registration.organisation, now=NOW, besides=registration.event)
    history.put_right(registration)
    db.session.expire_all()
    assert registration.snapshot is None
