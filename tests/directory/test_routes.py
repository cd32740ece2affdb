"""The directory's pages: searching, marking, saving, and what they cost in queries."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as events
from sqlalchemy import func, select

from rbc_events.database import db
from rbc_events.directory import indexing, tasks
from rbc_events.directory import nearest as near
from rbc_events.directory.models import Bookmark, SavedSearch, SearchedWords
from rbc_events.events.models import Event
from rbc_events.jobs import work_for
from rbc_events.meetings import operations as requests
from rbc_events.registration import uploads
from rbc_events.registration.labels import COLLABORATION_MODES
from rbc_events.registration.models import (
    Answer,
    Consent,
    ConsentKind,
    Organisation,
    OrganisationKind,
    Question,
    QuestionKind,
    Registration,
    UploadKind,
)
from rbc_events.registration.models import Audience as AnswersFor
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


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/events/fair/directory", "/events/fair/directory?q=robot"])
def test_the_directory_takes_the_same_queries_for_one_and_for_many(event: Event, browser: Any, path: str) -> None:
    for name in "ABC":  # fewer would be followed by what comes nearest in meaning
        make_listed(event, f"Company {name}", offers="ロボット", needs="販売代理店")
    few = count_queries(browser, path)
    for number in range(6):
        make_listed(event, f"Company {number}", offers="ロボット", needs="販売代理店", country=("SE", "JP")[number % 2])
    assert count_queries(browser, path) == few


@pytest.mark.slow
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


def test_what_is_found_by_meaning_says_by_which_words(event: Event, browser: Any) -> None:
    make_listed(event, "Plough Works", offers="自治体向けの除雪ロボットです。")
    db.session.commit()
    page = browser.get("/events/fair/directory?q=snow+removal").text
    assert "By meaning: snow removal ↔" in page
    assert "自治体向けの除雪ロボットです。" in page
    assert "By meaning" not in browser.get("/events/fair/directory?q=除雪").text
    assert "自治体向け" not in browser.get("/events/fair/directory?q=snow+removal&side=needs").text


@pytest.mark.slow
def test_where_the_words_find_few_what_comes_near_in_meaning_is_shown(app: Flask, event: Event, browser: Any) -> None:
    make_listed(event, "Ear Works", offers="難聴のある人のための補聴機器を開発しています。")
    make_listed(event, "Tea House", offers="宇治の抹茶を使った菓子を製造しています。")
    db.session.commit()
    indexing.encode(db.session.scalars(select(Organisation.id)).all())
    db.session.commit()
    fragment = "/events/fair/directory/nearest"

    def shown(words: str, **more: str) -> str:
        return browser.get(fragment, query_string={"q": words, **more}).text

    words = "devices for residents whose ears grow weak"
    page = browser.get("/events/fair/directory", query_string={"q": words}).text
    assert "0 organisations" in page
    assert fragment in page, "the page asks for what comes near"
    assert "asked=1" in shown(words), "and again, while the worker reads the words"
    work_for(app)
    for each in (words, "tax advice"):
        tasks.read_words.call_local(each)
    assert "Ear Works" in shown(words)
    assert "Tea House" not in shown(words)
    assert "asked=" not in shown(words)
    assert "Nearest in meaning" not in shown("tax advice")
    assert "Nearest in meaning" not in shown(words, side="needs")
    assert "asked=" not in shown("another thing", asked="15"), "the worker may be away"
    app.config["RBC"] = replace(app.config["RBC"], nearest=False)
    assert fragment not in browser.get("/events/fair/directory", query_string={"q": words}).text
    assert "Ear Works" not in shown(words)


@pytest.mark.slow
def test_words_are_kept_for_a_day_and_not_as_they_were_typed(app: Flask) -> None:
    work_for(app)
    tasks.read_words.call_local("a secret plan")
    tasks.read_words.call_local("a secret plan")
    [kept] = db.session.scalars(select(SearchedWords))
    assert "secret" not in kept.digest
    near.forget_searched_words(now=kept.made_at + timedelta(hours=23))
    assert db.session.scalar(select(func.count()).select_from(SearchedWords)) == 1
    near.forget_searched_words(now=kept.made_at + timedelta(hours=25))
    assert db.session.scalar(select(func.count()).select_from(SearchedWords)) == 0


def test_a_search_is_saved_listed_and_deleted(browser: Any) -> None:
    answer = browser.post("/events/fair/searches?q=matcha&side=offers&page=2", data={"name": " Tea "})
    assert answer.status_code == 302
    saved = db.session.scalar(select(SavedSearch))
    assert (saved.name, saved.parameters) == ("Tea", {"q": "matcha", "side": "offers"})
    assert "/events/fair/directory?q=matcha&amp;side=offers" in browser.get("/events/fair/searches").text
    again = browser.post("/events/fair/searches?q=tea", data={"name": "Tea"})
    assert again.status_code == 409
    assert 'value="Tea"' in again.text, "what was typed is kept"
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
    assert "snow removal" in page
    path = f"/events/fair/recommendations/{other.id}"
    browser.post(path)
    page = browser.get("/events/fair/recommendations").text
    assert "snow removal" not in page
    assert "Recommend again" in page
    browser.post(path, data={"restore": "1"})
    assert "snow removal" in browser.get("/events/fair/recommendations").text


def test_a_coordinator_sees_what_to_propose_to_an_organisation(event: Event, own: Registration, sign_in: Any) -> None:
    make_listed(event, "Plough Works", offers="除雪ロボット", kind=OrganisationKind.LOCAL_COMPANY)
    staff = sign_in(factories.make_user(factories.Role.HEADQUARTERS))
    db.session.commit()
    page = staff.get(f"/events/fair/recommendations?for={own.id}").text
    assert "Plough Works" in page
    assert "Not for them" in page
    assert staff.get("/events/fair/recommendations").status_code == 403


@pytest.fixture
def told(event: Event) -> Registration:
    """An organisation that agreed to everything and has said everything."""
    other = make_listed(
        event, "Tea House", offers="宇治の抹茶", kind=OrganisationKind.LOCAL_COMPANY, summary_ja="茶の製造"
    )
    other.consents.append(Consent(kind=ConsentKind.PUBLICATION, wording="1", given_at=factories.NOW))
    other.organisation.profile.japan_plan_ja = "秘密の計画"
    other.organisation.profile.origins = {"japan_plan_ja": "approved"}
    for audience in AnswersFor:
        question = Question(
            event_id=event.id, key=audience, kind=QuestionKind.TEXT, label_ja=f"問{audience}", visible_to=audience
        )
        other.answers.append(Answer(question=question, value=f"for {audience}"))
    db.session.commit()
    return other


def test_the_public_sees_what_the_consent_names_and_finds_nothing_else(told: Registration, client: Any) -> None:
    page = client.get(f"/events/fair/directory/{told.id}").text
    assert "宇治の抹茶" in page
    assert "秘密の計画" not in page
    assert "for partners" not in page
    assert told.delegates[0].name_in("en") not in page
    assert "Tea House" in client.get("/events/fair/directory?q=製造").text
    assert "Tea House" not in client.get("/events/fair/directory?q=秘密の計画").text


def test_participants_see_the_profile_and_answers_meant_for_them(told: Registration, browser: Any) -> None:
    page = browser.get(f"/events/fair/directory/{told.id}").text
    assert "秘密の計画" in page
    assert "machine translation, approved" in page
    assert "for partners" in page
    assert "for staff" not in page
    assert "Tea House" in browser.get("/events/fair/directory?q=秘密の計画").text


def test_the_people_are_shown_once_a_meeting_is_agreed(told: Registration, own: Registration, browser: Any) -> None:
    name = told.delegates[0].name_in("en")
    assert name not in browser.get(f"/events/fair/directory/{told.id}").text
    actor = own.delegates[0].user
    request = requests.request_meeting(own, told, actor=actor, now=factories.NOW)
    assert name not in browser.get(f"/events/fair/directory/{told.id}").text
    requests.accept(request, told, actor=told.delegates[0].user, now=factories.NOW)
    db.session.commit()
    assert name in browser.get(f"/events/fair/directory/{told.id}").text


@pytest.mark.slow
def test_the_preview_is_the_page_that_others_will_see(told: Registration, sign_in: Any) -> None:
    own = sign_in(told.delegates[0].user)
    path = f"/registrations/{told.id}/preview?reader="
    name = told.delegates[0].name_in("en")
    seen = {
        reader: [words in own.get(path + reader).text for words in ("宇治の抹茶", "秘密の計画", "for partners", name)]
        for reader in ("public", "participant", "partner")
    }
    assert seen == {
        "public": [True, False, False, False],
        "participant": [True, True, True, False],
        "partner": [True, True, True, True],
    }
    told.consents.clear()
    db.session.commit()
    assert "宇治の抹茶" not in own.get(path + "public").text
    assert "宇治の抹茶" not in own.get(path + "partner").text


def test_a_file_that_answers_a_question_is_for_those_who_may_see_the_answer(
    told: Registration, browser: Any, client: Any
) -> None:
    pdf = b"%PDF-1.7\n..."
    paths = []
    for audience in AnswersFor:
        upload = uploads.keep(told.organisation, UploadKind.ANSWER, pdf, f"{audience}.pdf", now=factories.NOW)
        fields = {"event_id": told.event_id, "key": f"file-{audience}", "label_en": "Plan", "visible_to": audience}
        told.answers.append(Answer(question=Question(kind=QuestionKind.FILE, **fields), value=upload.id))
        paths.append(f"/uploads/{upload.id}")
    db.session.commit()
    assert [browser.get(path).status_code for path in paths] == [200, 403]
    assert f"{AnswersFor.PARTNERS}.pdf" in browser.get(f"/events/fair/directory/{told.id}").text
    assert [client.get(path).status_code for path in paths] == [302, 302]


def test_ones_own_organisation_is_marked_as_such_and_has_no_bookmark(browser: Any) -> None:
    page = browser.get("/events/fair/directory").text
    assert "Your organisation" in page
    assert "/bookmark" not in page
