"""Whatever keeps a form from being taken, what was typed into it is not lost."""

import inspect
import pkgutil
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import PasswordField

import rbc_events
from rbc_events import clock, limits, typed
from rbc_events.accounts import sign_ins
from rbc_events.accounts.models import TypedForm
from rbc_events.accounts.operations import set_password
from rbc_events.accounts.routes.typed_forms import KEPT
from rbc_events.database import db
from rbc_events.editing import SentForm
from rbc_events.meetings import operations
from rbc_events.registration.models import Registration
from tests.factories import NOW, PASSWORD, make_event
from tests.forms import form_with
from tests.registration.pages import begin, link_in, mails
from tests.world import World

SUMMARY = "Sensors that watch the heart at home, typed for half an hour. 心臓を見守る"


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """As in production: forms carry a token of the session."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def filled(browser: Any, registration: Registration) -> dict[str, Any]:
    form = form_with(browser.get(f"/registrations/{registration.id}/profile").text, "summary_en")
    return {**form, "summary_en": SUMMARY}


def field(page: str, name: str = "summary_en") -> str:
    return str(form_with(page, name)[name][0])


def sign_in_by_form(browser: Any, address: str, user: Any) -> Any:
    form = form_with(browser.get(address).text, "email")
    return browser.post(address, data={**form, "email": user.email, "password": PASSWORD})


def test_a_session_that_is_gone_brings_the_form_back_after_signing_in(
    guarded: Flask, world: World, sign_in: Any
) -> None:
    user = world.people["delegate"]
    set_password(user, PASSWORD, now=NOW)
    browser = sign_in(user)
    sent = filled(browser, world.registration)
    browser.delete_cookie(guarded.config["SESSION_COOKIE_NAME"])
    address = f"/registrations/{world.registration.id}/profile"
    refused = browser.post(address, data=sent)
    assert refused.status_code == 302
    assert world.registration.organisation.profile.summary_en != SUMMARY
    assert "What you typed is kept" in browser.get(refused.headers["Location"]).text
    back = sign_in_by_form(browser, refused.headers["Location"], user)
    assert back.headers["Location"] == address
    page = browser.get(address).text
    assert field(page) == SUMMARY
    assert "You had been signed out" in page
    assert browser.post(address, data=form_with(page, "summary_en")).status_code == 302
    assert world.registration.organisation.profile.summary_en == SUMMARY
    assert field(browser.get(address).text) == SUMMARY
    assert "You had been signed out" not in browser.get(address).text


def test_so_does_a_sign_in_that_was_ended_elsewhere(app: Flask, world: World, sign_in: Any) -> None:
    user = world.people["delegate"]
    set_password(user, PASSWORD, now=NOW)
    browser = sign_in(user)
    sent = filled(browser, world.registration)
    set_password(user, PASSWORD, now=NOW)
    refused = browser.post(f"/registrations/{world.registration.id}/profile", data=sent)
    sign_in_by_form(browser, refused.headers["Location"], user)
    assert field(browser.get(f"/registrations/{world.registration.id}/profile").text) == SUMMARY


def test_what_was_kept_is_for_this_browser_alone_and_for_hours(guarded: Flask, world: World, sign_in: Any) -> None:
    user = world.people["delegate"]
    browser = sign_in(user)
    sent = filled(browser, world.registration)
    browser.delete_cookie(guarded.config["SESSION_COOKIE_NAME"])
    address = f"/registrations/{world.registration.id}/profile"
    browser.post(address, data=sent)
    (row,) = db.session.query(TypedForm)
    assert SUMMARY not in sign_in(user).get(address).text
    row.at = clock.now() - KEPT - timedelta(minutes=1)
    db.session.commit()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = sign_ins.begin(user, now=clock.now()), True
    assert SUMMARY not in browser.get(address).text


def test_a_visitor_goes_on_by_the_mailed_link_and_finds_what_was_typed(guarded: Flask) -> None:
    guarded.config["WTF_CSRF_ENABLED"] = False
    event = make_event("open", registration_closes_at=clock.now() + timedelta(days=3))
    browser = guarded.test_client()
    registration = begin(browser, event)
    guarded.config["WTF_CSRF_ENABLED"] = True
    address = f"/registrations/{registration.id}/profile"
    sent = filled(browser, registration)
    browser.delete_cookie(guarded.config["SESSION_COOKIE_NAME"])
    assert "/sign-in" in browser.post(address, data=sent).headers["Location"]
    link = link_in(mails("draft")[0])
    token = form_with(browser.get(link).text, "csrf_token")
    assert browser.post(link, data=token).status_code == 302
    assert field(browser.get(address).text) == SUMMARY


def test_a_token_of_another_tab_brings_the_form_back_at_once(guarded: Flask, world: World, sign_in: Any) -> None:
    browser = sign_in(world.people["delegate"])
    sent = {**filled(browser, world.registration), "csrf_token": "of a session before"}
    refused = browser.post(f"/registrations/{world.registration.id}/profile", data=sent)
    assert refused.status_code == 400
    assert field(refused.text) == SUMMARY
    assert "This form had expired" in refused.text
    again = form_with(refused.text, "summary_en")
    sent_again = browser.post(f"/registrations/{world.registration.id}/profile", data=again)
    assert sent_again.status_code == 302
    assert world.registration.organisation.profile.summary_en == SUMMARY


def test_what_others_saved_meanwhile_is_still_told_then(guarded: Flask, world: World, sign_in: Any) -> None:
    browser, address = sign_in(world.people["delegate"]), f"/registrations/{world.registration.id}/profile"
    sent = {**filled(browser, world.registration), "csrf_token": "expired"}
    world.registration.organisation.profile.summary_en = "By a colleague"
    refused = browser.post(address, data=sent)
    stale = browser.post(address, data=form_with(refused.text, "summary_en"))
    assert stale.status_code == 409
    assert "By a colleague" in stale.text
    assert field(stale.text) == SUMMARY


def test_asking_one_who_declined_keeps_the_words(world: World, sign_in: Any) -> None:
    people = world.people
    asked = operations.request_meeting(world.registration, world.counterpart, actor=people["delegate"], now=NOW)
    operations.decline(asked, world.counterpart, actor=people["other_delegate"], now=NOW)
    address = f"/events/own-event/requests/to/{world.counterpart.id}"
    refused = sign_in(people["delegate"]).post(address, data={"priority": "1", "note": SUMMARY})
    assert refused.status_code == 409
    assert SUMMARY in refused.text
    assert "has declined your request" in refused.text


def test_a_form_of_a_page_with_several_comes_back_in_its_own_place(guarded: Flask, world: World, sign_in: Any) -> None:
    browser = sign_in(world.people["coordinator"])
    screen = f"/events/own-event/registrations/{world.registration.id}"
    scored = {**form_with(browser.get(screen).text, "comment"), "comment": SUMMARY, "score": "4", "csrf_token": "no"}
    refused = browser.post(f"{screen}/score", data=scored, headers={"Referer": f"http://localhost{screen}"})
    assert refused.status_code == 400
    assert field(refused.text, "comment") == SUMMARY
    assert field(refused.text, "message") == ""


def test_without_a_page_to_come_back_to_the_words_are_shown(guarded: Flask, world: World, sign_in: Any) -> None:
    browser = sign_in(world.people["coordinator"])
    screen = f"/events/own-event/registrations/{world.registration.id}"
    refused = browser.post(
        f"{screen}/score", data={"comment": SUMMARY}, headers={"Referer": "http://localhost/nowhere"}
    )
    assert refused.status_code == 400
    assert "What you had typed" in refused.text
    assert SUMMARY in refused.text


def test_a_limit_that_is_reached_keeps_the_words(world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> None:
        raise limits.TooMany(60)

    monkeypatch.setattr(limits, "count", refuse)
    page = f"/registrations/{world.registration.id}/people"
    person = {"email": "new@people.example", "family_latin": "Mihon", "given_latin": "Neu", "title": SUMMARY}
    sent = {**person, "language": "en", "time_zone": ""}
    refused = sign_in(world.people["delegate"]).post(page, data=sent)
    assert refused.status_code in (302, 429)
    if refused.status_code == 429:
        assert SUMMARY in refused.text


def test_passwords_are_never_kept(guarded: Flask, world: World, client: Any) -> None:
    refused = client.post("/sign-in", data={"email": "who@people.example", "password": "a secret of mine"})
    assert refused.status_code == 400
    assert field(refused.text, "email") == "who@people.example"
    assert "a secret of mine" not in refused.text
    assert not db.session.query(TypedForm).count()


def is_password(made: Any) -> bool:
    return getattr(made, "field_class", None) is PasswordField


def test_every_form_can_be_shown_again() -> None:
    for found in pkgutil.walk_packages(rbc_events.__path__, "rbc_events."):
        if ".migrations" in found.name or found.name.endswith(("__main__", "wsgi")):
            continue
        module = import_module(found.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, FlaskForm) and kind is not FlaskForm:
                assert issubclass(kind, SentForm), f"{found.name}.{name} would come back empty"
                secrets = [field for field, made in vars(kind).items() if is_password(made)]
                assert all(map(typed.is_secret, secrets)), secrets
