import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from rbc_events import jobs
from rbc_events.accounts import mails, operations, tasks
from rbc_events.accounts.models import Link, LinkPurpose
from rbc_events.accounts.routes.signing_in import local_target
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.jobs import huey
from rbc_events.outbox.models import OutboxMessage
from tests.factories import PASSWORD, make_user


@pytest.fixture
def user(app: Any) -> Any:
    return make_user(email="delegate@people.example", password=PASSWORD)


def sign_in_as(client: Any, email: str, password: str, target: str = "") -> Any:
    address = "/sign-in" + (f"?next={target}" if target else "")
    return client.post(address, data={"email": email, "password": password}, headers={"Accept-Language": "en"})


def test_the_right_password_signs_in_however_the_address_is_written(client: Any, user: Any) -> None:
    assert sign_in_as(client, " Delegate@People.Example ", PASSWORD).status_code == 302
    assert client.get("/settings").status_code == 200


def test_the_language_chosen_before_signing_in_stays_and_else_the_profiles_is_taken(app: Any, user: Any) -> None:
    user.language = "en"
    chosen, other = app.test_client(), app.test_client()
    chosen.post("/language/ja")
    for client, language in ((chosen, "ja"), (other, "en")):
        sign_in_as(client, user.email, PASSWORD)
        assert f'<html lang="{language}"' in client.get("/").text


def test_zones_are_offered_without_aliases_but_the_one_kept_stays(client: Any, user: Any) -> None:
    user.time_zone = "Asia/Calcutta"
    sign_in_as(client, user.email, PASSWORD)
    page = client.get("/settings").text
    assert 'value="Asia/Kolkata"' in page
    assert '<option value="Asia/Calcutta" selected>' in page
    assert "US/Eastern" not in page
    assert client.post("/settings", data={"language": "en", "time_zone": "Asia/Calcutta"}).status_code == 302


@pytest.mark.parametrize(
    ("email", "password"), [("delegate@people.example", "wrong"), ("nobody@people.example", PASSWORD), ("", "")]
)
def test_a_wrong_password_and_an_unknown_address_read_alike(client: Any, user: Any, email: str, password: str) -> None:
    response = sign_in_as(client, email, password)
    assert response.status_code == 422
    assert client.get("/settings").status_code == 302
    if email:
        assert "The address or the password is not right." in response.text


def test_an_account_without_a_password_can_not_be_entered_with_an_empty_one(app: Any) -> None:
    make_user(email="new@people.example")
    assert operations.check_password("new@people.example", "") is None


HOSTILE_TARGETS = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "//[x",
    "//[::1]/",
    "http://[x",
    "//user@evil.example",
    "/\\evil.example/",
    "\\/evil.example",
    "\\\\evil.example",
    "/a\\b",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "http:/evil.example",
    "%2F%2Fevil.example",
    "evil",
    "?next=/",
    "#x",
    " /settings",
    "/\t/evil.example",
    "/\n/evil.example",
    "/settings\r\nSet-Cookie: a=b",
    "/settings\rX: y",
    "/settings\n",
    "/\x00",
    "/\x7f",
    "/\x85",
    "/\u2028x",
    "/\u202eexample",
    "/\u200b/evil.example",
    "\u2044\u2044evil.example",
    "\uff0f\uff0fevil.example",
    "/\ud800",
    "",
]


@pytest.mark.parametrize("target", HOSTILE_TARGETS, ids=ascii)
def test_after_signing_in_nobody_is_sent_to_another_site(app: Any, user: Any, target: str) -> None:
    with app.test_request_context():
        assert local_target(target) == "/"


@pytest.mark.slow
@pytest.mark.parametrize("target", [each for each in HOSTILE_TARGETS if "\ud800" not in each], ids=ascii)
def test_a_hostile_target_ends_on_the_first_page_wherever_it_comes_from(client: Any, user: Any, target: str) -> None:
    address = "/sign-in?" + urlencode({"next": target})
    signed_in = client.post(address, data={"email": user.email, "password": PASSWORD})
    asked = [client.post(path, data={"next": target}) for path in ("/language/ja", "/time-zone")]
    assert {(each.status_code, each.headers["Location"]) for each in (signed_in, *asked)} == {(302, "/")}


@pytest.mark.parametrize(
    "target", ["/settings", "/events/a?q=1&page=2", "/events/医療?q=東北 大学", "/a//b", "/x[1]", "/a?next=//b", "/:80"]
)
def test_every_page_of_ours_is_come_back_to(app: Any, target: str) -> None:
    with app.test_request_context():
        assert local_target(target) == target


def test_after_signing_in_one_comes_back_to_where_one_was_going(client: Any, user: Any) -> None:
    asked = client.get("/settings").headers["Location"]
    response = client.post(asked, data={"email": user.email, "password": PASSWORD})
    assert response.headers["Location"] == "/settings"


def test_asking_for_a_link_answers_alike_for_known_and_unknown_addresses(client: Any, user: Any) -> None:
    answers = []
    for address in ("delegate@people.example", "stranger1@people.example"):
        huey.flush()
        answer = client.post("/forgotten", data={"email": address}).text.replace(address, "ADDRESS")
        answers.append(re.sub(r'(name="csrf_token" value)="[^"]+"', r"\1", answer))  # holds the second of its making
        assert len(huey.pending()) == 1
    huey.flush()
    assert answers[0] == answers[1]
    assert db.session.scalar(select(OutboxMessage)) is None  # the worker writes it, or doesn't


def test_the_worker_writes_to_known_addresses_alone(app: Any, user: Any) -> None:
    jobs.work_for(app)
    db.session.commit()
    for address in ("delegate@people.example", "stranger@people.example"):
        tasks.send_password_link.call_local(address)
    assert db.session.scalars(select(OutboxMessage.recipient)).all() == ["delegate@people.example"]


def test_the_link_is_made_from_our_own_address_and_works_once(client: Any, user: Any) -> None:
    mails.send_password_link(user.email, now=the_time())
    message = message_from_bytes(db.session.scalar(select(OutboxMessage.content)), policy=default)
    body = message.get_body(("plain",)).get_content()
    address = next(word for word in body.split() if word.startswith("http"))
    assert address.startswith("http://localhost/password/")
    path = address.removeprefix("http://localhost")
    data = {"password": "another long password", "again": "another long password"}
    assert client.post(path, data=data, headers={"Host": "evil.example"}).status_code == 302
    assert operations.check_password(user.email, "another long password") is not None
    assert client.post(path, data=data).status_code == 410


def test_a_new_password_ends_every_session(client: Any, user: Any) -> None:
    sign_in_as(client, user.email, PASSWORD)
    operations.set_password(user, "another long password", now=the_time())
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=400)])
def test_an_old_link_is_gone(app: Any, user: Any, age: timedelta) -> None:
    token = operations.issue_link(user, LinkPurpose.SET_PASSWORD, now=the_time() - age)
    assert app.test_client().get(f"/password/{token}").status_code == 410


def test_a_link_for_one_purpose_does_not_serve_another(app: Any, user: Any) -> None:
    token = operations.issue_link(user, LinkPurpose.CONFIRM_EMAIL, now=the_time())
    with pytest.raises(operations.LinkSpent):
        operations.use_link(token, LinkPurpose.SET_PASSWORD, now=the_time())


def test_tokens_are_long_and_kept_hashed(app: Any, user: Any) -> None:
    token = operations.issue_link(user, LinkPurpose.SIGN_IN, now=the_time())
    assert len(token) * 6 >= 128
    assert token not in db.session.scalar(select(Link.token_hash))


def test_one_address_has_one_account(app: Any, user: Any) -> None:
    with pytest.raises(operations.AddressTaken):
        make_user(email="DELEGATE@people.example")


@pytest.mark.parametrize(("language", "word"), [("ja", "表示言語"), ("en", "Language")])
def test_the_chosen_language_is_kept_in_the_profile(client: Any, user: Any, language: str, word: str) -> None:
    sign_in_as(client, user.email, PASSWORD)
    client.post(f"/language/{language}", data={"next": "/settings"})
    assert user.language == language
    assert word in client.get("/settings").text


def test_settings_are_saved_and_a_wrong_zone_is_refused(client: Any, user: Any) -> None:
    sign_in_as(client, user.email, PASSWORD)
    good = {"language": "ja", "time_zone": "Europe/Paris", "family_kanji": "見本", "given_kanji": "太郎"}
    assert client.post("/settings", data=good).status_code == 302
    assert (user.time_zone, user.name_in("ja")) == ("Europe/Paris", "見本 太郎")
    assert client.post("/settings", data={**good, "time_zone": "Mars/Olympus"}).status_code == 422
    client.post("/time-zone", data={"time_zone": "Mars/Olympus"})
    assert user.time_zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("taro@見本.example", "taro@xn--8pvz87e.example"),
        ("taro@mihon.example", " Taro@MIHON。example "),
        ("ren\u00e9@mihon.example", "Rene\u0301@mihon.example"),
    ],
)
def test_a_mailbox_has_one_account_however_its_address_is_typed(client: Any, kept: str, typed: str) -> None:
    user = make_user(email=kept, password=PASSWORD)
    assert operations.find_user(typed) == user
    assert sign_in_as(client, typed, PASSWORD).status_code == 302
    with pytest.raises(operations.AddressTaken):
        operations.create_user(typed, now=the_time())


def test_what_is_no_address_is_nobodys(app: Any) -> None:
    assert operations.canonical_email(" No Address\u200b ") == "no address\u200b"
    assert operations.find_user("No Address\u200b") is None
