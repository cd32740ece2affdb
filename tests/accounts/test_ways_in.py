"""Other ways in than a password: a mailed link; the first password after it; and what becomes of other browsers."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select

from rbc_events import jobs
from rbc_events.accounts import addresses, mails, operations, tasks
from rbc_events.accounts.models import AddressChange, LinkPurpose, User
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.jobs import huey
from rbc_events.mail.operations import unsubscribe, unwanted_kinds
from rbc_events.outbox.models import OutboxMessage
from tests.accounts.test_signing_in import sign_in_as
from tests.factories import PASSWORD, make_registration, make_user
from tests.world import World

NEW = "moved@people.example"


@pytest.fixture
def user(app: Any) -> User:
    return make_user(email="delegate@people.example", password=PASSWORD)


@pytest.fixture
def without_password(app: Any) -> User:
    return make_user(email="new@people.example")


def texts_to(address: str) -> list[str]:
    found = select(OutboxMessage.content).where(OutboxMessage.recipient == address).order_by(OutboxMessage.id)
    bodies = (message_from_bytes(content, policy=default).get_body(("plain",)) for content in db.session.scalars(found))
    return [body.get_content() for body in bodies if body is not None]


def link_to(address: str, path: str) -> str:
    found = re.search(rf"http://localhost(/{path}/\S+)", texts_to(address)[-1])
    assert found, texts_to(address)
    return found[1]


def mailed_link(client: Any, email: str, target: str = "") -> str:
    """Asked for on the page, and written by the worker."""
    huey.flush()
    page = client.post("/sign-in/link" + (f"?next={target}" if target else ""), data={"email": email})
    assert page.status_code == 200
    jobs.work_for(client.application)
    [asked] = huey.pending()
    huey.flush()
    tasks.send_sign_in_link.call_local(*asked.args)
    return link_to(email, "sign-in/link")


def is_signed_in(client: Any) -> bool:
    return client.get("/settings").status_code == 200


def test_a_mailed_link_signs_in_by_its_button_once_and_goes_on(client: Any, without_password: User) -> None:
    link = mailed_link(client, without_password.email, "/events")
    assert "Sign in" in client.get(link).text
    assert not is_signed_in(client), "a mail scanner that opens the link signs nobody in"
    answer = client.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/events")
    assert is_signed_in(client)
    assert without_password.email_confirmed_at is not None
    assert client.post(link).status_code == 410


def test_a_mailed_link_leads_to_no_other_site(client: Any, user: User) -> None:
    link = mailed_link(client, user.email, "//evil.example/")
    assert client.post(link).headers["Location"] == "/"


def test_a_mailed_link_ends_after_half_an_hour_and_nobody_learns_who_has_an_account(client: Any, user: User) -> None:
    token = operations.issue_link(user, LinkPurpose.SIGN_IN, now=the_time() - timedelta(minutes=31))
    assert client.post(f"/sign-in/link/{token}").status_code == 410
    pages = [
        client.post("/sign-in/link", data={"email": email}).text for email in (user.email, "nobody@people.example")
    ]
    assert pages[0].replace(user.email, "") == pages[1].replace("nobody@people.example", "")


def test_an_account_that_is_closed_gets_no_link(app: Any, user: User) -> None:
    user.active = False
    mails.send_sign_in_link(user.email, "", now=the_time())
    assert texts_to(user.email) == []


def test_who_sets_a_password_by_a_link_is_signed_in_at_once(client: Any, without_password: User) -> None:
    token = operations.issue_link(without_password, LinkPurpose.SET_PASSWORD, now=the_time())
    client.post(f"/password/{token}", data={"password": PASSWORD, "again": PASSWORD})
    assert is_signed_in(client)


EASY = ("1234567890", "password123", "qwertyuiop", "sakura12345", "aaaaaaaaaaaa")
HARD = ("four words that nobody says", "正しい馬の電池の留め金", "kT7-vQ2-mB9x", "x" * 60 + "kT7-vQ2-mB9x" * 10)


@pytest.mark.parametrize("password", EASY)
def test_a_password_that_is_tried_first_is_refused(client: Any, without_password: User, password: str) -> None:
    token = operations.issue_link(without_password, LinkPurpose.SET_PASSWORD, now=the_time())
    refused = client.post(f"/password/{token}", data={"password": password, "again": password})
    assert (refused.status_code, "This is easily guessed" in refused.text) == (422, True)


def test_neither_is_ones_own_address_a_password_nor_its_half(client: Any, without_password: User) -> None:
    token = operations.issue_link(without_password, LinkPurpose.SET_PASSWORD, now=the_time())
    for password in (without_password.email, without_password.email.partition("@")[2], f"{without_password.email}1"):
        assert client.post(f"/password/{token}", data={"password": password, "again": password}).status_code == 422


@pytest.mark.parametrize("password", HARD)
def test_a_password_of_several_words_or_by_chance_is_taken(client: Any, without_password: User, password: str) -> None:
    token = operations.issue_link(without_password, LinkPurpose.SET_PASSWORD, now=the_time())
    assert client.post(f"/password/{token}", data={"password": password, "again": password}).status_code == 302


def test_the_first_password_needs_no_mail_and_the_next_one_the_first(
    sign_in: Any, app: Any, without_password: User
) -> None:
    client, other = sign_in(without_password), sign_in(without_password)
    page = client.get("/settings/password").text
    assert 'name="current"' not in page
    first = {"password": PASSWORD, "again": PASSWORD}
    assert client.post("/settings/password", data=first).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other), "other browsers are signed out"
    assert "Your password has been changed." in texts_to(without_password.email)[-1]

    second = {"password": "another long password", "again": "another long password"}
    assert client.post("/settings/password", data=second).status_code == 422
    refused = client.post("/settings/password", data={**second, "current": "wrong"})
    assert "This is not your password." in refused.text
    assert client.post("/settings/password", data={**second, "current": PASSWORD}).status_code == 302
    assert operations.check_password(without_password.email, "another long password")


def test_other_browsers_can_be_signed_out(sign_in: Any, user: User) -> None:
    client, other, third = sign_in(user), sign_in(user), sign_in(user)
    assert client.get("/settings").text.count("an unknown browser") == 2
    client.post("/settings/sign-ins")
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert not is_signed_in(third)
    assert "an unknown browser" not in client.get("/settings").text


def ask(client: Any, address: str = NEW, **data: str) -> Any:
    return client.post("/settings/address", data={"email": address, "current": PASSWORD, **data})


def test_an_address_changes_once_both_mailboxes_have_confirmed_it(sign_in: Any, app: Any, user: User) -> None:
    client, old = sign_in(user), user.email
    assert ask(client).status_code == 302
    assert "Moves to moved@people.example once both" in client.get("/settings").text
    links = [link_to(address, "address") for address in (NEW, old)]
    elsewhere = app.test_client()
    assert "moves from delegate@people.example to moved@people.example" in elsewhere.get(links[0]).text
    elsewhere.post(links[0])
    assert user.email == old
    elsewhere.post(links[1])
    assert user.email == NEW
    assert "Your address is now moved@people.example." in texts_to(old)[-1]
    assert sign_in_as(app.test_client(), NEW, PASSWORD).status_code == 302
    assert [elsewhere.post(link).status_code for link in links] == [410, 410]


def test_a_change_of_address_asks_for_the_password_and_can_be_given_up(sign_in: Any, user: User) -> None:
    client = sign_in(user)
    assert ask(client, current="wrong").status_code == 422
    assert ask(client, user.email).status_code == 422
    assert ask(client, "太郎@見本").status_code == 422
    assert db.session.scalars(select(AddressChange)).all() == []
    ask(client)
    link = link_to(NEW, "address")
    client.post("/settings/address/stay")
    assert client.post(link).status_code == 410
    assert user.email == "delegate@people.example"


def test_nobody_takes_or_learns_of_an_address_that_has_an_account(sign_in: Any, user: User) -> None:
    other = make_user(email="other@people.example")
    client = sign_in(user)
    assert ask(client, other.email).status_code == 302, "as for any other address"
    assert texts_to(other.email) == []
    change = addresses.change_of(user)
    assert change is not None
    change.new_confirmed_at = the_time()
    assert client.post(link_to(user.email, "address")).status_code == 409
    assert user.email == "delegate@people.example"


def test_what_is_mailed_to_the_person_goes_along(world: World, sign_in: Any) -> None:
    delegate = make_registration(world.event).delegates[0]
    user, old = delegate.user, delegate.email
    unsubscribe(old, "follow_up", now=the_time())
    _change, tokens = addresses.ask_for_change(user, NEW, now=the_time())
    for token in tokens.values():
        addresses.confirm_side(operations.use_link(token, LinkPurpose.CHANGE_EMAIL, now=the_time()), now=the_time())
    db.session.expire_all()
    assert (user.email, delegate.email) == (NEW, NEW)
    assert (unwanted_kinds(old), unwanted_kinds(NEW)) == (set(), {"follow_up"})


def test_mails_that_one_may_do_without_are_chosen_on_a_page(sign_in: Any, user: User) -> None:
    client = sign_in(user)
    assert client.get("/settings/mails").text.count(" checked") == 4
    client.post("/settings/mails", data={"wanted": ["request_received"]})
    assert unwanted_kinds(user.email) == {"request_proposed", "saved_search", "follow_up"}
    client.post("/settings/mails", data={"wanted": ["request_received", "follow_up"]})
    assert unwanted_kinds(user.email) == {"request_proposed", "saved_search"}
    assert client.post("/settings/mails", data={"wanted": ["approved"]}).status_code == 422
