"""What is typed is kept before it is saved, and the mailed link goes on with it until it is sent."""

from datetime import timedelta

import pytest

from rbc_events.clock import now as the_time
from rbc_events.registration.models import RegistrationState
from rbc_events.registration.retention import forget_unconfirmed
from tests.factories import make_event, make_registration
from tests.registration.pages import STEPS, begin, fill_in, link_in, mails, send


@pytest.fixture
def event(app):
    return make_event(
        "open",
        registration_opens_at=the_time() - timedelta(days=1),
        registration_closes_at=the_time() + timedelta(days=1),
    )


def keep(client, registration, step, **entries):
    return client.post(f"/registrations/{registration.id}/{step}/keep", data=entries)


def test_what_was_typed_is_back_in_the_form_and_counts_once_it_is_saved(client, event):
    registration = begin(client, event)
    answer = keep(
        client, registration, "organisation", **{**STEPS["organisation"], "name_latin": "Typed", "founded": "x"}
    )
    assert answer.status_code == 200
    assert "Draft saved at" in answer.text
    assert registration.organisation.name_latin == ""
    page = client.get(f"/registrations/{registration.id}/organisation").text
    assert 'value="Typed"' in page
    assert 'value="x"' in page, "a field that isn't right yet is kept as well"
    assert "This is your draft" in page
    data = {**STEPS["organisation"], "name_latin": "Saved"}
    assert client.post(f"/registrations/{registration.id}/organisation", data=data).status_code == 302
    assert registration.organisation.name_latin == "Saved"
    assert "This is your draft" not in client.get(f"/registrations/{registration.id}/organisation").text


@pytest.mark.parametrize("step", ["profile", "offers", "availability", "questions"])
def test_every_step_that_is_typed_into_keeps_its_draft(client, event, step):
    registration = begin(client, event)
    answer = keep(client, registration, step, **{**STEPS.get(step, {}), "summary_en": "Half a sen", "capacity": "3"})
    assert answer.status_code == 200
    page = client.get(f"/registrations/{registration.id}/{step}").text
    assert {"profile": "Half a sen", "offers": "A hospital", "availability": 'value="3"', "questions": ""}[step] in page


def test_consents_are_not_kept_before_they_are_given(client, event):
    assert keep(client, begin(client, event), "consents", declaration="y").status_code == 404


def test_a_draft_can_be_discarded(client, event):
    registration = begin(client, event)
    keep(client, registration, "profile", summary_en="Half a sentence")
    assert keep(client, registration, "profile", drop="1").status_code == 302
    assert "Half a sentence" not in client.get(f"/registrations/{registration.id}/profile").text


def test_a_draft_about_older_rows_or_without_end_is_refused(client, event):
    registration = begin(client, event)
    assert keep(client, registration, "profile", stamp="0.0.0").status_code == 409
    assert keep(client, registration, "profile", summary_en="x" * 200_001).status_code == 422
    assert registration.unsaved == []


def test_a_registration_that_is_being_typed_is_not_forgotten(client, event):
    registration = begin(client, event)
    keep(client, registration, "profile", summary_en="Half a sentence")
    registration.unsaved[0].at = the_time() + timedelta(days=20)
    assert forget_unconfirmed(now=the_time() + timedelta(days=31)) == 0
    assert forget_unconfirmed(now=the_time() + timedelta(days=51)) == 1


@pytest.mark.slow
def test_the_mailed_link_goes_on_with_the_draft_until_it_is_sent(app, client, event):
    registration = begin(client, event)
    (mail,) = mails("draft")
    address = f"/registrations/{registration.id}/profile"
    first, second = app.test_client(), app.test_client()
    assert first.post(link_in(mail)).status_code == 302
    assert first.get(address).status_code == 200
    assert "works until you send it" in second.get(link_in(mail)).text
    assert second.get(address).status_code == 302, "opening the page alone lets nobody in"
    assert second.post(link_in(mail)).status_code == 302
    assert second.get(address).status_code == 200
    assert "/sign-in" in second.get("/settings").headers["Location"], "the link again signs nobody in"
    fill_in(first, registration)
    send(first, registration)
    assert registration.state == RegistrationState.SUBMITTED
    assert second.get(address).status_code == 302
    assert second.post(link_in(mail)).status_code == 410


def test_the_link_of_a_draft_opens_nothing_of_an_organisation_that_has_more(app, client, event):
    registration = begin(client, event)
    (mail,) = mails("draft")
    app.test_client().post(link_in(mail))
    make_registration(make_event("other"), registration.organisation)
    assert app.test_client().post(link_in(mail)).status_code == 410


def test_the_mailed_link_goes_to_the_first_step_that_is_incomplete(client, event):
    registration = begin(client, event)
    (mail,) = mails("draft")
    client.post(f"/registrations/{registration.id}/organisation", data=STEPS["organisation"])
    assert client.post(link_in(mail)).headers["Location"].endswith("/profile")
    fill_in(client, registration)
    assert client.post(link_in(mail)).headers["Location"].endswith("/review")


def test_who_goes_on_from_an_empty_step_is_told_what_is_missing_in_it(client, event):
    registration = begin(client, event)
    page = client.get(f"/registrations/{registration.id}/profile").text
    assert page.count('class="required"') == 2, "the summary and the languages"
    empty = {**STEPS["profile"], "summary_en": "", "languages": []}
    assert client.post(f"/registrations/{registration.id}/profile", data=empty).status_code == 302
    page = client.get(f"/registrations/{registration.id}/offers").text
    assert "Still missing in “What you do”: A summary, in Japanese or English; The languages that you speak" in page
    client.post(f"/registrations/{registration.id}/profile", data=STEPS["profile"])
    assert "Still missing" not in client.get(f"/registrations/{registration.id}/offers").text
