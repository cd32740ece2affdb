"""How often strangers may make us send mail or compute: by whom it is counted, what counts, and what they are told."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from rbc_events import limits
from rbc_events.app import create_app
from rbc_events.clock import now as the_time
from rbc_events.database import db
from rbc_events.jobs import huey
from rbc_events.limits import LIMITS, Scope
from rbc_events.registration.models import RegistrationState
from tests.conftest import running
from tests.factories import PASSWORD, make_delegate, make_event, make_user
from tests.registration.pages import START, begin
from tests.servers import free_port
from tests.world import World

VENUE = "203.0.113.7"
ELSEWHERE = "198.51.100.1"
TOKEN = re.compile(r'name="csrf_token" [^>]*value="[^"]*"')
numbers = itertools.count(1)


def most(what: str, scope: Scope = Scope.SUBJECT) -> int:
    return limits.parse(LIMITS[what][scope]).amount


@pytest.fixture
def limited(app: Flask) -> Flask:
    """The application with limits, and nothing counted yet."""
    app.config["RBC"] = replace(app.config["RBC"], rate_limits=True)
    limits.init_limits(app)
    huey.flush()
    return app


@pytest.fixture
def user(limited: Flask) -> Any:
    return make_user(email="delegate@people.example", password=PASSWORD)


def try_password(app: Flask, password: str, email: str = "delegate@people.example", address: str = VENUE) -> Any:
    client = app.test_client()
    data = {"email": email, "password": password}
    return client.post("/sign-in", data=data, headers={"Accept-Language": "en"}, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def quick(monkeypatch: Any) -> None:
    """Wrong passwords are found wrong without hashing: hundreds of them are tried."""
    from rbc_events.accounts import operations

    check = operations.check_password
    monkeypatch.setattr(operations, "check_password", lambda *a: check(*a) if a[1] == PASSWORD else None)


def test_right_passwords_are_no_attempts_however_many_sign_in_at_a_venue(limited: Flask, user: Any) -> None:
    answers = {try_password(limited, PASSWORD).status_code for _each in range(most("sign_in", Scope.SUBJECT_HERE) + 2)}
    assert answers == {302}


@pytest.mark.usefixtures("quick")
def test_wrong_passwords_for_one_account_end_in_a_wait_that_is_told(limited: Flask, user: Any) -> None:
    for _each in range(most("sign_in", Scope.SUBJECT_HERE)):
        assert try_password(limited, "wrong").status_code == 422
    refused = try_password(limited, PASSWORD, email=" Delegate@People.Example")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "try again in 15 minutes" in refused.text
    assert 'value=" Delegate@People.Example"' in refused.text, "what was typed is kept"


@pytest.mark.usefixtures("quick")
def test_one_persons_wrong_passwords_hold_up_nobody_else_and_not_the_owner_elsewhere(limited: Flask, user: Any) -> None:
    make_user(email="other@people.example", password=PASSWORD)
    for _each in range(most("sign_in", Scope.SUBJECT_HERE) + 1):
        try_password(limited, "wrong")
    assert try_password(limited, PASSWORD).status_code == 429
    assert try_password(limited, PASSWORD, email="other@people.example").status_code == 302
    assert try_password(limited, PASSWORD, address=ELSEWHERE).status_code == 302


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_an_account_is_guarded_against_guesses_from_many_addresses(limited: Flask, user: Any) -> None:
    for number in range(most("sign_in")):
        assert try_password(limited, "wrong", address=f"198.51.100.{number}").status_code == 422
    assert try_password(limited, PASSWORD, address="192.0.2.1").status_code == 429


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_an_address_that_tries_many_accounts_is_stopped(limited: Flask) -> None:
    for number in range(most("sign_in", Scope.ADDRESS)):
        assert try_password(limited, "wrong", email=f"person{number}@people.example").status_code == 422
    assert try_password(limited, "wrong", email="one@people.example").status_code == 429
    assert try_password(limited, "wrong", email="one@people.example", address=ELSEWHERE).status_code == 422


@pytest.mark.usefixtures("quick")
def test_known_and_unknown_addresses_are_refused_alike(limited: Flask, user: Any) -> None:
    pages = []
    for email in (user.email, "stranger1@people.example"):
        answers = [
            try_password(limited, "wrong", email=email) for _each in range(most("sign_in", Scope.SUBJECT_HERE) + 1)
        ]
        pages.append([(each.status_code, TOKEN.sub("", each.text).replace(email, "ADDRESS")) for each in answers])
    assert pages[0] == pages[1]


@pytest.mark.parametrize("proxies", [0, 1])
def test_behind_a_proxy_the_clients_address_counts_and_a_forged_one_is_not_believed(app: Flask, proxies: int) -> None:
    config = replace(app.config["RBC"], rate_limits=True, trusted_proxies=proxies)
    seen = []
    for site in running(create_app(config)):
        site.add_url_rule("/counted", "counted", lambda: seen.append(list(limits._counted("public_search", ""))) or "")
        for forged in ("198.51.100.1", "198.51.100.2"):
            site.test_client().get(
                "/counted",
                headers={"X-Forwarded-For": f"{forged}, 192.0.2.{forged[-1]}"},
                environ_base={"REMOTE_ADDR": "127.0.0.1"},
            )
    addresses = [key[-1] for [(_limit, key)] in seen]
    assert addresses == (["192.0.2.1", "192.0.2.2"] if proxies else ["127.0.0.1", "127.0.0.1"])


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_of_ipv6_a_customers_network_is_one_address(address: str, network: str) -> None:
    assert limits.network(address) == network


def test_one_address_gets_few_password_mails_whoever_asks_and_the_page_keeps_it(limited: Flask) -> None:
    def ask(email: str) -> Any:
        return limited.test_client().post("/forgotten", data={"email": email}, headers={"Accept-Language": "en"})

    for _each in range(most("password_mail")):
        assert ask("person@people.example").status_code == 200
    refused = ask("PERSON@people.example")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3000
    assert 'value="PERSON@people.example"' in refused.text
    assert ask("other@people.example").status_code == 200
    assert len(huey.pending()) == most("password_mail") + 1
    huey.flush()


@pytest.fixture
def event(limited: Flask) -> Any:
    return make_event(
        "open",
        registration_opens_at=the_time() - timedelta(days=1),
        registration_closes_at=the_time() + timedelta(days=1),
    )


def register(client: FlaskClient, **changes: str) -> Any:
    data = {**START, "form_key": str(next(numbers)), **changes}
    return client.post("/events/open/register", data=data, headers={"Accept-Language": "en"})


@pytest.mark.slow
def test_one_contact_is_written_to_a_few_times_and_what_was_typed_stays_in_the_form(limited: Flask, event: Any) -> None:
    for number in range(most("registration")):
        answer = register(limited.test_client(), name_native=f"Works {number}")
        assert answer.status_code == 302, answer.text
    refused = register(limited.test_client(), name_native="Last Works")
    assert refused.status_code == 429
    assert 'value="Last Works"' in refused.text
    assert "try again in" in refused.text
    assert register(limited.test_client(), email="other@people.example").status_code == 302


@pytest.mark.slow
def test_a_form_with_faults_uses_nothing_up(limited: Flask, event: Any) -> None:
    answers = {register(limited.test_client(), name_native="").status_code for _each in range(most("registration") + 2)}
    assert answers == {422}
    assert register(limited.test_client()).status_code == 302


def test_who_may_not_do_a_thing_uses_up_nobodys_share(limited: Flask, world: World, sign_in: Any) -> None:
    registration = world.registration
    delegate = make_delegate(registration)
    address = f"/registrations/{registration.id}/people/{delegate.id}/invite"
    for _each in range(most("invitation") + 2):
        assert sign_in(world.people["other_delegate"]).post(address).status_code == 403
    assert sign_in(world.people["delegate"]).post(address).status_code == 302


def test_a_delegate_is_invited_a_few_times_a_day_and_the_refusal_says_when_again(
    limited: Flask, world: World, sign_in: Any
) -> None:
    delegate = make_delegate(world.registration)
    address = f"/registrations/{world.registration.id}/people/{delegate.id}/invite"
    for _each in range(most("invitation")):
        assert sign_in(world.people["delegate"]).post(address).status_code == 302
    for language, words in (("en", "try again in 24 hours"), ("ja", "24 時間後に")):
        refused = sign_in(world.people["delegate"], language).post(address)
        assert (refused.status_code, words in refused.text) == (429, True), refused.text
        assert int(refused.headers["Retry-After"]) > 23 * 3600


def confirmation(client: FlaskClient, event: Any, number: int) -> Any:
    return client.post(f"/registrations/{number}/mail-again")


def calendar(client: FlaskClient, event: Any, number: int) -> Any:
    return client.post(f"/registrations/{number}/availability/calendar")


def keeping(client: FlaskClient, event: Any, number: int) -> Any:
    return client.post(f"/registrations/{number}/profile/keep", data={"summary_en": "typed"})


def upload(client: FlaskClient, event: Any, number: int) -> Any:
    return client.post(f"/registrations/{number}/files", data={"kind": "logo"})


def search(client: FlaskClient, event: Any, number: int) -> Any:
    return client.get(f"/events/{event.key}/directory")


@pytest.mark.parametrize(
    ("what", "scope", "do"),
    [
        ("registration_mail", Scope.SUBJECT, confirmation),
        ("calendar", Scope.SUBJECT, calendar),
        ("keeping", Scope.SUBJECT, keeping),
        ("upload", Scope.SUBJECT, upload),
        ("public_search", Scope.ADDRESS, search),
    ],
)
def test_each_of_the_others_is_done_so_often_and_no_more(
    limited: Flask, event: Any, monkeypatch: Any, what: str, scope: Scope, do: Callable[..., Any]
) -> None:
    monkeypatch.setitem(LIMITS, what, {scope: "3 per hour"})
    client = limited.test_client()
    registration = begin(client, event)
    if what == "registration_mail":
        registration.state, registration.submitted_at = RegistrationState.UNCONFIRMED, registration.created_at
    answers = [do(client, event, registration.id).status_code for _each in range(4)]
    assert 429 not in answers[:3]
    assert answers[3] == 429


def test_every_limit_of_the_table_is_asked_for_somewhere() -> None:
    import rbc_events.config

    package = rbc_events.config.ROOT / "rbc_events"
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py") if path.name != "limits.py")
    assert {what for what in LIMITS if f'"{what}"' not in code} == set()
    assert set(re.findall(r"limits\.(?:count|refuse_exhausted)\(\"(\w+)\"", code)) <= set(LIMITS)


def two_processes(app: Flask, jobs_url: str) -> list[Flask]:
    """Two applications with counters of their own, as in two web processes."""
    config = replace(app.config["RBC"], rate_limits=True, jobs_url=jobs_url)
    return [create_app(config) for _each in range(2)]


def count_in(app: Flask, what: str, subject: str) -> int:
    with app.test_request_context(environ_base={"REMOTE_ADDR": VENUE}):
        try:
            limits.count(what, subject)
        except limits.TooMany as refused:
            return refused.retry_after
    return 0


@pytest.mark.slow
def test_in_redis_several_web_processes_count_together(app: Flask, redis_url: str) -> None:
    first, second = two_processes(app, redis_url)
    for number in range(most("password_mail")):
        assert count_in((first, second)[number % 2], "password_mail", "a@people.example") == 0
    for site in (first, second):
        assert 3500 < count_in(site, "password_mail", "a@people.example") <= 3600


def test_without_its_counters_the_site_goes_on_and_says_so(app: Flask, caplog: Any) -> None:
    [site, _other] = two_processes(app, f"redis://127.0.0.1:{free_port()}/0")
    assert {count_in(site, "password_mail", "a@people.example") for _each in range(5)} == {0}
    assert "the limits can't be counted" in caplog.text
    db.session.rollback()
