"""An organisation is known across events. Whoever works on one of its registrations, or is named for it, gets nothing
else of it: each test goes a way that is allowed step by step, and looks at what its end can do."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from rbc_events.accounts import operations as accounts
from rbc_events.accounts.models import Role, User
from rbc_events.database import db
from rbc_events.errors import Forbidden
from rbc_events.events.models import Event
from rbc_events.registration import claims, starting, uploads
from rbc_events.registration.duplicates import merge
from rbc_events.registration.models import (
    Claim,
    Consent,
    ConsentKind,
    Delegate,
    Membership,
    Registration,
    UploadKind,
)
from rbc_events.sheet_import.engine import import_sheet
from rbc_events.sheet_import.kind import Importing, Report
from rbc_events.sheet_import.registry import find_importer
from rbc_events.sheets import read_sheet, write_csv
from tests.factories import (
    NOW,
    add,
    make_delegate,
    make_event,
    make_organisation,
    make_registration,
    make_user,
)
from tests.markup import one_line
from tests.registration.pages import START, link_in, mails, newest

NUMBER = "2010405003693"
INTRUDER = "intruder@people.example"
NAME = "見本製作所株式会社"
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def theirs(app: Flask) -> Registration:
    """A registration at an event of others, with a lead and a consent."""
    organisation = make_organisation(NAME, key="known", corporate_number=NUMBER, country="JP")
    registration = make_registration(make_event("theirs"), organisation)
    add(Consent(registration=registration, kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    return registration


@pytest.fixture
def event(app: Flask) -> Event:
    return make_event("ours")


@pytest.fixture
def coordinator(event: Event) -> User:
    user = make_user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id)
    return user


@pytest.fixture
def staff(coordinator: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(coordinator)


def lead_of(registration: Registration) -> User:
    user = registration.delegates[0].user
    assert user is not None
    return user


def state_of(registration: Registration) -> tuple[Any, ...]:
    """All that another event's staff must leave alone."""
    organisation = registration.organisation
    return (
        organisation.name_native,
        organisation.corporate_number,
        organisation.key,
        organisation.employees,
        organisation.profile.summary_en,
        [statement.text_en for statement in organisation.statements],
        sorted((each.user_id, each.lead) for each in organisation.memberships),
        [(each.email, each.contact, each.user_id) for each in registration.delegates],
        [consent.withdrawn_at for consent in registration.consents],
        registration.state,
    )


def register(client: FlaskClient, event: Event, **fields: str) -> Any:
    data = {**START, "name_native": NAME, "country": "JP", "kind": "foreign_company", "email": INTRUDER, **fields}
    return client.post(f"/events/{event.key}/registrations/new", data=data)


def upload(client: FlaskClient, event: Event, rows: list[dict[str, str]], kind: str = "organisations") -> Any:
    """Import rows on the event's page."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    content = write_csv(names, [[row.get(name, "") for name in names] for row in rows])
    kept = client.post(
        f"/events/{event.key}/import/{kind}",
        data={"sheet": (io.BytesIO(content), "sheet.csv")},
        content_type="multipart/form-data",
    )
    return client.post(kept.headers["Location"], data={"apply": "1"})


def row(key: str, name: str = NAME, email: str = INTRUDER, **more: str) -> dict[str, str]:
    return {
        "external_key": key,
        "kind": "foreign_company",
        "name_native": name,
        "country": "JP",
        "contact_email": email,
        **more,
    }


def command(event: Event, rows: list[dict[str, str]]) -> Report:
    """Import rows as `rbc-events import organisations` does."""
    importer = find_importer("organisations")
    assert importer is not None
    names = ["event_key", *rows[0]]
    content = write_csv(names, [[event.key, *each.values()] for each in rows])
    return import_sheet(importer, read_sheet(content), Importing(now=NOW))


def take_up(app: Flask, staff: FlaskClient, registration: Registration, address: str) -> FlaskClient:
    """The browser of somebody whom staff have named, after opening the invitation."""
    delegate = db.session.scalars(select(Delegate).filter_by(registration_id=registration.id, email=address)).one()
    staff.post(f"/registrations/{registration.id}/people/{delegate.id}/invite")
    invitation = next(mail for mail in reversed(mails("invite")) if mail.recipient == address)
    browser = app.test_client()
    assert browser.post(link_in(invitation)).status_code == 302
    return browser


def is_refused(response: Any) -> bool:
    return response.status_code in (403, 404) or "/sign-in" in response.headers.get("Location", "")


def assert_nothing_of(theirs: Registration, browser: FlaskClient, before: tuple[Any, ...]) -> None:
    """Whoever uses this browser neither reads nor changes anything of the organisation beyond the other event."""
    number = theirs.id
    answer = uploads.keep(theirs.organisation, UploadKind.ANSWER, b"%PDF-1", "answer.pdf", now=NOW)
    for page in ("", "/organisation", "/profile", "/offers", "/availability", "/people", "/files", "/review"):
        assert is_refused(browser.get(f"/registrations/{number}{page}")), page
    for page in ("requests", "agenda"):
        assert is_refused(browser.get(f"/events/theirs/{page}")), page
    assert is_refused(browser.get(f"/uploads/{answer.id}"))
    tried = {
        "profile": {"summary_en": "Taken over"},
        "organisation": {"kind": "local_company", "name_native": "Taken over", "country": "JP"},
        "offers": {"offer_en": "Taken over"},
        "people": {"email": "more@people.example", "family_latin": "A", "given_latin": "B", "language": "en"},
        "consents/sharing/withdraw": {},
        "withdraw": {},
        "files": {"kind": "logo"},
    }
    for page, data in tried.items():
        browser.post(f"/registrations/{number}/{page}", data=data)
    assert state_of(theirs) == before


@pytest.mark.slow
@pytest.mark.parametrize("known", ["known", NUMBER])
def test_a_known_organisation_that_is_registered_elsewhere_waits_for_its_lead(
    app: Flask, staff: FlaskClient, event: Event, theirs: Registration, known: str
) -> None:
    before = state_of(theirs)
    assert register(staff, event, known=known).status_code == 302
    registration = newest()
    assert registration.organisation is not theirs.organisation
    assert registration.organisation.corporate_number is None
    assert registration.organisation.profile.summary_en == ""
    assert [mail.recipient for mail in mails("claim")] == [lead_of(theirs).email]
    browser = take_up(app, staff, registration, INTRUDER)
    assert_nothing_of(theirs, browser, before)
    assert_nothing_of(theirs, staff, before)
    assert "Waits for the word of an organisation" in staff.get("/events/ours/registrations").text
    screen = staff.get(f"/events/ours/registrations/{registration.id}").text
    assert "Said to be an organisation known from other events" in screen


@pytest.mark.slow
def test_only_a_lead_or_headquarters_answers(
    app: Flask, sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    register(staff, event, known="known")
    claim = db.session.scalars(select(Claim)).one()
    member = make_user()
    add(Membership(user=member, organisation=theirs.organisation))
    others = [staff, sign_in(member), take_up(app, staff, newest(), INTRUDER), app.test_client()]
    for client in others:
        assert client.get(f"/claims/{claim.id}").status_code in (302, 403)
        client.post(f"/claims/{claim.id}", data={"agree": "1"})
        assert [each.organisation_id for each in event_registrations(event)] != [theirs.organisation_id]
    assert sign_in(lead_of(theirs)).get(f"/claims/{claim.id}").status_code == 200
    assert sign_in(make_user(Role.HEADQUARTERS)).get(f"/claims/{claim.id}").status_code == 200


def event_registrations(event: Event) -> list[Registration]:
    return list(db.session.scalars(select(Registration).filter_by(event_id=event.id)))


@pytest.mark.slow
@pytest.mark.parametrize("joined", [False, True], ids=["joins after", "joined before"])
def test_after_the_lead_has_agreed_the_contact_acts_for_this_registration_alone(
    app: Flask,
    sign_in: SignIn,
    staff: FlaskClient,
    event: Event,
    theirs: Registration,
    joined: bool,
) -> None:
    before = state_of(theirs)
    register(staff, event, known="known")
    registration = newest()
    browser = take_up(app, staff, registration, INTRUDER) if joined else None
    claim, lead = db.session.scalars(select(Claim)).one(), sign_in(lead_of(theirs))
    assert f"/claims/{claim.id}" in lead.get("/").text
    assert lead.post(f"/claims/{claim.id}", data={"agree": "1"}).status_code == 302
    assert registration.organisation is theirs.organisation
    assert db.session.scalars(select(Claim)).all() == []
    browser = browser or take_up(app, staff, registration, INTRUDER)
    own = f"/registrations/{registration.id}"
    assert browser.get(own).status_code == 200
    assert browser.get(f"{own}/availability").status_code == 200
    assert "You act for this organisation at this event" in browser.get(f"{own}/profile").text
    assert f'href="{own}/offers">Continue' in one_line(browser.get(f"{own}/profile").text)
    for client in (browser, staff):
        for step in ("organisation", "profile", "offers"):
            assert client.post(f"{own}/{step}", data={"name_native": "Taken over"}).status_code == 403
            assert client.post(f"{own}/{step}/keep", data={"name_native": "Taken over"}).status_code == 403
        assert client.post(f"{own}/files", data={"kind": "logo"}).status_code == 403
        assert_nothing_of(theirs, client, before)


def test_who_refuses_keeps_everything_and_is_not_asked_again(
    sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    before = state_of(theirs)
    register(staff, event, known="known")
    registration, claim = newest(), db.session.scalars(select(Claim)).one()
    sign_in(lead_of(theirs)).post(f"/claims/{claim.id}", data={"refuse": "1"})
    assert state_of(theirs) == before
    assert registration.organisation is not theirs.organisation
    assert "that this registration is not its own" in staff.get(f"/events/ours/registrations/{registration.id}").text
    assert staff.post(f"/events/ours/registrations/{registration.id}/ask-organisation").status_code == 409
    assert len(mails("claim")) == 1


def test_where_nobody_leads_headquarters_are_shown_the_claim(
    sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    theirs.organisation.memberships = []
    assert register(staff, event, known="known").status_code == 302
    assert mails("claim") == []
    claim, headquarters = db.session.scalars(select(Claim)).one(), sign_in(make_user(Role.HEADQUARTERS))
    assert f"/claims/{claim.id}" in headquarters.get("/").text
    headquarters.post(f"/claims/{claim.id}", data={"agree": "1"})
    assert newest().organisation is theirs.organisation


def test_a_key_is_worth_nothing_without_the_name(staff: FlaskClient, event: Event, theirs: Registration) -> None:
    for name in ("", "Quite Another"):
        response = register(staff, event, known="known", name_native=name)
        assert response.status_code == 422
        assert "no organisation with this key or corporate number and this name" in response.text
        assert NAME not in response.text
    assert event_registrations(event) == []


def test_one_organisation_is_claimed_once_at_an_event(staff: FlaskClient, event: Event, theirs: Registration) -> None:
    register(staff, event, known="known")
    assert register(staff, event, known="known").status_code == 302, "the same page again is the same registration"
    again = register(staff, event, known=NUMBER, form_key="another")
    assert again.status_code == 409
    assert (len(event_registrations(event)), len(mails("claim"))) == (1, 1)


def test_an_organisation_of_ones_own_events_is_registered_at_once_and_its_lead_stays_the_only_one(
    app: Flask, staff: FlaskClient, coordinator: User, event: Event, theirs: Registration
) -> None:
    accounts.grant(coordinator, Role.COORDINATOR, event_id=theirs.event_id)
    register(staff, event, known="known")
    registration = newest()
    assert registration.organisation is theirs.organisation
    browser = take_up(app, staff, registration, INTRUDER)
    assert [each.user_id for each in theirs.organisation.memberships] == [lead_of(theirs).id]
    assert browser.get(f"/registrations/{theirs.id}").status_code == 403
    assert browser.post(f"/registrations/{registration.id}/profile", data={}).status_code == 403
    assert staff.get(f"/registrations/{registration.id}/profile").status_code == 200


def test_the_first_contact_of_an_organisation_that_staff_registered_leads_it(
    app: Flask, staff: FlaskClient, event: Event
) -> None:
    register(staff, event)
    registration = newest()
    browser = take_up(app, staff, registration, INTRUDER)
    assert [each.lead for each in registration.organisation.memberships] == [True]
    assert browser.get(f"/registrations/{registration.id}/profile").status_code == 200


@pytest.mark.slow
def test_who_was_named_before_the_organisation_went_elsewhere_gets_no_part_of_that(
    app: Flask, staff: FlaskClient, event: Event
) -> None:
    """Named while it was theirs, joining when it no longer is."""
    register(staff, event)
    registration = newest()
    elsewhere = make_registration(make_event("theirs"), registration.organisation)
    before = state_of(elsewhere)
    assert_nothing_of(elsewhere, take_up(app, staff, registration, INTRUDER), before)


@pytest.fixture
def shared(theirs: Registration, event: Event) -> Registration:
    """The same organisation, registered at our event by its own lead."""
    fields = {"state": theirs.state, "created_at": NOW, "submitted_at": NOW, "decided_at": NOW}
    registration = add(Registration(event=event, organisation=theirs.organisation, **fields))
    make_delegate(registration, lead_of(theirs))
    db.session.commit()
    return registration


PERSON = {"email": INTRUDER, "family_latin": "In", "given_latin": "Truder", "language": "en", "time_zone": ""}


@pytest.mark.slow
@pytest.mark.parametrize("contact", [{}, {"contact": "y"}], ids=["delegate", "contact"])
def test_a_person_whom_staff_add_acts_for_their_event_alone(
    app: Flask, staff: FlaskClient, theirs: Registration, shared: Registration, contact: dict[str, str]
) -> None:
    before = state_of(theirs)
    assert staff.post(f"/registrations/{shared.id}/people", data={**PERSON, **contact}).status_code == 302
    browser = take_up(app, staff, shared, INTRUDER)
    assert_nothing_of(theirs, browser, before)
    assert browser.get(f"/registrations/{shared.id}").status_code == 200
    assert browser.get(f"/registrations/{shared.id}/people").status_code == (200 if contact else 403)
    assert staff.post(f"/registrations/{shared.id}/profile", data={}).status_code == 403


@pytest.mark.slow
def test_staff_make_nobody_a_lead_by_the_delegates_page(
    app: Flask, staff: FlaskClient, theirs: Registration, shared: Registration
) -> None:
    before = state_of(theirs)
    staff.post(f"/registrations/{shared.id}/people", data=PERSON)
    browser = take_up(app, staff, shared, INTRUDER)
    number = db.session.scalars(select(Delegate.id).filter_by(email=INTRUDER)).one()
    page = f"/registrations/{shared.id}/people/{number}"
    assert 'name="lead"' not in staff.get(page).text
    staff.post(page, data={**PERSON, "lead": "y", "contact": "y"})
    assert_nothing_of(theirs, browser, before)


@pytest.mark.slow
def test_a_colleague_whom_the_lead_named_and_staff_replaced_gets_nothing(
    app: Flask, sign_in: SignIn, staff: FlaskClient, theirs: Registration, shared: Registration
) -> None:
    before = state_of(theirs)
    lead = sign_in(lead_of(theirs))
    lead.post(f"/registrations/{shared.id}/people", data={**PERSON, "email": "colleague@mihon.example"})
    colleague = db.session.scalars(select(Delegate).filter_by(email="colleague@mihon.example")).one()
    staff.post(f"/registrations/{shared.id}/people/{colleague.id}", data={**PERSON, "contact": "y"})
    assert_nothing_of(theirs, take_up(app, staff, shared, INTRUDER), before)


def test_a_colleague_whom_the_lead_named_acts_for_the_organisation(
    app: Flask, sign_in: SignIn, theirs: Registration, shared: Registration
) -> None:
    lead = sign_in(lead_of(theirs))
    lead.post(f"/registrations/{shared.id}/people", data=PERSON)
    browser = take_up(app, lead, shared, INTRUDER)
    assert browser.get(f"/registrations/{theirs.id}").status_code == 200


@pytest.mark.slow
def test_a_contact_of_one_event_names_nobody_for_another(
    app: Flask, staff: FlaskClient, theirs: Registration, shared: Registration
) -> None:
    before = state_of(theirs)
    staff.post(f"/registrations/{shared.id}/people", data={**PERSON, "contact": "y"})
    contact = take_up(app, staff, shared, INTRUDER)
    contact.post(f"/registrations/{shared.id}/people", data={**PERSON, "email": "second@people.example"})
    assert_nothing_of(theirs, take_up(app, contact, shared, "second@people.example"), before)


def test_staff_of_one_event_end_nobodys_membership(
    staff: FlaskClient, theirs: Registration, shared: Registration
) -> None:
    colleague = make_user()
    add(Membership(user=colleague, organisation=theirs.organisation, lead=True))
    delegate = make_delegate(shared, colleague)
    before = state_of(theirs)
    assert staff.post(f"/registrations/{shared.id}/people/{delegate.id}/remove").status_code == 302
    assert state_of(theirs) == before


@pytest.mark.slow
def test_a_sheet_that_names_an_organisation_of_others_waits_for_its_lead(
    app: Flask, sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    before = state_of(theirs)
    for given in (row("known", employees="7"), row("other-key", corporate_number=NUMBER)):
        assert upload(staff, event, [given]).status_code == 302
    (registration,) = event_registrations(event)
    assert registration.organisation.claimed_number == NUMBER
    browser = take_up(app, staff, registration, INTRUDER)
    assert_nothing_of(theirs, browser, before)
    assert mails("claim") == []
    staff.post(f"/events/ours/registrations/{registration.id}/ask-organisation")
    assert [mail.recipient for mail in mails("claim")] == [lead_of(theirs).email]
    claim = db.session.scalars(select(Claim)).one()
    sign_in(lead_of(theirs)).post(f"/claims/{claim.id}", data={"agree": "1"})
    assert registration.organisation is theirs.organisation
    assert_nothing_of(theirs, browser, before)
    assert upload(staff, event, [row("known", employees="9", summary_en="Taken over")]).status_code == 302
    assert len(event_registrations(event)) == 1
    assert state_of(theirs) == before


@pytest.mark.slow
def test_other_sheets_name_a_claimed_organisation_by_the_key_of_the_first(
    staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    other = make_registration(event, make_organisation(key="two"))
    upload(staff, event, [row("known")])
    registration = next(each for each in event_registrations(event) if each is not other)
    registration.consents.append(Consent(kind=ConsentKind.SHARING, wording="1", given_at=NOW))
    before = state_of(theirs)
    assert upload(staff, event, [{"external_key": "known", "email": "b@x.example"}], "delegates").status_code == 302
    assert upload(staff, event, [{"from_key": "known", "to_key": "two"}], "requests").status_code == 302
    outcome = {"key": "first", "party_keys": "known;two", "type": "nda", "state": "executed"}
    assert upload(staff, event, [{**outcome, "attribution": "arranged", "visibility": "staff"}], "outcomes").status_code
    assert [each.email for each in registration.delegates] == [INTRUDER, "b@x.example"]
    assert state_of(theirs) == before


@pytest.mark.slow
def test_two_offices_that_number_their_sheets_from_one_keep_their_own(
    sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    upload(staff, event, [row("1", "甲県見本株式会社", "ko@mihon.example")])
    before = state_of(event_registrations(event)[0])
    other = make_event("second-office")
    user = make_user()
    accounts.grant(user, Role.COORDINATOR, event_id=other.id)
    client = sign_in(user)
    for change in ("added", "unchanged"):  # the second time its own key finds it again
        done = upload(client, other, [row("1", "乙県試験株式会社", "otsu@mihon.example")])
        assert "甲県見本株式会社" not in client.get(done.headers["Location"]).text, "one of others is not told"
        (registration,) = event_registrations(other)
        assert registration.organisation.name_native == "乙県試験株式会社", change
    assert state_of(event_registrations(event)[0]) == before


@pytest.mark.slow
def test_a_key_of_another_name_is_told_with_both_names_where_they_are_ones_own(
    sign_in: SignIn, staff: FlaskClient, event: Event
) -> None:
    rows = [row(str(number), f"甲県試料{number}株式会社", f"ko{number}@mihon.example") for number in (1, 2)]
    upload(staff, event, rows)
    before = [state_of(each) for each in event_registrations(event)]
    others = [row(str(number), f"乙県試料{number}株式会社", f"otsu{number}@mihon.example") for number in (1, 2)]
    refused = upload(staff, event, others)
    assert refused.status_code == 422
    for name in ("甲県試料1株式会社", "乙県試料1株式会社"):
        assert name in refused.text
    report = command(event, others)
    assert [(fault.column, "甲県試料1株式会社" in str(fault.message)) for fault in report.faults[:1]] == [
        ("external_key", True)
    ]
    assert [state_of(each) for each in event_registrations(event)] == before


@pytest.mark.slow
def test_a_number_of_another_name_is_a_fault(staff: FlaskClient, event: Event, theirs: Registration) -> None:
    before = state_of(theirs)
    refused = upload(staff, event, [row("mine", "乙県試験株式会社", corporate_number=NUMBER)])
    assert refused.status_code == 422
    assert "has this corporate number" in refused.text
    assert (event_registrations(event), state_of(theirs)) == ([], before)


def test_key_and_number_of_two_organisations_are_a_fault(
    staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    make_registration(event, make_organisation(NAME, key="mine", country="JP"))
    refused = upload(staff, event, [row("mine", corporate_number=NUMBER)])
    assert refused.status_code == 422
    assert "Another organisation than that of the key" in refused.text


@pytest.mark.slow
def test_a_sheet_read_by_command_gives_its_contact_no_part_of_other_events(
    app: Flask, sign_in: SignIn, event: Event, theirs: Registration
) -> None:
    before = state_of(theirs)
    assert command(event, [row("known")]).ok
    (registration,) = event_registrations(event)
    assert registration.organisation is theirs.organisation
    headquarters = sign_in(make_user(Role.HEADQUARTERS))
    assert_nothing_of(theirs, take_up(app, headquarters, registration, INTRUDER), before)


@pytest.mark.slow
def test_a_sheet_without_the_contacts_columns_leaves_them_and_a_new_contact_replaces_the_old(
    staff: FlaskClient, event: Event
) -> None:
    first = row("twice", email="taro@mihon.example", contact_family_kanji="見本", contact_title="部長")
    upload(staff, event, [first])
    upload(staff, event, [row("twice", email="taro@mihon.example")])
    (registration,) = event_registrations(event)
    assert [(each.family_kanji, each.title) for each in registration.delegates] == [("見本", "部長")]
    upload(staff, event, [row("twice", email="hanako@mihon.example")])
    assert [(each.email, each.contact) for each in registration.delegates] == [
        ("taro@mihon.example", False),
        ("hanako@mihon.example", True),
    ]


def test_an_account_that_registers_again_leads_only_what_is_new(
    app: Flask, sign_in: SignIn, event: Event, theirs: Registration, client: FlaskClient
) -> None:
    """A visitor registers with a lead's address, and the lead confirms it: the two organisations stay two."""
    before = state_of(theirs)
    client.post(f"/events/{event.key}/register", data={**START, "name_native": NAME, "email": lead_of(theirs).email})
    registration = newest()
    app.test_client().post(link_in(mails("draft")[0]))
    assert registration.organisation is not theirs.organisation
    assert_nothing_of(theirs, client, before)


def test_a_browser_that_began_a_draft_gets_nothing_of_what_it_is_merged_into(
    app: Flask, event: Event, theirs: Registration, client: FlaskClient
) -> None:
    theirs.organisation.memberships = []
    client.post(f"/events/{event.key}/register", data=START)
    registration = newest()
    merge(registration.organisation, theirs.organisation)
    before = state_of(theirs)
    assert_nothing_of(theirs, client, before)
    assert client.get(f"/registrations/{registration.id}/profile").status_code == 302


def test_no_operation_registers_an_organisation_of_others(
    app: Flask, coordinator: User, event: Event, theirs: Registration, now: datetime
) -> None:
    for by_staff in (False, True):
        with pytest.raises(Forbidden):
            starting.start_registration(
                event,
                theirs.organisation,
                {"email": INTRUDER, "family_latin": "A", "given_latin": "B"},
                fields={},
                actor=coordinator,
                now=now,
                language="en",
                form_key="a",
                by_staff=by_staff,
            )


def test_an_organisation_that_takes_part_nowhere_is_headquarters_alone(
    staff: FlaskClient, sign_in: SignIn, event: Event
) -> None:
    make_organisation(NAME, key="known", country="JP")
    register(staff, event, known="known")
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 1


def test_an_answer_in_a_file_is_seen_at_its_own_event_alone(
    staff: FlaskClient, sign_in: SignIn, theirs: Registration, shared: Registration
) -> None:
    answer = uploads.keep(theirs.organisation, UploadKind.ANSWER, b"%PDF-1", "answer.pdf", now=NOW)
    assert staff.get(f"/uploads/{answer.id}").status_code == 403


def test_a_claim_asks_nobody_who_is_not_there(theirs: Registration, event: Event, now: datetime) -> None:
    lead_of(theirs).active = False
    registration = make_registration(event)
    made = claims.claim(registration, theirs.organisation, actor=None, now=now)
    with pytest.raises(claims.NobodyToAsk):
        claims.ask_leads(made, now=now)


def test_a_claim_whose_registration_is_gone_asks_nobody(
    sign_in: SignIn, staff: FlaskClient, event: Event, theirs: Registration
) -> None:
    register(staff, event, known="known")
    claim = db.session.scalars(select(Claim)).one()
    db.session.delete(newest())
    lead = sign_in(lead_of(theirs))
    assert f"/claims/{claim.id}" not in lead.get("/").text
    assert lead.get(f"/claims/{claim.id}").status_code == 404
