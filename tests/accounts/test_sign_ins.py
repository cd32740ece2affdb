"""A cookie stands for one browser's sign-in, and opens nothing once that has ended, wherever it was copied to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from rbc_events.accounts import operations, sign_ins
from rbc_events.accounts.models import SignIn, User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from tests.factories import PASSWORD, make_user


@pytest.fixture
def user(app: Any) -> User:
    return make_user(email="delegate@people.example", password=PASSWORD)


def signed_in_browser(app: Any, **more: str) -> FlaskClient:
    browser = app.test_client()
    data = {"email": "delegate@people.example", "password": PASSWORD, **more}
    assert browser.post("/sign-in", data=data).status_code == 302
    return browser


def copy_of(browser: FlaskClient, *names: str) -> FlaskClient:
    """Another browser with the same cookies, as somebody has who copied them."""
    other = browser.application.test_client()
    for name in names:
        other.set_cookie(name, browser.get_cookie(name).value)
    return other


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/settings").status_code == 200


@pytest.mark.parametrize("cookie", ["rbc_session", "remember_token"])
def test_a_copied_cookie_opens_nothing_after_signing_out(app: Any, user: User, cookie: str) -> None:
    browser = signed_in_browser(app, remember="y")
    assert is_signed_in(copy_of(browser, cookie))
    copy = copy_of(browser, cookie)
    browser.post("/sign-out")
    assert not is_signed_in(copy)


def test_signing_out_ends_staying_signed_in_on_that_device_and_on_no_other(app: Any, user: User) -> None:
    here, elsewhere = signed_in_browser(app, remember="y"), signed_in_browser(app, remember="y")
    here.post("/sign-out")
    assert here.get_cookie("remember_token") is None
    assert not is_signed_in(here)
    assert is_signed_in(copy_of(elsewhere, "remember_token"))


def test_a_new_password_ends_the_sign_ins_of_every_device(app: Any, user: User) -> None:
    browsers = [signed_in_browser(app, remember="y") for _each in range(2)]
    operations.set_password(user, "another long password", now=the_time())
    db.session.commit()
    for browser in browsers:
        assert not is_signed_in(copy_of(browser, "remember_token"))
        assert not is_signed_in(browser)


def test_signing_in_again_leaves_nothing_of_the_sign_in_before(app: Any, user: User) -> None:
    browser = signed_in_browser(app, remember="y")
    before = copy_of(browser, "remember_token")
    browser.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert not is_signed_in(before)
    assert is_signed_in(browser)


def test_a_sign_in_ends_by_itself_and_its_row_goes(app: Any, user: User) -> None:
    session_id = sign_ins.begin(user, now=the_time())
    assert sign_ins.find_signed_in(session_id, now=the_time() + sign_ins.LIFETIME - timedelta(hours=1)) == user
    assert sign_ins.find_signed_in(session_id, now=the_time() + sign_ins.LIFETIME) is None
    sign_ins.begin(user, now=the_time() + timedelta(days=32))
    assert db.session.scalar(select(func.count(SignIn.id))) == 1


@pytest.mark.parametrize("change", ["another person", "no person", "another key", "no key", "nothing"])
def test_a_session_that_was_not_begun_is_nobodys(app: Any, user: User, change: str) -> None:
    other = make_user()
    key = sign_ins.begin(user, now=the_time()).partition(":")[2]
    altered = {
        "another person": f"{other.id}:{key}",
        "no person": f":{key}",
        "another key": f"{user.id}:{key}x",
        "no key": f"{user.id}:",
        "nothing": "",
    }
    assert sign_ins.find_signed_in(altered[change], now=the_time()) is None


def test_a_closed_account_is_signed_in_nowhere(app: Any, user: User) -> None:
    browser = signed_in_browser(app, remember="y")
    user.active = False
    assert not is_signed_in(browser)


def test_the_database_does_not_hold_what_the_cookie_holds(app: Any, user: User) -> None:
    key = sign_ins.begin(user, now=the_time()).partition(":")[2]
    assert len(key) * 6 >= 128
    assert key not in db.session.scalar(select(SignIn.key_hash))


@pytest.mark.parametrize(("base_url", "secure"), [("https://rbc.example", True), ("http://localhost", False)])
def test_both_cookies_are_for_this_site_alone_and_over_https_where_there_is_one(
    app: Any, user: User, base_url: str, secure: bool
) -> None:
    app.config.update(replace(app.config["RBC"], base_url=base_url).flask())
    data = {"email": user.email, "password": PASSWORD, "remember": "y"}
    set_cookies = app.test_client().post("/sign-in", base_url=base_url, data=data).headers.getlist("Set-Cookie")
    for name in ("rbc_session", "remember_token"):
        [line] = [line for line in set_cookies if line.startswith(f"{name}=")]
        attributes = {attribute.strip() for attribute in line.split(";")}
        assert {"HttpOnly", "SameSite=Lax"} <= attributes
        assert ("Secure" in attributes) == secure
