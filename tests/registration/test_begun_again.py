"""The page that begins a registration, sent more than once: by a double click, or after going back to correct it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rbc_events.clock import now
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.registration.models import Registration
from tests.factories import make_event
from tests.registration.pages import START, begin, link_in, mails


@pytest.fixture
def event(app: Any) -> Event:
    return make_event("begun-again", registration_closes_at=now() + timedelta(days=30))


def count() -> int:
    return db.session.scalar(select(func.count(Registration.id))) or 0


def test_sent_four_times_it_is_one_registration_and_one_mail(client: Any, event: Event) -> None:
    for _time in range(4):
        begin(client, event)
    assert count() == 1
    assert len(mails("draft")) == 1


def test_going_back_corrects_the_draft_and_mails_the_right_address(client: Any, event: Event) -> None:
    begin(client, event, email="taro@modrou.example", name_native="Sample Modrou")
    registration = begin(client, event, email="taro@modoru.example", name_native="Sample Modoru")
    assert count() == 1
    assert registration.delegates[0].email == "taro@modoru.example"
    assert registration.organisation.name_native == "Sample Modoru"
    assert [mail.recipient for mail in mails("draft")] == ["taro@modrou.example", "taro@modoru.example"]
    assert client.post(link_in(mails("draft")[0])).status_code in (404, 410), "the first address confirms nothing"
    assert client.post(link_in(mails("draft")[1])).status_code == 302


def test_once_the_address_is_confirmed_the_page_changes_nothing(client: Any, event: Event, app: Any) -> None:
    registration = begin(client, event)
    client.post(link_in(mails("draft")[0]))
    other = app.test_client()
    other.post(f"/events/{event.key}/register", data={**START, "name_native": "Somebody else's"})
    assert registration.organisation.name_native == START["name_native"]
