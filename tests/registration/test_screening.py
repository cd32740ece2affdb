from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_events

from rbc_events.accounts.models import Role
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.events.models import Event
from rbc_events.i18n import hours
from rbc_events.registration.models import (
    Audience,
    Consent,
    ConsentKind,
    OrganisationKind,
    QuestionKind,
    RegistrationState,
    Unavailability,
)
from rbc_events.registration.queries import waiting_position
from rbc_events.registration.questions import save_question
from rbc_events.registration.quotas import set_quotas
from tests.factories import NOW, make_delegate, make_event, make_organisation, make_registration, make_user
from tests.markup import one_line
from tests.registration.pages import begin, fill_in, mails, send, text_of


@pytest.fixture
def event(app) -> Event:
    return make_event("screened", registration_closes_at=the_time() + timedelta(days=30))


@pytest.fixture
def staff(sign_in):
    return sign_in(make_user(Role.HEADQUARTERS))


def submitted(event, **fields):
    return make_registration(event, state=RegistrationState.SUBMITTED, decided_at=None, **fields)


def decide(client, registration, decision, *, message="", version=None):
    address = f"/events/{registration.event.key}/registrations/{registration.id}/decide/{decision}"
    return client.post(address, data={"version": version or registration.version, "message": message})


@pytest.mark.parametrize(
    ("decision", "state", "kind"),
    [
        ("approve", RegistrationState.APPROVED, "approved"),
        ("decline", RegistrationState.DECLINED, "declined"),
        ("ask_back", RegistrationState.ASKED_BACK, "asked_back"),
        ("waitlist", RegistrationState.WAITLISTED, "waiting_list"),
    ],
)
def test_a_decision_is_kept_and_told_by_mail(staff, event, decision, state, kind):
    registration = submitted(event)
    assert decide(staff, registration, decision, message="Which hospital do you mean?").status_code == 302
    assert (registration.state, registration.message) == (state, "Which hospital do you mean?")
    (mail,) = mails(kind)
    assert mail.recipient == registration.delegates[0].email
    assert "Which hospital do you mean?" in text_of(mail)


def test_of_two_coordinators_the_second_sees_that_somebody_decided(staff, event):
    registration = submitted(event)
    seen = registration.version
    assert decide(staff, registration, "approve", version=seen).status_code == 302
    assert decide(staff, registration, "decline", version=seen).status_code == 409
    assert registration.state == RegistrationState.APPROVED
    assert len(mails()) == 1


@pytest.mark.parametrize("decision", ["ask_back", "waitlist"])
def test_a_question_and_a_place_on_the_waiting_list_need_words(staff, event, decision):
    registration = submitted(event)
    response = decide(staff, registration, decision)
    assert response.status_code == 422
    assert "Please write a message" in response.text
    assert registration.state == RegistrationState.SUBMITTED


def test_a_draft_is_not_decided_on(staff, event):
    registration = make_registration(event, state=RegistrationState.DRAFT)
    assert decide(staff, registration, "approve").status_code == 409


def test_no_more_are_approved_than_the_quota_of_their_kind(staff, event):
    set_quotas(event, {OrganisationKind.FOREIGN_COMPANY: 1})
    first, second = submitted(event), submitted(event)
    university = submitted(event, organisation=make_organisation(kind=OrganisationKind.UNIVERSITY))
    assert decide(staff, first, "approve").status_code == 302
    assert decide(staff, second, "approve").status_code == 409
    assert decide(staff, university, "approve").status_code == 302
    assert second.state == RegistrationState.SUBMITTED
    staff.post(f"/events/{event.key}/quotas", data={"foreign_company": "2"})
    assert decide(staff, second, "approve").status_code == 302


def test_the_waiting_list_keeps_its_order_within_a_kind(event):
    waiting = [submitted(event, waiting_since=NOW + timedelta(hours=hour)) for hour in (2, 1)]
    university = make_organisation(kind=OrganisationKind.UNIVERSITY)
    other = submitted(event, organisation=university, waiting_since=NOW)
    for registration in (*waiting, other):
        registration.state = RegistrationState.WAITLISTED
    db.session.flush()
    assert [waiting_position(row) for row in (*waiting, other)] == [2, 1, 1]


def test_who_waits_sees_the_place_and_the_reason(sign_in, event):
    first, second = (submitted(event, waiting_since=NOW) for _ in range(2))
    first.state = second.state = RegistrationState.WAITLISTED
    second.message = "Only five stands."
    db.session.commit()
    page = sign_in(second.delegates[0].user).get(f"/registrations/{second.id}").text
    assert "(Foreign company): 2" in page
    assert "Only five stands." in page


@pytest.mark.slow
def test_a_coordinator_changes_the_order_of_the_waiting_list_and_sees_the_reasons(staff, event):
    first, second, third = (submitted(event, waiting_since=NOW) for _ in range(3))  # all at once
    for row in (first, second, third):
        row.state = RegistrationState.WAITLISTED
    second.message = "All places for foreign companies are taken."
    db.session.commit()
    address = f"/events/{event.key}/registrations?state=waitlisted&kind=foreign_company"
    assert second.message in staff.get(address).text

    def move(registration, way):
        return staff.post(f"/events/{event.key}/registrations/{registration.id}/waiting/{way}").status_code

    assert move(third, "up") == 302
    assert [waiting_position(row) for row in (first, second, third)] == [1, 3, 2]
    assert move(first, "up") == 302, "the first stays the first"
    assert move(first, "down") == 302
    assert [waiting_position(row) for row in (first, second, third)] == [2, 3, 1]
    assert move(submitted(event), "up") == 409


@pytest.mark.slow
def test_several_reviewers_score_and_the_list_shows_the_mean(sign_in, event):
    registration = submitted(event)
    for number in ("3", "4"):
        client = sign_in(make_user(Role.HEADQUARTERS))
        address = f"/events/{event.key}/registrations/{registration.id}/score"
        client.post(address, data={"score": "1", "comment": "at first"})
        assert client.post(address, data={"score": number, "comment": ""}).status_code == 302
    assert sorted(review.score for review in registration.reviews) == [3, 4]
    assert "3.5" in client.get(f"/events/{event.key}/registrations").text


def test_a_score_outside_one_to_five_is_refused(staff, event):
    registration = submitted(event)
    address = f"/events/{event.key}/registrations/{registration.id}/score"
    assert staff.post(address, data={"score": "6"}).status_code == 422
    assert registration.reviews == []


def test_a_coordinator_registers_an_organisation_and_it_is_recorded(staff, client, event):
    from tests.registration.pages import START, newest

    response = staff.post(f"/events/{event.key}/registrations/new", data=START)
    assert response.status_code == 302
    registration = newest()
    fill_in(staff, registration)
    send(staff, registration)
    assert registration.state == RegistrationState.SUBMITTED
    assert registration.registered_by_id is not None
    assert registration.organisation.memberships == [], "the coordinator acts for it, and doesn't become a member"


def test_after_asking_back_the_organisation_answers_and_waits_again(sign_in, staff, event):
    registration = submitted(event)
    organisation = registration.organisation
    organisation.profile.languages = ["en"]
    for kind in ConsentKind:
        db.session.add(Consent(registration=registration, kind=kind, wording="1", given_at=NOW))
    decide(staff, registration, "ask_back", message="What do you offer?")
    client = sign_in(registration.delegates[0].user)
    assert "What do you offer?" in client.get(f"/registrations/{registration.id}").text
    client.post(f"/registrations/{registration.id}/offers", data={"offer_en": "This"})
    send(client, registration)
    assert registration.state == RegistrationState.SUBMITTED


@pytest.mark.slow
def test_the_list_narrows_and_finds(staff, event):
    submitted(event, organisation=make_organisation("Sample Aurora", kind=OrganisationKind.UNIVERSITY))
    make_registration(event, make_organisation("Sample Borealis"))
    address = f"/events/{event.key}/registrations"
    for query, found in (
        ("", {"Aurora", "Borealis"}),
        ("?state=submitted", {"Aurora"}),
        ("?kind=foreign_company", {"Borealis"}),
        ("?q=aurORA", {"Aurora"}),
        ("?q=%25", set()),
        ("?state=nonsense&sort=nonsense&page=-3", {"Aurora", "Borealis"}),
    ):
        page = staff.get(address + query).text
        assert {name for name in ("Aurora", "Borealis") if name in page} == found, query


@pytest.mark.parametrize(
    "words",
    [
        "高崎見本",
        "髙﨑見本",
        "ﾀｶｻｷ",
        "たかさき",
        "髙橋",
        "高橋太郎",
        "taro TAKAHASHI",
        "s0@sagasu.example",
        "s-0",
        "1234567890123",
    ],
)
def test_the_list_is_searched_by_organisation_person_address_and_key(staff, event, words):
    organisation = make_organisation(
        "株式会社髙﨑見本製作所", key="s-0", name_kana="タカサキミホンセイサクショ", corporate_number="1234567890123"
    )
    registration = make_registration(event, organisation)
    names = {"family_kanji": "髙橋", "given_kanji": "太郎", "family_latin": "Takahashi", "given_latin": "Taro"}
    make_delegate(registration, email="s0@sagasu.example", **names)
    make_registration(event, make_organisation("別の見本", key="x-9"))
    page = staff.get(f"/events/{event.key}/registrations", query_string={"q": words}).text
    assert "髙﨑見本製作所" in page
    assert "別の見本" not in page


def test_the_number_of_queries_does_not_grow_with_the_rows(staff, event):
    def queries() -> int:
        db.session.commit()
        seen: list[str] = []
        listen = lambda _c, _cur, statement, *_rest: seen.append(statement)  # noqa: E731
        sqlalchemy_events.listen(db.engine, "before_cursor_execute", listen)
        assert staff.get(f"/events/{event.key}/registrations").status_code == 200
        sqlalchemy_events.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    submitted(event)
    queries()  # the first look is written into the audit log
    few = queries()
    for _ in range(20):
        submitted(event)
    assert queries() == few


def test_a_registration_of_another_event_is_not_found_here(staff, event):
    elsewhere = submitted(make_event())
    assert staff.get(f"/events/{event.key}/registrations/{elsewhere.id}").status_code == 404


@pytest.mark.slow
def test_begin_by_a_visitor_shows_up_as_a_draft(staff, client, event):
    begin(client, event)
    assert "Sample Müller GmbH" in staff.get(f"/events/{event.key}/registrations?state=draft").text


def test_a_registration_without_answers_says_so(staff, event):
    staff.post(f"/events/{event.key}/questions/standard")
    page = staff.get(f"/events/{event.key}/registrations/{submitted(event).id}").text
    assert '<p class="text-secondary">No answers.</p>' in page


def test_who_has_no_latin_name_is_named_before_approving_and_before_sending(staff, event):
    company = make_organisation(name_native="見本海鮮加工株式会社", name_latin="", country="JP", region_code=None)
    registration = submitted(event, organisation=company)
    make_delegate(registration, family_latin="", given_latin="", family_kanji="見本", given_kanji="一子")
    warning = "No Latin name for 見本海鮮加工株式会社, 見本 一子: partners abroad will see the Japanese one."
    assert warning in page_of(staff, registration)
    assert warning in staff.get(f"/registrations/{registration.id}/review").text
    company.name_latin, registration.delegates[1].family_latin = "Sample Seafood Co., Ltd.", "Mihon"
    assert "No Latin name" not in page_of(staff, registration)


def test_a_coordinator_sees_how_and_when_an_organisation_takes_part(staff, event):
    registration = submitted(event, attends="online")
    busy = event.slots[1]
    registration.unavailable.append(Unavailability(slot_id=busy.id))
    db.session.flush()
    first, third = (hours(event.slots[n].starts_at, event.slots[n].ends_at, event.time_zone) for n in (0, 2))
    page = page_of(staff, registration)
    assert "<dd>Online</dd>" in page
    assert first in page
    assert hours(busy.starts_at, busy.ends_at, event.time_zone) not in page
    assert third.partition("–")[0] in page


def test_a_required_question_that_was_added_later_is_shown_to_both_sides(staff, event, client):
    registration = submitted(event)
    question = {"kind": QuestionKind.TEXT, "label_en": "Who signs?", "label_ja": "", "required": True}
    save_question(event, None, {"options": [], "visible_to": Audience.STAFF, **question})
    assert "Required questions that are not answered yet" in page_of(staff, registration)
    page = one_line(staff.get(f"/registrations/{registration.id}").text)
    assert "Who signs?" in page
    assert f'href="/registrations/{registration.id}/questions">Answer the questions' in page


def test_a_score_is_confirmed_and_asking_back_an_approved_one_is_not_the_main_button(staff, event):
    registration = make_registration(event)
    address = f"/events/{event.key}/registrations/{registration.id}/score"
    staff.post(address, data={"score": "4"})
    page = page_of(staff, registration)
    assert "Your score has been saved." in page
    assert 'class="btn btn-primary"' not in page.partition("decide-box")[2]


def page_of(client, registration) -> str:
    return client.get(f"/events/{registration.event.key}/registrations/{registration.id}").text
