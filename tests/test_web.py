"""What every request shares."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import func, literal, select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import RequestEntityTooLarge

from rbc_events import errors, i18n
from rbc_events.accounts.models import TypedForm
from rbc_events.app import create_app
from rbc_events.config import LARGEST_FORM
from rbc_events.database import Bilingual, db
from tests.conftest import make_config, running
from tests.factories import PASSWORD, make_user


@pytest.fixture
def own_app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application that a test adds routes to."""
    yield from running(create_app(make_config(tmp_path, f"sqlite:///{migrated}")))


def test_every_answer_carries_the_security_headers_and_stays_out_of_caches(client: Any) -> None:
    headers = client.get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("base_url", "kept"), [("https://events.example", True), ("http://localhost", False)])
def test_browsers_keep_to_https_where_the_installation_does(
    migrated: Path, tmp_path: Path, base_url: str, kept: bool
) -> None:
    config = replace(make_config(tmp_path, f"sqlite:///{migrated}"), base_url=base_url)
    for app in running(create_app(config)):
        headers = app.test_client().get("/").headers
        assert ("Strict-Transport-Security" in headers) is kept


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "192.0.2.9 http"), (1, "203.0.113.7 https"), (2, "198.51.100.1 http")]
)
def test_the_visitors_address_is_read_from_as_many_proxies_as_are_trusted(
    migrated: Path, tmp_path: Path, proxies: int, seen: str
) -> None:
    config = replace(make_config(tmp_path, f"sqlite:///{migrated}"), trusted_proxies=proxies)
    app = create_app(config)
    app.add_url_rule("/whence", "whence", lambda: f"{request.remote_addr} {request.scheme} {request.host}")
    added = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "bad"}
    for running_app in running(app):
        answer = running_app.test_client().get("/whence", headers=added, environ_base={"REMOTE_ADDR": "192.0.2.9"})
        assert answer.text == f"{seen} localhost"


@pytest.mark.parametrize(
    ("proxies", "scheme", "to"),
    [(1, "http", "https://events.example/events?q=%E6%9C%A8"), (1, "https", None), (1, "", None), (0, "http", None)],
)
def test_who_comes_to_the_proxy_without_tls_is_sent_on(
    migrated: Path, tmp_path: Path, proxies: int, scheme: str, to: str | None
) -> None:
    config = make_config(tmp_path, f"sqlite:///{migrated}")
    config = replace(config, base_url="https://events.example", trusted_proxies=proxies)
    headers = {"X-Forwarded-Proto": scheme} if scheme else {}
    for app in running(create_app(config)):
        answer = app.test_client().get("/events?q=木", headers=headers)
        assert answer.headers.get("Location") == to
        assert answer.status_code == (308 if to else 200)
        if to:
            assert (
                app.test_client()
                .get("/%0d%0aX:y//evil.example", headers=headers)
                .headers["Location"]
                .startswith("https://events.example/%0D%0AX:y")
            )


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Forbidden(), 403),
        (errors.Conflict(), 409),
        (StaleDataError(), 409),
        (errors.Closed(), 410),
        (errors.Unacceptable(), 422),
        (errors.DomainError("Our own words"), 422),
        (RequestEntityTooLarge(), 413),
    ],
)
def test_errors_are_pages_with_their_status_in_the_visitors_language(
    own_app: Flask, error: Exception, status: int, language: str
) -> None:
    def fail() -> None:
        raise error

    own_app.add_url_rule("/fail", "fail", fail)
    response = own_app.test_client().get("/fail", headers={"Accept-Language": language})
    assert response.status_code == status
    assert f'<html lang="{language}"' in response.text


def test_a_fault_of_ours_shows_a_page_without_its_inner_parts(own_app: Flask) -> None:
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    own_app.add_url_rule("/fault", "fault", lambda: 1 / 0)
    response = own_app.test_client().get("/fault", headers={"Accept-Language": "en"})
    assert response.status_code == 500
    assert "ZeroDivisionError" not in response.text
    assert "Nothing was saved" in response.text


def test_a_form_without_its_token_is_refused(app: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    user = make_user(password=PASSWORD)
    client = app.test_client()
    response = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert response.status_code == 400
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize("referrer", ["https://[x", "https://events.example:x/", "//[", "\x7f"])
def test_a_referrer_that_is_no_address_is_refused(app: Any, referrer: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    visitor = app.test_client()
    token = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/sign-in", base_url="https://localhost").text
    )
    assert token is not None
    response = visitor.post(
        "/sign-in", data={"csrf_token": token[1]}, headers={"Referer": referrer}, base_url="https://localhost"
    )
    assert response.status_code == 400


@pytest.mark.parametrize("address", ["/sign-in", "/settings", "/nowhere"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_fills_in_no_form_and_ends_no_session(app: Any, address: str, site: str) -> None:
    """A browser leaves our cookies out then: an answer that begins a session would take the place of the visitor's."""
    app.config["WTF_CSRF_ENABLED"] = True
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document", "Referer": "https://elsewhere.example/"}
    response = app.test_client().post(address, data={"email": "evil@elsewhere.example"}, headers=headers)
    assert response.status_code == 403
    assert "evil@" not in response.text
    assert "Set-Cookie" not in response.headers
    assert db.session.scalar(select(func.count()).select_from(TypedForm)) == 0
    own = app.test_client().post(
        address, data={"email": "x@y.example"}, headers=headers | {"Sec-Fetch-Site": "same-origin"}
    )
    assert own.status_code != 403


@pytest.mark.slow
@pytest.mark.parametrize("sent", ["in one piece", "in chunks"])
def test_a_form_larger_than_any_of_ours_is_refused_before_it_is_read(client: Any, sent: str) -> None:
    content = b"a=" + b"%" * LARGEST_FORM
    chunked = {} if sent == "in one piece" else {"wsgi.input_terminated": True}
    options = {"content_type": "application/x-www-form-urlencoded", "environ_overrides": chunked}
    assert client.post("/sign-in", data=content[:LARGEST_FORM], **options).status_code == 422
    assert client.post("/sign-in", data=content, **options).status_code == 413


def test_static_files_are_named_by_their_content(client: Any) -> None:
    page = client.get("/").text
    address = page.split('href="/static/css/theme.css?v=')[1].split('"')[0]
    assert len(address) == 12
    with client.get(f"/static/css/theme.css?v={address}") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_a_text_in_the_other_language_is_marked_as_such(app: Any) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert i18n.local(Bilingual(ja="宮城県")) == '<span lang="ja">宮城県</span>'
        assert i18n.local(Bilingual(ja="宮城県", en="Miyagi")) == "Miyagi"
        assert i18n.local(Bilingual(en="<b>")) == "&lt;b&gt;"


@pytest.mark.parametrize(("code", "ja", "en"), [("TW", "台湾", "Taiwan"), ("FR", "フランス", "France")])
def test_countries_are_named_in_the_readers_language(app: Any, code: str, ja: str, en: str) -> None:
    for language, name in (("ja", ja), ("en", en)):
        with i18n.in_language(language):
            assert i18n.country_name(code) == name


@pytest.mark.parametrize(("day", "year"), [("2021-03-31", 2020), ("2021-04-01", 2021), ("2022-03-31", 2021)])
def test_fiscal_years_run_from_april_to_march(day: str, year: int) -> None:
    assert i18n.fiscal_year(date.fromisoformat(day)) == year


@pytest.fixture
def postgres_app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from running(create_app(make_config(tmp_path, postgres_url)))


@pytest.mark.postgres
def test_what_the_database_cannot_keep_is_refused(postgres_app: Flask) -> None:
    app = postgres_app
    app.add_url_rule("/nul", "nul", lambda: str(db.session.scalar(select(literal("a\0b")))))
    response = app.test_client().get("/nul", headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "be accepted as it is" in response.text


@pytest.mark.parametrize(
    ("referrer", "link"),
    [
        ("http://localhost/events/x?page=2", 'href="/events/x?page=2"'),
        ("http://localhost//elsewhere.example/x", 'href="/elsewhere.example/x"'),
        ("https://elsewhere.example/x", ""),
        ("http://localhost.elsewhere.example/x", ""),
        ("http://[x", ""),
        ("", ""),
    ],
)
def test_a_refused_button_leads_back_to_its_page_and_to_no_other(app: Any, referrer: str, link: str) -> None:
    response = app.test_client().post("/events/none/searches/1/delete", headers={"Referer": referrer})
    assert response.status_code == 404
    assert ("Look at the page again" in response.text) == bool(link)
    assert link in response.text


@pytest.mark.parametrize(
    ("referrer", "next_page"),
    [("http://localhost/events/x?page=2", "/events/x?page=2"), ("https://elsewhere.example/x", "/"), ("", "/")],
)
@pytest.mark.parametrize("address", ["/events/none/searches/1/delete", "/nothing/here", "/sign-out"])
def test_the_language_is_switched_where_the_answer_to_a_button_can_be_looked_at(
    app: Any, address: str, referrer: str, next_page: str
) -> None:
    """By a GET: what only takes a POST would answer 405."""
    client = app.test_client()
    page = client.post(address, headers={"Referer": referrer})
    if page.status_code != 302:
        assert set(re.findall(r'name="next" value="([^"]*)"', page.text)) == {next_page}


def test_the_language_is_switched_on_the_page_of_a_refused_form(app: Any) -> None:
    page = app.test_client().post("/sign-in?next=/events", data={}, headers={"Referer": "http://localhost/"})
    assert page.status_code == 422
    assert set(re.findall(r'name="next" value="([^"]*)"', page.text)) >= {"/sign-in?next=/events"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("rbc.example", 200),
        ("rbc.example:443", 200),
        ("127.0.0.1:8000", 200),
        ("evil.example", 400),
        ("rbc.example.evil.example", 400),
        ("evil.example/rbc.example", 400),
        ("rbc.example@evil.example", 400),
    ],
)
def test_in_production_other_hosts_names_are_refused(migrated: Path, tmp_path: Path, host: str, status: int) -> None:
    settings = make_config(tmp_path, f"sqlite:///{migrated}")
    config = replace(settings, environment="production", base_url="https://rbc.example")
    for site in running(create_app(config)):
        answer = site.test_client().get("/sign-in", headers={"Host": host})
        assert answer.status_code == status
        assert "evil.example" not in answer.text


def test_who_opens_the_address_of_a_form_is_led_to_the_page_it_hangs_on(client):
    page = client.get("/outcomes/25/evidence")
    assert page.status_code == 405
    assert 'href="/outcomes/25"' in page.text
    assert 'href="/sign-out"' not in client.get("/sign-out").text
