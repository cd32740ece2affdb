import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from rbc_events.accounts.models import Link, Role, User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.registration.models import (
    Consent,
    ConsentKind,
    Delegate,
    Membership,
    Organisation,
    OrganisationKind,
    Registration,
    RegistrationState,
    StatementKind,
)
from tests.factories import make_delegate, make_event, make_organisation, make_region, make_registration, make_user
from tests.registration.pages import ADDRESS, START, STEPS, begin, fill_in, link_in, mails, newest, send, text_of

HOSTILE = next(
    (found for each in Path(__file__).parents if (found := each / "shared" / "hostile" / "strings.json").exists()), None
)


@pytest.fixture
def event(app):
    return make_event(
        "open",
        registration_opens_at=the_time() - timedelta(days=1),
        registration_closes_at=the_time() + timedelta(days=1),
    )


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.usefixtures("one_writing_transaction")
def test_a_visitor_registers_confirms_the_address_and_waits_for_screening(client, event):
    registration = begin(client, event)
    fill_in(client, registration)
    send(client, registration)
    assert registration.state == RegistrationState.UNCONFIRMED
    (confirmation,) = (*mails("draft"), *mails("confirm_address"))
    assert confirmation.recipient == ADDRESS
    assert client.get(link_in(confirmation)).status_code == 200
    assert registration.state == RegistrationState.UNCONFIRMED, "opening the page alone confirms nothing"
    response = client.post(link_in(confirmation))
    assert response.headers["Location"].endswith(f"/registrations/{registration.id}")
    assert registration.state == RegistrationState.SUBMITTED
    (membership,) = registration.organisation.memberships
    assert membership.lead
    assert membership.user.email == ADDRESS
    assert membership.user.email_confirmed_at
    assert len(mails("registered")) == 1


def test_what_was_typed_is_kept(client, event):
    registration = begin(client, event)
    fill_in(client, registration)
    organisation = registration.organisation
    assert (organisation.name_native, organisation.country) == ("Sample Müller GmbH", "DE")
    assert organisation.profile.languages == ["en", "de"]
    assert [(row.kind, row.text_en) for row in organisation.statements] == [
        (StatementKind.NEED, "A hospital"),
        (StatementKind.OFFER, "Remote monitoring"),
        (StatementKind.OFFER, "A pilot free of charge"),
    ]
    assert (registration.delegates[0].family_latin, registration.delegates[0].family_kanji) == ("Müller", "")


def test_an_incomplete_registration_is_not_sent(client, event):
    registration = begin(client, event)
    send(client, registration)
    assert registration.state == RegistrationState.DRAFT
    page = client.get(f"/registrations/{registration.id}/review").text
    assert "A summary, in Japanese or English" in page


def test_a_form_sent_twice_is_one_registration_and_sending_twice_one_mail(client, event):
    begin(client, event)
    begin(client, event)
    assert count(Registration) == count(Organisation) == 1
    registration = newest()
    fill_in(client, registration)
    send(client, registration)
    send(client, registration)
    assert len(mails("draft")) == 1
    assert not mails("confirm_address"), "the first mail's link confirms the address as well"


def test_who_gives_another_address_before_sending_is_mailed_there(client, event):
    registration = begin(client, event)
    fill_in(client, registration)
    registration.delegates[0].email = "another@mueller.example"
    send(client, registration)
    (confirmation,) = mails("confirm_address")
    assert confirmation.recipient == "another@mueller.example"
    client.post(link_in(confirmation))
    assert registration.state == RegistrationState.SUBMITTED


def test_who_sends_when_the_first_link_works_no_more_gets_another(client, event):
    registration = begin(client, event)
    fill_in(client, registration)
    for link in db.session.scalars(select(Link)):
        link.expires_at = the_time() - timedelta(minutes=1)
    send(client, registration)
    assert len(mails("confirm_address")) == 1


def test_who_has_begun_is_told_where_the_mail_went(client, event):
    begin(client, event)
    page = client.get(f"/registrations/{newest().id}/organisation").text
    assert f"We have sent a mail to {ADDRESS}." in page


@pytest.mark.parametrize(
    "change",
    [
        {"registration_closes_at": the_time() - timedelta(hours=1)},
        {"registration_opens_at": None, "registration_closes_at": None},
    ],
)
def test_a_closed_registration_says_so_and_keeps_nothing(client, event, change):
    for name, value in change.items():
        setattr(event, name, value)
    page = client.get(f"/events/{event.key}/register", headers={"Accept-Language": "en"})
    assert page.status_code == 410
    assert event.name_en in page.text
    assert ("closed: " in page.text) == (event.registration_closes_at is not None)
    assert client.post(f"/events/{event.key}/register", data=START).status_code == 410
    assert count(Registration) == 0


def test_a_draft_is_not_sent_after_registration_closed(client, event):
    registration = begin(client, event)
    fill_in(client, registration)
    event.registration_closes_at = the_time() - timedelta(minutes=1)
    assert send(client, registration).status_code == 410
    assert registration.state == RegistrationState.DRAFT


def test_nobody_learns_whether_an_address_has_an_account(app, event):
    make_user(email=ADDRESS)
    known = app.test_client().post(f"/events/{event.key}/register", data=START)
    unknown = app.test_client().post(
        f"/events/{event.key}/register", data={**START, "form_key": "another", "email": "nobody@mueller.example"}
    )
    assert known.status_code == unknown.status_code == 302
    assert len(mails("draft")) == 2
    first, second = db.session.scalars(select(Registration).order_by(Registration.id))
    assert (first.delegates[0].user_id, second.delegates[0].user_id) == (None, None)
    assert count(Membership) == 0


@pytest.mark.usefixtures("one_writing_transaction")
def test_a_mailed_link_goes_on_with_the_draft_in_another_browser(app, client, event):
    registration = begin(client, event)
    other = app.test_client()
    address = f"/registrations/{registration.id}/profile"
    assert "/sign-in" in other.get(address).headers["Location"]
    response = other.post(link_in(mails("draft")[0]))
    assert response.headers["Location"].endswith("/profile")
    assert other.get(address).status_code == 200
    assert "/sign-in" in client.get(address).headers["Location"], "who began it has no way in any more"


def test_a_link_works_only_for_the_contact_it_was_sent_to(app, client, event):
    registration = begin(client, event)
    link = link_in(mails("draft")[0])
    registration.delegates[0].email = "somebody-else@mueller.example"
    assert app.test_client().post(link).status_code == 410
    registration.delegates[0].email = ADDRESS
    assert app.test_client().post(link).status_code == 302
    registration.delegates[0].email = "somebody-else@mueller.example"
    assert app.test_client().post(link).status_code == 410


def test_who_has_a_password_signs_in_with_it_and_not_by_the_link(app, client, event):
    user = make_user(email=ADDRESS)
    user.password_hash = "some hash"
    begin(client, event)
    for _time in range(2):
        response = app.test_client().post(link_in(mails("draft")[0]))
        assert "/sign-in" in response.headers["Location"]


def test_registering_under_another_organisations_number_gives_nothing_of_it(client, event):
    make_region("130001", name_ja="東京都", name_en="Tokyo")
    theirs = make_organisation("見本商事", country="JP", corporate_number="2010405003693", region_code="130001")
    theirs.profile.summary_ja = "ほかの企業・団体の秘密の概要"
    make_registration(make_event(), theirs)
    registration = begin(client, event, kind="local_company", country="JP", name_native="見本商事", name_latin="")
    data = {"kind": "local_company", "name_native": "見本商事", "country": "JP", "region_code": "130001"}
    response = client.post(
        f"/registrations/{registration.id}/organisation", data={**data, "corporate_number": "2010405003693"}
    )
    assert response.status_code == 302, response.text
    mine = registration.organisation
    assert mine.id != theirs.id
    assert (mine.corporate_number, mine.claimed_number) == (None, "2010405003693")
    assert theirs.corporate_number == "2010405003693"
    assert len(theirs.memberships) == 1
    for page in ("organisation", "profile", "review"):
        assert "秘密" not in client.get(f"/registrations/{registration.id}/{page}").text


def test_a_member_registers_again_and_the_profile_is_carried_over(sign_in, event):
    earlier = make_registration(make_event())
    user = earlier.delegates[0].user
    client = sign_in(user)
    page = client.get(f"/events/{event.key}/register").text
    assert earlier.organisation.name_native in page
    data = {"form_key": "again", "organisation_id": earlier.organisation_id}
    client.post(f"/events/{event.key}/register", data=data)
    registration = newest()
    assert (registration.event_id, registration.organisation_id) == (event.id, earlier.organisation_id)
    assert registration.delegates[0].user_id == user.id
    assert earlier.organisation.profile.summary_en in client.get(f"/registrations/{registration.id}/profile").text


def test_nobody_registers_an_organisation_that_they_do_not_lead(sign_in, event):
    theirs = make_registration(make_event()).organisation
    client = sign_in(make_registration(make_event()).delegates[0].user)
    data = {"form_key": "steal", "organisation_id": theirs.id}
    assert client.post(f"/events/{event.key}/register", data=data).status_code == 422
    assert count(Registration) == 2


@pytest.mark.parametrize(
    ("step", "field", "value", "fault"),
    [
        ("organisation", "website", "javascript:alert(1)", "Not a web address"),
        ("organisation", "name_native", "x" * 300, "Longer than 200 characters"),
        ("organisation", "name_native", "two\nlines", "line breaks"),
        ("organisation", "corporate_number", "1234567890123", "A corporate number has 13 digits"),
        ("organisation", "country", "XX", "Please choose one of those"),
        ("organisation", "founded", str(the_time().year + 1), "This year has not come yet"),
        ("availability", "time_zone", "Mars/Base", "Please choose one of those"),
        ("profile", "languages", "xx", "Please choose one of those"),
        ("offers", "offer_ja", "一行だけ", "each line needs its counterpart"),
        ("offers", "offer_en", "\n".join("x" for _ in range(11)), "At most 10 lines"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_saved(client, event, step, field, value, fault):
    registration = begin(client, event)
    before = (registration.organisation.version, registration.organisation.profile.version)
    response = client.post(f"/registrations/{registration.id}/{step}", data={**STEPS.get(step, {}), field: value})
    assert response.status_code == 422
    assert fault.casefold() in response.text.casefold()
    assert (registration.organisation.version, registration.organisation.profile.version) == before


def test_faults_are_in_the_visitors_language(client, event):
    with client.session_transaction() as session:
        session["language"] = "ja"
    page = client.post(f"/events/{event.key}/register", data={**START, "name_native": ""}).text
    assert "必ず入力してください。" in page


def test_emoji_and_right_to_left_names_are_kept(client, event):
    name = "שלום 🚀 עולם"
    assert begin(client, event, name_native=name).organisation.name_native == name


@pytest.mark.slow
def test_hostile_text_in_any_field_is_kept_or_refused_and_never_breaks(client, event):
    if HOSTILE is None:
        pytest.skip("the collection of hostile strings is not here")
    registration = begin(client, event)
    for text in json.loads(HOSTILE.read_text(encoding="utf-8"))[::5]:
        for step, field in (("organisation", "name_native"), ("profile", "summary_en"), ("offers", "need_en")):
            response = client.post(f"/registrations/{registration.id}/{step}", data={**STEPS[step], field: text})
            assert response.status_code in {302, 422}, (step, text)
    page = client.get(f"/registrations/{registration.id}/review")
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_stale_form_is_refused(client, event):
    registration = begin(client, event)
    address = f"/registrations/{registration.id}/organisation"
    data = {**STEPS["organisation"], "stamp": "1.1.1"}
    assert client.post(address, data={**data, "name_latin": "First"}).status_code == 302
    assert client.post(address, data={**data, "name_latin": "Second"}).status_code == 409
    assert registration.organisation.name_latin == "First"


def test_slots_that_do_not_suit_are_kept(client, event):
    registration = begin(client, event)
    first, *others = [slot.id for slot in event.slots]
    data = {"free": others, "capacity": 2, "attends": "online"}
    assert client.post(f"/registrations/{registration.id}/availability", data=data).status_code == 302
    assert [row.slot_id for row in registration.unavailable] == [first]
    assert (registration.capacity, registration.attends) == (2, "online")


def test_times_stand_in_the_organisations_zone_beside_the_events(client, event):
    registration = begin(client, event)
    registration.organisation.profile.time_zone = "America/New_York"
    page = client.get(f"/registrations/{registration.id}/availability").text
    assert "19:00" in page  # 9 February 00:00 UTC
    assert "09:00" in page


def test_a_needed_consent_withdrawn_ends_taking_part_at_once(sign_in, event):
    registration = make_registration(event, consents=())
    db.session.add(Consent(registration=registration, kind=ConsentKind.SHARING, wording="1", given_at=the_time()))
    db.session.add(Consent(registration=registration, kind=ConsentKind.PUBLICATION, wording="1", given_at=the_time()))
    client = sign_in(registration.delegates[0].user)
    client.post(f"/registrations/{registration.id}/consents/publication/withdraw")
    assert registration.state == RegistrationState.APPROVED
    client.post(f"/registrations/{registration.id}/consents/sharing/withdraw")
    assert registration.state == RegistrationState.ASKED_BACK
    assert [bool(consent.withdrawn_at) for consent in registration.consents] == [True, True]


def test_a_delegate_takes_up_the_invitation(app, sign_in, event):
    registration = make_registration(event)
    delegate = make_delegate(registration, email="ben@mueller.example")
    lead = sign_in(registration.delegates[0].user)
    lead.post(f"/registrations/{registration.id}/people/{delegate.id}/invite")
    (invitation,) = mails("invite")
    browser = app.test_client()
    assert browser.post(link_in(invitation)).status_code == 302
    assert delegate.user.email == "ben@mueller.example"
    membership = db.session.scalars(select(Membership).filter_by(user_id=delegate.user_id)).one()
    assert not membership.lead
    assert browser.get(f"/registrations/{registration.id}").status_code == 200
    assert browser.get(f"/registrations/{registration.id}/profile").status_code == 403


def test_a_visitor_who_confirmed_nothing_sends_no_mail_to_others(client, event):
    registration = begin(client, event)
    number = registration.delegates[0].id
    response = client.post(f"/registrations/{registration.id}/people/{number}/invite")
    assert "/sign-in" in response.headers["Location"]
    assert mails("invite") == []


def test_there_is_always_one_contact(sign_in, event):
    registration = make_registration(event)
    first, second = registration.delegates[0], make_delegate(registration, contact=False)
    client = sign_in(first.user)
    address = f"/registrations/{registration.id}/people/"
    assert client.post(f"{address}{first.id}/remove").status_code == 422
    data = {"email": second.email, "family_latin": "B", "given_latin": "C", "language": "en", "contact": "y"}
    client.post(f"{address}{second.id}", data=data)
    assert [row.contact for row in (first, second)] == [False, True]
    assert client.post(f"{address}{first.id}/remove").status_code == 302
    assert count(Delegate) == 1


@pytest.mark.slow
def test_a_colleague_is_given_the_right_to_change_and_loses_it_again(sign_in, event):
    registration = make_registration(event)
    colleague = make_user()
    second = make_delegate(registration, colleague, contact=False)
    db.session.add(Membership(user=colleague, organisation=registration.organisation))
    db.session.commit()
    lead, other = sign_in(registration.delegates[0].user), sign_in(colleague)
    address = f"/registrations/{registration.id}/people/{second.id}"
    data = {"email": second.email, "family_latin": "B", "given_latin": "C", "language": "en"}
    assert other.get(address).status_code == 403
    lead.post(address, data={**data, "lead": "y"})
    assert "May change" in lead.get(f"/registrations/{registration.id}/people").text
    assert other.get(address).status_code == 200
    lead.post(address, data=data)
    assert other.get(address).status_code == 403


def test_who_is_taken_off_acts_for_the_organisation_no_longer_unless_a_delegate_elsewhere(sign_in, event):
    registration = make_registration(event)
    elsewhere = make_registration(make_event(), registration.organisation)
    stays, goes = make_user(), make_user()
    for user in (stays, goes):
        make_delegate(registration, user, contact=False)
        db.session.add(Membership(user=user, organisation=registration.organisation, lead=True))
    make_delegate(elsewhere, stays, contact=False)
    db.session.commit()
    lead = sign_in(registration.delegates[0].user)
    for delegate in registration.delegates[1:]:
        lead.post(f"/registrations/{registration.id}/people/{delegate.id}/remove")
    assert sign_in(stays).get(f"/registrations/{registration.id}").status_code == 200
    assert sign_in(goes).get(f"/registrations/{registration.id}").status_code == 403


def test_a_coordinator_registers_a_known_organisation_by_key_or_number(sign_in, event):
    known = make_registration(
        make_event(), make_organisation(key="known", corporate_number="2010405003693")
    ).organisation
    staff = sign_in(make_user(Role.HEADQUARTERS))
    address = f"/events/{event.key}/registrations/new"
    contact = {name: START[name] for name in ("form_key", "email", "family_latin", "given_latin", "kind")}
    assert staff.post(address, data={**contact, "known": "nobody"}).status_code == 422
    assert staff.post(address, data={**contact, "known": "2010-4050-03693"}).status_code == 302
    registration = newest()
    assert (registration.organisation, registration.event) == (known, event)
    assert registration.registered_by is not None
    again = staff.post(address, data={**contact, "form_key": "another", "known": "known"})
    assert again.status_code == 409
    assert "registered for the event already" in again.text
    screen = staff.get(f"/events/{event.key}/registrations/{registration.id}").text
    assert "has acted for this organisation" in screen


def test_two_people_may_share_a_mailbox_but_nobody_is_a_delegate_twice(sign_in, event):
    registration = make_registration(event)
    client, url = sign_in(registration.delegates[0].user), f"/registrations/{registration.id}/people"
    data = {"email": registration.delegates[0].email.upper(), "family_latin": "B", "language": "en", "time_zone": ""}
    assert client.post(url, data=data).status_code == 302, "who has one name alone, too"
    response = client.post(url, data=data)
    assert response.status_code == 409
    assert "There is a delegate with this name and address already." in response.text
    assert count(Delegate) == 2


def test_the_mail_is_in_the_language_of_the_registration(app, event):
    client = app.test_client()
    with client.session_transaction() as session:
        session["language"] = "ja"
    begin(client, event)
    assert "参加登録" in text_of(mails("draft")[0])
    assert db.session.scalars(select(User).filter_by(email=ADDRESS)).one().language == "ja"


def test_every_kind_of_organisation_can_register(client, event):
    for number, kind in enumerate(OrganisationKind):
        begin(client, event, kind=kind.value, form_key=f"kind-{number}", email=f"a{number}@mueller.example")
    assert set(db.session.scalars(select(Organisation.kind))) == set(OrganisationKind)


def test_an_address_typed_in_full_width_is_kept_as_mail_knows_it_and_can_be_confirmed(client, event):
    registration = begin(client, event, email=" Ｔａｒｏ＠ｍｉｈｏｎ．example ")
    assert registration.delegates[0].email == "taro@mihon.example"
    assert client.post(link_in(mails("draft")[0])).status_code == 302
    assert registration.delegates[0].user.email == "taro@mihon.example"
