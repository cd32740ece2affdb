"""A password alone lets nobody in who has set up a second factor, or whose role asks for one."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from rbc_events import audit, limits
from rbc_events.accounts import browsers, operations, second_factor
from rbc_events.accounts.models import LinkPurpose, Passkey, RecoveryCode, Role, SignIn, User
from rbc_events.cli import main, settings
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.outbox.models import OutboxMessage
from tests.factories import PASSWORD, make_region, make_user

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def user(app: Flask) -> User:
    return make_user(Role.HEADQUARTERS, email="office@people.example", password=PASSWORD)


@pytest.fixture
def secret(user: User) -> str:
    """The user's app."""
    made, moment = second_factor.make_secret(), the_time()
    second_factor.set_up(user, made, pyotp.TOTP(made).at(moment, counter_offset=-1), now=moment)
    db.session.commit()
    return made


def code(secret: str) -> str:
    return pyotp.TOTP(secret).at(the_time())


def first_step(client: FlaskClient) -> Any:
    return client.post("/sign-in?next=/settings", data={"email": "office@people.example", "password": PASSWORD})


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings").status_code == 200


def insist(app: Flask, whose: str) -> None:
    app.config["RBC"] = replace(app.config["RBC"], second_factor=whose)


def test_after_the_password_a_code_of_the_app_is_asked_for(client: FlaskClient, secret: str) -> None:
    asked = first_step(client)
    assert asked.headers["Location"] == "/sign-in/code?next=/settings"
    assert not is_in(client)
    wrong = client.post(asked.headers["Location"], data={"code": "000000"})
    assert wrong.status_code == 422
    assert not is_in(client)
    answer = client.post(asked.headers["Location"], data={"code": f" {code(secret)[:3]} {code(secret)[3:]} "})
    assert answer.headers["Location"] == "/settings"
    assert is_in(client)


def test_the_second_step_without_the_first_lets_nobody_in(client: FlaskClient, secret: str) -> None:
    assert client.post("/sign-in/code", data={"code": code(secret)}).headers["Location"] == "/sign-in"
    assert not is_in(client)


def test_the_first_step_is_forgotten_after_ten_minutes(client: FlaskClient, secret: str) -> None:
    first_step(client)
    with client.session_transaction() as session:
        session["waits_for_second_step"][1] = (the_time() - timedelta(minutes=11)).isoformat()
        session.modified = True
    assert client.post("/sign-in/code", data={"code": code(secret)}).headers["Location"] == "/sign-in"
    assert not is_in(client)


def test_a_code_is_good_once(app: Flask, secret: str) -> None:
    taken = code(secret)
    for browser, let_in in ((app.test_client(), True), (app.test_client(), False)):
        first_step(browser)
        browser.post("/sign-in/code", data={"code": taken})
        assert is_in(browser) is let_in


def test_an_old_code_and_one_of_another_app_are_refused(user: User, secret: str) -> None:
    old = pyotp.TOTP(secret).at(the_time() - timedelta(minutes=5))
    other = pyotp.TOTP(second_factor.make_secret()).at(the_time())
    for wrong in (old, other, "", "１２３４５６", "a" * 40):
        with pytest.raises(second_factor.WrongCode):
            second_factor.check_code(user, wrong, now=the_time())


def test_a_recovery_code_lets_in_once_and_is_kept_hashed(app: Flask, user: User) -> None:
    made = second_factor.make_secret()
    codes = second_factor.set_up(user, made, code(made), now=the_time())
    db.session.commit()
    assert len(set(codes)) == 10
    assert not set(codes) & set(db.session.scalars(select(RecoveryCode.code_hash)))
    for let_in in (True, False):
        browser = app.test_client()
        first_step(browser)
        browser.post("/sign-in/code", data={"code": codes[0].upper()})
        assert is_in(browser) is let_in
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 9


def test_a_recovery_code_of_somebody_else_lets_nobody_in(user: User, secret: str) -> None:
    other, made = make_user(), second_factor.make_secret()
    theirs = second_factor.set_up(other, made, code(made), now=the_time())[0]
    with pytest.raises(second_factor.WrongCode):
        second_factor.check_code(user, theirs, now=the_time())


@pytest.mark.parametrize("purpose", [LinkPurpose.SIGN_IN, LinkPurpose.SET_PASSWORD])
def test_a_mailed_link_needs_the_code_too(client: FlaskClient, user: User, secret: str, purpose: LinkPurpose) -> None:
    token = operations.issue_link(user, purpose, now=the_time())
    address = f"/sign-in/link/{token}" if purpose == LinkPurpose.SIGN_IN else f"/password/{token}"
    password = "another long enough password"
    asked = client.post(address, data={"password": password, "again": password})
    assert asked.headers["Location"] == "/sign-in/code"
    assert not is_in(client)
    client.post("/sign-in/code", data={"code": code(secret)})
    assert is_in(client)


def test_an_invitation_signs_nobody_in_who_has_a_second_factor(user: User, secret: str) -> None:
    user.password_hash = ""
    assert not second_factor.signs_in_by_link(user)
    second_factor.remove(user)
    assert second_factor.signs_in_by_link(user)


def test_wrong_codes_are_counted_and_kept(client: FlaskClient, app: Flask, user: User, secret: str) -> None:
    app.config["RBC"] = replace(app.config["RBC"], rate_limits=True)
    app.extensions["rbc_limits"].storage.reset()
    first_step(client)
    for _attempt in range(10):
        assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    assert client.post("/sign-in/code", data={"code": code(secret)}).status_code == 429
    failed = select(func.count()).where(audit.AuditEntry.kind == audit.Kind.SIGN_IN_FAILED)
    assert db.session.scalar(failed.select_from(audit.AuditEntry)) == 10
    app.extensions["rbc_limits"].storage.reset()
    assert set(limits.LIMITS["second_factor"]) == {limits.Scope.SUBJECT}


def test_an_app_is_set_up_by_its_first_code_and_removed_by_another(sign_in: Any, user: User) -> None:
    browser = sign_in(user)
    [made] = re.findall(r"<code>([A-Z2-7]{32})</code>", browser.get("/settings/second-factor").text)
    assert browser.post("/settings/second-factor", data={"code": "000000"}).status_code == 422
    assert second_factor.app_of(user) is None
    page = browser.post("/settings/second-factor", data={"code": code(made)}).text
    codes = re.findall(r"[0-9a-f]{10}-[0-9a-f]{10}", page)
    assert len(codes) == 10
    assert made not in browser.get("/settings/second-factor").text
    assert browser.post("/settings/second-factor/remove", data={"code": "000000"}).status_code == 422
    assert second_factor.app_of(user) is not None
    assert browser.post("/settings/second-factor/remove", data={"code": codes[0]}).status_code == 302
    assert second_factor.app_of(user) is None
    subjects = list(db.session.scalars(select(OutboxMessage.subject).order_by(OutboxMessage.id)))
    assert subjects == ["Your account on RBC Events has changed"] * 2


@pytest.mark.parametrize(
    ("whose", "role", "insists"),
    [
        ("none", Role.HEADQUARTERS, False),
        ("headquarters", Role.HEADQUARTERS, True),
        ("headquarters", Role.COORDINATOR, False),
        ("staff", Role.COORDINATOR, True),
        ("staff", None, False),
    ],
)
def test_whose_role_asks_for_one_sets_it_up_before_anything_else(
    app: Flask, sign_in: Any, whose: str, role: Role | None, insists: bool
) -> None:
    person = make_user()
    if role is not None:
        operations.grant(person, role, **(_region() if role == Role.COORDINATOR else {}))
    db.session.commit()
    insist(app, whose)
    browser = sign_in(person)
    for address in ("/", "/events/"):
        answer = browser.get(address, follow_redirects=False)
        assert (answer.headers.get("Location") == "/settings/second-factor") is insists, address
    assert browser.get("/settings/second-factor").status_code == 200
    assert browser.get("/healthz").status_code == 200


def _region() -> dict[str, Any]:
    return {"region_code": make_region().code}


def test_who_must_have_one_and_has_a_passkey_signs_in_with_it(app: Flask, client: FlaskClient, user: User) -> None:
    db.session.add(
        Passkey(user_id=user.id, credential="abc", public_key="", sign_count=0, name="Phone", created_at=the_time())
    )
    db.session.commit()
    first_step(client)
    assert is_in(client), "where nobody must have one, the password is enough"
    insist(app, "headquarters")
    assert client.get("/").status_code == 200
    other = app.test_client()
    asked = first_step(other)
    assert asked.headers["Location"].startswith("/sign-in/code")
    page = other.get("/sign-in/code").text
    assert "with a passkey" in page
    assert 'name="code"' not in page
    assert not is_in(other)


def test_the_operator_takes_a_lost_second_factor_away(
    app: Flask, user: User, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "configuration", lambda: app.config["RBC"])
    assert CliRunner().invoke(main, ["second-factor-off", "nobody@people.example"]).exit_code == 1
    told = CliRunner().invoke(main, ["second-factor-off", "OFFICE@people.example"])
    assert told.exit_code == 0, told.output
    db.session.rollback()
    assert second_factor.app_of(user) is None
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def signed_in_mails() -> list[str]:
    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.subject.contains("new sign-in")))
    letters = [email.message_from_bytes(each.content, policy=email.policy.default) for each in sent]
    return [letter.get_body(("plain",)).get_content() for letter in letters]


def test_staff_are_told_of_a_sign_in_with_a_new_browser_and_of_no_other(app: Flask, user: User) -> None:
    known = app.test_client()
    for told in (1, 1):
        known.post("/sign-in", data={"email": user.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
        known.post("/sign-out")
        assert len(signed_in_mails()) == told
    first_step(app.test_client())
    assert len(signed_in_mails()) == 2
    assert "Firefox, Windows" in signed_in_mails()[0]
    make_user(email="delegate@people.example", password=PASSWORD)
    app.test_client().post("/sign-in", data={"email": "delegate@people.example", "password": PASSWORD})
    assert len(signed_in_mails()) == 2


def test_nobody_makes_a_browser_known_by_a_cookie_of_their_own(app: Flask, user: User) -> None:
    stranger = app.test_client()
    stranger.set_cookie("rbc_known", f"[{user.id}]")
    first_step(stranger)
    assert len(signed_in_mails()) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Linux"),
        ("curl/8", ""),
        ("<script>" * 100, ""),
    ],
)
def test_a_browser_is_named_by_words_of_ours_alone(said: str, words: str) -> None:
    assert browsers.in_words(said) == words


def test_one_sign_in_elsewhere_is_ended_and_nobody_elses(app: Flask, user: User, sign_in: Any) -> None:
    here, other = sign_in(user), app.test_client()
    other.post("/sign-in", data={"email": user.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX})
    stranger = make_user()
    theirs = sign_in(stranger)
    assert "Firefox, Windows" in here.get("/settings").text
    numbers = {row.user_id: row.id for row in db.session.scalars(select(SignIn).order_by(SignIn.id))}
    here.post(f"/settings/sign-ins/{numbers[stranger.id]}/end")
    assert is_in(theirs)
    here.post(f"/settings/sign-ins/{numbers[user.id]}/end")
    assert not is_in(other)
    assert is_in(here)
