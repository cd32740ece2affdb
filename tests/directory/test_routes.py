"""The directory's pages: searching, marking, saving, and what they cost in queries."""

from typing import Any

import pytest
from sqlalchemy import event as events
from sqlalchemy import select

from rbc_events.database import db
from rbc_events.directory.models import Bookmark, SavedSearch
from rbc_events.events.models import Event
from rbc_events.registration.models import OrganisationKind, Registration
from rbc_events.registration.words import COLLABORATION_MODES
from tests import factories
from tests.directory.listing import make_listed


@pytest.fixture
def event(app: Any) -> Event:
    return factories.make_event("fair")


@pytest.fixture
def own(event: Event) -> Registration:
    return make_listed(event, "Our Own", needs="除雪の自動化")


@pytest.fixture
def browser(own: Registration, sign_in: Any) -> Any:
    return sign_in(own.delegates[0].user)


def count_queries(browser: Any, path: str) -> int:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    browser.get(path)  # what a process reads once is read
    events.listen(db.engine, "before_cursor_execute", note)
    assert browser.get(path).status_code == 200
    events.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


@pytest.mark.parametrize("path", ["/events/fair/directory", "/events/fair/directory?q=robot"])
def test_the_directory_takes_the_same_queries_for_one_and_for_many(event: Event, browser: Any, path: str) -> None:
    make_listed(event, "Company A", offers="ロボット", needs="販売代理店")
    few = count_queries(browser, path)
    for number in range(6):
        make_listed(event, f"Company {number}", offers="ロボット", needs="販売代理店", country=("SE", "JP")[number % 2])
    assert count_queries(browser, path) == few


def test_recommendations_take_the_same_queries_for_one_and_for_many(event: Event, browser: Any) -> None:
    make_listed(event, "Maker A", offers="除雪ロボット", kind=OrganisationKind.LOCAL_COMPANY)
    few = count_queries(browser, "/events/fair/recommendations")
    for number in range(6):
        make_listed(event, f"Maker {number}", offers="除雪ロボット", kind=OrganisationKind.LOCAL_COMPANY)
    assert count_queries(browser, "/events/fair/recommendations") == few


def test_a_search_finds_across_languages_and_its_address_can_be_shared(event: Event, browser: Any) -> None:
    make_listed(event, "Tea House", offers="宇治の抹茶")
    page = browser.get("/events/fair/directory?q=matcha&side=offers").text
    assert "Tea House" in page
    assert "Our Own" not in page
    assert 'value="matcha"' in page
    assert '<option value="offers" selected>' in page


def test_what_is_typed_is_shown_as_text(browser: Any) -> None:
    page = browser.get("/events/fair/directory?q=<script>alert(1)</script>&page=-3&kind=x").text
    assert "<script>alert" not in page


def test_a_profile_shows_what_it_offers_and_where_to_ask(event: Event, browser: Any) -> None:
    other = make_listed(event, "Tea House", offers="宇治の抹茶", kind=OrganisationKind.LOCAL_COMPANY)
    other.organisation.profile.collaboration_modes = ["poc"]
    db.session.commit()
    page = browser.get(f"/events/fair/directory/{other.id}").text
    assert "宇治の抹茶" in page
    assert str(COLLABORATION_MODES["poc"]) in page
    assert f"/events/fair/requests/to/{other.id}" in page


def test_a_website_that_is_no_web_address_is_no_link(event: Event, browser: Any) -> None:
    other = make_listed(event, "Odd", website="javascript:alert(1)")
    db.session.commit()
    assert "javascript:" not in browser.get(f"/events/fair/directory/{other.id}").text


def test_an_organisation_is_bookmarked_once_and_found_by_it(event: Event, browser: Any) -> None:
    other = make_listed(event, "Tea House")
    db.session.commit()
    path = f"/events/fair/directory/{other.id}/bookmark"
    for _time in range(2):
        answer = browser.post(path, data={"next": "/events/fair/directory?q=tea"})
        assert answer.headers["Location"] == "/events/fair/directory?q=tea"
    assert db.session.scalars(select(Bookmark.registration_id)).all() == [other.id]
    page = browser.get("/events/fair/directory?bookmarked=1").text
    assert "Tea House" in page
    assert "Our Own" not in page
    browser.post(path, data={"remove": "1", "next": "//elsewhere.example"})
    assert db.session.scalars(select(Bookmark.registration_id)).all() == []


def test_a_search_is_saved_listed_and_deleted(browser: Any) -> None:
    answer = browser.post("/events/fair/searches?q=matcha&side=offers&page=2", data={"name": " Tea "})
    assert answer.status_code == 302
    saved = db.session.scalar(select(SavedSearch))
    assert (saved.name, saved.parameters) == ("Tea", {"q": "matcha", "side": "offers"})
    assert "/events/fair/directory?q=matcha&amp;side=offers" in browser.get("/events/fair/searches").text
    assert browser.post("/events/fair/searches?q=tea", data={"name": "Tea"}).status_code == 409
    assert browser.post("/events/fair/searches?q=tea", data={"name": ""}).status_code == 422
    browser.post(f"/events/fair/searches/{saved.id}/delete")
    assert db.session.scalar(select(SavedSearch)) is None


def test_recommendations_give_their_reason_and_not_for_us_keeps_one_away(event: Event, browser: Any) -> None:
    other = make_listed(event, "Plough Works", offers="除雪ロボット", kind=OrganisationKind.LOCAL_COMPANY)
    make_listed(event, "Same Side", offers="除雪ロボット")
    page = browser.get("/events/fair/recommendations").text
    assert "Plough Works" in page
    assert "Same Side" not in page
    assert "除雪の自動化" in page
    assert "heavy snow" in page
    path = f"/events/fair/recommendations/{other.id}"
    browser.post(path)
    page = browser.get("/events/fair/recommendations").text
    assert "heavy snow" not in page
    assert "Recommend again" in page
    browser.post(path, data={"restore": "1"})
    assert "heavy snow" in browser.get("/events/fair/recommendations").text


def test_a_coordinator_sees_what_to_propose_to_an_organisation(event: Event, own: Registration, sign_in: Any) -> None:
    make_listed(event, "Plough Works", offers="除雪ロボット", kind=OrganisationKind.LOCAL_COMPANY)
    staff = sign_in(factories.make_user(factories.Role.HEADQUARTERS))
    db.session.commit()
    page = staff.get(f"/events/fair/recommendations?for={own.id}").text
    assert "Plough Works" in page
    assert "Not for them" in page
    assert staff.get("/events/fair/recommendations").status_code == 403
