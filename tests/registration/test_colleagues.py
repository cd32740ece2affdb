"""The people who act for an organisation at every event."""

from typing import Any

import pytest
from flask import Flask

from rbc_events.accounts.models import User
from rbc_events.database import db
from rbc_events.registration.models import Membership, Registration
from tests.factories import make_event, make_registration, make_user
from tests.registration.pages import link_in, mails

NEW = {"family_latin": "Berg", "given_latin": "Ben", "email": "ben@mueller.example", "language": "en"}


@pytest.fixture
def registration(app: Flask) -> Registration:
    return make_registration(make_event("fair"))


@pytest.fixture
def lead(registration: Registration, sign_in: Any) -> Any:
    return sign_in(registration.delegates[0].user)


def address(registration: Registration) -> str:
    return f"/organisations/{registration.organisation_id}/colleagues"


def of(registration: Registration, user: User) -> Membership:
    return next(each for each in registration.organisation.memberships if each.user_id == user.id)


def member(registration: Registration, *, leads: bool = False) -> User:
    user = make_user()
    db.session.add(Membership(user=user, organisation=registration.organisation, lead=leads))
    db.session.commit()
    return user


def test_a_colleague_is_invited_agrees_and_acts_for_the_organisation(
    app: Flask, registration: Registration, lead: Any
) -> None:
    assert lead.post(address(registration), data=NEW).status_code == 302
    assert len(registration.organisation.memberships) == 1, "nothing changes before they agree"
    [mail] = mails("colleague")
    browser = app.test_client()
    link = link_in(mail)
    assert "Ben" not in browser.get(link).text
    assert len(registration.organisation.memberships) == 1, "opening the page alone changes nothing"
    assert browser.post(link).status_code == 302
    assert browser.get(address(registration)).status_code == 200
    ben = db.session.query(User).filter_by(email="ben@mueller.example").one()
    assert not of(registration, ben).lead
    assert app.test_client().post(link).status_code == 410
    again = lead.post(address(registration), data=NEW)
    assert (again.status_code, "already" in again.text, 'value="Berg"' in again.text) == (409, True, True)
    assert browser.post(address(registration), data={**NEW, "email": "c@d.example"}).status_code == 403


def test_an_invitation_is_worth_nothing_once_who_sent_it_leads_no_longer(
    app: Flask, registration: Registration, lead: Any
) -> None:
    lead.post(address(registration), data={**NEW, "lead": "y"})
    other = member(registration, leads=True)
    of(registration, registration.delegates[0].user).lead = False
    db.session.commit()
    assert app.test_client().post(link_in(mails("colleague")[0])).status_code == 410
    assert {each.user_id for each in registration.organisation.memberships if each.lead} == {other.id}


def test_the_lead_is_handed_over_and_somebody_always_leads(registration: Registration, lead: Any) -> None:
    first, second = registration.delegates[0].user, member(registration)
    base = address(registration)
    own, theirs = (f"{base}/{of(registration, user).id}" for user in (first, second))
    assert lead.post(f"{own}/member").status_code == 422
    assert lead.post(f"{own}/remove").status_code == 422
    assert of(registration, first).lead, "the last one stays"
    assert lead.post(f"{theirs}/hand_over").status_code == 302
    assert (of(registration, first).lead, of(registration, second).lead) == (False, True)
    assert lead.post(f"{theirs}/remove").status_code == 403
    assert lead.post(f"{own}/lead").status_code == 403
    assert lead.post(f"{own}/remove").status_code == 302, "one may leave"
    assert [each.user_id for each in registration.organisation.memberships] == [second.id]
    assert lead.get(base).status_code == 403


def test_a_lead_lets_a_colleague_go(registration: Registration, lead: Any, sign_in: Any) -> None:
    colleague = member(registration)
    page = lead.get(address(registration)).text
    assert colleague.email in page
    assert "Invite a colleague" in page
    assert "Invite a colleague" not in sign_in(colleague).get(address(registration)).text
    assert lead.post(f"{address(registration)}/{of(registration, colleague).id}/remove").status_code == 302
    assert sign_in(colleague).get(address(registration)).status_code == 403


def test_another_organisations_people_are_not_found(registration: Registration, lead: Any) -> None:
    other = make_registration(make_event("other"))
    number = of(other, other.delegates[0].user).id
    assert lead.post(f"{address(registration)}/{number}/remove").status_code == 404
    assert lead.get(address(other)).status_code == 403
